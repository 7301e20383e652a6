import { join } from 'node:path'
import { sql } from 'kysely'
import { contentOwner } from '#features/report/incoming.ts'
import { blobRefShape } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { bundleBytesMax, type HandInRouteParts } from './hand-in.routes.ts'
import { handIn } from './hand-in.ts'
import { isGoneForGood, isOfMachine, MachineTrouble } from './machine-trouble.ts'
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
  /** How often it was tried and failed. */
  readonly looks: number
}

export type TakingParts = Omit<HandInRouteParts, 'uploadsMax'> & {
  /** Attachments up to this classification, within these compartments, are opened here. */
  readonly reach: { readonly ceiling: number; readonly compartments: readonly string[] }
}

/** What became of the next attachment; `failed` is tried again later, after all others. */
export type Look =
  | { readonly is: 'none' | 'looked' }
  | {
      readonly is: 'failed'
      readonly attachment: string
      readonly error: unknown
      /** It will not be tried any more. */
      readonly isGivenUp: boolean
      /** It is this machine that cannot: others fare no better for now. */
      readonly isOfMachine: boolean
    }

/** What fails by a defect is tried so often. */
const looksMax = 5
const againSeconds = 60

/**
 * Takes the next attachment that is an archive, was not looked at, and may be opened here. It is
 * marked in a transaction of its own once it was dealt with: who dies on the way leaves it to the
 * next, and a bundle that was kept already is not kept twice. One that fails waits, so that the
 * others have their turn.
 */
export async function takeNextProof(parts: TakingParts): Promise<Look> {
  const { pool, keys } = parts
  const found = await asActor(pool, systemActor, (tx) => nextOf(tx, parts.reach))
  if (found === null) return { is: 'none' }
  const { id, salt } = found
  try {
    const isOpen = salt !== null && !keys.destroyed.has(found.report)
    if (isOpen && found.size <= bundleBytesMax) {
      const is = await takeFrom(parts, { ...found, salt })
      if (is === 'later') {
        await letWait(parts, id)
        return { is: 'looked' }
      }
    }
  } catch (error) {
    const isMachine = isOfMachine(error)
    const isGivenUp = !isMachine && found.looks + 1 >= looksMax
    await (isGivenUp ? markLooked(parts, id) : letWait(parts, id))
    return { is: 'failed', attachment: id, error, isGivenUp, isOfMachine: isMachine }
  }
  await markLooked(parts, id)
  return { is: 'looked' }
}

const markLooked = ({ pool, clock }: TakingParts, id: string) =>
  asActor(pool, systemActor, (tx) =>
    tx
      .updateTable('parley.attachment')
      .set({ looked_at: clock.now() })
      .where('id', '=', id)
      .execute(),
  )

const letWait = ({ pool }: TakingParts, id: string) =>
  asActor(pool, systemActor, (tx) =>
    sql`update parley.attachment set looks = least(looks + 1, 100),
      look_after = clock_timestamp() + make_interval(secs => ${againSeconds} * least(looks + 1, 60))
      where id = ${id}`.execute(tx),
  )

async function nextOf(
  tx: Tx,
  { ceiling, compartments }: TakingParts['reach'],
): Promise<Candidate | null> {
  const { rows } = await sql<Candidate>`
    select a.id, r.no, r.id as report, a.organisation_id as organisation, a.blob,
      a.size_bytes as size, k.salt, a.looks
    from parley.attachment a join parley.report r on r.no = a.report_no
    join parley.label l on l.id = r.label_id
    left join parley.payload_key k on k.report_no = r.no
    where a.looked_at is null and a.filename ~* '\\.(tar|tar\\.gz|tgz|zip)$'
      and (a.look_after is null or a.look_after <= clock_timestamp())
      and l.classification <= ${ceiling} and l.compartments <@ ${[...compartments]}::text[]
    order by a.report_no, a.place limit 1`.execute(tx)
  return rows[0] ?? null
}

/**
 * Whatever is no bundle stays what it is: an attachment. `later`: others of its organisation are to
 * be run first.
 */
function takeFrom(
  parts: TakingParts,
  { id, no, report, organisation, blob, salt }: Candidate & { readonly salt: Buffer },
): Promise<'taken' | 'later'> {
  return withScratch(parts.scratch, async (folder) => {
    const archive = join(folder, 'bundle')
    const own = { id: report, salt }
    const content = parts.blobs.open(blobRefShape.parse(blob), contentOwner(organisation), own)
    try {
      await writeScratch(archive, content)
    } catch (error) {
      // Whoever opens it is told what is wrong with it.
      if (isGoneForGood(error)) return 'taken'
      throw error
    }
    const done = await handIn(parts, {
      ...{ archive, report: { no, id: report, own }, organisation, person: null },
      ...{ actor: systemActor, attachment: id },
    })
    if (done.ok) return 'taken'
    const { refusal } = done
    if (refusal.is === 'not-kept') throw new MachineTrouble(`a bundle ${refusal.why}`)
    return refusal.is === 'queue-full' ? 'later' : 'taken'
  })
}
