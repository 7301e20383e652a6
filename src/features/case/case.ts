import { createHash } from 'node:crypto'
import type { Judgement } from '#features/correlate/mixed.ts'
import type { Report } from '#features/report/report.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { type CaseSeverity, severityOf } from './severity.ts'
import { titleOf } from './title.ts'

export type CaseId = Id<'case'>
export const CaseId = idOf('case')

/** How well a report is evidenced before any sandbox ran: a claim, or artifacts attached. */
export type EvidenceLevel = 'E0' | 'E2'

/** The coordination of one vulnerability: every report of it, and why they are together. */
export type Case = {
  /** The same reports always make the same case id. */
  readonly id: CaseId
  /** Best evidenced first: the first is the face of the case. */
  readonly reports: readonly Report[]
  readonly merges: readonly Judgement[]
  /** Everyone who reported it, by name, with their reports. */
  readonly finders: readonly { readonly name: string; readonly reports: readonly string[] }[]
  readonly evidence: EvidenceLevel
  readonly title: string
  readonly severity: CaseSeverity
  readonly aliases: readonly string[]
  readonly cwe: readonly number[]
  readonly components: readonly Component[]
}

/** Artifacts with which anyone can reproduce: a proof, or a crash with frames. */
export const evidenceOf = ({ proofs, crash }: Finding): EvidenceLevel =>
  (proofs?.length ?? 0) > 0 || (crash?.frames.length ?? 0) > 0 ? 'E2' : 'E0'

/**
 * How much a report gives a person to work with: artifacts, then the place in the code, then the
 * weakness, the versions and some prose. Length beyond a few paragraphs earns nothing.
 */
export function substanceOf(finding: Finding): number {
  const place = finding.locations?.find(({ role }) => role === undefined)
  return [
    evidenceOf(finding) === 'E2' ? 8 : 0,
    finding.crash ? 2 : 0,
    place?.function ? 3 : 0,
    place ? 2 : 0,
    finding.cwe ? 1 : 0,
    finding.cvss ? 1 : 0,
    finding.fix || finding.fixCommits ? 1 : 0,
    finding.components?.some(({ ranges, version }) => version ?? ranges?.length) ? 1 : 0,
    Math.min((finding.details?.length ?? 0) / 400, 3),
  ].reduce((sum, part) => sum + part, 0)
}

const bySubstance = (x: Report, y: Report): number =>
  substanceOf(y.finding) - substanceOf(x.finding) || (x.id < y.id ? -1 : 1)

/** What correlation knows of two reports. */
export type Ties = {
  readonly probability: (a: Report, b: Report) => number
  readonly judgement: (a: Report, b: Report) => Judgement | null
}

/** Makes the case of reports that are one vulnerability. */
export function caseOf(reports: readonly Report[], ties: Ties): Case {
  const ordered = [...reports].sort(bySubstance)
  const ids = ordered.map(({ id }) => id)
  const findings = ordered.map(({ finding }) => finding)
  return {
    id: CaseId.of(digest([...ids].sort().join('\n'))),
    reports: ordered,
    merges: mergesOf(ordered, ties),
    finders: findersOf(ordered),
    evidence: findings.some((finding) => evidenceOf(finding) === 'E2') ? 'E2' : 'E0',
    title: titleOf(findings),
    severity: severityOf(findings),
    aliases: [...new Set(findings.flatMap(({ aliases }) => aliases ?? []))].sort(),
    cwe: [...new Set(findings.flatMap(({ cwe }) => cwe ?? []))],
    components: componentsOf(findings),
  }
}

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)

/** For each report after the first, the strongest tie to one before it. */
function mergesOf(reports: readonly Report[], ties: Ties): Judgement[] {
  return reports.slice(1).flatMap((report, at) => {
    let [best, probability] = [reports[0], 0]
    for (const earlier of reports.slice(0, Math.min(at + 1, tiesMax))) {
      const found = ties.probability(report, earlier)
      if (found > probability) [best, probability] = [earlier, found]
    }
    return (best && ties.judgement(report, best)) ?? []
  })
}

/** A report is held against at most this many that come before it in its case. */
const tiesMax = 400

function findersOf(reports: readonly Report[]): Case['finders'] {
  const names = new Map<string, string[]>()
  for (const { id, finders } of reports) {
    for (const name of finders) names.set(name, [...(names.get(name) ?? []), id])
  }
  return [...names].map(([name, own]) => ({ name, reports: own }))
}

const componentsMax = 40

function componentsOf(findings: readonly Finding[]): Component[] {
  const known = new Map<string, Component>()
  for (const component of findings.flatMap(({ components }) => components ?? [])) {
    const key = `${component.ecosystem ?? ''} ${component.name} ${component.version ?? ''}`
    if (!known.has(key)) known.set(key, component)
  }
  return [...known.values()].slice(0, componentsMax)
}
