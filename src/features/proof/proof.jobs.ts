import { createHash, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { contentOwner } from '#features/report/incoming.ts'
import { seal } from '#formats/attestation/dsse.ts'
import { sigstoreBundle } from '#formats/attestation/sigstore-bundle.ts'
import { encodeStatement } from '#formats/attestation/statement.ts'
import type { Clock } from '#kernel/clock.ts'
import { type Blobs, BlobUnreadable, blobRefShape } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { crashDigest } from './crash-digest.ts'
import { isGoneForGood, isOfMachine } from './machine-trouble.ts'
import { shownOf } from './present-proof.ts'
import { caseOfProof, type EvidenceChanged, setShown, tellRun } from './proof.store.ts'
import { type ProofKeys, sealFor } from './proof-keys.ts'
import {
  attemptsMax,
  endRun,
  failRun,
  giveBack,
  type HeldProof,
  type HeldRun,
  holdRun,
} from './proof-run.store.ts'
import type { ProofRefusal, Prove, Proved } from './prove.ts'
import { runStatement } from './run-statement.ts'
import { withScratch, writeScratch } from './scratch.ts'
import { toldWords } from './scrub.ts'
import type { WorkerSelf } from './worker.store.ts'

/** A run whose level was written down, for whoever draws conclusions in the same transaction. */
export type Shown = {
  readonly proofNo: number
  readonly proof: string
  readonly case: string | null
  /** The proof whose patch was tried; null for its own. */
  readonly patchOf: { readonly no: number; readonly id: string } | null
  readonly proved: Proved
}

export type RunParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: ProofKeys
  readonly clock: Clock
  readonly prove: Prove
  readonly self: WorkerSelf
  /** The private key of the worker. */
  readonly signer: KeyObject
  /** Where bundles lie while they are run. */
  readonly scratch: string
  readonly evidenceChanged: EvidenceChanged
  /** Draws conclusions for other proofs. */
  readonly onShown: (tx: Tx, shown: Shown) => Promise<void>
}

/**
 * What became of a run that was held: `lost` where somebody else holds it by now or it was
 * cancelled; `here` where this machine cannot run proofs any more, which was given back.
 */
export type Ran =
  | { readonly is: 'done' | 'failed' | 'lost' | 'back' }
  | { readonly is: 'here'; readonly why: string }

/** So long a run may take in all, so that no bundle keeps a worker from everything else. */
const wholeRunMsMax = 2 * 3_600_000

const tooSlow: ProofRefusal = {
  ...({ code: 'too-slow', isHere: false } as const),
  why: 'It took longer than two hours in all.',
}

/** Runs what is held and writes down what it showed. After the signal it is given back. */
export async function runHeld(parts: RunParts, run: HeldRun, signal: AbortSignal): Promise<Ran> {
  const over = AbortSignal.timeout(wholeRunMsMax)
  try {
    return await withScratch(parts.scratch, async (folder) => {
      const unopened = await beforeOpening(parts, run)
      if (unopened !== null) return unopened
      const archive = await fetched(parts, run.proof, join(folder, 'bundle'))
      const patchFrom =
        run.patchFrom && (await fetched(parts, run.patchFrom, join(folder, 'patch')))
      const proved = await parts.prove({ archive, patchFrom }, AbortSignal.any([signal, over]))
      if (signal.aborted) return back(parts, run, { isAttempt: false })
      if (over.aborted) return refused(parts, run, tooSlow)
      return proved.ok ? ended(parts, run, proved.value) : refused(parts, run, proved.refusal)
    })
  } catch (error) {
    if (signal.aborted) return back(parts, run, { isAttempt: false })
    if (over.aborted) return refused(parts, run, tooSlow)
    return broken(parts, run, error)
  }
}

/** A bundle that cannot be had is refused; anything else is tried again, but not for ever. */
async function broken(parts: RunParts, run: HeldRun, error: unknown): Promise<Ran> {
  const isGone = isGoneForGood(error)
  if (!isGone && run.attempt < attemptsMax) {
    await back(parts, run, { isAttempt: true })
    throw error
  }
  const isUnread = error instanceof BlobUnreadable
  const why = isUnread ? `The bundle ${error.refusal.why}.` : brokenWords(error)
  const is = await refused(parts, run, { code: 'defect', why, isHere: false })
  if (!isGone) throw error
  return is
}

const brokenWords = (error: unknown): string =>
  isOfMachine(error)
    ? `Its workers had no room for it ${attemptsMax} times: disk, memory or open files.`
    : 'A defect in Parley; see the log.'

const destroyed: ProofRefusal = {
  ...({ code: 'destroyed', isHere: false } as const),
  why: 'What came with the report was destroyed.',
}

/**
 * Nothing of a proof is opened by whoever lost its run or may not be given it by now, nor when it
 * is destroyed, whatever a restored database says. Null where it may be.
 */
