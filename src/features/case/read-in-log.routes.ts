import type { Pool } from 'pg'
import { z } from 'zod'
import { reuseRule, saveReuseRule } from '#features/label/read-in.store.ts'
import {
  addExclusion,
  endExclusion,
  listExclusions,
} from '#features/label/read-in-exclusion.store.ts'
import { logCsv, logRows } from '#features/label/read-in-log.ts'
import { listReadIns } from '#features/label/read-in-row.store.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayEither, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { caseId, refusals } from './case-parts.ts'
import { ExclusionListWire, ExclusionWishWire, ReuseWire } from './read-in.wire.ts'

type Parts = { readonly pool: Pool }

/** The log of all read-ins, who is shut out, and whose gates may be taken along. */
export const readInLogRoutes = (parts: Parts): readonly Route<Principal>[] => [
  logRoute(parts),
  ...exclusionRoutes(parts),
  ...reuseRoutes(parts),
]

const logRoute = ({ pool }: Parts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/read-ins/log', name: 'readInLog', tag: 'read-ins' },
    summary: 'The log of read-ins with all its columns, of one case or of all',
    access: may('audit'),
    query: z.strictObject({
      as: z.enum(['json', 'csv']).default('json'),
      case: z.string().max(100).optional(),
    }),
    problems: refusals,
    sends: ['application/json', 'text/csv; charset=utf-8'],
    run: async ({ principal, query: { as, case: of }, clock }) => {
      const rows = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await listReadIns(tx, of === undefined ? 'all' : { case: of })
        const digest = digestOf(found.map(({ rule }) => rule.id))
        const about = { kind: 'read-in', record: of ?? 'all', digest, fields: { as } } as const
        await record(tx, [{ at: clock.now(), action: 'read-in.log', ...about }])
        return found
      })
      const fileName = `read-ins${of === undefined ? '' : `-${of}`}.${as}`
      if (as === 'csv') {
        return yes({ fileName, mediaType: 'text/csv; charset=utf-8', content: logCsv(rows) })
      }
      const content = `${JSON.stringify(logRows(rows), null, 2)}\n`
      return yes({ fileName, mediaType: 'application/json', content })
    },
  })

const exclusionRoutes = ({ pool }: Parts): Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/exclusions', name: 'exclusions', tag: 'read-ins' },
    summary: 'Who is shut out of cases, the newest first',
    access: mayEither('decide', 'audit'),
    output: ExclusionListWire,
    problems: refusals,
    run: async ({ principal }) => {
      const all = await asActor(pool, actorOf(principal), listExclusions)
      const items = all.map(({ madeAt, until, endedAt, ...rest }) => ({
        ...{ ...rest, madeAt: madeAt.toISOString(), until: until?.toISOString() ?? null },
        endedAt: endedAt?.toISOString() ?? null,
      }))
      return yes({ items })
    },
  }),
  route({
    ...{ method: 'POST', path: '/v1/exclusions', name: 'addExclusion', tag: 'read-ins' },
    summary: 'Shut somebody out of a case or of all; what they are read in to ends at once',
    access: mayInPerson('decide'),
    input: ExclusionWishWire,
    output: z.strictObject({ id: z.string() }),
    problems: [...refusals, 'not-found'],
    run: async ({ principal, body, clock }) => {
      const by = { person: principal.person, now: clock.now() }
      const until = body.until === null ? null : new Date(body.until)
      const id = await asActor(pool, actorOf(principal), (tx) =>
        addExclusion(tx, { ...body, until }, by),
      )
      if (id === null) return no(problem('not-found', 'There is nobody or no case of that id.'))
      return yes({ id })
    },
  }),
  route({
    ...{ method: 'DELETE', path: '/v1/exclusions/{id}', name: 'endExclusion', tag: 'read-ins' },
    summary: 'Let somebody be nominated again; what has ended stays over',
    access: mayInPerson('decide'),
    params: caseId,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock }) => {
      const by = { person: principal.person, now: clock.now() }
      const isEnded = await asActor(pool, actorOf(principal), (tx) =>
        endExclusion(tx, params.id, by),
      )
      return isEnded ? yes(undefined) : no(problem('not-found', 'There is no such exclusion.'))
    },
  }),
]

const reuseRoutes = ({ pool }: Parts): Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/read-ins/reuse', name: 'readInReuse', tag: 'read-ins' },
    summary: 'Whose second and third gate may be taken from an earlier read-in',
    access: may('decide'),
    output: ReuseWire,
    problems: refusals,
    run: async ({ principal }) => yes({ rule: await asActor(pool, actorOf(principal), reuseRule) }),
  }),
  route({
    ...{ method: 'PUT', path: '/v1/read-ins/reuse', name: 'setReadInReuse', tag: 'read-ins' },
    summary: 'Say whose second and third gate may be taken along; the first never is',
    access: mayInPerson('operate'),
    input: ReuseWire,
    output: ReuseWire,
    problems: refusals,
    run: async ({ principal, body, clock }) => {
      const by = { person: principal.person, now: clock.now() }
      await asActor(pool, actorOf(principal), (tx) => saveReuseRule(tx, body.rule, by))
      return yes(body)
    },
  }),
]
