import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { LedgerEntry } from '#features/ledger/entry.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Blobs, blobRefShape } from '#platform/blobs/blobs.ts'
import type { DestroyedKeys } from '#platform/crypto/destroyed-keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'

/** Bytes that are destroyed with a report, by what names them in sentences and in the ledger. */
export type Payload = {
  /** An attachment, the sealed part of the report, the document that it came in, or a proof. */
  readonly of: 'attachment' | 'sealed part' | 'document' | 'proof'
  readonly id: string
  readonly sizeBytes: number
  readonly sha256: string
  /** The blob that goes; null for what lies in a row, and for a blob that others need. */
  readonly blob: string | null
  /** Whether the same bytes stay, because another report or document of theirs has them. */
  readonly isShared: boolean
}

/** A report whose payloads are there, all or in part. */
export type Shreddable = {
  readonly no: number
  readonly id: string
  readonly payloads: readonly Payload[]
}

/** Which reports: these, or all of an organisation that still have payloads. */
export type Wanted = { readonly reports: readonly string[] } | { readonly organisation: string }

/** One request destroys the payloads of so many reports at most. */
export const reportsMax = 200

type Row = {
  readonly no: number
  readonly id: string
  readonly sealed: Buffer | null
  readonly files: unknown
  readonly document: unknown
  readonly proofs: unknown
}

/** Ids of reports with payloads, one more than are destroyed at once where there are more. */
export async function reportsWithPayloads(tx: Tx, wanted: Wanted): Promise<readonly string[]> {
  const named =
    'reports' in wanted
      ? sql`r.id = any (${wanted.reports}::text[])`
      : sql`r.organisation_id = ${wanted.organisation}`
  const { rows } = await sql<{ id: string }>`
    select r.id from parley.report r
    where ${named} and (exists (select 1 from parley.attachment a where a.report_no = r.no)
        or exists (select 1 from parley.proof p where p.report_no = r.no))
      and not exists (select 1 from parley.payload_end e where e.report_no = r.no)
    order by r.id limit ${reportsMax + 1}`.execute(tx)
  return rows.map(({ id }) => id)
}

/** One transaction at a time destroys: what it looks up stays so until it ends. */
export const lockShredding = (tx: Tx) =>
  sql`select pg_advisory_xact_lock(hashtextextended('destroy payloads', 0))`.execute(tx)

/**
 * Nothing more joins these reports until the transaction ends, and whoever is at it is waited for:
 * held before what there is to destroy is looked up, so that all of it is found.
 */
export const holdReports = (tx: Tx, ids: readonly string[]) =>
  sql`select 1 from parley.report where id = any (${ids}::text[])
    order by no for no key update`.execute(tx)

/**
 * What there is to destroy of reports, in one order, whether or not it was destroyed before. Only
 * what is from before reports had keys of their own can be shared. Only for the product itself.
 */
export async function payloadsOf(tx: Tx, ids: readonly string[]): Promise<readonly Shreddable[]> {
  const { rows } = await sql<Row>`
    with wanted as materialized (
      select r.no, r.id, r.import_no from parley.report r where r.id = any (${ids}::text[])
    ), sealed as materialized (
      select * from parley.sealed_of(array(select no from wanted))
    ), blobs as materialized (
      select a.blob ->> 'id' as blob, a.report_no from parley.attachment a
      where a.sha256 in (select b.sha256 from parley.attachment b
          where b.report_no in (select no from wanted) and not exists (
            select 1 from parley.payload_key k where k.report_no = b.report_no))
        and not exists (select 1 from parley.payload_end e where e.report_no = a.report_no)
    )
    select w.no, w.id, s.sealed,
      (select json_agg(json_build_object('id', a.id, 'blob', a.blob, 'isShared',
          exists (select 1 from blobs b where b.blob = a.blob ->> 'id'
            and b.report_no not in (select no from wanted))
          or exists (select 1 from parley.bulk_import i
            where i.sha256 = a.sha256 and i.blob ->> 'id' = a.blob ->> 'id')) order by a.place)
        from parley.attachment a where a.report_no = w.no) as files,
      (select json_build_object('id', i.id, 'blob', i.blob, 'isShared',
          exists (select 1 from parley.attachment b where b.sha256 = i.sha256
            and b.blob ->> 'id' = i.blob ->> 'id' and b.report_no not in (select no from wanted)
            and not exists (select 1 from parley.payload_end e where e.report_no = b.report_no))
          or exists (select 1 from parley.bulk_import j
            where j.sha256 = i.sha256 and j.state in ('stored', 'reading')))
        from parley.bulk_import i where i.no = w.import_no) as document,
      (select json_agg(json_build_object('id', p.id, 'blob', p.blob, 'isShared', false)
          order by p.no) from parley.proof p where p.report_no = w.no) as proofs
    from wanted w left join sealed s on s.report_no = w.no order by w.id`.execute(tx)
  return rows.map((row) => ({
    ...{ no: row.no, id: row.id },
    payloads: [
      ...[...filesIn(row.files, 'attachment'), ...sealedIn(row), ...documentIn(row.document)],
      ...filesIn(row.proofs, 'proof'),
    ],
  }))
}

type Kept = { readonly id: string; readonly blob: unknown; readonly isShared: boolean }
const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && 'id' in value && 'blob' in value

function payloadIn({ id, blob, isShared }: Kept, of: Payload['of']): Payload {
  const ref = blobRefShape.parse(blob)
  const { sizeBytes, sha256 } = ref
  return { of, id, sizeBytes, sha256, blob: isShared ? null : ref.id, isShared }
}

const filesIn = (files: unknown, of: Payload['of']): readonly Payload[] =>
  Array.isArray(files) ? files.filter(isKept).map((file) => payloadIn(file, of)) : []

