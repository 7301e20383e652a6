import { z } from 'zod'
import { noEngagement, refusedAct } from '#features/engagement/desk.ts'
import { keepDocument } from '#features/engagement/document.store.ts'
import {
  actorSide,
  type Kept,
  keptEngagement,
  lockEngagement,
  say,
} from '#features/engagement/engagement.store.ts'
import type { Engagement } from '#features/engagement/engagement.ts'
import { tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { retentionOf } from '#features/engagement/retention.ts'
import { encodeSettlementProof } from '#features/engagement/settlement-proof.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { destroyHeld } from './destroying.ts'
import type { ResultParts } from './result-parts.ts'
import {
  destructionOf,
  handedBackTo,
  runsHeld,
  type SettledRun,
  viewersOf,
} from './settlement.store.ts'

export type SettlementParts = ResultParts & { readonly blobs: Blobs }

const byId = z.strictObject({ id: z.string().max(100) })
const problems = ['unauthenticated', 'not-allowed', 'not-found'] as const
const ending = [...problems, 'not-in-this-state', 'saturated'] as const

export const ViewerListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...{ person: z.string(), organisation: z.string() },
        ...{ firstAt: z.string(), lastAt: z.string(), times: z.number() },
      }),
    ),
  })
  .meta({ id: 'ViewerList' })

export const HoldingWire = z
  .strictObject({
    /** Runs of which something is held still. */
    held: z.number(),
    destroyed: z.number(),
    /** Until when the terms let evaluators keep what they hold; null before access ended. */
    retention: z
      .strictObject({
        ...{ transcriptsUntil: z.string(), resultsUntil: z.string() },
        /** The first of the two is over, and the evaluator has not settled yet. */
        isOverdue: z.boolean(),
      })
      .nullable(),
    settled: z.strictObject({ at: z.string(), proofSha256: z.string() }).nullable(),
  })
  .meta({ id: 'Holding' })
export const SettledWire = z
  .strictObject({ document: z.string(), sha256: z.string() })
  .meta({ id: 'Settled' })

/** The end of an engagement: what is held is destroyed, and that is proved. */
export const settlementRoutes = (parts: SettlementParts): readonly Route<Principal>[] => [
  viewersRoute(parts),
  holdingRoute(parts),
  disposalRoute(parts),
  settleRoute(parts),
]

const viewersRoute = ({ pool }: SettlementParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/viewers', name: 'viewers', tag: 'results' },
    summary: 'Everybody who opened or did anything under it; both sides read the whole list',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: ViewerListWire,
    problems,
    run: ({ principal, params: { id } }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, id)) === null) return no(noEngagement())
        return yes({ items: [...(await viewersOf(tx, id))] })
      }),
  })

const holdingRoute = ({ pool, keys }: SettlementParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/settlement', name: 'holding' },
    ...{ tag: 'results', summary: 'What evaluators hold still, and until when they may' },
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: HoldingWire,
    problems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const kept = await keptEngagement(tx, keys.engagement, id)
        if (kept === null) return no(noEngagement())
        const runs = await runsHeld(tx, id)
        const destroyed = runs.filter(({ isDestroyed }) => isDestroyed).length
        const held = runs.length - destroyed
        return yes({ held, destroyed, ...timesOf(kept.engagement, clock.now()) })
      }),
  })

function timesOf(
  engagement: Engagement,
  now: Date,
): Pick<z.input<typeof HoldingWire>, 'retention' | 'settled'> {
  if (engagement.state !== 'closed' && engagement.state !== 'settled') {
    return { retention: null, settled: null }
  }
  const { agreed, closed } = engagement
  const { isOverdue, ...until } = retentionOf(agreed.terms, { closedAt: closed.at, now })
  return {
    retention: {
      transcriptsUntil: until.transcriptsUntil.toISOString(),
      resultsUntil: until.resultsUntil.toISOString(),
      isOverdue: isOverdue && engagement.state === 'closed',
    },
    settled:
      engagement.state === 'settled'
        ? { at: engagement.settledAt.toISOString(), proofSha256: engagement.proofSha256 }
        : null,
  }
}

type Ended = { readonly kept: Kept; readonly engagement: Engagement & { readonly state: 'closed' } }

/** An engagement whose access is over, for its evaluator. */
async function endedFor(
  tx: Tx,
  { keys }: SettlementParts,
  id: string,
): Promise<Result<Ended, Problem>> {
  const kept = await lockEngagement(tx, keys.engagement, id)
  const side = kept && (await actorSide(tx, id))
  if (kept === null || side === null) return no(noEngagement())
  if (side !== 'evaluator') {
    return no(problem('not-allowed', 'The evaluator, who holds it, destroys it.'))
  }
  const { engagement } = kept
  if (engagement.state === 'closed') return yes({ kept, engagement })
  const why = engagement.state === 'settled' ? 'It is settled.' : 'Access has not ended yet.'
  return no(problem('not-in-this-state', why))
}

