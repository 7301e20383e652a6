import type { Pool } from 'pg'
import { z } from 'zod'
import { noEngagement, noRun } from '#features/engagement/desk.ts'
import { actorSide, keptEngagement } from '#features/engagement/engagement.store.ts'
import {
  namesIn,
  recordFor,
  recordReading,
  tellEngagement,
} from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { declarationOf, standingDeclaration } from './declaration.store.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { presentLooks, presentRun } from './present-run.ts'
import { addRun, closeRun, looksOf, noteLook, type RunRow, runIdsOf, tellRun } from './run.store.ts'
import {
  LooksWire,
  LookWishWire,
  RunListWire,
  RunPageQuery,
  RunWire,
  RunWishWire,
} from './run.wire.ts'
import { type StandingRun, standingRun } from './run-standing.ts'
import { mayRun } from './run-window.ts'

export type RunParts = { readonly pool: Pool; readonly keys: EvaluationKeys }

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const
const byId = z.strictObject({ id: z.string().max(100) })
const both = mayEither('offer', 'evaluate')
const tag = 'evaluation'

/** Runs of packs under what was declared. */
export const runRoutes = (parts: RunParts): readonly Route<Principal>[] => [
  listRoute(parts),
  beginRoute(parts),
  showRoute(parts),
  lookRoute(parts),
  closeRoute(parts),
]

const ofEngagement = '/v1/engagements/{id}/runs'

const listRoute = ({ pool, keys }: RunParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: ofEngagement, name: 'runs', tag, access: both, params: byId },
    summary: 'The runs of an engagement, the newest first',
    query: RunPageQuery,
    output: RunListWire,
    problems: refusals,
    run: ({ principal, params: { id: engagement }, query: { after, limit }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, engagement)) === null) return no(noEngagement())
        const now = clock.now()
        const ids = await runIdsOf(tx, { engagement, after, limit: limit + 1 })
        const shown = ids.slice(0, limit)
        const names = await namesIn(tx, engagement)
        const found = []
        for (const id of shown) {
          const one = await standingRun(tx, keys, { id, now })
          if (one !== null) found.push(one)
        }
        const readings = found.map(({ run }) => readingOf(run, now))
        await recordReading(tx, engagement, readings)
        const items = []
        for (const one of found) items.push(await presentRun(tx, one, names))
        return yes({ items, next: ids.length > limit ? (shown.at(-1) ?? null) : null })
      }),
  })

const readingOf = ({ id }: RunRow, at: Date) =>
  ({ at, action: 'run.read', kind: 'run', record: id, part: 'run' }) as const

const beginRoute = (parts: RunParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: ofEngagement, name: 'beginRun', tag, params: byId },
    access: may('evaluate'),
    summary: 'Queue a run of a pack under what was agreed to be declared',
    input: RunWishWire,
    output: RunWire,
    status: 201,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const { keys } = parts
        const now = clock.now()
        const kept = await keptEngagement(tx, keys.engagement, id)
        const isOurs = (await actorSide(tx, id)) === 'evaluator'
        if (kept === null || !isOurs) return no(noEngagement())
        const { engagement } = kept
        const window = mayRun({ engagement, person: principal.person, now })
        if (!window.ok) return window
        const under = await agreedFor(tx, keys, { engagement: id, ...body })
        if (!under.ok) return under
        const { declaration: digest, pack, seed, roles } = body
        const run = await addRun(tx, keys.evaluation, {
          ...{ engagement: id, ...under.value, said: { seed, roles }, now },
        })
        const of = { action: 'run.begin', kind: 'run', record: run, digest } as const
        await recordFor(tx, id, [{ at: now, ...of, fields: { pack } }])
        await tellRun(tx, run, now)
        await tellEngagement(tx, id, now)
        const found = await standingRun(tx, keys, { id: run, now })
        if (found === null) return no(noRun())
        return done(await presentRun(tx, found), { location: `/v1/runs/${run}` })
      }),
  })

type Under = {
  readonly engagement: string
  readonly declaration: string
  readonly pack: string
}

