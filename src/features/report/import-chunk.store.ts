import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { enqueue } from '#platform/jobs/jobs.ts'
import { type ImportRow, readQueue } from './import.store.ts'
import type { ImportProblem, KnownBy, ReadCounts, ReadFinding } from './import.ts'
import type { Incoming, ReportKeys } from './incoming.ts'
import { storeReports, tellLive } from './receive.store.ts'
import type { KnownReport } from './series.ts'
import { storedJson, storedName } from './stored-json.ts'
import { organisationVeil, type ReportVeil, veiledFinding } from './veil.store.ts'

/** A finding that is new. */
export type NewEntry = {
  readonly ordinal: number
  readonly incoming: Incoming
  readonly known: KnownBy | null
}

/** A finding that is a report since an earlier import, with what it says now where that differs. */
export type FoundAgain = {
  readonly ordinal: number
  readonly report: KnownReport
  readonly known: KnownBy
  readonly changed: ReadFinding | null
}

/** Findings that follow each other in their document, and the summary up to their end. */
export type Chunk = {
  readonly from: number
  readonly to: number
  readonly fresh: readonly NewEntry[]
  readonly again: readonly FoundAgain[]
  readonly counts: ReadCounts
  readonly problems: readonly ImportProblem[]
}

export type ChunkParts = {
  readonly now: Date
  readonly keys: ReportKeys
  /** Told of reports whose facts changed, or that are seen again or no longer. */
  readonly reportsChanged: (tx: Tx, reports: readonly number[]) => Promise<void>
}

/**
 * Makes findings reports, all of them or none, and moves the position of their import behind them.
 * False when somebody else has moved it: then these findings are reports already.
 */
export async function saveChunk(
  tx: Tx,
  of: ImportRow,
  { chunk, parts }: { readonly chunk: Chunk; readonly parts: ChunkParts },
): Promise<boolean> {
  if (!(await advance(tx, of, chunk))) return false
  await storeFresh(tx, of, { fresh: chunk.fresh, keys: parts.keys })
  const woken = await seeAgain(tx, of, chunk.again)
  const changed = chunk.again.flatMap((one) => one.changed && { ...one, changed: one.changed })
  const refreshed = changed.filter((one) => one !== null)
  const veil = await organisationVeil(tx, of.organisation, parts.keys)
  await refresh(tx, of, { refreshed, now: parts.now, veil })
  const numbers = [...new Set([...woken, ...refreshed.map(({ report }) => report.no)])]
  if (numbers.length > 0) await parts.reportsChanged(tx, numbers)
  await tellLive(
    tx,
    { topic: 'import', ref: of.id, organisation: of.organisation, label: of.label },
    parts.now,
  )
  return true
}

