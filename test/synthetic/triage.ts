import { createHash } from 'node:crypto'
import type {
  Decision,
  FileRead,
  Merge,
  SetAside,
  Suggestion,
  Triage,
  TriagedCase,
  TriagedReport,
} from '#features/exchange/triage.ts'
import { Chance } from './chance.ts'
import { decisionOf, severities } from './decision.ts'
import { hostileReport } from './hostile.ts'
import { reportOf, subjectOf } from './report.ts'

/** What kind of document is wanted; equal wishes give equal documents. */
export type Wish = {
  readonly cases: number
  readonly seed?: number
  /** Mixes in reports whose every text tries to break out of the page or the terminal. */
  readonly hostile?: boolean
}

/** An invented result of `parley triage`, of the shape and proportions of a real one. */
export function syntheticTriage({ cases: count, seed = 1, hostile = false }: Wish): Triage {
  const chance = new Chance(seed)
  const cases = Array.from({ length: count }, (_, index) =>
    caseOf(chance, { rank: index + 1, of: count, hostile: hostile && index % 4 === 1 }),
  )
  const suggestions = suggestionsOf(chance, cases)
  const setAside = setAsideOf(chance, count)
  const files = filesOf(cases, setAside)
  const reports = cases.reduce((sum, found) => sum + found.reports.length, 0)
  return {
    parley: '0.1.0',
    cases,
    suggestions,
    files,
    setAside,
    counts: {
      files: files.length,
      reports,
      cases: count,
      merged: reports - count,
      suggestions: suggestions.length,
      setAside: setAside.length,
      problems: files.reduce((sum, file) => sum + file.problems.length, 0),
    },
  }
}

type Place = { readonly rank: number; readonly of: number; readonly hostile: boolean }

function caseOf(chance: Chance, place: Place): TriagedCase {
  const subject = subjectOf(chance)
  const extra = place.rank === 1 ? 2 : chance.is(0.22) ? chance.between(1, 3) : 0
  const reports = Array.from({ length: 1 + extra }, () =>
    place.hostile ? hostileReport(chance) : reportOf(chance, subject),
  )
  const [face] = reports
  const decision: Decision = decisionOf(chance, place)
  const isExploited = decision.deployer === 'immediate' && chance.is(0.6)
  const cve = face?.finding.aliases ?? []
  const touched = chance.is(0.12) ? face?.finding.components?.[0] : undefined
  return {
    id: `case_${chance.digest(20)}`,
    rank: place.rank,
    title: face?.finding.title ?? '',
    severity: face?.finding.severity ?? severities[2],
    decision,
    evidence: evidenceOf(reports),
    reports,
    finders: creditOf(reports),
    merges: mergesOf(chance, reports),
    relations: chance.is(0.05)
      ? [
          {
            kind: 'same-fix',
            with: `CVE-2031-${chance.between(1000, 9999)}`,
            because: 'Both name the commit 4f1c09a as their fix.',
          },
        ]
      : [],
    aliases: cve,
    cwe: [{ id: subject.flaw.cwe, name: subject.flaw.weakness }],
    components: face?.finding.components ?? [],
    known: {
      isPublic: cve.length > 0,
      isExploited,
      ...(cve.length > 0 ? { epss: Math.round(chance.next() * 9000) / 10000 } : {}),
      because: [
        ...(isExploited ? [`${cve[0] ?? 'The flaw'} is in the catalogue kev.json.`] : []),
        ...(cve.length > 0 ? [`${cve[0]} is described in osv.json.`] : []),
      ],
    },
    ...(touched
      ? { inventory: { component: touched.name, because: `bom.json lists ${touched.name} 2.4.1.` } }
      : {}),
  }
}

const evidenceOf = (reports: readonly TriagedReport[]): TriagedCase['evidence'] =>
  reports.some(({ finding }) => finding.proofs || finding.crash)
    ? 'E2'
    : reports.some(({ finding }) => finding.locations)
      ? 'E1'
      : 'E0'

