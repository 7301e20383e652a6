import { sql } from 'kysely'
import { z } from 'zod'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { invalid } from '#platform/http/arrival.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { sampleKeys } from './judged.store.ts'
import { presentFlaws } from './present-result.ts'
import { FlawListWire, FlawWishWire } from './result.wire.ts'
import { noteRead, type ResultParts, runFor } from './result-parts.ts'
import { addWord, holdWords, wordsOf } from './run-word.store.ts'
import { saidIn } from './run-word.ts'
import { isSameSample, sampleText } from './sample-key.ts'

const byId = z.strictObject({ id: z.string().max(100) })
const runProblems = ['unauthenticated', 'not-allowed', 'not-found', 'gone'] as const

/** Flaws in real software that a model found: reports of the clearinghouse, with where from. */
export const flawRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  listRoute(parts),
  linkRoute(parts),
]

const listRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/flaws', name: 'runFlaws', tag: 'results' },
    summary: 'Flaws in real software that went to the clearinghouse, and the samples they are from',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: FlawListWire,
    problems: runProblems,
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        await noteRead(tx, run, { part: 'flaws', now: clock.now() })
        return yes(presentFlaws(saidIn(await wordsOf(tx, keys.evaluation, run)), side))
      }),
  })

/** The same for a receipt that is none and for one of others. */
async function isHandedIn(tx: Tx, receipt: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select parley.evaluator_handed_in(${receipt}) as is`.execute(tx)
  return rows[0]?.is === true
}

const linkRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/flaws', name: 'linkFlaw', tag: 'results' },
    summary: 'Say which report is about a flaw that a sample showed in real software',
    access: may('evaluate'),
    params: byId,
    input: FlawWishWire,
    output: FlawListWire,
    problems: [...runProblems, 'invalid', 'already-there'],
    run: ({ principal, params: { id }, body: { sample, receipt }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        if (side !== 'evaluator') return no(problem('not-allowed', 'Evaluators hand flaws in.'))
        await holdWords(tx, run)
        const known = await sampleKeys(tx, run)
        if (!known.some((one) => isSameSample(one, sample))) {
          return no(problem('not-found', `The run has no sample ${sampleText(sample)}.`))
        }
        if (!(await isHandedIn(tx, receipt))) {
          const detail = 'Your organisation handed in no report of this receipt.'
          return no(invalid([{ in: 'body', pointer: '/receipt', detail }]))
        }
        const { flaws } = saidIn(await wordsOf(tx, keys.evaluation, run))
        const isTwice = flaws.some(
          (one) => one.receipt === receipt && isSameSample(one.sample, sample),
        )
        if (isTwice) return no(problem('already-there', 'That was said of this sample before.'))
        const now = clock.now()
        const word = { kind: 'flaw', receipt } as const
        await addWord(tx, keys.evaluation, { run, saying: { side, sample, word, now } })
        const entry = { at: now, action: 'run.review', kind: 'run', record: id } as const
        await recordFor(tx, run.engagement, [{ ...entry, fields: { said: 'flaw' } }])
        await tellEngagement(tx, run.engagement, now)
        return yes(presentFlaws(saidIn(await wordsOf(tx, keys.evaluation, run)), side))
      }),
  })
