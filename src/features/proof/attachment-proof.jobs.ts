import { join } from 'node:path'
import { sql } from 'kysely'
import { contentOwner } from '#features/report/incoming.ts'
import { blobRefShape } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { bundleBytesMax, type HandInRouteParts } from './hand-in.routes.ts'
import { handIn } from './hand-in.ts'
import { isGoneForGood } from './proof.jobs.ts'
import { withScratch, writeScratch } from './scratch.ts'

/** An attachment that may hold a bundle. */
type Candidate = {
  readonly id: string
  readonly no: number
  readonly report: string
  readonly organisation: string
  readonly blob: unknown
  readonly size: number
  readonly salt: Buffer | null
}

/**
 * Takes the next attachment that is an archive and was not looked at; whether there was one.
 * It is marked in a transaction of its own once it was dealt with: who dies on the way leaves it to
 * the next, and a bundle that was kept already is not kept twice.
 */
export async function takeNextProof(parts: Omit<HandInRouteParts, 'uploadsMax'>): Promise<boolean> {
  const { pool, clock } = parts
  const found = await asActor(pool, systemActor, nextOf)
  if (found === null) return false
  if (found.salt !== null && found.size <= bundleBytesMax) {
    await takeFrom(parts, { ...found, salt: found.salt })
  }
  await asActor(pool, systemActor, (tx) =>
    tx
      .updateTable('parley.attachment')
      .set({ looked_at: clock.now() })
      .where('id', '=', found.id)
      .execute(),
  )
  return true
}

async function nextOf(tx: Tx): Promise<Candidate | null> {
  const { rows } = await sql<Candidate>`
    select a.id, r.no, r.id as report, a.organisation_id as organisation, a.blob,
      a.size_bytes as size, k.salt
    from parley.attachment a join parley.report r on r.no = a.report_no
    left join parley.payload_key k on k.report_no = r.no
    where a.looked_at is null and a.filename ~* '\\.(tar|tar\\.gz|tgz|zip)$'
    order by a.report_no limit 1`.execute(tx)
  return rows[0] ?? null
}

/** Whatever is no bundle stays what it is: an attachment. */
async function takeFrom(
  parts: Omit<HandInRouteParts, 'uploadsMax'>,
  { id, no, report, organisation, blob, salt }: Candidate & { readonly salt: Buffer },
): Promise<void> {
  await withScratch(parts.scratch, async (folder) => {
    const archive = join(folder, 'bundle')
    const own = { id: report, salt }
    const content = parts.blobs.open(blobRefShape.parse(blob), contentOwner(organisation), own)
    try {
      await writeScratch(archive, content)
    } catch (error) {
      // Whoever opens it is told what is wrong with it.
      if (isGoneForGood(error)) return
      throw error
    }
    const done = await handIn(parts, {
      ...{ archive, report: { no, id: report, own }, organisation, person: null },
      ...{ actor: systemActor, attachment: id },
    })
    if (done.ok || done.refusal.is === 'faulty') return
    throw new Error(`a proof cannot be kept: ${done.refusal.code}`)
  })
}
