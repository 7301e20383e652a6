import { caseOf } from '#features/case/case.ts'
import { type Known, rankInputOf } from '#features/case/known.ts'
import { relationsOf } from '#features/case/relation.ts'
import type { Catalog } from '#features/catalog/catalog.ts'
import type { Inventory } from '#features/catalog/inventory.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { correlateMixed, type Mixed } from '#features/correlate/mixed.ts'
import { compare, type Priority, prioritise, ranked } from '#features/priority/priority.ts'
import type { Report } from '#features/report/report.ts'
import type { Baseline } from './baseline.ts'
import { evidenceIn } from './domain.ts'
import { presentCase, presentDecision, presentReport } from './present-case.ts'
import type { Import, ImportedFile } from './read.ts'
import { setAside } from './set-aside.ts'
import type { FileRead, Suggestion, Triage, TriagedCase } from './triage.ts'

export type AssembleOptions = {
  readonly version: string
  readonly knowledge: MixedKnowledge
  /** What is public, when files of it were given. */
  readonly catalog: Catalog | null
  readonly inventory: Inventory | null
  readonly baseline: Baseline | null
}

/** A triage, and the priorities behind it, for "why is this above that". */
export type Assembled = {
  readonly triage: Triage
  readonly priorities: ReadonlyMap<string, Priority>
}

/**
 * From everything that was read to the ranked list of distinct vulnerabilities. Pure: the same
 * input gives the same triage.
 */
export function assemble(found: Import, options: AssembleOptions): Assembled {
  const formats = new Map(found.files.map(({ name, format }) => [name, format]))
  const { kept, aside } = setAside(found.reports, options.baseline)
  const mixed = correlateMixed(
    kept.map(({ file, finding, source }) => evidenceIn(formats.get(file) ?? '', finding, source)),
    options.knowledge,
  )
  const known = knownCases(kept, mixed, options)
  const formatOf = (file: string): string | null => formats.get(file) ?? null
  const { cases, priorities } = rank(known, kept, formatOf)
  const suggestions = suggestionsOf(mixed, kept, cases)
  const setAsideNow = aside.map(({ report, why }) => ({
    report: presentReport(report, formatOf(report.file)),
    why,
  }))
  const files = found.files.map(fileRead)
  const counts = {
    files: files.length,
    reports: found.reports.length,
    cases: cases.length,
    merged: kept.length - cases.length,
    suggestions: suggestions.length,
    setAside: aside.length,
    problems: files.reduce((sum, { problems }) => sum + problems.length, 0),
  }
  const triage = { parley: options.version, cases, suggestions, files, counts }
  return { triage: { ...triage, setAside: setAsideNow }, priorities }
}

function knownCases(kept: readonly Report[], mixed: Mixed, options: AssembleOptions): Known[] {
  const numbers = new Map(kept.map((report, number) => [report, number]))
  const numberOf = (report: Report): number => numbers.get(report) ?? -1
  const ties = {
    probability: (a: Report, b: Report) => mixed.probability(numberOf(a), numberOf(b)),
    judgement: (a: Report, b: Report) => mixed.judgement(numberOf(a), numberOf(b)),
  }
  return mixed.groups.map((members): Known => {
    const of = caseOf(
      members.flatMap((number) => kept[number] ?? []),
      ties,
    )
    const { catalog, inventory } = options
    const touches = of.components.flatMap((component) => inventory?.touches(component) ?? [])
    return {
      of,
      facts: catalog && of.aliases.length > 0 ? catalog.factsOf(of.aliases) : null,
      touch: touches.find(({ isAffected }) => isAffected) ?? touches[0] ?? null,
      hasInventory: inventory !== null,
    }
  })
}

function rank(
  known: readonly Known[],
  kept: readonly Report[],
  formatOf: (file: string) => string | null,
): { cases: TriagedCase[]; priorities: Map<string, Priority> } {
  const byId = new Map<string, Known>(known.map((one) => [one.of.id, one]))
  const order = ranked(known.map((one) => prioritise(rankInputOf(one))))
  const relations = Map.groupBy(relationsOf(known.map(({ of }) => of)), ({ of }) => of)
  const cases = order.flatMap((priority, at) => {
    const one = byId.get(priority.id)
    const next = order[at + 1]
    const aboveNext = next && compare(priority, next).because
    if (!one) return []
    return presentCase({
      known: one,
      rank: at + 1,
      decision: presentDecision(priority, aboveNext),
      relations: relations.get(priority.id) ?? [],
      idOf: (report) => kept[report]?.id,
      formatOf,
    })
  })
  return { cases, priorities: new Map(order.map((priority) => [priority.id, priority])) }
}

function suggestionsOf(
  mixed: Mixed,
  kept: readonly Report[],
  cases: readonly TriagedCase[],
): Suggestion[] {
  const caseByReport = new Map(
    cases.flatMap(({ id, reports }) => reports.map((report) => [report.id, id] as const)),
  )
  return mixed.suggestions.flatMap(({ a, b, probability, because }) => {
    const [x, y] = [kept[a]?.id, kept[b]?.id]
    const [one, other] = [caseByReport.get(x ?? ''), caseByReport.get(y ?? '')]
    if (!x || !y || !one || !other) return []
    return [{ cases: [one, other] as const, reports: [x, y] as const, probability, because }]
  })
}

function fileRead(file: ImportedFile): FileRead {
  return {
    name: file.name,
    sha256: file.sha256 ?? '',
    format: file.format,
    findings: file.findings,
    problems: file.problems.map(({ code, why, pointer, line, hint, lost }) => {
      const at = [pointer, line === undefined ? undefined : `line ${line}`]
        .filter(Boolean)
        .join(', ')
      return { code, why, ...(at !== '' && { at }), ...(hint !== undefined && { hint }), lost }
    }),
  }
}
