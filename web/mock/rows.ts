import { Chance } from '../../test/synthetic/chance.ts'
import { finders, tools } from '../../test/synthetic/flaws.ts'
import { reportOf, type Subject, subjectOf } from '../../test/synthetic/report.ts'
import type { CaseReport, CaseRow, Person } from '../api/types.ts'

/** The invented cases of the mock. Rows are made at once, their reports when somebody looks. */

export const people: readonly [Person, ...Person[]] = [
  { id: 'person_ada', name: 'Ada Okafor' },
  { id: 'person_ben', name: 'Ben Lindqvist' },
  { id: 'person_chi', name: 'Chiara Romano' },
  { id: 'person_dev', name: 'Dev Raman' },
]

export const now = Date.parse('2026-11-20T12:00:00Z')
const dayMs = 86_400_000
const iso = (ms: number): string => new Date(ms).toISOString()

const bands = {
  now: 'immediate',
  soon: 'out-of-cycle',
  planned: 'scheduled',
  later: 'defer',
} as const

export const finderNames: readonly [string, ...string[]] = [...finders, ...tools]

/** The subject and the reports of a case follow from its number alone. */
const chanceOf = (no: number): Chance => new Chance(no * 7919 + 17)

export function rowOf(no: number): CaseRow {
  const chance = chanceOf(no)
  const subject = subjectOf(chance)
  const first = reportOf(chance, subject)
  const reports = chance.is(0.6)
    ? 1
    : chance.is(0.05)
      ? chance.between(12, 60)
      : chance.between(2, 6)
  const band = bandOf(chance)
  const lastMs = now - Math.floor(chance.next() ** 2 * 90 * dayMs)
  const firstMs = lastMs - Math.floor(reports > 1 ? chance.next() * 40 * dayMs : 0)
  const status = chance.is(0.72) ? 'open' : chance.is(0.3) ? 'waiting' : 'closed'
  const isAssigned = chance.is(0.35)
  return {
    id: idOf(no),
    title: titleOf(no, first.finding.title),
    severity: severityOf(chance, band),
    band,
    decision: bands[band],
    status,
    verdict: chance.is(0.2) ? 'confirmed' : status === 'closed' ? 'refuted' : 'open',
    evidence: chance.one(['E0', 'E0', 'E1', 'E2', 'E2', 'E3']),
    assignee: isAssigned ? chance.one([people[0], ...people]) : null,
    packages: [subject.name],
    aliases: subject.cve === null ? [] : [subject.cve],
    reports,
    finders: Math.min(reports, chance.between(1, 5)),
    isExploited: band === 'now' && chance.is(0.4),
    isPublic: subject.cve !== null && chance.is(0.5),
    suggestions: chance.is(0.08) ? 1 : 0,
    firstReportedAt: iso(firstMs),
    lastReportedAt: iso(lastMs),
    goneAt: chance.is(0.04) ? iso(lastMs + dayMs) : null,
    version: 1,
    label: commonLabel,
  }
}

/** A factor without 2 and 3, so that each number has a beginning of its own. */
const scatter = 829_348_951

/** An id that begins as if it were random; the number at its end is for the mock alone. */
export const idOf = (no: number): string => {
  const start = ((no * scatter) % 36 ** 6).toString(36).padStart(6, '0')
  return `case_${start}${String(no).padStart(12, '0')}`
}

export const noOf = ({ id }: CaseRow): number => Number(id.slice(-12))

function bandOf(chance: Chance): CaseRow['band'] {
  const roll = chance.next()
  return roll < 0.03 ? 'now' : roll < 0.15 ? 'soon' : roll < 0.55 ? 'planned' : 'later'
}

function severityOf(chance: Chance, band: CaseRow['band']): CaseRow['severity'] {
  if (band === 'now') return chance.one(['critical', 'critical', 'high'])
  return chance.one(['high', 'medium', 'low', 'high', 'medium', 'critical', 'info', 'unknown'])
}

