import { createReadStream } from 'node:fs'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { contentOwner } from '#features/report/incoming.ts'
import { storedText } from '#features/report/stored-json.ts'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { newProofId, type ProofReport, sameProof, storeProof, tellProof } from './proof.store.ts'
import { type ProofKeys, sealFor } from './proof-keys.ts'
import { queueRun } from './proof-run.store.ts'

/** One thing that is wrong with a bundle: where in its proof.yaml or its files, and what. */
export type BundleFault = { readonly pointer: string; readonly detail: string }

/** A bundle that holds together, and its patch as text, where it has one. */
export type BundleRead = { readonly bundle: ProofBundle; readonly patch: string | null }

/** Reads the archive of a bundle without unpacking it to anywhere. */
export type BundleReader = (archive: string) => Promise<Result<BundleRead, readonly BundleFault[]>>

export type HandInParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: ProofKeys
  readonly clock: Clock
  readonly read: BundleReader
}

/** A bundle that came in, as a file of this machine. */
export type Handed = {
  readonly archive: string
  readonly report: ProofReport
  readonly actor: Actor
  readonly organisation: string
  readonly person: string | null
  /** The id of the attachment that it was taken out of. */
  readonly attachment: string | null
}

/** A proof that is kept, and whether it was there before. */
export type HandedIn = { readonly id: string; readonly isSame: boolean }

/** Why a proof is not taken; nothing of it is kept. */
export type NotTaken =
  | { readonly is: 'faulty'; readonly faults: readonly BundleFault[] }
  | { readonly is: 'not-kept'; readonly code: string }

/** What is kept sealed of a proof beside its bytes. */
export type Manifest = { readonly bundle: ProofBundle; readonly patch: string | null }

/** So much of a patch is shown; all of it is in the bundle. */
const patchShownMax = 200_000

/** Keeps a proof, sealed with the keys of its report, and asks for its first run. */
export async function handIn(
  { pool, blobs, keys, clock, read }: HandInParts,
  { archive, report, actor, organisation, person, attachment }: Handed,
): Promise<Result<HandedIn, NotTaken>> {
  const found = await read(archive)
  if (!found.ok) return no({ is: 'faulty', faults: found.refusal })
  const { bundle, patch } = found.value
  const proposed = proposedFault(bundle)
  if (proposed !== null) return no({ is: 'faulty', faults: [proposed] })
  const blob = await blobs.put(createReadStream(archive), {
    ...{ sealed: true, associatedData: contentOwner(organisation), own: report.own },
  })
  if (!blob.ok) return no({ is: 'not-kept', code: blob.refusal.code })
  const id = newProofId()
  const manifest: Manifest = { bundle, patch: patch?.slice(0, patchShownMax) ?? null }
  const now = clock.now()
  return asActor(pool, actor, async (tx) => {
    const no_ = await storeProof(
      tx,
      {
        ...{ id, reportNo: report.no, organisation, person, attachment, blob: blob.value },
        title: storedText(bundle.title).slice(0, titleMax),
        purl: bundle.target.purl,
        finder: { name: storedText(bundle.finder.name), model: bundle.finder.model },
        manifest: sealFor(keys, report.own, { id, value: manifest }),
      },
      now,
    )
    const { sha256 } = blob.value
    if (no_ === null) {
      const same = await sameProof(tx, { reportNo: report.no, organisation, sha256 })
      return yes({ id: same, isSame: true })
    }
    await queueRun(tx, { proofNo: no_, why: 'arrived', person: null }, now)
    const of = { action: 'proof.hand-in', kind: 'proof', record: id, digest: sha256 } as const
    await record(tx, [{ at: now, ...of, fields: { report: report.id }, about: [report.id] }])
    await tellProof(tx, id, now)
    return yes({ id, isSame: false })
  })
}

const titleMax = 300

/** What a program put together is run only after a person looked at it and said so. */
function proposedFault(bundle: ProofBundle): BundleFault | null {
  const proposed = 'proposed' in bundle ? bundle.proposed : null
  if (typeof proposed !== 'string') return null
  const detail = 'Nobody looked at what a program proposed here: look, then take the line away.'
  return { pointer: '/proposed', detail }
}