function creditOf(reports: readonly TriagedReport[]): TriagedCase['finders'] {
  const credit = new Map<string, string[]>()
  for (const report of reports) {
    for (const name of report.finders) {
      credit.set(name, [...(credit.get(name) ?? []), report.id])
    }
  }
  return [...credit].map(([name, ids]) => ({ name, reports: ids }))
}

/** The reasons quote texts that stand in both reports, as those of the real engine do. */
function mergesOf(chance: Chance, reports: readonly TriagedReport[]): Merge[] {
  const [face, ...rest] = reports
  if (!face) return []
  return rest.map((report) => ({
    report: report.id,
    with: face.id,
    probability: chance.between(951, 999) / 1000,
    because: reasonsOf(face, report),
  }))
}

function reasonsOf(left: TriagedReport, right: TriagedReport): Merge['because'] {
  const symbol = left.finding.symbols?.[0]
  const file = left.finding.locations?.[0]?.file
  return [
    ...(symbol
      ? [
          {
            says: `Both name the function ${symbol}, which 3 of 214 reports name.`,
            marks: [symbol],
            supports: true,
          },
        ]
      : []),
    ...(file
      ? [{ says: `Both point at the file ${file}.`, marks: [file, 'header'], supports: true }]
      : []),
    { says: 'Both give the same weakness class.', marks: ['offset'], supports: true },
    ...(left.finding.severity !== right.finding.severity
      ? [
          {
            says: `One says ${left.finding.severity}, the other ${right.finding.severity}.`,
            marks: [],
            supports: false,
          },
        ]
      : []),
  ]
}

function suggestionsOf(chance: Chance, cases: readonly TriagedCase[]): Suggestion[] {
  const wanted = Math.floor(cases.length / 12)
  const found: Suggestion[] = []
  for (let index = 0; index < wanted; index++) {
    const [first, second] = chance.some(cases, 2)
    const [left, right] = [first?.reports[0], second?.reports[0]]
    if (!first || !second || !left || !right) continue
    found.push({
      cases: [first.id, second.id],
      reports: [left.id, right.id],
      probability: chance.between(300, 940) / 1000,
      because: reasonsOf(left, right),
    })
    if (found.length >= 400) break
  }
  return found.sort((a, b) => b.probability - a.probability)
}

function setAsideOf(chance: Chance, cases: number): SetAside[] {
  return Array.from({ length: Math.floor(cases / 10) }, () => ({
    report: reportOf(chance, subjectOf(chance)),
    why: chance.one([
      'The baseline last-week.sarif holds it already.',
      'The document marks it as suppressed: accepted by the owner until the next release.',
    ]),
  }))
}

function filesOf(cases: readonly TriagedCase[], aside: readonly SetAside[]): FileRead[] {
  const read = new Map<string, { format: string; findings: number }>()
  const reports = [...cases.flatMap((found) => found.reports), ...aside.map((one) => one.report)]
  for (const report of reports) {
    const findings = (read.get(report.file)?.findings ?? 0) + 1
    read.set(report.file, { format: report.format, findings })
  }
  const good = [...read].map(([name, { format, findings }], index) => ({
    name,
    sha256: digestOf(name),
    format,
    findings,
    problems: index % 3 === 0 ? [oneProblem] : [],
  }))
  return [...good, ...unreadable].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex')

const oneProblem = {
  code: 'wrong-type',
  why: 'expected a number, found a text',
  at: '/runs/0/results/17/locations/0/physicalLocation/region/startLine',
  hint: 'The result is kept without this line number.',
  lost: false,
} as const

const unreadable: readonly FileRead[] = [
  {
    name: 'inbox/notes.bin',
    sha256: digestOf('inbox/notes.bin'),
    format: null,
    findings: 0,
    problems: [
      {
        code: 'unknown-format',
        why: 'nothing in the file says what format it is in',
        at: 'line 1',
        hint: 'Name the format with --format, or send the file as text.',
        lost: true,
      },
    ],
  },
]