async function beforeOpening(parts: RunParts, run: HeldRun): Promise<Ran | null> {
  const standing = await asActor(parts.pool, systemActor, (tx) => holdRun(tx, run))
  if (standing !== 'held') return ranOf(standing)
  const proofs = [run.proof, ...(run.patchFrom === null ? [] : [run.patchFrom])]
  const isDestroyed = proofs.some(
    ({ report, salt }) => salt === null || parts.keys.destroyed.has(report),
  )
  return isDestroyed ? refused(parts, run, destroyed) : null
}

const ranOf = (standing: 'lost' | 'not-allowed'): Ran => ({
  is: standing === 'lost' ? 'lost' : 'back',
})

/** The bytes of a proof in a file of this machine. */
async function fetched({ blobs }: RunParts, proof: HeldProof, path: string): Promise<string> {
  const { organisation, report, salt } = proof
  const own = salt === null ? undefined : { id: report, salt }
  const ref = blobRefShape.parse(proof.blob)
  await writeScratch(path, blobs.open(ref, contentOwner(organisation), own))
  return path
}

async function back(
  { pool }: RunParts,
  run: HeldRun,
  how: { readonly isAttempt: boolean },
): Promise<Ran> {
  await asActor(pool, systemActor, (tx) => giveBack(tx, run, how))
  return { is: 'back' }
}

/** What one machine cannot is tried on others, so often; then it is told why that was. */
async function refused(parts: RunParts, run: HeldRun, refusal: ProofRefusal): Promise<Ran> {
  const { pool, clock } = parts
  const { code, isHere } = refusal
  const why = toldWords(refusal.why, whyLengthMax)
  if (isHere !== false && run.attempt < attemptsMax) {
    await back(parts, run, { isAttempt: true })
    return isHere === 'machine' ? { is: 'here', why } : { is: 'back' }
  }
  const ran = await asActor(pool, systemActor, async (tx): Promise<Ran> => {
    const standing = await holdRun(tx, run)
    if (standing !== 'held') return ranOf(standing)
    const times = `Tried ${attemptsMax} times, and no worker could: ${why}`
    if (!(await failRun(tx, run, { code, why: isHere === false ? why : times }))) {
      return { is: 'lost' }
    }
    const now = clock.now()
    const of = { action: 'proof.end', kind: 'run', record: run.id } as const
    await record(tx, [{ at: now, ...of, fields: { proof: run.proof.id, refusal: code } }])
    await tellRun(tx, { proof: run.proof.id, patchOf: run.patchFrom?.id ?? null }, now)
    return { is: 'failed' }
  })
  return isHere === 'machine' ? { is: 'here', why } : ran
}

const whyLengthMax = 2_000

/** Everything that follows from what a run showed is one transaction, or nothing. */
function ended(parts: RunParts, run: HeldRun, proved: Proved): Promise<Ran> {
  const { pool, clock, evidenceChanged, onShown } = parts
  return asActor(pool, systemActor, async (tx): Promise<Ran> => {
    const standing = await holdRun(tx, run)
    if (standing !== 'held') return ranOf(standing)
    const now = clock.now()
    const { proof } = run
    if (proof.salt === null) return { is: 'lost' }
    const value = shownOf(proved)
    const sealed = sealFor(
      parts.keys,
      { id: proof.report, salt: proof.salt },
      { id: run.id, value },
    )
    const attestation = attested(parts, run, { proved, value, now })
    const verdict = proved.patch?.verdict ?? null
    const isHeld = await endRun(tx, run, {
      ...{ level: proved.level, verdict, ...proved.runs, environment: proved.environment },
      ...{ record: sealed, attestation },
    })
    if (!isHeld) return { is: 'lost' }
    const found = await caseOfProof(tx, proof.no)
    if (run.patchFrom === null) {
      await setShown(tx, proof.no, { ...proved, verdict, crash: crashDigest(proved.crash) })
      if (found !== null) await evidenceChanged(tx, [found])
    }
    const digest = createHash('sha256').update(JSON.stringify(attestation)).digest('hex')
    const of = { action: 'proof.end', kind: 'run', record: run.id, digest } as const
    const fields = { proof: proof.id, level: proved.level, worker: parts.self.id }
    await record(tx, [{ at: now, ...of, fields }])
    const { patchFrom } = run
    await tellRun(tx, { proof: proof.id, patchOf: patchFrom?.id ?? null }, now)
    await onShown(tx, {
      ...{ proofNo: proof.no, proof: proof.id, case: found, proved },
      patchOf: patchFrom && { no: patchFrom.no, id: patchFrom.id },
    })
    return { is: 'done' }
  })
}

function attested(
  { self, signer }: RunParts,
  run: HeldRun,
  { proved, value, now }: { readonly proved: Proved; readonly value: unknown; readonly now: Date },
) {
  const { id, name, version } = self
  const statement = runStatement(
    {
      ...{ run: run.id, worker: { id, name, version }, startedAt: run.startedAt, endedAt: now },
      archive: run.proof.sha256.toString('hex'),
      patchFrom: run.patchFrom?.sha256.toString('hex') ?? null,
      recordSha256: createHash('sha256').update(JSON.stringify(value)).digest('hex'),
    },
    proved,
  )
  return sigstoreBundle(seal(signer, encodeStatement(statement)))
}
