import { sql } from 'kysely'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import { type BlobRef, blobRefShape } from '#platform/blobs/blobs.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { enqueue } from '#platform/jobs/jobs.ts'
import { claimKeys, type KeptAnswer, type Once } from './idempotency.store.ts'
import { ImportId, type ImportState, type Told, ToldShape } from './import.ts'
import type { ReportKeys } from './incoming.ts'
import { organisationOf, tellLive } from './receive.store.ts'
import { organisationVeil, veiledDocument } from './veil.store.ts'

/** The queue whose jobs read what was handed in as a whole. */
export const readQueue = 'read-import'

/** A document that is kept already and becomes an import. */
export type Deposit = {
  readonly name: string
  readonly series: string | null
  readonly format: string | null
  /** The number of its label; null or absent for what is usual for its organisation. */
  readonly label?: number | null
  readonly blob: BlobRef
}

export type Deposited = { readonly id: string; readonly isKnown: boolean }

export type DepositOnce = Once & { readonly answerOf: (deposited: Deposited) => KeptAnswer }

/**
 * Makes an import of a document and asks for it to be read; the same bytes of the same organisation
 * are the import that they were, unless they have another label: that is another document. Null
 * when the key of the request was used before.
 */
export const deposit = (
  pool: Pool,
  actor: Actor,
  asked: {
    readonly document: Deposit
    readonly once: DepositOnce | null
    readonly now: Date
    readonly keys: ReportKeys
  },
): Promise<Deposited | null> =>
  asActor(pool, actor, async (tx) => {
    const { once, now } = asked
    const organisation = organisationOf(actor)
    const veil = await organisationVeil(tx, organisation, asked.keys)
    const document = veil === null ? asked.document : veiledDocument(veil, asked.document)
    const label = document.label ?? (await usualLabel(tx, organisation))
    // Two who hand in the same bytes at once: the second finds what the first made.
    const bytes = organisation + document.blob.sha256
    await sql`select pg_advisory_xact_lock(hashtextextended(${bytes}, 5))`.execute(tx)
    const known = await knownImport(tx, { organisation, label }, document)
    const deposited = known ?? { id: ImportId.of(randomName()), isKnown: false }
    if (once) {
      const { key, digest } = once
      const keeping = { key, digest, answer: once.answerOf(deposited) }
      const claimed = await claimKeys(tx, { organisation, now }, [keeping])
      if (!claimed.has(key)) return null
    }
    const named = { ...document, id: deposited.id, actor, labelId: label }
    if (!known) await addImport(tx, named, now)
    const of = { kind: 'import', record: deposited.id, digest: document.blob.sha256 } as const
    await record(tx, [{ at: now, action: 'import.receive', ...of }])
    return deposited
  })

