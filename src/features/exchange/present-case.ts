import { isExploited, isPublic, type Known } from '#features/case/known.ts'
import type { CaseRelation } from '#features/case/relation.ts'
import type { PublicFacts } from '#features/catalog/facts.ts'
import type { Priority } from '#features/priority/priority.ts'
import type { Report, ReportId } from '#features/report/report.ts'
import { cweName } from '#formats/cwe/cwe.ts'
import type { Decision, Relation, TriagedCase, TriagedReport } from './triage.ts'

export function presentDecision({ decision, inputs, rules }: Priority, next?: string): Decision {
  return {
    deployer: decision.deployer.outcome,
    coordinator: decision.coordinator.outcome,
    directive: { row: decision.directive.row, deadline: decision.directive.outcome },
    inputs: inputs.map(({ name, value, from, because }) => ({ name, value, from, because })),
    rules,
    ...(next !== undefined && { aboveNext: next }),
  }
}

/** Where a report stands, by the format of its file. */
export function presentReport(report: Report, format: string | null): TriagedReport {
  const { id, file, finders, finding } = report
  const { pointer, line } = finding.at
  const at = pointer ?? (line === undefined ? '' : `line ${line}`)
  return { id, file, format: format ?? 'unknown', at, finders, finding }
}

export type Placed = {
  readonly known: Known
  readonly rank: number
  readonly decision: Decision
  readonly relations: readonly CaseRelation[]
  readonly idOf: (report: number) => ReportId | undefined
  readonly formatOf: (file: string) => string | null
}

export function presentCase({ known, rank, ...placed }: Placed): TriagedCase {
  const { of, facts, touch } = known
  const relations = placed.relations.map(({ kind, with: other, because }) => {
    return { kind, with: other, because } satisfies Relation
  })
  return {
    id: of.id,
    rank,
    title: of.title,
    severity: of.severity,
    decision: placed.decision,
    evidence: of.evidence,
    reports: of.reports.map((report) => presentReport(report, placed.formatOf(report.file))),
    finders: of.finders,
    merges: of.merges.flatMap(({ a, b, probability, because }) => {
      const [report, other] = [placed.idOf(a), placed.idOf(b)]
      return report && other ? [{ report, with: other, probability, because }] : []
    }),
    relations: [...relations, ...publicAs(facts)],
    aliases: of.aliases,
    cwe: of.cwe.map((id) => ({ id, name: cweName(id) ?? '' })),
    components: of.components,
    known: {
      isPublic: isPublic(facts),
      isExploited: isExploited(known),
      ...(facts?.epss !== undefined && { epss: facts.epss }),
      because: facts?.because ?? [],
    },
    ...(touch && { inventory: { component: touch.listed.component.name, because: touch.how } }),
  }
}

function publicAs(facts: PublicFacts | null): Relation[] {
  if (facts === null || !isPublic(facts)) return []
  const because = facts.because[0] ?? 'a public record carries the identifier'
  return facts.ids.map((id) => ({ kind: 'already-public', with: id, because }))
}
