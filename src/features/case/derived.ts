import { createHash } from 'node:crypto'
import type { Catalog } from '#features/catalog/catalog.ts'
import { prioritise } from '#features/priority/priority.ts'
import type { Level } from '#features/proof/evidence.ts'
import { highest } from '#features/proof/proof-level.ts'
import { ReportId } from '#features/report/report.ts'
import { storedName } from '#features/report/stored-json.ts'
import { cweName } from '#formats/cwe/cwe.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isObject } from '#formats/json/reader.ts'
import { type Case, type CaseId, caseOf } from './case.ts'
import { isExploited, isPublic, type Known, rankInputOf } from './known.ts'
import { rankBytes } from './rank-bytes.ts'
import { kinOf, regressionsOf } from './relation.ts'
import { type SearchText, searchVector } from './search-words.ts'
import type { CaseSeverity } from './severity.ts'
import type { StoredReport } from './stored-report.ts'
import { type Credit, keptComponent, keptInput, type Told } from './told.ts'

/** What a person set instead of what the reports say. */
export type Edits = { readonly title?: string; readonly severity?: CaseSeverity }

/** Of all reports of a case, also of those that are not looked at one by one. */
export type Totals = {
  readonly reports: number
  readonly finders: number
  /** The first of them. */
  readonly credits: readonly Credit[]
  readonly firstAt: Date
  readonly lastAt: Date
  readonly goneAt: Date | null
}

export type Material = {
  readonly id: CaseId
  /** At most `lookedAtMax`, the best evidenced. */
  readonly reports: readonly StoredReport[]
  readonly totals: Totals
  readonly edits: Edits
  /** What the reports add that are not looked at. */
  readonly rest?: Finding
  readonly catalog: Catalog | null
  readonly record: number
  /** What its proofs showed; absent where it has none. */
  readonly shown?: Level
}

/** A case with more reports is known by the best evidenced of them and by what the rest add. */
export const lookedAtMax = 500

/** Everything in the row of a case that follows from its reports, edits and the public record. */
export type Derived = {
  readonly title: string
  readonly severity: CaseSeverity
  readonly evidence: string
  readonly band: string
  readonly rank_key: readonly number[]
  /** As the database writes bytes. */
  readonly rank: string
  readonly told: Told
  readonly aliases: readonly string[]
  readonly packages: readonly string[]
  readonly finders: readonly string[]
  readonly report_count: number
  readonly finder_count: number
  readonly first_reported_at: string
  readonly last_reported_at: string
  readonly gone_at: string | null
  readonly search: string
}

/** What a case shares with others, as the index of kin keeps it. */
export type Kin = { readonly key: string; readonly kind: string; readonly because: string }

export type DerivedCase = { readonly row: Derived; readonly kin: readonly Kin[] }

const namesMax = 200
const kinMax = 60

/** Works out the row of a case, by the same rules as `parley triage`. */
export function derive({ totals, edits, catalog, record, ...given }: Material): DerivedCase {
  const of: Case = { ...caseOf(withRest(given.reports, given.rest), noTies), id: given.id }
  const facts = catalog && of.aliases.length > 0 ? catalog.factsOf(of.aliases) : null
  const known: Known = { of, facts, touch: null, hasInventory: false }
  const severity = edits.severity ?? of.severity
  // The reports' own word, or what running their proofs showed: whichever is more.
  const evidence = highest([of.evidence, given.shown ?? 'E0'])
  const priority = prioritise({
    ...{ ...rankInputOf(known), evidence, hasProof: evidence >= 'E2' },
    ...(edits.severity && edits.severity !== 'unknown' && { severityByPerson: edits.severity }),
    ...{ reportsCount: totals.reports, findersCount: totals.finders },
    ...(record > 0 && { finderRecord: record }),
  })
  const title = (edits.title ?? of.title).slice(0, titleMax).toWellFormed()
  const names = of.components.map(({ name }) => storedName(name))
  const packages = [...new Set(names)].slice(0, namesMax)
  const finders = totals.credits.map(({ name }) => name).slice(0, namesMax)
  const told: Told = {
    decision: priority.decision.deployer.outcome,
    ...{ isExploited: isExploited(known), isPublic: isPublic(facts) },
    ...{ input: keptInput(priority.input), cwe: of.cwe.slice(0, namesMax) },
    regressions: regressionsOf({ ...of, reports: of.reports.slice(0, readMax) }).map(
      ({ with: id, because }) => ({ with: id, because: because.slice(0, titleMax).toWellFormed() }),
    ),
    ...{ components: of.components.map(keptComponent), credits: totals.credits, record },
    ...(given.rest && { rest: given.rest }),
  }
  const row = {
    ...{ title, severity, evidence, band: priority.band, told },
    ...{ rank_key: priority.key, rank: `\\x${rankBytes(priority.key).toString('hex')}` },
    ...{ aliases: of.aliases.slice(0, namesMax).map(storedName), packages, finders },
    ...{ report_count: totals.reports, finder_count: totals.finders },
    first_reported_at: totals.firstAt.toISOString(),
    last_reported_at: totals.lastAt.toISOString(),
    gone_at: totals.goneAt?.toISOString() ?? null,
    search: searchVector(searchTexts(of, title, { packages, finders })),
  }
  return { row, kin: kinRows(of) }
}