async function usualLabel(tx: Tx, organisation: string): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select parley.usual_label(${organisation}) as id`.execute(tx)
  return rows[0]?.id ?? 0
}

/** What was refused is read again when it comes again: what refused it may have been repaired. */
async function knownImport(
  tx: Tx,
  { organisation, label }: { readonly organisation: string; readonly label: number },
  { blob, series, format }: Deposit,
): Promise<Deposited | null> {
  const row = await tx
    .selectFrom('parley.bulk_import')
    .select('id')
    .where('organisation_id', '=', organisation)
    .where('sha256', '=', Buffer.from(blob.sha256, 'hex'))
    .where('state', '<>', 'refused')
    .where('label_id', '=', label)
    .where(sql<boolean>`asked_format is not distinct from ${format}::text`)
    .where(sql<boolean>`${series}::text is null or series = ${series}::text`)
    .orderBy('no')
    .limit(1)
    .executeTakeFirst()
  return row ? { id: row.id, isKnown: true } : null
}

type Named = Deposit & { readonly id: string; readonly actor: Actor; readonly labelId: number }

async function addImport(
  tx: Tx,
  { id, actor, labelId, ...document }: Named,
  now: Date,
): Promise<void> {
  const organisation = organisationOf(actor)
  const { blob } = document
  await tx
    .insertInto('parley.bulk_import')
    .values({
      ...{ id, organisation_id: organisation, submitted_by: actor.person, received_at: now },
      ...{ name: document.name, series: document.series, asked_format: document.format },
      ...{ sha256: Buffer.from(blob.sha256, 'hex'), size_bytes: blob.sizeBytes },
      ...{ blob: JSON.stringify(blob), state: 'stored', label_id: labelId },
    })
    .execute()
  await enqueue(tx, readQueue, id)
  await tellLive(tx, { topic: 'import', ref: id, organisation, label: labelId }, now)
}

/** An import as the job that reads it needs it. */
export type ImportRow = {
  readonly no: number
  readonly id: string
  readonly organisation: string
  /** The number of its label. */
  readonly label: number
  readonly person: string | null
  readonly name: string
  readonly series: string | null
  readonly format: string | null
  readonly state: ImportState
  readonly blob: BlobRef
  /** How many findings are reports by now. */
  readonly position: number
  readonly receivedAt: Date
  readonly told: Told
}

/** An import of any organisation, for the product itself; null when there is none. */
export async function loadImport(tx: Tx, id: string): Promise<ImportRow | null> {
  const row = await tx
    .selectFrom('parley.bulk_import')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    ...{ no: row.no, id: row.id, organisation: row.organisation_id, name: row.name },
    label: row.label_id,
    ...{ person: row.submitted_by, series: row.series, format: row.asked_format },
    ...{ state: stateOf(row.state), blob: blobRefShape.parse(row.blob) },
    ...{ position: row.position, receivedAt: row.received_at, told: ToldShape.parse(row.told) },
  }
}

const states = ['stored', 'reading', 'read', 'placed', 'refused'] as const

function stateOf(text: string): ImportState {
  const state = states.find((one) => one === text)
  if (!state) throw new TypeError(`not a state of an import: ${text}`)
  return state
}

/**
 * Whether an earlier import has to be read first: imports of one series supersede each other in the
 * order in which they came.
 */
export async function mustWait(tx: Tx, { no, organisation, label, name, series }: ImportRow) {
  const row = await tx
    .selectFrom('parley.bulk_import')
    .select('id')
    .where('organisation_id', '=', organisation)
    .where('label_id', '=', label)
    .where('no', '<', no)
    .where('state', 'in', ['stored', 'reading'])
    .where(sql<boolean>`coalesce(series, name) = ${series ?? name}`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Asks for every import that is not read yet and for which no job waits: its job may have died with
 * its process. Answers how many were asked for.
 */
export const requeueUnread = (pool: Pool): Promise<number> =>
  asActor(pool, systemActor, async (tx) => {
    const { rows } = await sql<{ asked: number }>`
      select parley.enqueue_missing(${readQueue}, array(
        select id from parley.bulk_import where state in ('stored', 'reading') order by no
      )) as asked`.execute(tx)
    return rows[0]?.asked ?? 0
  })

export type ImportTold = {
  /** Whether whoever asks may be shown the cases of its reports. */
  readonly isCleared: boolean
  readonly id: string
  readonly name: string
  readonly series: string | null
  readonly format: string | null
  readonly state: ImportState
  readonly sizeBytes: number
  readonly sha256: string
  readonly receivedAt: Date
  readonly finishedAt: Date | null
  readonly told: Told
}

export type Page = { readonly after: number | null; readonly limit: number }

/** Imports that the actor may see, newest first, with their numbers for the next page. */
export async function listImports(
  tx: Tx,
  { after, limit }: Page,
): Promise<readonly (ImportTold & { readonly no: number })[]> {
  const rows = await tx
    .selectFrom('parley.bulk_import')
    .selectAll()
    .select(
      sql<boolean>`parley.actor_is_system()
        or label_id in (select l.id from parley.visible_labels() l)`.as('is_cleared'),
    )
    .$if(after !== null, (query) => query.where('no', '<', after ?? 0))
    .orderBy('no', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    isCleared: row.is_cleared,
    ...{ no: row.no, id: row.id, name: row.name, series: row.series, format: row.format },
    ...{ state: stateOf(row.state), sizeBytes: row.size_bytes },
    ...{ sha256: row.sha256.toString('hex'), receivedAt: row.received_at },
    finishedAt: row.placed_at ?? (row.state === 'refused' ? row.read_at : null),
    told: ToldShape.parse(row.told),
  }))
}

export async function importById(tx: Tx, id: string): Promise<ImportTold | null> {
  const row = await tx
    .selectFrom('parley.bulk_import')
    .select('no')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return (await listImports(tx, { after: row.no + 1, limit: 1 }))[0] ?? null
}

export type ImportedReport = {
  readonly ordinal: number
  readonly receipt: string
  readonly title: string
  readonly outcome: string
  readonly case_id: string | null
}

/** The findings of an import in order, from behind `after`; none where the actor may not see it. */
export async function listImported(tx: Tx, id: string, { after, limit }: Page) {
  const { rows } = await sql<ImportedReport>`
    select * from parley.import_rows(${id}, ${after ?? -1}, ${limit})`.execute(tx)
  return rows
}
