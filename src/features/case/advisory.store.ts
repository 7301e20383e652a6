import { sql } from 'kysely'
import { Catalog } from '#features/catalog/catalog.ts'
import { recordOf } from '#features/catalog/record.ts'
import type { Epss, EpssScore } from '#formats/epss/epss.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import type { Kev, KevEntry } from '#formats/kev/kev.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { findingOf } from './stored-report.ts'

/** A file of public records, as it was read. */
export type PublicFile = {
  readonly name: string
  readonly findings?: readonly Finding[]
  readonly kev?: Kev
  readonly epss?: Epss
}

/** How many records the file held, and how many of them were new or had changed. */
export type Saved = { readonly records: number; readonly changed: number }

type Row = {
  readonly id: string
  readonly aliases: readonly string[]
  readonly modified: string | null
  readonly record: Kept
}

type Kept =
  | { readonly is: 'record'; readonly finding: Finding }
  | { readonly is: 'listing'; readonly entry: KevEntry }
  | { readonly is: 'score'; readonly cve: string; readonly score: EpssScore }

const rowsAtOnce = 2_000

/**
 * Keeps what a file of public records says; a record that is known is replaced where it differs, so
 * the same file twice changes nothing. What changed carries `now`, by which `recheckCases` finds
 * it.
 */
export async function saveAdvisories(tx: Tx, file: PublicFile, now: Date): Promise<Saved> {
  const rows = new Map(rowsOf(file).map((row) => [row.id, row]))
  const all = [...rows.values()]
  let changed = 0
  for (let at = 0; at < all.length; at += rowsAtOnce) {
    const part = JSON.stringify(all.slice(at, at + rowsAtOnce))
    const { rows: saved } = await sql<{ id: string }>`
      insert into parley.advisory (id, aliases, source, modified, record, imported_at)
      select id, aliases, ${file.name}, modified, record, ${now}
      from json_to_recordset(${part}::json)
        as given (id text, aliases text[], modified text, record jsonb)
      on conflict (id) do update set aliases = excluded.aliases, source = excluded.source,
        modified = excluded.modified, record = excluded.record, imported_at = excluded.imported_at
      where advisory.record is distinct from excluded.record
      returning id`.execute(tx)
    changed += saved.length
  }
  return { records: all.length, changed }
}

function rowsOf({ name, findings = [], kev, epss }: PublicFile): Row[] {
  const records = findings.flatMap((finding): Row[] => {
    const record = recordOf(name, finding)
    const id = record?.ids[0]
    if (!record || id === undefined) return []
    const aliases = record.ids.map((one) => one.toUpperCase())
    const kept: Kept = { is: 'record', finding: lean(finding) }
    return [{ id: `record:${id}`, aliases, modified: record.published ?? null, record: kept }]
  })
  const listings = (kev?.entries ?? []).map((entry): Row => {
    const id = `kev:${entry.cveId}`
    return { id, aliases: [entry.cveId], modified: null, record: { is: 'listing', entry } }
  })
  const scores = [...(epss?.scores ?? [])].map(([cve, score]): Row => {
    return {
      id: `epss:${cve}`,
      aliases: [cve],
      modified: null,
      record: { is: 'score', cve, score },
    }
  })
  return [...records, ...listings, ...marker(listings), ...scores]
}

/** That a catalogue of exploited flaws was read at all: without one, not listed means nothing. */
function marker(listings: readonly Row[]): Row[] {
  if (listings.length === 0) return []
  const entry = { cveId: '*', ransomware: 'unknown' } as const
  return [{ id: 'kev:*', aliases: [], modified: null, record: { is: 'listing', entry } }]
}

/** A record without the prose and the original, which no match looks at. */
function lean({
  original: _original,
  details: _details,
  proofs: _proofs,
  ...rest
}: Finding): Finding {
  return { ...rest, original: null }
}

/**
 * What the public knows of flaws that go by these identifiers, aliases followed from record to
 * record; null where it knows nothing.
 */
export async function catalogFor(tx: Tx, aliases: readonly string[]): Promise<Catalog | null> {
  if (aliases.length === 0) return null
  const asked = [...new Set(aliases.map((alias) => alias.toUpperCase()))]
  const { rows } = await sql<{ source: string; record: unknown }>`
    select source, record from parley.advisories_of(${asked}) order by id`.execute(tx)
  if (rows.length === 0) return null
  const catalog = new Catalog()
  for (const { source, record } of rows) addTo(catalog, source, record)
  return catalog
}

function addTo(catalog: Catalog, source: string, record: unknown): void {
  if (!isObject(record)) return
  const { is, finding, entry, cve, score } = record
  if (is === 'record') catalog.addRecords(source, [findingOf(finding)])
  if (is === 'listing' && isListing(entry))
    catalog.addKev(source, { entries: [entry], problems: [] })
  if (is === 'score' && typeof cve === 'string' && isScore(score)) {
    catalog.addEpss(source, { scores: new Map([[cve, score]]), problems: [] })
  }
}

const isListing = (value: unknown): value is KevEntry =>
  isObject(value) && typeof value['cveId'] === 'string'
const isScore = (value: unknown): value is EpssScore =>
  isObject(value) && typeof value['epss'] === 'number'
