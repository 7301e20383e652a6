import type { Pool } from 'pg'
import { recordFor } from '#features/engagement/engagement-event.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { heldOf } from './judged.store.ts'
import { destroyRun, destroyTranscripts, holdHeld, transcriptBlobs } from './settlement.store.ts'

/** Who destroys, and where. */
export type Destroyer = { readonly pool: Pool; readonly blobs: Blobs; readonly actor: Actor }

export type Destroying = {
  readonly run: { readonly no: number; readonly id: string }
  readonly engagement: string
  readonly now: Date
}

/**
 * Destroys all that is held of a closed run; a sentence where that is not possible now. Transcripts
 * go first, and in no transaction, so that nobody waits for a store. Should it stop half-way, what
 * is left is still known to be there, and deleting what is gone already succeeds.
 */
export async function destroyHeld(
  by: Destroyer,
  { run, engagement, now }: Destroying,
): Promise<Result<null, string>> {
  const deleted = await deleteTranscripts(by, run)
  if (!deleted.ok) return deleted
  await asActor(by.pool, by.actor, async (tx) => {
    // Whoever else destroys it at this moment has written that down.
    if (!(await holdHeld(tx, run.no))) return
    const { sha256, samples } = await heldOf(tx, run)
    const fields = { samples: String(samples) }
    const entry = { at: now, action: 'run.destroy', kind: 'run', record: run.id } as const
    await recordFor(tx, engagement, [{ ...entry, digest: sha256, fields }])
    await destroyRun(tx, run.no)
  })
  return yes(null)
}

/** The same of its transcripts alone; samples, what was said of them and digests stay. */
export async function destroyTranscriptsHeld(
  by: Destroyer,
  { run, engagement, now }: Destroying,
): Promise<Result<null, string>> {
  const deleted = await deleteTranscripts(by, run)
  if (!deleted.ok) return deleted
  await asActor(by.pool, by.actor, async (tx) => {
    if (!(await holdHeld(tx, run.no))) return
    const { sha256 } = await heldOf(tx, run)
    const parts = await destroyTranscripts(tx, run.no)
    if (parts === 0) return
    const fields = { parts: String(parts) }
    const entry = { at: now, action: 'transcript.destroy', kind: 'run', record: run.id } as const
    await recordFor(tx, engagement, [{ ...entry, digest: sha256, fields }])
  })
  return yes(null)
}

async function deleteTranscripts(
  { pool, blobs, actor }: Destroyer,
  run: Destroying['run'],
): Promise<Result<null, string>> {
  for (const blob of await asActor(pool, actor, (tx) => transcriptBlobs(tx, run.no))) {
    const deleted = await blobs.delete(blob)
    if (!deleted.ok) return no(`A transcript could not be deleted: ${deleted.refusal.why}.`)
  }
  return yes(null)
}
