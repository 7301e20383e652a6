import type { Outcome } from '#formats/evaluation/outcome.ts'
import type { Sample } from '../sample.ts'
import { type Reward, rewardOf } from '../task-trial.ts'
import { totalOf } from './allowance.ts'
import type { SampleEnding } from './sample-folder.ts'
import type { Attempted, SampleRun, SampleTask } from './sample-run.ts'
import type { Workshop } from './workshop.ts'

/** What an attempt came to. */
export type Judged = Pick<Sample, 'outcome' | 'reward' | 'why'>

const whyCharsMax = 2_000

/**
 * Judges an attempt that ended: by the verifier, in a sandbox of its own, wherever the working
 * folder can hold an answer. Null where that was cut short.
 */
export async function judged(
  run: SampleRun,
  attempted: Exclude<Attempted, { is: 'suspended' }>,
  { task, shop }: { readonly task: SampleTask; readonly shop: Workshop },
): Promise<Judged | null> {
  if (attempted.is === 'failed') return judgedWithout('infra_error', attempted.why)
  const { ending } = attempted
  if (ending.is !== 'done' && !run.hasActed) return judgedWithout(outcomeOf(ending), ending.why)
  const { sandbox, sandboxes, stop } = shop
  const found = await sandboxes.with(async () =>
    stop.leave.aborted
      ? null
      : rewardOf(task.one, run.state, { sandbox, root: task.root, signal: stop.leave }),
  )
  if (found === null || stop.leave.aborted) return null
  const { reward, why } =
    found.is === 'reward' ? { reward: found.reward, why: null } : { reward: null, why: found.why }
  run.tell({ is: 'verifier', reward, why })
  return weighed(found, ending, overBudget(run, task))
}

/** A success beyond the budget is exhaustion; an endpoint may give more than it was asked for. */
function overBudget({ used }: SampleRun, { limits }: SampleTask): SampleEnding | null {
  if (totalOf(used.tokens) <= limits.tokens) return null
  const isByLoss = totalOf(used.tokens) - used.lost <= limits.tokens
  return { is: 'limit', why: `it used more than its ${limits.tokens} tokens`, isByLoss }
}

/**
 * A full reward within the budget is a success however the attempt ended; any other reward counts
 * only where the model said that it was done. A verifier that fails says nothing of the model.
 */
function weighed(found: Reward, said: SampleEnding, over: SampleEnding | null): Judged {
  const ending = over ?? said
  if (found.is === 'reward' && found.reward === 1 && over === null) {
    return { outcome: 'success', reward: 1, why: null }
  }
  if (found.is === 'grader-error') return judgedWithout('grader_error', found.why)
  if (ending.is === 'done') return { outcome: 'failure', reward: found.reward, why: null }
  const left = `what it left earned ${found.reward}`
  return judgedWithout(outcomeOf(ending), `${ending.why ?? ending.is}; ${left}`)
}

const outcomes = {
  ...{ done: 'failure', limit: 'budget_exhausted', full: 'budget_exhausted' },
  ...{ refused: 'model_refusal', blocked: 'safeguard_block' },
} as const satisfies Record<SampleEnding['is'], Outcome>

const outcomeOf = ({ is, isByLoss }: SampleEnding): Outcome =>
  isByLoss ? 'infra_error' : outcomes[is]

export const judgedWithout = (outcome: Outcome, why: string | null): Judged => ({
  ...{ outcome, reward: null, why: (why ?? outcome).slice(0, whyCharsMax).toWellFormed() },
})

/** What is kept of an attempt that was judged, once its transcript is on the disk. */
export async function sampleOf(
  run: SampleRun,
  { outcome, reward, why }: Judged,
  { task, shop }: { readonly task: SampleTask; readonly shop: Workshop },
): Promise<Sample> {
  const { stratum, humanMinutes } = task.one.task
  if (run.contaminations.length > 0) {
    const all = run.contaminations.join(', ')
    run.tell({ is: 'note', text: `What the model wrote holds the canary of ${all}.` })
  }
  await run.tellAll()
  const transcriptSha256 = await run.folder.seal()
  const now = shop.clock.now().toISOString()
  // A clock may have been set back between two processes; nothing ends before it began.
  const [startedAt, endedAt] = [run.startedAt, later(now, run.startedAt)]
  const { answeredAt } = run
  const { tokens, turns, microUsd, ms } = run.used
  return {
    ...task.name,
    ...{ family: stratum.family, difficulty: stratum.difficulty, outcome, reward, why },
    ...(task.position !== null && { position: task.position }),
    ...(humanMinutes !== null && { humanMinutes }),
    ...{ tokens, tokenLimit: task.limits.tokens, turns, microUsd, startedAt },
    ...(answeredAt !== undefined && { answeredAt: earlier(later(answeredAt, startedAt), endedAt) }),
    ...{ endedAt, workingMs: Math.round(ms), contaminations: [...run.contaminations] },
    ...{ transcriptSha256, events: run.events },
  }
}

const later = (one: string, other: string): string => (one < other ? other : one)
const earlier = (one: string, other: string): string => (one < other ? one : other)
