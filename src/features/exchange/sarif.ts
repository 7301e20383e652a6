import type { Location } from '#formats/finding/finding.ts'
import { encodeSarif, type SarifFinding } from '#formats/sarif/encode.ts'
import type { Reason, Suggestion, Triage, TriagedCase, TriagedReport } from './triage.ts'
import { percent } from './words.ts'

/**
 * One SARIF 2.1.0 log with one result a case, so that tools that read SARIF see each vulnerability
 * once. The duplicates stand in `relatedLocations`, each with who found it and why it was merged;
 * decision, credit, relations and open suggestions are in the result's property bag.
 */
export function renderSarif(triage: Triage): string {
  const suggestions = new Map<string, Suggestion[]>()
  for (const suggestion of triage.suggestions) {
    for (const id of suggestion.cases) {
      suggestions.set(id, [...(suggestions.get(id) ?? []), suggestion])
    }
  }
  return encodeSarif({
    tool: { name: 'Parley', version: triage.parley },
    results: triage.cases.map((found) => resultOf(found, suggestions.get(found.id) ?? [])),
  })
}

function resultOf(found: TriagedCase, suggestions: readonly Suggestion[]): SarifFinding {
  const [face, ...others] = found.reports
  const { details, score, locations = [] } = face?.finding ?? {}
  return {
    id: found.id,
    title: found.title,
    text: details ? `${found.title}\n\n${details}` : found.title,
    // SARIF has no word for what is not known; "warning" is its own default.
    severity: found.severity === 'unknown' ? 'medium' : found.severity,
    cwe: found.cwe.map(({ id }) => id),
    ...(score === undefined ? {} : { score }),
    locations,
    related: others.map((report) => relatedOf(report, found)),
    properties: propertiesOf(found, suggestions),
  }
}

function relatedOf(report: TriagedReport, found: TriagedCase): SarifFinding['related'][number] {
  const merge = found.merges.find((one) => one.report === report.id)
  const because = merge
    ? `; merged (${percent(merge.probability)}): ${sentences(merge.because)}`
    : ''
  const who = report.finders.join(', ')
  return {
    message: `Also reported by ${who} as “${report.finding.title}”${because}`,
    location: placeOf(report),
  }
}

/** The first place of the flaw itself that a report names. */
const placeOf = ({ finding }: TriagedReport): Location | null =>
  finding.locations?.find(({ role }) => role === undefined) ?? null

const sentences = (because: readonly Reason[]): string =>
  because.map(({ says, supports }) => (supports ? says : `Against it: ${says}`)).join(' ')

function propertiesOf(
  found: TriagedCase,
  suggestions: readonly Suggestion[],
): SarifFinding['properties'] {
  const { rank, decision, evidence, finders, merges, relations, aliases, known } = found
  return {
    rank,
    decision,
    evidence,
    known,
    ...(found.inventory ? { inventory: found.inventory } : {}),
    aliases,
    components: found.components,
    finders,
    reports: found.reports.map(({ id, file, format, at, finders: by, finding }) => ({
      id,
      file,
      format,
      at,
      finders: by,
      title: finding.title,
    })),
    merges,
    relations,
    suggestions: suggestions.map(({ cases, probability, because }) => ({
      case: cases.find((id) => id !== found.id),
      probability,
      because,
    })),
  }
}
