import type { Pool } from 'pg'
import { z } from 'zod'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { LedgerEntry, LedgerKind } from './entry.ts'
import { listEntries } from './entry-list.store.ts'
import { record } from './ledger.store.ts'
import { LedgerListWire, LedgerPageQueryWire, SeenListWire, SeenQueryWire } from './ledger.wire.ts'
import { type SeenTelling, seenOfCase, seenOfReport } from './seen.store.ts'

export type SeenParts = SeenTelling & { readonly pool: Pool }

const refusals = ['unauthenticated', 'not-allowed', 'invalid'] as const

/** Who has seen what: for its owner, and for those who audit. */
export const seenRoutes = (parts: SeenParts): readonly Route<Principal>[] => [
  reportRoute(parts),
  caseRoute(parts),
  personRoute(parts),
]

/** That somebody looked at the ledger is recorded once, with the first page. */
export const lookAt = (
  { kind, id }: { readonly kind: LedgerKind; readonly id: string },
  at: Date,
): LedgerEntry => ({ at, action: 'ledger.read', kind, record: id })

const reportRoute = ({ pool, ...telling }: SeenParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/reports/{receipt}/seen', name: 'reportSeen', tag: 'intake' },
    summary: 'Who has seen a report of yours, newest first',
    access: mayEither('hand-in', 'audit'),
    params: z.strictObject({ receipt: z.string().max(200) }),
    query: SeenQueryWire,
    output: SeenListWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, query }) => {
      const { after: before = null, limit } = query
      const asked = { receipt: params.receipt, before, limit }
      const found = await asActor(pool, actorOf(principal), (tx) =>
        seenOfReport(tx, asked, telling),
      )
      if (found === null) return no(problem('not-found', 'There is no such report of yours.'))
      const items = found.slice(0, limit)
      return yes({ items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null })
    },
  })

const pageOf = ({ after, limit }: z.infer<typeof LedgerPageQueryWire>) => ({
  before: after === undefined ? null : Number(after),
  limit,
})

function listOf(
  found: z.infer<typeof LedgerListWire>['items'],
  limit: number,
): z.infer<typeof LedgerListWire> {
  const items = found.slice(0, limit)
  const last = found.length > limit ? items.at(-1) : undefined
  return { items, next: last === undefined ? null : String(last.index) }
}

const caseRoute = ({ pool }: SeenParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/cases/{id}/seen', name: 'caseSeen', tag: 'ledger' },
    summary: 'Who has opened a case, or took it or a report of it out, newest first',
    access: may('audit'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: LedgerPageQueryWire,
    output: LedgerListWire,
    problems: refusals,
    run: async ({ principal, params, query, clock }) => {
      const page = pageOf(query)
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const entries = await seenOfCase(tx, params.id, page)
        const look = lookAt({ kind: 'case', id: params.id }, clock.now())
        if (page.before === null) await record(tx, [look])
        return entries
      })
      return yes(listOf(found, page.limit))
    },
  })

const anything = { action: null, record: null, since: null, until: null }

const personRoute = ({ pool }: SeenParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/people/{id}/ledger', name: 'personLedger', tag: 'ledger' },
    summary: 'Everything that somebody did that is recorded, newest first',
    access: may('audit'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: LedgerPageQueryWire,
    output: LedgerListWire,
    problems: refusals,
    run: async ({ principal, params, query, clock }) => {
      const page = pageOf(query)
      const found = await asActor(pool, actorOf(principal), async (tx) => {
        const entries = await listEntries(tx, { ...anything, person: params.id, ...page })
        const look = lookAt({ kind: 'person', id: params.id }, clock.now())
        if (page.before === null) await record(tx, [look])
        return entries
      })
      return yes(listOf(found, page.limit))
    },
  })
