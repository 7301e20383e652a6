import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { invalid } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import type { DeskParts } from '../desk.ts'
import { accessAt, type Engagement } from '../engagement.ts'
import type { GatewayKeys } from './endpoint.store.ts'
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

/** Until when an engagement gives access; null where it does not, or not any more. */
export function accessEnd(engagement: Engagement, now: Date): Date | null {
  const access = accessAt(engagement, now)
  return access.is === 'none' || access.is === 'over' ? null : access.endsAt
}

export const noAccess = () =>
  problem('not-in-this-state', 'There is no access under this engagement, or it has ended.')

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
