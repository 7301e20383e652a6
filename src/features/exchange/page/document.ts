import type { Triage, TriagedCase } from '../triage.ts'

/**
 * One line of the queue: what the list shows, the filters ask and the search reads. Made from a
 * case when the page is written, so that opening the page reads no case that nobody opens.
 */
export type Row = {
  readonly id: string
  readonly rank: number
  readonly title: string
  readonly severity: string
  readonly deployer: string
  readonly deadline: string
  readonly evidence: TriagedCase['evidence']
  readonly isPublic: boolean
  readonly isExploited: boolean
  readonly isInInventory: boolean
  /** How many suggestions name this case. */
  readonly suggestions: number
  readonly reports: number
  readonly finders: readonly string[]
  /** The documents that its reports were read from, as an address can name them. */
  readonly files: readonly string[]
  readonly formats: readonly string[]
  readonly components: readonly string[]
  readonly aliases: readonly string[]
  /** Other texts that a search finds: titles of all reports, files and functions of the code. */
  readonly also: readonly string[]
}

/** One line of the list of what was set aside. */
export type AsideRow = {
  readonly id: string
  readonly title: string
  readonly why: string
  readonly file: string
  readonly finders: readonly string[]
}

/** What the page embeds beside the cases. */
export type PageHead = {
  readonly parley: string
  readonly counts: Triage['counts']
  /** What was left out to keep the page within its size. */
  readonly without: readonly Omission[]
  readonly rows: readonly Row[]
  readonly asides: readonly AsideRow[]
}

export type Omission = 'originals' | 'long-texts' | 'later-cases'

/** How many texts of one kind a row keeps for the search. */
const textsMax = 40

/** The lines of the queue, in the order of the cases. */
export function rowsOf(triage: Triage): Row[] {
  const suggestions = new Map<string, number>()
  for (const { cases } of triage.suggestions) {
    for (const id of cases) suggestions.set(id, (suggestions.get(id) ?? 0) + 1)
  }
  return triage.cases.map((found) => rowOf(found, suggestions.get(found.id) ?? 0))
}

export const asidesOf = (triage: Triage): AsideRow[] =>
  triage.setAside.map(({ report, why }) => ({
    id: report.id,
    title: report.finding.title,
    why,
    file: report.file,
    finders: report.finders,
  }))

function rowOf(found: TriagedCase, suggestions: number): Row {
  const { reports, decision, known } = found
  return {
    id: found.id,
    rank: found.rank,
    title: found.title,
    severity: found.severity,
    deployer: decision.deployer,
    deadline: decision.directive.deadline,
    evidence: found.evidence,
    isPublic: known.isPublic,
    isExploited: known.isExploited,
    isInInventory: found.inventory !== undefined,
    suggestions,
    reports: reports.length,
    finders: few(found.finders.map(({ name }) => name)),
    files: few(reports.map(({ file }) => file.toWellFormed())),
    formats: few(reports.map(({ format }) => format)),
    components: few(found.components.map(({ name }) => name)),
    aliases: few(found.aliases),
    also: few(reports.flatMap(alsoOf)).filter((text) => text !== found.title),
  }
}

const alsoOf = ({ finding }: TriagedCase['reports'][number]): readonly string[] => [
  finding.title,
  ...(finding.locations ?? []).map(({ file }) => file),
  ...(finding.symbols ?? []),
  ...(finding.rule ? [finding.rule.id] : []),
]

const few = (texts: readonly string[]): string[] => [...new Set(texts)].slice(0, textsMax)
