import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { contentOwner } from '#features/report/incoming.ts'
import { storedText } from '#features/report/stored-json.ts'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { BlobRef, Blobs } from '#platform/blobs/blobs.ts'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { isOfMachine, MachineTrouble } from './machine-trouble.ts'
import { newProofId, type ProofReport, sameProof, storeProof, tellProof } from './proof.store.ts'
import { type ProofKeys, sealFor } from './proof-keys.ts'
import { type NoRoom, noRoomFor } from './proof-room.store.ts'
import { queueRun } from './proof-run.store.ts'
import { toldWords } from './scrub.ts'

/** One thing that is wrong with a bundle: where in its proof.yaml or its files, and what. */
export type BundleFault = { readonly pointer: string; readonly detail: string }

/** A bundle that holds together, and its patch as text, where it has one. */
export type BundleRead = { readonly bundle: ProofBundle; readonly patch: string | null }

/**
 * Reads the archive of a bundle without unpacking it to anywhere.
 *
 * @throws {MachineTrouble} where this machine cannot for the moment, whatever the bundle is
 */
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
  /** The machine cannot at the moment. */
  | { readonly is: 'not-kept'; readonly why: string }
  | { readonly is: Exclude<NoRoom, null> }

/** What is kept sealed of a proof beside its bytes. */
export type Manifest = { readonly bundle: ProofBundle; readonly patch: string | null }

/** So much of a patch is shown; all of it is in the bundle. */
const patchShownMax = 200_000

/** Keeps a proof, sealed with the keys of its report, and asks for its first run. */
export async function handIn(parts: HandInParts, handed: Handed): Promise<Taken> {
  const { pool, blobs, keys } = parts
  const { archive, report, actor, organisation } = handed
  const found = await readArchive(parts.read, archive)
  if (!found.ok) return found
  const proposed = proposedFault(found.value.bundle)
  if (proposed !== null) return no({ is: 'faulty', faults: [proposed] })
  if (keys.destroyed.has(report.id)) return no({ is: 'destroyed' })
  const sha256 = await digestOfFile(archive)
  const wish = { reportNo: report.no, organisation, sha256 }
  // Asked before anything is kept, and once more with the row.
  const room = await asActor(pool, actor, (tx) => noRoomFor(tx, wish))
  if (room !== null) return no({ is: room })
  const blob = await blobs.put(createReadStream(archive), {
    ...{ sealed: true, associatedData: contentOwner(organisation), own: report.own },
  })
  if (!blob.ok) return no({ is: 'not-kept', why: blob.refusal.why })
  const kept = await keep(parts, handed, { ...found.value, blob: blob.value })
  // Where everything of the report is destroyed, nothing else needs the blob; elsewhere the same
  // bytes may be an attachment.
  if (!kept.ok && kept.refusal.is === 'destroyed') await blobs.delete(blob.value)
  return kept
}

type Taken = Result<HandedIn, NotTaken>

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

async function readArchive(
  read: BundleReader,
  archive: string,
): Promise<Result<BundleRead, NotTaken>> {
  try {
    const found = await read(archive)
    return found.ok ? found : no({ is: 'faulty', faults: found.refusal.map(told) })
  } catch (error) {
    if (error instanceof MachineTrouble) return no({ is: 'not-kept', why: error.message })
    if (isOfMachine(error)) return no({ is: 'not-kept', why: 'cannot be read for now' })
    throw error
  }
}

/** Names in an archive are whatever somebody wrote there. */
const told = ({ pointer, detail }: BundleFault): BundleFault => ({
  pointer: toldWords(pointer, 300),
  detail: toldWords(detail, 1_000),
})

/** Writes down that a proof is there, where there is room for it. */
function keep(
  { pool, keys, clock }: HandInParts,
  { report, actor, organisation, person, attachment }: Handed,
  { bundle, patch, blob }: BundleRead & { readonly blob: BlobRef },
): Promise<Taken> {
  const id = newProofId()
  const manifest: Manifest = { bundle, patch: patch?.slice(0, patchShownMax) ?? null }
  const { sha256 } = blob
  const now = clock.now()
  return asActor(pool, actor, async (tx) => {
    const room = await noRoomFor(tx, { reportNo: report.no, organisation, sha256 })
    if (room !== null) return no({ is: room })
    const no_ = await storeProof(
      tx,
      {
        ...{ id, reportNo: report.no, organisation, person, attachment, blob },
        title: toldWords(storedText(bundle.title), titleMax),
        purl: bundle.target.purl,
        finder: { name: storedText(bundle.finder.name), model: bundle.finder.model },
        manifest: sealFor(keys, report.own, { id, value: manifest }),
      },
      now,
    )
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
