import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import type { Reply } from '../http/wire.ts'
import { type Served, serve, signIn } from './instance.ts'

/** An instance that is attacked, and how what it stored is looked at from behind. */
export type Attacked = {
  readonly served: Served
  readonly url: string
  readonly data: string
  /** Headers of a coordinator in the browser. */
  readonly staff: Readonly<Record<string, string>>
  /** Of a finder. */
  readonly token: string
  readonly api: (line: string, body?: unknown) => Promise<Answered>
  readonly rows: (query: string) => Promise<readonly Row[]>
}

type Row = { readonly [column: string]: unknown }

export type Answered = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The members of an answer that is a JSON object. */
  readonly told: { readonly [member: string]: unknown }
}

export async function attacked(): Promise<Attacked> {
  const data = newFolder()
  const served = await serve({ data, env: { PARLEY_LOG_LEVEL: 'debug' } })
  const { url } = served
  const { cookie } = await signIn(url, served.link)
  const staff = { cookie, 'x-requested-by': 'parley', 'sec-fetch-site': 'same-origin' }
  const api = (line: string, body?: unknown): Promise<Answered> => {
    const [method = '', path = ''] = line.split(' ')
    const typed = { ...staff, 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    return answered(fetch(`${url}${path}`, { method, headers: typed, ...sent }))
  }
  const { token } = await newToken(api)
  return { served, url, data, staff, token, api, rows: (query) => rowsOf(data, query) }
}

export async function answered(asked: Promise<Response>): Promise<Answered> {
  const response = await asked
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  const told = isJson && text !== '' ? Object(JSON.parse(text)) : {}
  return { status: response.status, headers: response.headers, text, told }
}

const Made = z.object({ token: z.string(), about: z.object({ id: z.string() }) })

/** A token of a finder's organisation, made in the browser. */
export async function newToken(api: Attacked['api'], organisation = 'A laboratory') {
  const wish = { name: 'scanner', organisation, role: 'finder', days: 1 }
  const made = Made.parse((await api('POST /v1/tokens', wish)).told)
  return { token: made.token, id: made.about.id }
}

/** Asks the database as its superuser, past everything that the product forbids. */
async function rowsOf(data: string, query: string): Promise<readonly Row[]> {
  const lines = readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')
  const client = new Client({
    ...{ host: lines[4] || '127.0.0.1', port: Number(lines[3]), database: 'parley' },
    ...{ user: 'parley_superuser' },
    password: readFileSync(join(data, 'database-superuser'), 'utf8').trim(),
  })
  await client.connect()
  try {
    return (await client.query<Row>(query)).rows
  } finally {
    await client.end()
  }
}

/** How much is stored of what a stranger could leave behind, once nothing is under way. */
export async function storedIn({ rows }: Attacked): Promise<Row> {
  const tables = ['report', 'bulk_import', 'attachment', 'idempotency', 'note', 'case_event']
  const counts = tables.map((one) => `(select count(*)::int from parley.${one}) as ${one}`)
  const until = performance.now() + 30_000
  for (;;) {
    const [{ waiting, ...stored } = assert.fail()] = await rows(`select ${counts.join()},
      exists (select from parley.arrival) or exists (select from parley.bulk_import
        where state not in ('placed', 'refused')) as waiting`)
    if (waiting !== true) return stored
    assert.ok(performance.now() < until, 'reports still wait to be placed')
    await pause(20)
  }
}

/** Hands a document in as a finder does, or as the browser does. */
export const sendDocument = (
  { url, token }: Pick<Attacked, 'url' | 'token'>,
  [name, body]: readonly [name: string, body: string | Uint8Array],
  by: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` },
): Promise<Answered> =>
  answered(
    fetch(`${url}/v1/reports/bulk?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { ...by, 'content-type': 'application/octet-stream' },
      body: Buffer.from(body),
    }),
  )

export const Import = z.object({
  state: z.string(),
  counts: z.object({ reports: z.number(), placed: z.number() }),
  problems: z.array(z.object({ code: z.string(), why: z.string(), at: z.string().nullable() })),
})

/** What became of a document, once that is decided. */
export async function outcomeOf({ api }: Attacked, id: unknown): Promise<z.infer<typeof Import>> {
  const until = performance.now() + 30_000
  for (;;) {
    const found = Import.parse((await api(`GET /v1/imports/${id}`)).told)
    if (found.state === 'placed' || found.state === 'refused') return found
    assert.ok(performance.now() < until, `import ${id} is still ${found.state}`)
    await pause(50)
  }
}

/** Everything of a reply that a stranger could learn from: without what differs each time. */
export function seenOf({ status, headers, body }: Reply): string {
  const id = headers.get('x-request-id') ?? ''
  const named = [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return JSON.stringify([status, named.sort(), body.replaceAll(id, 'ID')])
}

/** What the process of a server holds in memory, in MiB. */
export function memoryMiB({ served }: Attacked): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(served.pid)], { encoding: 'utf8' })
  return Number(stdout) / 1024
}