const documentIn = (document: unknown): readonly Payload[] =>
  isKept(document) ? [payloadIn(document, 'document')] : []

/** Of the sealed part the digest is that of what is stored: nobody opens it to destroy it. */
function sealedIn({ id, sealed }: Row): readonly Payload[] {
  if (sealed === null) return []
  const sha256 = createHash('sha256').update(sealed).digest('hex')
  const { length: sizeBytes } = sealed
  return [{ of: 'sealed part', id, sizeBytes, sha256, blob: null, isShared: false }]
}

/** Whether documents that these reports came in, or the same bytes once more, wait to be read. */
export async function areBeingRead(tx: Tx, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select 1 from parley.bulk_import other join parley.bulk_import own on own.sha256 = other.sha256
    join parley.report r on r.import_no = own.no
    where r.id = any (${ids}::text[]) and other.state in ('stored', 'reading') limit 1`.execute(tx)
  return rows.length > 0
}

export type ShredParts = {
  readonly blobs: Pick<Blobs, 'delete'>
  readonly destroyed: DestroyedKeys
}

/** Why, and in whose name: for the ledger. */
export type Because = Pick<LedgerEntry, 'reason' | 'fields'> & {
  readonly approval: string | null
  readonly now: Date
}

/**
 * Destroys the payloads of reports for good, as the product itself. The rows come first, in the
 * transaction, then the list beside the key file, then the blobs: what is interrupted before the
 * list has destroyed nothing, and what is interrupted after it has destroyed everything for
 * whoever asks this product, is finished at the next start, and can be repeated at any time. The
 * ledger says so only when the transaction commits, which is after all of it. Refused in words.
 */
export async function shred(
  tx: Tx,
  { reports, because }: { readonly reports: readonly Shreddable[]; readonly because: Because },
  { blobs, destroyed }: ShredParts,
): Promise<Result<null, string>> {
  const { approval, now, reason, fields } = because
  const numbers = reports.map((report) => report.no)
  await holdReports(
    tx,
    reports.map(({ id }) => id),
  )
  await sql`delete from parley.payload_key where report_no = any (${numbers}::bigint[])`.execute(tx)
  await sql`update parley.report set sealed = null where no = any (${numbers}::bigint[])`.execute(
    tx,
  )
  await sql`
    insert into parley.payload_end (report_no, destroyed_at, approval_id)
    select n, ${now}::timestamptz, ${approval}::text from unnest(${numbers}::bigint[]) n
    on conflict (report_no) do nothing`.execute(tx)
  await record(
    tx,
    reports.map(({ id, payloads }) => ({
      ...({ at: now, action: 'report.shred', kind: 'report', record: id } as const),
      digest: digestOf(payloads.map(({ sha256 }) => sha256)),
      ...(reason !== undefined && { reason }),
      fields: { ...fields, payloads: payloads.map(wordOf).join('; ') },
    })),
  )
  const listed = await destroyed.add(
    reports.map(({ id }) => id),
    now,
  )
  if (!listed.ok) return no(`The list beside the key file ${listed.refusal.why}.`)
  return deleteBlobs(reports, blobs)
}

async function deleteBlobs(
  reports: readonly Shreddable[],
  blobs: ShredParts['blobs'],
): Promise<Result<null, string>> {
  for (const { blob } of reports.flatMap(({ payloads }) => payloads)) {
    const gone = blob === null ? yes(null) : await blobs.delete({ id: blob })
    if (!gone.ok) return no(`A file ${gone.refusal.why}. Nothing is opened any more; ask again.`)
  }
  return yes(null)
}

/** Such as `attachment attachment_x 12 bytes sha256:ab…`, without what it says. */
export const wordOf = ({ of, id, sizeBytes, sha256, isShared }: Payload): string =>
  `${of} ${id} ${sizeBytes} bytes sha256:${sha256}${isShared ? ' (others keep it)' : ''}`

/**
 * Shreds again whatever is on the list, since a database or blobs may be of an earlier moment; and
 * puts on the list what only the database says is destroyed. Answers how many reports had payloads
 * again. Before anything is served, as the product itself.
 */
export async function shredListed(
  tx: Tx,
  now: Date,
  parts: ShredParts,
): Promise<Result<number, string>> {
  await lockShredding(tx)
  const { destroyed, blobs } = parts
  const ended = await sql<{ id: string }>`
    select r.id from parley.payload_end e join parley.report r on r.no = e.report_no`.execute(tx)
  const isEnded = new Set(ended.rows.map(({ id }) => id))
  const missing = [...isEnded].filter((id) => !destroyed.has(id))
  if (missing.length > 0) {
    const listed = await destroyed.add(missing, now)
    if (!listed.ok) return no(`The list beside the key file ${listed.refusal.why}.`)
  }
  const ids = destroyed.all()
  if (ids.length === 0) return yes(0)
  await holdReports(tx, ids)
  const keyed = await sql<{ id: string }>`
    select r.id from parley.payload_key k join parley.report r on r.no = k.report_no
    where r.id = any (${ids}::text[])`.execute(tx)
  const isKeyed = new Set(keyed.rows.map(({ id }) => id))
  const all = await payloadsOf(tx, ids)
  const isBack = ({ id, payloads }: Shreddable): boolean =>
    !isEnded.has(id) || isKeyed.has(id) || payloads.some(({ of }) => of === 'sealed part')
  const again = all.filter(isBack)
  const reason = 'It is on the list of what is destroyed, and was there again.'
  const because = { approval: null, now, reason, fields: { again: 'yes' } }
  if (again.length > 0) {
    const done = await shred(tx, { reports: again, because }, parts)
    if (!done.ok) return done
  }
  const deleted = await deleteBlobs(all, blobs)
  return deleted.ok ? yes(again.length) : deleted
}
