import type { IsolationFacts, SandboxRefusal, Tier } from '#platform/sandbox/sandbox.ts'
import type { AttemptEnd } from './attempt.ts'

/** What came of one attempt. */
export type Tried = {
  readonly name: string
  readonly guard: string
  readonly end: AttemptEnd
  /** What escaped, and what else is not as it must be; empty when the sandbox held. */
  readonly wrong: readonly string[]
  readonly tookMs: number
  /** The beginning of what it printed. */
  readonly said: string
}

/** What came of all, against one tier. */
export type Suite = {
  readonly refused: SandboxRefusal | null
  readonly isolation: IsolationFacts | null
  readonly tried: readonly Tried[]
  /** How the run beside all others ended, as the runner says it. */
  readonly neighbour: string
  /** What the process that tries wrote to its standard error, and how it ended. */
  readonly trouble: string
}

export const tiers = ['namespaces', 'gvisor', 'container'] as const satisfies Tier[]

export const isTier = (name: string): name is Tier => tiers.some((one) => one === name)
