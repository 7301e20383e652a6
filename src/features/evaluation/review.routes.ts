import { z } from 'zod'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { presentReviews } from './present-result.ts'
import { ReviewListWire, ReviewSayingWire } from './result.wire.ts'
import { type FoundRun, noteRead, type ResultParts, refusedWord, runFor } from './result-parts.ts'
import { decideOpinion, decideReview } from './review-decision.ts'
import { addWord, holdForWord, wordsOf } from './run-word.store.ts'
import { reviewOf, saidIn, type Word } from './run-word.ts'
import { hasSample } from './sample.store.ts'
import { sampleText } from './sample-key.ts'

const byId = z.strictObject({ id: z.string().max(100) })
const runProblems = ['unauthenticated', 'not-allowed', 'not-found', 'gone'] as const
type Saying = z.output<typeof ReviewSayingWire>

/** What reviewers think of transcripts, and what people decide about those that were flagged. */
export const reviewRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  sayRoute(parts),
]

const listRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/reviews', name: 'runReviews', tag: 'results' },
    summary: 'What reviewers said of transcripts, and what was decided; both sides read it',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: ReviewListWire,
    problems: runProblems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        await noteRead(tx, found.value.run, { part: 'reviews', now: clock.now() })
        return yes(presentReviews(saidIn(await wordsOf(tx, keys.evaluation, found.value.run))))
      }),
  })

const sayRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/reviews', name: 'reviewRun', tag: 'results' },
    summary: 'Say what a transcript shows, decide about a flagged one, or leave a note',
    access: may('evaluate'),
    params: byId,
    input: ReviewSayingWire,
    output: ReviewListWire,
    problems: [...runProblems, 'invalid', 'not-in-this-state'],
    run: ({ principal, params: { id }, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        if (side !== 'evaluator') {
          return no(problem('not-allowed', 'Evaluators review; developers dispute and respond.'))
        }
        const held = await holdForWord(tx, { run, side })
        if (!held.ok) return held
        const now = clock.now()
        const word = await wordFor(tx, keys, { found: found.value, body, principal, now })
        if (!word.ok) return word
        const sample = body.kind === 'note' ? null : body.sample
        const saying = { side, sample, word: word.value, now }
        await addWord(tx, keys.evaluation, { run, saying })
        const fields = { said: body.kind }
        const entry = { at: now, action: 'run.review', kind: 'run', record: id } as const
        await recordFor(tx, run.engagement, [{ ...entry, fields }])
        await tellEngagement(tx, run.engagement, now)
        return yes(presentReviews(saidIn(await wordsOf(tx, keys.evaluation, run))))
      }),
  })

type Asked = {
  readonly found: FoundRun
  readonly body: Saying
  readonly principal: Principal
  readonly now: Date
}

async function wordFor(
  tx: Tx,
  { evaluation }: ResultParts['keys'],
  { found, body, principal, now }: Asked,
): Promise<Result<Word, Problem>> {
  if (body.kind === 'note') return yes({ kind: 'note', text: body.text })
  const { person } = principal
  if (person === null) return no(problem('not-allowed', 'A person says this.'))
  if (!(await hasSample(tx, found.run.no, body.sample))) {
    return no(problem('not-found', `The run has no sample ${sampleText(body.sample)}.`))
  }
  const review = reviewOf(saidIn(await wordsOf(tx, evaluation, found.run)), body.sample)
  if (body.kind === 'opinion') {
    const { confidence, note, model } = body
    const isPerson = model === undefined
    const opinion = { reviewer: model ?? person, isPerson, confidence, note, at: now }
    const decided = decideOpinion(review, opinion)
    if (!decided.ok) return no(refusedWord(decided.refusal))
    const { at: _, ...kept } = opinion
    return yes({ kind: 'opinion', ...kept })
  }
  const { is, reason } = body
  const decided = decideReview(review, { is, reason }, { by: person, now })
  if (!decided.ok) return no(refusedWord(decided.refusal))
  return yes({ kind: 'decision', is, reason, opinions: review.opinions.length })
}
