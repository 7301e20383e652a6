import { type Statement, statementType } from '#formats/attestation/statement.ts'
import type { IsolationFacts } from '#platform/sandbox/sandbox.ts'
import type { Proved } from './prove.ts'

const runPredicateType = 'urn:parley:attestation:proof-run:v1'

/** A run of a proof, as what is said of it needs it. */
export type RunFacts = {
  readonly run: string
  /** SHA-256, hexadecimal, of the archive that was run. */
  readonly archive: string
  /** Of the archive whose patch was tried instead; null for its own. */
  readonly patchFrom: string | null
  readonly worker: { readonly id: string; readonly name: string; readonly version: string }
  readonly startedAt: Date
  readonly endedAt: Date
  /** Of everything that was seen, which is kept sealed. */
  readonly recordSha256: string
}

/**
 * What a worker signs of a run (in-toto Statement v1): which bytes it ran, how that was held apart,
 * and what it showed. Nothing of what the programs wrote is in it but by digest, for attestations
 * are handed on.
 */
export function runStatement(facts: RunFacts, proved: Proved): Statement {
  const { runs, level, environment, isolation, patch } = proved
  return {
    _type: statementType,
    subject: [
      { name: 'proof', digest: { sha256: facts.archive } },
      ...(facts.patchFrom === null
        ? []
        : [{ name: 'proof of the patch', digest: { sha256: facts.patchFrom } }]),
    ],
    predicateType: runPredicateType,
    predicate: {
      run: facts.run,
      worker: facts.worker,
      startedAt: facts.startedAt.toISOString(),
      endedAt: facts.endedAt.toISOString(),
      level,
      runs,
      verdict: patch?.verdict ?? null,
      environment: { sha256: environment },
      isolation: isolation && isolationOf(isolation),
      record: { sha256: facts.recordSha256 },
    },
  }
}

const isolationOf = ({ tier, by, kernel, namespaces, egress, ...rest }: IsolationFacts) => ({
  ...{ tier, by, kernel, namespaces, egress, uid: rest.uid, cgroup: rest.cgroup },
  ...{ seccomp: rest.seccomp, noNewPrivileges: rest.noNewPrivileges },
  capabilities: rest.capabilities,
})
