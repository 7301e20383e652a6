import type { Location, Severity } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { severityOfScore } from './severity.ts'

/** What is to be written: distinct findings, each with the reports that say the same. */
export type SarifReport = {
  readonly tool: { readonly name: string; readonly version: string; readonly uri?: string }
  readonly results: readonly SarifFinding[]
}

/** One distinct finding. */
export type SarifFinding = {
  /** Stable: the same finding has the same id in every log. */
  readonly id: string
  readonly title: string
  /** The message, plain; never empty. */
  readonly text: string
  /** The same message in Markdown. */
  readonly markdown?: string
  readonly severity: Severity
  /** CWE numbers, most telling first. */
  readonly cwe: readonly number[]
  /** A CVSS-like score, 0 to 10. */
  readonly score?: number
  readonly locations: readonly Location[]
  /** Its duplicates and whatever else belongs to it, each with what it is. */
  readonly related: readonly { readonly message: string; readonly location: Location | null }[]
  /** Anything else, as JSON values. */
  readonly properties: Readonly<Record<string, unknown>>
}

const schema =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * Writes a SARIF 2.1.0 log with one run. The same report gives the same bytes: nothing of the
 * clock, the machine or chance is in it. Rules stand for a weakness at one severity, because
 * readers such as GitHub take the severity from the rule (`security-severity`).
 */
export function encodeSarif(report: SarifReport): string {
  const rules = rulesOf(report.results)
  const taxa = [...new Set(report.results.flatMap(({ cwe }) => cwe))].sort((a, b) => a - b)
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driverOf(report, rules) },
        ...(taxa.length > 0 && { taxonomies: [cweTaxonomy(taxa)] }),
        results: report.results.map((finding) => resultOf(finding, rules, taxa)),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

type RuleEntry = {
  readonly id: string
  readonly index: number
  readonly cwe: number | undefined
  readonly severity: Severity
  readonly score: number
}

const ruleId = ({ cwe: [first], severity }: SarifFinding): string =>
  `${first === undefined ? 'unclassified' : `CWE-${first}`}/${severity}`

/** Scores at which the bands of CVSS begin, for findings that have none of their own. */
const scoreFloors: Readonly<Record<Severity, number>> = {
  ...{ critical: 9, high: 7, medium: 4 },
  ...{ low: 0.1, info: 0 },
}

/** One rule for each weakness and severity, in the order of their first findings. */
function rulesOf(findings: readonly SarifFinding[]): ReadonlyMap<string, RuleEntry> {
  const rules = new Map<string, RuleEntry>()
  for (const finding of findings) {
    const id = ruleId(finding)
    const { index = rules.size, score = scoreFloors[finding.severity] } = rules.get(id) ?? {}
    const [cwe] = finding.cwe
    const fits = severityOfScore(finding.score) === finding.severity
    const own = fits ? (finding.score ?? 0) : 0
    const { severity } = finding
    rules.set(id, { id, index, cwe, severity, score: Math.max(score, own) })
  }
  return rules
}

function driverOf({ tool }: SarifReport, rules: ReadonlyMap<string, RuleEntry>) {
  return present({
    name: tool.name,
    version: tool.version,
    informationUri: tool.uri,
    rules: [...rules.values()].map(ruleOf),
    supportedTaxonomies: [...rules.values()].some(({ cwe }) => cwe !== undefined)
      ? [cweComponent]
      : undefined,
  })
}

const cweComponent = { name: 'CWE', index: 0 }

function ruleOf({ id, cwe, severity, score }: RuleEntry) {
  const weakness = cwe === undefined ? 'Unclassified weakness' : `Weakness CWE-${cwe}`
  const cweTag = `external/cwe/cwe-${String(cwe).padStart(3, '0')}`
  return present({
    id,
    name: weakness.replaceAll(/[ -]/g, ''),
    shortDescription: { text: `${weakness}, ${severity}` },
    helpUri: cwe === undefined ? undefined : `https://cwe.mitre.org/data/definitions/${cwe}.html`,
    defaultConfiguration: { level: levels[severity] },
    relationships: cwe === undefined ? undefined : [cweRelationship(cwe)],
    properties: {
      'security-severity': score.toFixed(1),
      tags: cwe === undefined ? ['security'] : ['security', cweTag],
    },
  })
}

