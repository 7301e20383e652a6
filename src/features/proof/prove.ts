import type { Crash } from '#formats/finding/finding.ts'
import type { Result } from '#kernel/result.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'
import type { Level } from './evidence.ts'
import type { Purpose } from './proof-runs.ts'

/** A proof that is to be run, as files of this machine that nobody unpacked yet. */
export type ProofTask = {
  /** The archive of the bundle. */
  readonly archive: string
  /** The archive of another proof, whose patch is tried instead of the bundle's own. */
  readonly patchFrom: string | null
}

/** One attempt, judged: a fresh run, the benign control, a variant or a mutant of the input. */
export type Attempted = {
  readonly name: string
  readonly purpose: Purpose
  readonly isPatched: boolean
  readonly is: 'met' | 'not-met' | 'unclear'
  readonly why: string
  readonly tookMs: number
  /** What it wrote, bounded and scrubbed. */
  readonly output: string
}

/** What running a proof showed. */
export type Proved = {
  readonly level: Level
  /** In so many of so many fresh runs. */
  readonly runs: { readonly met: number; readonly of: number }
  /** From E1 to E4: reached or not, and why. */
  readonly steps: readonly {
    readonly level: Level
    readonly isReached: boolean
    readonly why: string
  }[]
  /** What would have to be there for the next level. */
  readonly missing: readonly string[]
  readonly attempts: readonly Attempted[]
  readonly crash: Crash | null
  readonly patch: {
    readonly verdict: string | null
    readonly why: string
    readonly notes: readonly string[]
  } | null
  /** SHA-256, hexadecimal, of everything that the runs had in common but their input. */
  readonly environment: string
  /** Null where nothing was run. */
  readonly isolation: IsolationFacts | null
}

/** Why a proof was not run to its end. */
export type ProofRefusal = {
  readonly code: string
  readonly why: string
  /**
   * Whether it is this machine that cannot, and another worker may: it can run nothing at all
   * (`machine`), or lacks what this proof needs (`proof`).
   */
  readonly isHere: 'machine' | 'proof' | false
}

/**
 * Runs a proof: to the highest level that it reaches, or not at all. It ends soon after the signal
 * and leaves nothing behind.
 *
 * @throws for defects alone
 */
export type Prove = (task: ProofTask, signal: AbortSignal) => Promise<Result<Proved, ProofRefusal>>

/** What this machine can run proofs with, tried for real; or why it cannot, in words. */
export type Probe = (signal: AbortSignal) => Promise<Result<IsolationFacts, string>>
