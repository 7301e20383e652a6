import { sql } from 'kysely'
import type { Actor, Tx } from '#platform/db/as-actor.ts'
import type { Incoming, ReportKeys } from './incoming.ts'
import { veilEntries } from './veil.store.ts'

/** Where a report came in. */
export type Entry = {
  readonly incoming: Incoming
  readonly organisation: string
  readonly person: string | null
  readonly token: string | null
  readonly receivedAt: Date
  /** The number of its label; absent or null for what is usual for its organisation. */
  readonly label?: number | null
  readonly from?: { readonly importNo: number; readonly ordinal: number }
}

/**
 * Stores reports with their attachments, lets those that are not set aside wait for a case, and
 * tells live pages once: one statement, whatever their number. Answers the number of each report.
 * They are numbered before they are stored, for whoever hands something in may not be shown it: a
 * label may be higher than its sender is cleared for. Of a pseudonymous organisation nothing is
 * stored by name.
 */
export async function storeReports(
  tx: Tx,
  given: readonly Entry[],
  keys: ReportKeys,
): Promise<ReadonlyMap<string, number>> {
  if (given.length === 0) return new Map()
  const entries = await veilEntries(tx, given, keys)
  const reports = `[${entries.map(reportText).join(',')}]`
  const files = JSON.stringify(entries.flatMap(filesOf))
  const { rows } = await sql<{ no: number; id: string }>`
    with given as materialized (
      select *, nextval('parley.report_no_seq') as no
      from json_to_recordset(${reports}::json) as s (id text, receipt text,
        organisation_id text, token_id text, submitted_by text, received_at timestamptz,
        label_id integer, import_no bigint, ordinal bigint, format text, document text,
        finders text[], source text, title text, severity text, aside text, notify text,
        contact bytea, sealed bytea, salt bytea, finding jsonb, record jsonb)
    ), usual as materialized (
      select id, parley.usual_label(id) as label_id
      from (select distinct organisation_id as id from given where label_id is null) unlabelled
    ), sent as materialized (
      select s.*, o.name, o.is_pseudonymous, coalesce(s.label_id, u.label_id) as label
      from given s join parley.organisation o on o.id = s.organisation_id
      left join usual u on u.id = s.organisation_id
    ), added as (
      insert into parley.report (no, id, receipt, organisation_id, token_id, submitted_by,
        received_at, import_no, ordinal, format, document, finders, source, title, severity, aside,
        notify, contact, sealed, finding, record, label_id)
      overriding system value
      select no, id, receipt, organisation_id, token_id, submitted_by, received_at, import_no,
        ordinal, format, document, 
        case when is_pseudonymous then array[name] else coalesce(finders, array[name]) end,
        coalesce(source, name),
        title, severity, aside, notify, contact, sealed, finding, record, label
      from sent
    ), arrived as (
      insert into parley.arrival (report_no, import_no, label_id)
      select no, import_no, label from sent where aside is null
    ), keyed as (
      insert into parley.payload_key (report_no, organisation_id, salt)
      select no, organisation_id, salt from sent where salt is not null
    ), filed as (
      insert into parley.attachment (id, report_no, organisation_id, place, filename, content_type,
        type, description, size_bytes, sha256, blob)
      select f.id, a.no, a.organisation_id, f.place, f.filename, f.content_type, f.type,
        f.description, (f.blob ->> 'sizeBytes')::bigint, decode(f.blob ->> 'sha256', 'hex'), f.blob
      from jsonb_to_recordset(${files}::jsonb) as f (id text, report text, place integer,
        filename text, content_type text, type text, description text, blob jsonb)
      join sent a on a.id = f.report
    )
    select no, id from sent`.execute(tx)
  if (rows.length !== entries.length) throw new TypeError('a report of no known organisation')
  return new Map(rows.map(({ id, no }) => [id, no]))
}

/** Findings and records are JSON already; the rest is put around them. */
function reportText(entry: Entry): string {
  const { incoming, organisation, person, token, receivedAt, label, from } = entry
  const { id, receipt, format, document, finders, source, title, severity, aside } = incoming
  const { notify, contact, sealed, salt, finding, record } = incoming
  const members = JSON.stringify({
    ...{ id, receipt, format, document, finders, source, title, severity, aside, notify },
    ...{ organisation_id: organisation, submitted_by: person, token_id: token },
    ...{ received_at: receivedAt, label_id: label ?? null, import_no: from?.importNo ?? null },
    ...{ ordinal: from?.ordinal ?? null, contact: bytesText(contact), sealed: bytesText(sealed) },
    salt: bytesText(salt),
  })
  return `${members.slice(0, -1)},"finding":${finding},"record":${record ?? 'null'}}`
}

/** How PostgreSQL writes bytes (manual, section 8.4.1). */
const bytesText = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : `\\x${Buffer.from(bytes).toString('hex')}`

const filesOf = ({ incoming }: Entry) =>
  incoming.attachments.map(({ contentType, ...file }) => ({
    ...file,
    content_type: contentType,
    report: incoming.id,
  }))

export type Happened = {
  readonly topic: string
  readonly ref: string
  readonly organisation: string
  /** The number of its label; null for what is usual for its organisation. */
  readonly label: number | null
}

/** Tells live pages of one thing that happened; `organisation` may listen besides the staff. */
export async function tellLive(tx: Tx, happened: Happened, now: Date): Promise<void> {
  const { topic, ref, organisation, label } = happened
  await sql`
    insert into parley.live_event (at, topic, ref, organisation_id, label_id)
    values (${now}, ${topic}, ${ref}, ${organisation},
      coalesce(${label}::integer, parley.usual_label(${organisation})))`.execute(tx)
}

/** A transaction has one actor: what he hands in belongs to his organisation. */
export function organisationOf({ organisation }: Actor): string {
  if (organisation === null) throw new TypeError('reports are handed in by organisations')
  return organisation
}