const cweRelationship = (cwe: number) => ({
  target: { id: String(cwe), toolComponent: cweComponent },
  kinds: ['superset'],
})

const levels: Readonly<Record<Severity, string>> = {
  ...{ critical: 'error', high: 'error', medium: 'warning' },
  ...{ low: 'note', info: 'note' },
}

const cweTaxonomy = (taxa: readonly number[]) => ({
  name: 'CWE',
  organization: 'MITRE',
  shortDescription: { text: 'Common Weakness Enumeration' },
  informationUri: 'https://cwe.mitre.org/',
  isComprehensive: false,
  taxa: taxa.map((cwe) => ({
    id: String(cwe),
    helpUri: `https://cwe.mitre.org/data/definitions/${cwe}.html`,
  })),
})

function resultOf(
  finding: SarifFinding,
  rules: ReadonlyMap<string, RuleEntry>,
  taxa: readonly number[],
) {
  const { id, text, markdown, severity, score, locations, cwe, properties, title } = finding
  const rule = ruleId(finding)
  const flow = locations.filter(({ role }) => role === 'flow')
  return present({
    ruleId: rule,
    ruleIndex: rules.get(rule)?.index,
    level: levels[severity],
    message: present({ text: worded(text, title), markdown: markdown?.toWellFormed() }),
    locations: locations.filter(({ role }) => role === undefined).map(locationOf),
    codeFlows: flow.length > 0 ? [flowOf(flow)] : undefined,
    relatedLocations: relatedOf(finding),
    partialFingerprints: { 'parley/v1': id },
    taxa: cwe.map((one) => ({
      id: String(one),
      index: taxa.indexOf(one),
      toolComponent: cweComponent,
    })),
    properties: {
      ...properties,
      title: title.toWellFormed(),
      severity,
      ...(score !== undefined && { 'security-severity': score.toFixed(1) }),
    },
  })
}

const worded = (text: string, title: string): string =>
  (text.trim() === '' ? title : text).toWellFormed() || 'Finding'

const flowOf = (steps: readonly Location[]) => ({
  threadFlows: [{ locations: steps.map((step) => ({ location: locationOf(step) })) }],
})

/** Related places get ids from 1, so that messages can link to them (section 3.28.2). */
function relatedOf({ locations, related }: SarifFinding) {
  const places = locations
    .filter(({ role }) => role === 'related')
    .map((location) => ({ message: undefined, location }))
  return [...related, ...places].map(({ message, location }, index) => ({
    id: index + 1,
    ...(message !== undefined && { message: { text: message.toWellFormed() } }),
    ...(location !== null && locationOf(location)),
  }))
}

function locationOf({ file, line, endLine, function: inside, snippet }: Location) {
  const region = present({
    startLine: line,
    endLine: line !== undefined && endLine !== undefined && endLine >= line ? endLine : undefined,
    snippet: snippet === undefined ? undefined : { text: snippet.toWellFormed() },
  })
  const hasLine = line !== undefined && line > 0
  const name = inside?.toWellFormed()
  return present({
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(hasLine && { region }),
    },
    logicalLocations: name ? [{ fullyQualifiedName: name, kind: 'function' }] : undefined,
  })
}

/** A path as a URI reference (RFC 3986): escaped, absolute paths as file addresses (RFC 8089). */
function uriOf(file: string): string {
  const path = file.toWellFormed().replaceAll('\\', '/')
  const drive = /^([A-Za-z]:)(\/.*)$/.exec(path)
  const escaped = (part: string): string => part.split('/').map(encodeURIComponent).join('/')
  if (drive) return `file:///${drive[1]}${escaped(drive[2] ?? '')}`
  return path.startsWith('/') ? `file://${escaped(path)}` : escaped(path)
}