const disposalRoute = (parts: SettlementParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements/{id}/disposal', name: 'destroyHeld' },
    ...{ tag: 'results', summary: 'Destroy all that is held of its runs; it cannot be undone' },
    access: may('evaluate'),
    params: byId,
    output: HoldingWire,
    problems: ending,
    run: async ({ principal, params: { id }, clock }) => {
      const { pool, blobs } = parts
      const actor = actorOf(principal)
      const found = await asActor(pool, actor, (tx) => disposable(tx, parts, id))
      if (!found.ok) return found
      const { engagement, runs } = found.value
      const now = clock.now()
      // What is over stays over: what the developer says of its release waits for none of this.
      for (const run of runs) {
        const gone = await destroyHeld({ pool, blobs, actor }, { run, engagement: id, now })
        if (!gone.ok) return no(problem('saturated', gone.refusal))
      }
      return asActor(pool, actor, async (tx) => {
        await tellEngagement(tx, id, now)
        const destroyed = (await runsHeld(tx, id)).length
        return yes({ held: 0, destroyed, ...timesOf(engagement, now) })
      })
    },
  })

type Disposable = {
  readonly engagement: Ended['engagement']
  readonly runs: readonly SettledRun[]
}

/** The runs of which something is held, where all of it may be destroyed. */
async function disposable(
  tx: Tx,
  parts: SettlementParts,
  id: string,
): Promise<Result<Disposable, Problem>> {
  const ended = await endedFor(tx, parts, id)
  if (!ended.ok) return ended
  const runs = (await runsHeld(tx, id)).filter(({ isDestroyed }) => !isDestroyed)
  const why = await whyNotYet(tx, ended.value, runs)
  if (why !== null) return no(problem('not-in-this-state', why))
  return yes({ engagement: ended.value.engagement, runs })
}

async function whyNotYet(
  tx: Tx,
  { engagement }: Ended,
  runs: readonly SettledRun[],
): Promise<string | null> {
  const open = runs.find(({ isClosed }) => !isClosed)
  if (open !== undefined) return `Close run ${open.id} first.`
  if (engagement.agreed.terms.disposal !== 'return') return null
  const { id, developer, closed } = engagement
  const returning = { engagement: id, organisation: developer, closedAt: closed.at }
  if ((await handedBackTo(tx, returning)) !== null) return null
  return 'The terms say that it is returned: the developer has not taken the results as they are.'
}

const settleRoute = (parts: SettlementParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements/{id}/settlement', name: 'settle', tag: 'results' },
    summary: 'Settle it with a proof from the ledger that what was held is destroyed',
    access: may('evaluate'),
    params: byId,
    output: SettledWire,
    problems: [...ending, 'already-there'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const ended = await endedFor(tx, parts, id)
        if (!ended.ok) return ended
        const { kept, engagement } = ended.value
        const runs = await runsHeld(tx, id)
        if (runs.some(({ isDestroyed }) => !isDestroyed)) {
          return no(problem('not-in-this-state', 'Something is held still: destroy it first.'))
        }
        const now = clock.now()
        const proof = await proofOf(tx, { engagement, runs, now })
        if (proof === null) {
          const why =
            'The ledger has no places for it yet: a worker gives them within seconds, so ask ' +
            'again, and see that one runs ("parley worker", where this service has none).'
          return no(problem('not-in-this-state', why))
        }
        const document = await keepDocument(tx, parts.keys.engagement, {
          ...{ engagement: id, side: 'evaluator', name: 'settlement-proof.json', now },
          ...{ mediaType: 'application/json', bytes: Buffer.from(proof) },
        })
        if (document === null) return no(problem('already-there', 'This proof is there already.'))
        const how = engagement.agreed.terms.disposal
        const act = { kind: 'settle', how, proofSha256: document.sha256 } as const
        const speaker = { side: 'evaluator', now } as const
        const said = await say(tx, parts.keys.engagement, { kept, act, speaker })
        if (!said.ok) return no(refusedAct(said.refusal))
        return yes({ document: document.id, sha256: document.sha256 })
      }),
  })

type Proving = {
  readonly engagement: Ended['engagement']
  readonly runs: readonly SettledRun[]
  readonly now: Date
}

async function proofOf(tx: Tx, { engagement, runs, now }: Proving): Promise<string | null> {
  const { id, developer, evaluator, agreed, closed } = engagement
  const destruction = await destructionOf(tx, runs)
  if (destruction === null) return null
  return encodeSettlementProof({
    ...{ kind: 'settlement-proof', version: 1, engagement: id, developer, evaluator },
    ...{ how: agreed.terms.disposal, closedAt: closed.at.toISOString() },
    ...{ madeAt: now.toISOString(), viewers: [...(await viewersOf(tx, id))], ...destruction },
  })
}
