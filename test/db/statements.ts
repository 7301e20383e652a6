import type { Pool } from 'pg'

/** How many statements a pool sends; begin and commit of the door are not counted. */
export type Statements = { count: number; readonly texts: string[] }

/** Counts what `pool` sends from now on, on connections that it opens from now on. */
export function countStatements(pool: Pool): Statements {
  const seen: Statements = { count: 0, texts: [] }
  pool.on('connect', (client) => {
    const original = client.query.bind(client)
    const counted = (...given: Parameters<typeof original>): ReturnType<typeof original> => {
      const text = String(given[0])
      if (!/^(begin|commit|rollback)/.test(text)) {
        seen.count += 1
        seen.texts.push(text.trim().slice(0, 80))
      }
      return original(...given)
    }
    Object.assign(client, { query: counted })
  })
  return seen
}