/** What a run can be under: the declaration of this pack that was agreed last. */
async function agreedFor(
  tx: Tx,
  { evaluation }: EvaluationKeys,
  { engagement, declaration: digest, pack }: Under,
): Promise<Result<{ readonly declarationNo: number; readonly packNo: number }, Problem>> {
  const found = await declarationOf(tx, evaluation, { engagement, digest })
  if (found === null || found.pack !== pack) {
    return no(problem('not-found', 'There is no such declaration of such a pack for you.'))
  }
  const standing = await standingDeclaration(tx, { engagement, pack: found.packNo })
  if (standing !== digest) {
    const why =
      found.agreedAt === null
        ? 'The other side did not agree to this declaration.'
        : `Both agreed to another one after it: ${standing}.`
    return no(problem('not-in-this-state', why))
  }
  const files = await tx
    .selectFrom('parley.pack_file')
    .select('name')
    .where('pack_no', '=', found.packNo)
    .limit(1)
    .execute()
  if (files.length === 0) {
    return no(problem('not-allowed', 'It needs the right "query", and a pack that is handed in.'))
  }
  return yes({ declarationNo: found.no, packNo: found.packNo })
}

const showRoute = ({ pool, keys }: RunParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}', name: 'run', tag, access: both, params: byId },
    summary: 'How a run stands: what came in, and once it may be seen what came of it',
    output: RunWire,
    problems: refusals,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const found = await standingRun(tx, keys, { id, now })
        if (found === null) return no(noRun())
        await recordReading(tx, found.run.engagement, [readingOf(found.run, now)])
        return yes(await presentRun(tx, found))
      }),
  })

const lookRoute = ({ pool, keys }: RunParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/looks', name: 'lookAtRun', tag, params: byId },
    access: both,
    summary: 'Look at the running results; a fixed look gives no verdict after that',
    input: LookWishWire,
    output: LooksWire,
    problems: [...refusals, 'not-in-this-state'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const found = await standingRun(tx, keys, { id, now })
        if (found === null) return no(noRun())
        const looked = await look(tx, { found, endsFixedLook: body.endsFixedLook, now })
        return looked.ok ? yes(await presentLooks(tx, found)) : looked
      }),
  })

type Looking = {
  readonly found: StandingRun
  readonly endsFixedLook: boolean
  readonly now: Date
}

/** Notes a look at a run that is open; of one that is closed it is none. */
async function look(
  tx: Tx,
  { found: { run, declared }, endsFixedLook, now }: Looking,
): Promise<Result<null, Problem>> {
  if (run.closedAt !== null) return yes(null)
  if (declared.declaration.rule.is === 'fixed-look' && !endsFixedLook) {
    const why = 'One look at the end was declared: after this no verdict can come of the run.'
    return no(problem('not-in-this-state', `${why} Say endsFixedLook to look all the same.`))
  }
  await noteLook(tx, run, now)
  const count = (await looksOf(tx, run.no)).length
  const fields = { samples: String(run.samples), look: String(count) }
  const of = { action: 'run.look', kind: 'run', record: run.id, fields } as const
  await recordFor(tx, run.engagement, [{ at: now, ...of }])
  await tellRun(tx, run.id, now)
  return yes(null)
}

const closeRoute = ({ pool, keys }: RunParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/closing', name: 'closeRun', tag, params: byId },
    access: may('evaluate'),
    summary: 'Close a run for good: what is missing of it is not_run',
    output: RunWire,
    problems: refusals,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        const found = await standingRun(tx, keys, { id, now })
        if (found === null || (await actorSide(tx, found.run.engagement)) !== 'evaluator') {
          return no(noRun())
        }
        const { run, declared } = found
        if (!run.mayQuery) return no(problem('not-allowed', 'It needs the right "query".'))
        const { strata, attempts } = declared.declaration
        const expected = attempts * strata.reduce((sum, { tasksMax }) => sum + tasksMax, 0)
        const why = run.samples === expected ? 'finished' : 'stopped'
        const closing = { run, why, by: principal.person, strata, attempts, now } as const
        if (await closeRun(tx, closing)) {
          const fields = { why, samples: String(run.samples), expected: String(expected) }
          const of = { action: 'run.close', kind: 'run', record: run.id, fields } as const
          await recordFor(tx, run.engagement, [{ at: now, ...of }])
        }
        const closed = await standingRun(tx, keys, { id, now })
        return closed === null ? no(noRun()) : yes(await presentRun(tx, closed))
      }),
  })