/** A few titles that pages have to stand: very long, written from right to left, with markup. */
function titleOf(no: number, title: string): string {
  if (no % 997 === 5) return `${title}; ${title}; ${title}; ${title}`.slice(0, 300)
  if (no % 997 === 6) return 'تجاوز سعة المخزن المؤقت في محلل الرؤوس'
  if (no % 997 === 7) return '<script>alert(document.domain)</script> in the page title'
  return title
}

/** The reports of a case, first one first. */
export function reportsOf(row: CaseRow): CaseReport[] {
  const chance = chanceOf(noOf(row))
  const subject = subjectOf(chance)
  return Array.from({ length: Math.min(row.reports, 50) }, (_, at) =>
    caseReportOf({ chance, subject, row, at }),
  )
}

type Wanted = { chance: Chance; subject: Subject; row: CaseRow; at: number }

function caseReportOf({ chance, subject, row, at }: Wanted): CaseReport {
  const made = reportOf(chance, subject)
  const { original: _, ...finding } = made.finding
  const spanMs = Date.parse(row.lastReportedAt) - Date.parse(row.firstReportedAt)
  const share = row.reports > 1 ? at / (row.reports - 1) : 0
  const receivedAt = iso(Date.parse(row.firstReportedAt) + spanMs * share)
  return {
    id: `report_${noOf(row)}_${at}`,
    receipt: `R-${chance.digest(16)}`,
    title: made.finding.title,
    severity: made.finding.severity ?? 'unknown',
    finders: [...made.finders],
    organisation: chance.one(['Northlight Lab', 'Harbour CERT', 'Open Source Fund']),
    receivedAt,
    lastSeenAt: chance.is(0.3) ? iso(Date.parse(receivedAt) + 3 * dayMs) : null,
    goneAt: row.goneAt,
    format: made.format,
    document: made.file,
    at: made.at,
    finding,
    isProofWithheld: false,
    payloadDestroyedAt: null,
    attachments: attachmentsOf(chance, noOf(row), at),
    how: at === 0 ? 'first' : 'merged',
    probability: at === 0 ? null : 0.9 + chance.next() * 0.1,
    with: at === 0 ? null : `report_${noOf(row)}_0`,
    because: at === 0 ? [] : becauseOf(subject),
    origins: noOf(row) % 9 === 1 && at === 0 ? [origin] : [],
  }
}

/** Where a report comes from that a model under evaluation found. */
const origin: CaseReport['origins'][number] = {
  by: 'model-under-evaluation',
  ...{ model: { name: 'Larch', version: '3' }, run: 'run_1' },
  ...{ sample: { task: 'flaw-02', epoch: 1 }, pack: { name: 'Harbour', version: '2', root: 'ab' } },
}

function attachmentsOf(chance: Chance, no: number, at: number): CaseReport['attachments'] {
  if (!chance.is(0.25)) return []
  return [
    {
      id: `attachment_${no}_${at}`,
      filename: 'crash.bin',
      contentType: 'application/octet-stream',
      type: 'reproducer',
      sizeBytes: chance.between(12, 900_000),
    },
  ]
}

function becauseOf({ file, line, symbol, name, flaw, cve }: Subject): CaseReport['because'] {
  return [
    ...(cve ? [{ says: `Both carry "${cve}"`, marks: [cve], supports: true }] : []),
    {
      says: `Both point at ${file}, line ${line}`,
      marks: [file, `L${line}`, String(line)],
      supports: true,
    },
    {
      says: `Both name "${symbol}" (it stands in 2 of 18,204 reports)`,
      marks: [symbol],
      supports: true,
    },
    { says: `Both are "CWE-${flaw.cwe}"`, marks: [`CWE-${flaw.cwe}`], supports: true },
    { says: `Both are about "${name}"`, marks: [name], supports: true },
    {
      says: 'They name different fixed versions: 4.2.1 and 4.3.0',
      marks: ['4.2.1', '4.3.0'],
      supports: false,
    },
  ]
}

/** What everything has of which nobody says otherwise. */
const commonLabel: CaseRow['label'] = {
  ...{ classification: 'unclassified', tlp: 'amber+strict', compartments: [], owners: [] },
  ...{ releasableTo: null, legal: [], foia: [], embargoUntil: null },
  marking: 'UNCLASSIFIED//TLP:AMBER+STRICT',
}