const titleMax = 300
/** Prose of so many reports is read for what they say of other flaws. */
const readMax = 50

/** Ties between reports are kept beside each of them; the case itself needs none. */
const noTies = { probability: () => 0, judgement: () => null }

const restId = ReportId.of('rest0000')

const withRest = (reports: readonly StoredReport[], rest?: Finding): Case['reports'] =>
  rest === undefined
    ? reports
    : [...reports, { id: restId, finding: rest, file: '', finders: [], source: '' }]

function searchTexts(
  { aliases, reports, cwe }: Case,
  title: string,
  { packages, finders }: { readonly packages: string[]; readonly finders: string[] },
): SearchText[] {
  const titles = new Set(reports.map(({ finding }) => finding.title))
  titles.delete(title)
  return [
    { weight: 'A', texts: [title, ...aliases.slice(0, 40)] },
    { weight: 'B', texts: packages.slice(0, 20) },
    { weight: 'C', texts: [...titles].slice(0, 40) },
    { weight: 'D', texts: finders.slice(0, 40) },
    { weight: 'D', texts: cwe.slice(0, 10).flatMap((id) => [`CWE-${id}`, cweName(id) ?? '']) },
  ]
}

function kinRows(of: Case): Kin[] {
  const known = new Map<string, Kin>()
  for (const { kind, key, because } of kinOf(of)) {
    const hash = createHash('sha256').update(`${kind}\n${key}`).digest().readBigInt64BE(0)
    known.set(String(hash), { key: String(hash), kind, because })
    if (known.size >= kinMax) break
  }
  return [...known.values()]
}

/** The `edits` column. */
export function editsOf(value: unknown): Edits {
  if (!isObject(value)) return {}
  const { title, severity } = value
  return {
    ...(typeof title === 'string' && { title }),
    ...(isSeverity(severity) && { severity }),
  }
}

const severities = ['critical', 'high', 'medium', 'low', 'info', 'unknown'] as const

export const isSeverity = (value: unknown): value is CaseSeverity =>
  severities.some((one) => one === value)

/** The totals of reports that are all at hand. */
export function totalsOf(reports: readonly StoredReport[]): Totals {
  const credits = new Map<string, { reports: number; firstAt: Date }>()
  const times = reports.map(({ receivedAt }) => receivedAt.getTime())
  for (const { finders, receivedAt } of [...reports].sort((x, y) => x.no - y.no)) {
    for (const name of finders) {
      const known = credits.get(name) ?? { reports: 0, firstAt: receivedAt }
      const firstAt = receivedAt < known.firstAt ? receivedAt : known.firstAt
      credits.set(name, { reports: known.reports + 1, firstAt })
    }
  }
  const told = [...credits].map(([name, one]) => ({ ...one, name }))
  const gone = reports.flatMap(({ goneAt }) => goneAt?.getTime() ?? [])
  return {
    ...{ reports: reports.length, finders: credits.size },
    credits: told
      .sort((x, y) => x.firstAt.getTime() - y.firstAt.getTime() || (x.name < y.name ? -1 : 1))
      .slice(0, creditsMax)
      .map(({ name, reports: count, firstAt }) => ({
        ...{ name, reports: count, firstAt: firstAt.toISOString() },
      })),
    firstAt: new Date(Math.min(...times)),
    lastAt: new Date(Math.max(...times)),
    goneAt: gone.length === reports.length ? new Date(Math.max(...gone)) : null,
  }
}

export const creditsMax = 300