async function advance(tx: Tx, { no }: ImportRow, { from, to, ...chunk }: Chunk): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update parley.bulk_import
    set position = ${to}, state = 'reading', told = told || ${toldText(chunk)}::jsonb
    where no = ${no} and position = ${from} and state in ('stored', 'reading')`.execute(tx)
  return numAffectedRows === 1n
}

const toldText = ({ counts, problems }: Pick<Chunk, 'counts' | 'problems'>): string =>
  storedJson({ ...counts, problems })

type Fresh = { readonly fresh: readonly NewEntry[]; readonly keys: ReportKeys }

async function storeFresh(tx: Tx, of: ImportRow, { fresh, keys }: Fresh): Promise<void> {
  const numbers = await storeReports(
    tx,
    fresh.map(({ incoming, ordinal }) => ({
      ...{ incoming, organisation: of.organisation, person: of.person, token: null },
      ...{ receivedAt: of.receivedAt, label: of.label, from: { importNo: of.no, ordinal } },
    })),
    keys,
  )
  const rows = fresh.flatMap(({ incoming, known }) => {
    const no = numbers.get(incoming.id)
    return known && no !== undefined ? [{ no, ...known }] : []
  })
  if (rows.length === 0) return
  await sql`
    insert into parley.sighting (report_no, series, organisation_id, first_import, last_import,
      last_seen_at, keys, digest)
    select no, series, ${of.organisation}, ${of.no}, ${of.no}, ${of.receivedAt}, keys, digest
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as s (no bigint, series text, keys text[], digest text)`.execute(tx)
}

/** Answers the reports that had not been seen for a while. */
async function seeAgain(
  tx: Tx,
  of: ImportRow,
  again: readonly FoundAgain[],
): Promise<readonly number[]> {
  if (again.length === 0) return []
  const rows = again.map(({ ordinal, report, known, changed }) => ({
    ...{ ordinal, no: report.no, keys: known.keys, digest: known.digest },
    outcome: changed ? 'refreshed' : 'unchanged',
  }))
  const text = JSON.stringify(rows)
  await sql`
    insert into parley.import_known (import_no, ordinal, report_no, organisation_id, outcome)
    select ${of.no}, ordinal, no, ${of.organisation}, outcome
    from json_to_recordset(${text}::json) as s (ordinal bigint, no bigint, outcome text)`.execute(
    tx,
  )
  const { rows: woken } = await sql<{ report_no: number }>`
    with woken as (
      select report_no from parley.sighting
      where report_no = any (${again.map(({ report }) => report.no)}::bigint[])
        and gone_at is not null
    )
    update parley.sighting g
    set last_import = ${of.no}, last_seen_at = ${of.receivedAt}, gone_at = null, keys = s.keys,
      digest = s.digest
    from json_to_recordset(${text}::json) as s (no bigint, keys text[], digest text)
    where g.report_no = s.no
    returning case when g.report_no in (select report_no from woken) then g.report_no end
      as report_no`.execute(tx)
  return woken.flatMap(({ report_no }) => report_no ?? [])
}

type Changed = FoundAgain & { readonly changed: ReadFinding }

type Refreshing = {
  readonly refreshed: readonly Changed[]
  readonly now: Date
  readonly veil: ReportVeil | null
}

/** The facts are those of the newest import; what they were is kept beside. */
async function refresh(tx: Tx, of: ImportRow, { refreshed, now, veil }: Refreshing): Promise<void> {
  if (refreshed.length === 0) return
  const numbers = refreshed.map(({ report }) => report.no)
  await sql`
    insert into parley.report_revision (report_no, revision, finding, import_no, replaced_at)
    select no, revision, finding, ${of.no}, ${now} from parley.report
    where no = any (${numbers}::bigint[])`.execute(tx)
  const rows = refreshed.map(({ report, changed: given }) => {
    const changed = veil === null ? given : veiledFinding(veil, given)
    const { title, severity, finders, source, document, aside, finding } = changed
    const named = { finders: finders.map(storedName), source: storedName(source) }
    const row = storedJson({ no: report.no, title, severity, ...named, document, aside })
    return `${row.slice(0, -1)},"finding":${finding}}`
  })
  await sql`
    update parley.report r
    set finding = s.finding, title = s.title, severity = s.severity, document = s.document,
      finders = s.finders, source = s.source, revision = r.revision + 1,
      aside = case when exists (select 1 from parley.case_report c where c.report_no = r.no)
        then r.aside else s.aside end
    from json_to_recordset(${`[${rows.join(',')}]`}::json) as s (no bigint, title text,
      severity text, finders text[], source text, document text, aside text, finding jsonb)
    where r.no = s.no`.execute(tx)
  // What its document takes back waits no longer; what it stands by again waits for a case.
  await sql`
    delete from parley.arrival a using parley.report r
    where r.no = a.report_no and r.aside is not null and r.no = any (${numbers}::bigint[])
  `.execute(tx)
  await sql`
    insert into parley.arrival (report_no, import_no, label_id)
    select r.no, ${of.no}, r.label_id from parley.report r
    where r.no = any (${numbers}::bigint[]) and r.aside is null
      and not exists (select 1 from parley.case_report c where c.report_no = r.no)
    on conflict (report_no) do nothing`.execute(tx)
}

/** The reports of a series, but those that this import found already. */
export async function reportsOfSeries(
  tx: Tx,
  { organisation, no, label }: ImportRow,
  series: string,
): Promise<readonly KnownReport[]> {
  const { rows } = await sql<{ no: number; keys: string[]; digest: string }>`
    select s.report_no as no, s.keys, s.digest from parley.sighting s
    join parley.report r on r.no = s.report_no and r.label_id = ${label}
    where s.organisation_id = ${organisation} and s.series = ${series} and s.last_import < ${no}
    order by s.report_no`.execute(tx)
  return rows
}

/** The series of a document whose tool is not known, because it found nothing. */
export async function seriesBeginning(
  tx: Tx,
  { organisation, label }: ImportRow,
  start: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ series: string }>`
    select distinct s.series from parley.sighting s
    join parley.report r on r.no = s.report_no and r.label_id = ${label}
    where s.organisation_id = ${organisation} and s.gone_at is null
      and starts_with(s.series, ${start}) limit 10`.execute(tx)
  return rows.map(({ series }) => series)
}

export type Ending = {
  readonly state: 'read' | 'refused'
  readonly format: string | null
  readonly counts: ReadCounts
  readonly problems: readonly ImportProblem[]
  /** What these have and the import lacks is no longer seen. */
  readonly superseded: readonly string[]
}

/** Ends the reading of an import, and lets the next of its series be read; false as `saveChunk`. */
export async function endReading(
  tx: Tx,
  of: ImportRow,
  {
    ending,
    at,
    parts,
  }: { readonly ending: Ending; readonly at: number; readonly parts: ChunkParts },
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update parley.bulk_import
    set state = ${ending.state}, format = ${ending.format}, read_at = ${parts.now},
      told = told || ${toldText(ending)}::jsonb
    where no = ${of.no} and position = ${at} and state in ('stored', 'reading')`.execute(tx)
  if (numAffectedRows !== 1n) return false
  const gone = ending.superseded.length === 0 ? [] : await markGone(tx, of, ending.superseded)
  if (gone.length > 0) await parts.reportsChanged(tx, gone)
  const { rows } = await sql<{ id: string }>`
    select id from parley.bulk_import
    where organisation_id = ${of.organisation} and label_id = ${of.label} and no > ${of.no}
      and state in ('stored', 'reading') and coalesce(series, name) = ${of.series ?? of.name}
    order by no limit 1`.execute(tx)
  for (const { id } of rows) await enqueue(tx, readQueue, id)
  await tellLive(
    tx,
    { topic: 'import', ref: of.id, organisation: of.organisation, label: of.label },
    parts.now,
  )
  return true
}

async function markGone(
  tx: Tx,
  { organisation, no, label, receivedAt }: ImportRow,
  superseded: readonly string[],
): Promise<readonly number[]> {
  const { rows } = await sql<{ report_no: number }>`
    update parley.sighting s set gone_at = ${receivedAt} from parley.report r
    where s.organisation_id = ${organisation} and s.series = any (${[...superseded]}::text[])
      and s.last_import < ${no} and s.gone_at is null
      and r.no = s.report_no and r.label_id = ${label}
    returning s.report_no`.execute(tx)
  const gone = JSON.stringify({ gone: rows.length })
  await sql`
    update parley.bulk_import set told = told || ${gone}::jsonb where no = ${no}`.execute(tx)
  return rows.map(({ report_no }) => report_no)
}
