import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type {
  Output,
  Root,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
} from '#platform/sandbox/sandbox.ts'
import { reportsFolder } from './attempt-script.ts'
import type { Judgement } from './oracle.ts'
import { type Scrubbing, scrub } from './scrub.ts'
import { textOf } from './seen.ts'

/** What a run of the sandbox was for. */
export type Purpose =
  | 'environment'
  | 'build'
  | 'files'
  | 'proof'
  | 'benign'
  | 'tests'
  | 'variant'
  | 'mutant'

/** One run as it is kept: what it was, how it went, and its output, bounded and scrubbed. */
export type KeptRun = {
  readonly purpose: Purpose
  readonly name: string
  readonly isPatched: boolean
  readonly startedAt: string
  readonly startMs: number
  readonly tookMs: number
  readonly cpuMs: number | null
  readonly memoryPeakBytes: number | null
  readonly ending: SandboxOutcome['ending']
  readonly stdout: KeptOutput
  readonly stderr: KeptOutput
  readonly isolation: SandboxOutcome['isolation']
  judgement: Judgement | null
}

export type KeptOutput = { readonly text: string; readonly total: number }

/** What every run of a proof needs. */
export type Bench = {
  readonly sandbox: Sandbox
  readonly root: Root
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly scrubbing: Scrubbing
  /** An empty folder for the archives between runs. */
  readonly folder: string
  /** A text that cannot be foreseen, another each time. */
  readonly nonce: () => string
}

/** What sanitizers wrote to their files is kept with what the program wrote beside them. */
const reportsOf = ({ collected }: SandboxOutcome): Output | undefined =>
  collected.find(({ name }) => name === `${reportsFolder}/`)?.output

const reportsText = (outcome: SandboxOutcome): string => {
  const reports = reportsOf(outcome)
  return reports === undefined ? '' : textOf(reports)
}

export type What = Pick<KeptRun, 'purpose' | 'name' | 'isPatched'>

/** How far the times of a run may lie from this machine's before they are doubted. */
const skewMsMax = 60_000

/** Runs one proof's commands and keeps what they showed. */
export class ProofRuns {
  readonly bench: Bench
  readonly kept: KeptRun[] = []
  /** What is odd about the runs themselves, in words. */
  readonly remarks = new Set<string>()
  #states = 0

  constructor(bench: Bench) {
    this.bench = bench
  }

  /** A path for a new archive. */
  newState(): string {
    this.#states += 1
    return `${this.bench.folder}/state-${this.#states}.tar`
  }

  async run(
    what: What,
    run: Omit<SandboxRun, 'root'>,
  ): Promise<Result<{ readonly outcome: SandboxOutcome; readonly kept: KeptRun }, SandboxRefusal>> {
    const { sandbox, root, clock, signal } = this.bench
    const before = clock.now()
    const done = await sandbox.run({ ...run, root }, signal)
    if (!done.ok) return no({ ...done.refusal, why: `${what.name}: ${done.refusal.why}` })
    const outcome = done.value
    this.#remarkOnTimes(before, outcome)
    const kept = { ...what, ...this.#keep(outcome), judgement: null }
    this.kept.push(kept)
    return yes({ outcome, kept })
  }

  #keep(outcome: SandboxOutcome): Omit<KeptRun, keyof What | 'judgement'> {
    const { scrubbing } = this.bench
    const { startMs, tookMs, cpuMs, memoryPeakBytes, ending, isolation } = outcome
    return {
      startedAt: outcome.startedAt.toISOString(),
      ...{ startMs, tookMs, cpuMs, memoryPeakBytes, ending, isolation },
      stdout: { text: scrub(textOf(outcome.stdout), scrubbing), total: outcome.stdout.total },
      stderr: {
        text: scrub(`${reportsText(outcome)}${textOf(outcome.stderr)}`, scrubbing),
        total: outcome.stderr.total + (reportsOf(outcome)?.total ?? 0),
      },
    }
  }

  #remarkOnTimes(before: Date, { startedAt }: SandboxOutcome): void {
    const after = this.bench.clock.now()
    const early = before.getTime() - startedAt.getTime()
    const late = startedAt.getTime() - after.getTime()
    const skewMs = Math.max(early, late)
    if (after < before) this.remarks.add('the clock of this machine was set back during the runs')
    if (skewMs > skewMsMax) {
      const seconds = Math.round(skewMs / 1000)
      const where = early > late ? 'behind' : 'ahead of'
      this.remarks.add(`the sandbox's clock is ${seconds} s ${where} this machine's`)
    }
  }
}
