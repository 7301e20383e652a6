import { z } from 'zod'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import type { LedgerAction } from '#features/ledger/entry.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal, randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type DisputeAct, decideDispute, decideDisputeAct } from './dispute.ts'
import { presentDispute, presentResponses } from './present-result.ts'
import {
  DisputeActWire,
  DisputeListWire,
  DisputeWire,
  DisputeWishWire,
  ResponseListWire,
  ResponseWire,
} from './result.wire.ts'
import { type FoundRun, noteRead, type ResultParts, refusedWord, runFor } from './result-parts.ts'
import { addWord, holdForWord, wordsOf } from './run-word.store.ts'
import { saidIn, type Word } from './run-word.ts'
import { hasSample } from './sample.store.ts'
import type { SampleKey } from './sample-key.ts'

const DisputeId = idOf('dispute')
const byId = z.strictObject({ id: z.string().max(100) })
const runProblems = ['unauthenticated', 'not-allowed', 'not-found', 'gone'] as const
const either = mayEither('offer', 'evaluate')

/** What a developer holds against single judgements, and what it says to the whole. */
export const disputeRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  openRoute(parts),
  actRoute(parts),
  respondRoute(parts),
  responsesRoute(parts),
]

const listRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/disputes', name: 'runDisputes', tag: 'results' },
    summary: 'Samples that the developer disputes, with every word of both sides',
    access: either,
    params: byId,
    output: DisputeListWire,
    problems: runProblems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        await noteRead(tx, found.value.run, { part: 'disputes', now: clock.now() })
        const { disputes } = saidIn(await wordsOf(tx, keys.evaluation, found.value.run))
        return yes({ items: disputes.map(presentDispute) })
      }),
  })

type Keeping = {
  readonly found: FoundRun
  readonly sample: SampleKey | null
  readonly word: Word
  readonly action: LedgerAction
  readonly now: Date
}

/** Keeps a word, and has both sides see that it was said. */
async function keep(
  tx: Tx,
  keys: ResultParts['keys'],
  { found: { run, side }, sample, word, action, now }: Keeping,
): Promise<void> {
  await addWord(tx, keys.evaluation, { run, saying: { side, sample, word, now } })
  const fields = { said: word.kind }
  await recordFor(tx, run.engagement, [{ at: now, action, kind: 'run', record: run.id, fields }])
  await tellEngagement(tx, run.engagement, now)
}

const openRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/disputes', name: 'disputeSample', tag: 'results' },
    summary: 'Dispute how a sample of your model was judged',
    access: may('offer'),
    params: byId,
    input: DisputeWishWire,
    output: DisputeWire,
    status: 201,
    problems: [...runProblems, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body: { sample, claim }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        const held = await holdForWord(tx, { run, side })
        if (!held.ok) return held
        const { disputes } = saidIn(await wordsOf(tx, keys.evaluation, run))
        const known = { isOfRun: await hasSample(tx, run.no, sample), disputes }
        const wish = { id: DisputeId.of(randomName()), sample, claim }
        const now = clock.now()
        const opened = decideDispute(wish, known, { side, by: principal.person ?? '', now })
        if (!opened.ok) return no(refusedWord(opened.refusal))
        const word = { kind: 'dispute', id: wish.id, claim } as const
        await keep(tx, keys, { found: found.value, sample, word, action: 'run.dispute', now })
        return yes(presentDispute(opened.value))
      }),
  })

const actRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/disputes/{dispute}', name: 'sayOfDispute' },
    ...{ tag: 'results', summary: 'Answer a dispute, take it back, or say something to it' },
    access: either,
    params: z.strictObject({ id: z.string().max(100), dispute: z.string().max(100) }),
    input: DisputeActWire,
    output: DisputeWire,
    problems: [...runProblems, 'invalid', 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, params.id)
        if (!found.ok) return found
        const { run, side } = found.value
        const held = await holdForWord(tx, { run, side })
        if (!held.ok) return held
        const { disputes } = saidIn(await wordsOf(tx, keys.evaluation, run))
        const dispute = disputes.find((one) => one.id === params.dispute)
        if (dispute === undefined) return no(problem('not-found', 'There is no such dispute.'))
        const now = clock.now()
        const said = decideDisputeAct(dispute, body, { side, by: principal.person ?? '', now })
        if (!said.ok) return no(refusedWord(said.refusal))
        const keeping = { sample: dispute.sample, word: wordOf(dispute.id, body), now }
        await keep(tx, keys, { found: found.value, action: 'run.dispute', ...keeping })
        return yes(presentDispute(said.value))
      }),
  })

function wordOf(dispute: string, act: DisputeAct): Word {
  if (act.kind === 'withdraw') return { kind: 'withdrawal', dispute }
  if (act.kind === 'remark') return { kind: 'remark', dispute, text: act.text }
  return { kind: 'answer', dispute, answer: act.answer, reason: act.reason }
}

const respondRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/response', name: 'respondToRun', tag: 'results' },
    summary: 'Say what you think of the results; it stays beside them',
    access: may('offer'),
    params: byId,
    input: ResponseWire,
    output: ResponseListWire,
    problems: [...runProblems, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body: { text }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        if (side !== 'developer') {
          return no(problem('not-allowed', 'The developer responds; evaluators leave notes.'))
        }
        const held = await holdForWord(tx, { run, side })
        if (!held.ok) return held
        const word = { kind: 'response', text } as const
        const keeping = { found: found.value, sample: null, word, now: clock.now() }
        await keep(tx, keys, { action: 'run.respond', ...keeping })
        return yes(presentResponses(saidIn(await wordsOf(tx, keys.evaluation, run))))
      }),
  })

const responsesRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/response', name: 'runResponses', tag: 'results' },
    summary: 'What the developer said of the results',
    access: either,
    params: byId,
    output: ResponseListWire,
    problems: runProblems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        await noteRead(tx, found.value.run, { part: 'response', now: clock.now() })
        return yes(presentResponses(saidIn(await wordsOf(tx, keys.evaluation, found.value.run))))
      }),
  })
