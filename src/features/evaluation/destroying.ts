import { recordFor } from '#features/engagement/engagement-event.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { heldOf } from './judged.store.ts'
import { destroyRun, destroyTranscripts, transcriptBlobs } from './settlement.store.ts'

export type Destroying = {
  readonly run: { readonly no: number; readonly id: string }
  readonly engagement: string
  readonly now: Date
}

/**
 * Destroys all that is held of a closed run; a sentence where that is not possible now. Transcripts
 * go first: should it stop half-way, what is left is still known to be there, and deleting what is
 * gone already succeeds.
 */
export async function destroyHeld(
  tx: Tx,
  blobs: Blobs,
  { run, engagement, now }: Destroying,
): Promise<Result<null, string>> {
  const { sha256, samples } = await heldOf(tx, run)
  const deleted = await deleteTranscripts(tx, blobs, run)
  if (!deleted.ok) return deleted
  const fields = { samples: String(samples) }
  const entry = { at: now, action: 'run.destroy', kind: 'run', record: run.id } as const
  await recordFor(tx, engagement, [{ ...entry, digest: sha256, fields }])
  await destroyRun(tx, run.no)
  return yes(null)
}

/** The same of its transcripts alone; samples, what was said of them and digests stay. */
export async function destroyTranscriptsHeld(
  tx: Tx,
  blobs: Blobs,
  { run, engagement, now }: Destroying,
): Promise<Result<null, string>> {
  const { sha256 } = await heldOf(tx, run)
  const deleted = await deleteTranscripts(tx, blobs, run)
  if (!deleted.ok) return deleted
  if (deleted.value === 0) return yes(null)
  const fields = { parts: String(deleted.value) }
  const entry = { at: now, action: 'transcript.destroy', kind: 'run', record: run.id } as const
  await recordFor(tx, engagement, [{ ...entry, digest: sha256, fields }])
  await destroyTranscripts(tx, run.no)
  return yes(null)
}

/** Answers how many pieces there were. */
async function deleteTranscripts(
  tx: Tx,
  blobs: Blobs,
  run: Destroying['run'],
): Promise<Result<number, string>> {
  const pieces = await transcriptBlobs(tx, run.no)
  for (const blob of pieces) {
    const deleted = await blobs.delete(blob)
    if (!deleted.ok) return no(`A transcript could not be deleted: ${deleted.refusal.why}.`)
  }
  return yes(pieces.length)
}
