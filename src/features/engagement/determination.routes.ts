import { z } from 'zod'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type DeskParts, deskRefusals, noEngagement, refusedAct } from './desk.ts'
import {
  determinationsOf,
  keepDetermination,
  lockDetermination,
  newDeterminationId,
  saveDetermination,
} from './determination.store.ts'
import {
  ask,
  type Determination,
  type DeterminationAct,
  decideDetermination,
  isDisagreed,
  type NamedVerdict,
} from './determination.ts'
import {
  DeterminationActWire,
  DeterminationListWire,
  DeterminationWire,
} from './determination.wire.ts'
import { actorSide } from './engagement.store.ts'
import { recordFor, tellEngagement } from './engagement-event.store.ts'

const either = mayEither('offer', 'evaluate')
const byId = z.strictObject({ id: z.string().max(100) })
const openMax = 20

/** What finds a verdict of an engagement that whoever acts sees; null for none. */
export type FindVerdict = (
  tx: Tx,
  asked: { readonly engagement: string; readonly id: string },
) => Promise<NamedVerdict | null>

type DeterminationParts = DeskParts & { readonly findVerdict: FindVerdict }

/** Whether a model in development is covered: asked by its developer, answered from verdicts. */
export const determinationRoutes = (parts: DeterminationParts): readonly Route<Principal>[] => [
  listRoute(parts),
  askRoute(parts),
  actRoute(parts),
]

type Shown = z.infer<typeof DeterminationWire>

const present = (found: Determination): Shown => {
  const said = (all: Determination['authority']) =>
    all.map((one) => ({ ...one, at: one.at.toISOString() }))
  return {
    ...{ id: found.id, askedAt: found.askedAt.toISOString() },
    takenBackAt: found.takenBackAt?.toISOString() ?? null,
    verdicts: found.verdicts.map((one) => ({ ...one })),
    ...{ authority: said(found.authority), developer: said(found.developer) },
    isDisagreed: isDisagreed(found),
  }
}

const listRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/engagements/{id}/determinations', name: 'determinations' },
    ...{ tag: 'engagements', summary: 'Questions whether the model is covered, and the answers' },
    access: either,
    params: byId,
    output: DeterminationListWire,
    problems: deskRefusals,
    run: ({ principal, params }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        if ((await actorSide(tx, params.id)) === null) return no(noEngagement())
        const found = await determinationsOf(tx, keys, params.id)
        return yes({ items: found.map(present) })
      }),
  })

const askRoute = ({ pool, keys }: DeskParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/engagements/{id}/determinations', name: 'askDetermination' },
    ...{
      tag: 'engagements',
      summary: 'Ask whether your model is covered; nothing follows from it',
    },
    access: may('offer'),
    params: byId,
    input: z.strictObject({}),
    output: DeterminationWire,
    status: 201,
    problems: [...deskRefusals, 'not-in-this-state'],
    run: ({ principal, params: { id: engagement }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const side = await actorSide(tx, engagement)
        if (side === null) return no(noEngagement())
        if (side !== 'developer') {
          return no(problem('not-allowed', 'Only the developer asks whether its model is covered.'))
        }
        const before = await determinationsOf(tx, keys, engagement)
        if (before.length >= openMax) {
          return no(problem('not-in-this-state', `${openMax} questions of one model are enough.`))
        }
        const at = clock.now()
        const asked = ask(newDeterminationId(), at)
        await keepDetermination(tx, keys, { engagement, asked })
        const entry = { at, action: 'determination.ask', kind: 'determination' } as const
        await recordFor(tx, engagement, [{ ...entry, record: asked.id }])
        await tellEngagement(tx, engagement, at)
        return yes(present(asked))
      }),
  })

const actRoute = ({ pool, keys, findVerdict }: DeterminationParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/determinations/{id}/acts', name: 'sayOfDetermination' },
    ...{
      tag: 'engagements',
      summary: 'State a position, name a verdict, or take the question back',
    },
    access: either,
    params: byId,
    input: DeterminationActWire,
    output: DeterminationWire,
    problems: [...deskRefusals, 'invalid', 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const kept = await lockDetermination(tx, keys, params.id)
        const side = kept && (await actorSide(tx, kept.engagement))
        if (kept === null || side === null) {
          return no(problem('not-found', 'There is no such determination.'))
        }
        const at = clock.now()
        const { engagement } = kept
        const act = await actOf(tx, body, { engagement, principal, findVerdict })
        if (!act.ok) return act
        const decided = decideDetermination(kept.determination, act.value, { side, now: at })
        if (!decided.ok) return no(refusedAct(decided.refusal))
        await saveDetermination(tx, keys, { determination: decided.value, version: kept.version })
        const entry = { at, action: 'determination.act', kind: 'determination' } as const
        const fields = { act: body.kind }
        await recordFor(tx, kept.engagement, [{ ...entry, record: params.id, fields }])
        await tellEngagement(tx, kept.engagement, at)
        return yes(present(decided.value))
      }),
  })

type Saying = {
  readonly engagement: string
  readonly principal: Principal
  readonly findVerdict: FindVerdict
}

async function actOf(
  tx: Tx,
  body: z.output<typeof DeterminationActWire>,
  { engagement, principal, findVerdict }: Saying,
): Promise<Result<DeterminationAct, Problem>> {
  if (body.kind === 'take-back') return yes(body)
  if (body.kind === 'state') {
    const { position, text } = body
    return yes({ kind: 'state', statement: { position, text, by: principal.person } })
  }
  const verdict = await findVerdict(tx, { engagement, id: body.verdict })
  if (verdict === null) {
    return no(problem('not-found', 'There is no such verdict under this engagement for you.'))
  }
  return yes({ kind: 'name-verdict', verdict })
}
