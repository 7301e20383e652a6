import { z } from 'zod'
import { noRun } from '#features/engagement/desk.ts'
import { keptEngagement } from '#features/engagement/engagement.store.ts'
import { recordFor, tellEngagement } from '#features/engagement/engagement-event.store.ts'
import { may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { attemptsOf } from './attempts-of.ts'
import type { Capability } from './capability.ts'
import { countedAttempts, waitingText } from './counted.ts'
import { declarationByNo } from './declaration.store.ts'
import { judgedSamples } from './judged.store.ts'
import { numbersOf, presentFace, presentVerdict } from './present-verdict.ts'
import { type FoundRun, type ResultParts, runFor } from './result-parts.ts'
import { recordOf, verdictOfRecord } from './result-record.ts'
import { looksUnder, runById } from './run.store.ts'
import { horizonOfRecord } from './run-horizon.ts'
import { holdWords, wordsOf } from './run-word.store.ts'
import { saidIn } from './run-word.ts'
import { minutesOfTasks } from './sample.store.ts'
import { tasksOf } from './task-result.ts'
import {
  keepVerdict,
  type NewVerdict,
  type VerdictFace,
  verdictById,
  verdictFaces,
} from './verdict.store.ts'
import { VerdictListWire, VerdictWire, VerdictWishWire } from './verdict.wire.ts'

const byId = z.strictObject({ id: z.string().max(100) })

/** What the agreed rule says of a run: worked out here, kept, and never edited. */
export const verdictRoutes = (parts: ResultParts): readonly Route<Principal>[] => [
  giveRoute(parts),
  listRoute(parts),
]

const giveRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/runs/{id}/verdict', name: 'giveVerdict', tag: 'results' },
    summary: 'Have the agreed rule worked out on what was handed in; nobody says what it is',
    access: may('evaluate'),
    params: byId,
    input: VerdictWishWire,
    output: VerdictWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'gone', 'not-in-this-state'],
    run: ({ principal, params: { id }, body: { capability }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const found = await runFor(tx, keys, id)
        if (!found.ok) return found
        const { run, side } = found.value
        if (side !== 'evaluator') {
          return no(problem('not-allowed', 'The evaluator has the rule worked out.'))
        }
        await holdWords(tx, run)
        const now = clock.now()
        const judged = await judge(tx, keys, { found: found.value, capability, now })
        if (!judged.ok) return judged
        const kept = await keepVerdict(tx, keys.evaluation, judged.value)
        if (kept !== null) await tell(tx, kept, judged.value)
        const of = { run: id, resultsSha256: judged.value.recorded.digest }
        const [face] = await verdictFaces(tx, keys.evaluation, of)
        if (face === undefined) throw new TypeError('a verdict that was kept is not there')
        return yes(presentFace(face, judged.value.numbers))
      }),
  })

async function tell(tx: Tx, id: string, { run, word, recorded, now }: NewVerdict): Promise<void> {
  const { digest, declared } = recorded
  const fields = { run: run.id, verdict: word, declaration: declared.digest, results: digest }
  const entry = { at: now, action: 'verdict.give', kind: 'verdict', record: id } as const
  await recordFor(tx, run.engagement, [{ ...entry, digest, fields }])
  await tellEngagement(tx, run.engagement, now)
}

type Asked = {
  readonly found: FoundRun
  readonly capability: Capability
  readonly now: Date
}

/** The verdict that follows from what is kept, or why none can be given yet. */
async function judge(
  tx: Tx,
  keys: ResultParts['keys'],
  { found: { row, run }, capability, now }: Asked,
): Promise<Result<NewVerdict & { readonly numbers: ReturnType<typeof numbersOf> }, Problem>> {
  const { declared } = await declarationByNo(tx, keys.evaluation, row.declarationNo)
  const isFixed = declared.declaration.rule.is === 'fixed-look'
  if (isFixed && row.closedAt === null) {
    return notYet('One look at the end was declared: close the run first.')
  }
  const model = await modelOf(tx, keys, run.engagement)
  const minutes = await minutesOfTasks(tx, keys.evaluation, row)
  const samples = (await judgedSamples(tx, run)).map((one) => {
    const known = minutes.get(one.task)
    return known === undefined ? one : { ...one, minutes: known }
  })
  const said = saidIn(await wordsOf(tx, keys.evaluation, run))
  const counted = countedAttempts(attemptsOf({ model, run: run.id }, samples), said)
  if (!counted.ok) return notYet(`${waitingText(counted.refusal.waiting)}.`)
  const { attempts, recounts } = counted.value
  const tasks = tasksOf(attempts).models.get(model) ?? []
  const { looks: earlierLooks, judged } = await looksUnder(tx, row)
  if (judged !== null) {
    return notYet(
      `A verdict was given on ${judged} under this declaration, which allows the chance of error ` +
        'of one: agree on another declaration for another run.',
    )
  }
  const recorded = recordOf({ capability, model, earlierLooks, declared, tasks })
  const verdict = verdictOfRecord(recorded)
  if (!verdict.ok) return notYet(verdict.refusal.map(({ why }) => why).join('; '))
  const { verdict: word, wording } = verdict.value
  const held = { recorded, recounts, horizon: horizonOfRecord(recorded) }
  const numbers = numbersOf(held, verdict.value)
  return yes({ run, ...held, numbers, word, wording, now })
}

const notYet = (why: string): Result<never, Problem> => no(problem('not-in-this-state', why))

async function modelOf(tx: Tx, keys: ResultParts['keys'], engagement: string): Promise<string> {
  const kept = await keptEngagement(tx, keys.engagement, engagement)
  const model = kept?.engagement.versions.at(-1)?.proposal.model
  if (model === undefined) throw new TypeError('a run that is seen has an engagement')
  return `${model.name} ${model.version}`
}

const listRoute = ({ pool, keys }: ResultParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/runs/{id}/verdict', name: 'runVerdicts', tag: 'results' },
    summary: 'What the agreed rule says of a run, every time that it was worked out',
    access: mayEither('offer', 'evaluate'),
    params: byId,
    output: VerdictListWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: ({ principal, params: { id }, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const run = await runById(tx, keys.evaluation, id)
        if (run === null) return no(noRun())
        const kept = await verdictFaces(tx, keys.evaluation, { run: id })
        const at = clock.now()
        await recordFor(
          tx,
          run.engagement,
          kept.map(({ id: verdict, resultsSha256: digest }) => {
            return { at, action: 'verdict.read', kind: 'verdict', record: verdict, digest } as const
          }),
        )
        const items = []
        for (const face of kept) items.push(await shownFace(tx, keys, face))
        return yes({ items })
      }),
  })

const Numbers = VerdictWire.shape.numbers

/** One that was kept without what is shown of it is opened whole, one at a time. */
async function shownFace(tx: Tx, keys: ResultParts['keys'], face: VerdictFace) {
  const { isHeld, numbers, ...kept } = face
  if (!isHeld || numbers !== null) return presentFace(kept, Numbers.parse(numbers))
  const whole = await verdictById(tx, keys.evaluation, face.id)
  if (whole === null) throw new TypeError(`the verdict ${face.id} is not there`)
  return presentVerdict(whole)
}
