import type { Target } from '#formats/proof/bundle.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'
import type { Ladder, Verifier } from './evidence.ts'
import type { Judgement } from './oracle.ts'
import type { KeptRun } from './proof-runs.ts'
import type { EnvironmentSeen } from './toolchain.ts'
import type { PatchSeen } from './verdict.ts'
import { evidenceOf, type TriedProof } from './verify-proof.ts'

/** All that is kept of verifying one proof: what was run, on what, and what it shows. */
export type ProofRecord = {
  readonly title: string
  readonly target: Target
  readonly verifier: Verifier
  readonly evidence: Ladder
  /** What the first run that showed the flaw showed; else what the first run did. */
  readonly shown: Judgement | null
  readonly patch: PatchSeen | null
  readonly environment: EnvironmentSeen
  /** Of the first run; that of each stands with it. */
  readonly isolation: IsolationFacts | null
  /** Other ways to the flaw that were supplied or found. */
  readonly variants: readonly string[]
  readonly runs: readonly KeptRun[]
  /** What is odd about the runs themselves. */
  readonly remarks: readonly string[]
}

export function recordOf(triedProof: TriedProof, patch: PatchSeen | null): ProofRecord {
  const { open, asked, environment, runs, proof, variants } = triedProof
  const shown = proof.find(({ judgement }) => judgement.is === 'met') ?? proof[0]
  return {
    title: open.proof.title,
    target: open.proof.target,
    verifier: asked.verifier,
    evidence: evidenceOf(triedProof, patch),
    shown: shown?.judgement ?? null,
    patch,
    environment,
    isolation: runs.kept[0]?.isolation ?? null,
    variants: variants.map(({ name }) => name),
    runs: runs.kept,
    remarks: [...runs.remarks],
  }
}
