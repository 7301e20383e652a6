import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import type { Problem } from '#platform/http/problem.ts'
import type { DeskParts } from '../desk.ts'
import { namesIn } from '../engagement-event.store.ts'
import type { GatewayKeys } from './endpoint.store.ts'
import type { Opening } from './opening.ts'
import type { ReachRule } from './reach.ts'

/** What routes about gateways are made of. */
export type GatewayDesk = DeskParts & {
  readonly gatewayKeys: GatewayKeys
  readonly reach: ReachRule
  /** Where evaluators reach a gateway, without a slash at its end; null where nobody says. */
  readonly gatewayUrl: string | null
}

export const byId = z.strictObject({ id: z.string().max(100) })
export const byToken = z.strictObject({ id: z.string().max(100), token: z.string().max(100) })

/**
 * What people are called who pass a gate: nobody else of its engagement to a partner, whose people
 * see nothing of it themselves.
 */
export async function namesAt(tx: Tx, { engagement, partner, terms }: Opening) {
  if (partner === null) return namesIn(tx, engagement)
  const names = await actingAs(tx, systemActor, (system) => namesIn(system, engagement))
  return new Map([...names].filter(([id]) => terms?.people.includes(id)))
}

export const PageQuery = z.strictObject({
  after: z.string().max(400).optional(),
  limit: z.int().min(1).max(200).default(50),
})

type Page = {
  /** What to ask the database for: one row more than is shown. */
  readonly rows: { readonly before: number | null; readonly limit: number }
  readonly cut: <T extends { readonly no: number }>(
    found: readonly T[],
  ) => { readonly shown: readonly T[]; readonly next: string | null }
}

/** A page of a list that goes from the newest to the oldest; refused where it goes on nowhere. */
export function pageOf(
  { cursors }: GatewayDesk,
  { after, limit }: Pick<z.output<typeof PageQuery>, 'after' | 'limit'>,
  of: Parameters<DeskParts['cursors']['open']>[1],
): Result<Page, Problem> {
  const place = after === undefined ? null : cursors.open(after, of)
  if (after !== undefined && place === null) {
    const detail = 'It is no place in this list.'
    return no(invalid([{ in: 'query', pointer: '/after', detail }]))
  }
  return yes({
    rows: { before: place === null ? null : Number(place), limit: limit + 1 },
    cut: (found) => {
      const shown = found.slice(0, limit)
      const last = found.length > limit ? shown.at(-1) : undefined
      return { shown, next: last === undefined ? null : cursors.seal(`${last.no}`, of) }
    },
  })
}
