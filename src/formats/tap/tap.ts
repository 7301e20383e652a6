import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, cweNumbersIn, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Location, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { JsonObject, Reader } from '#formats/json/reader.ts'
import { packageNameOf } from '#formats/purl/package-name.ts'
import { readPurl } from '#formats/purl/parse.ts'
import { crashIn } from '#formats/sarif/stack.ts'
import { type Payload, payloadsOf } from './payload.ts'

/**
 * Reads reports as the Akrites intake takes them, more leniently than the intake does: what it
 * would refuse is a problem here, and the report survives.
 */
export const tapDecoder: Decoder = {
  name: 'tap',
  title: 'Akrites TAP report',
  source: 'Akrites SIRT TAP API specification, report JSON of POST /v1/reports',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeReport),
}

/** Members that no other format known here has. */
const ownMembers = ['affected_symbol', 'upstream_ids', 'code_path', 'package_repo_url']
const moreMembers = ['discovery_method', 'discovery_tooling', 'introduced_commit', 'fixed_commit']
const lastMembers = ['enrichment', 'exploit_content_type', 'raw_content_type', 'notify']

function judge(report: JsonObject): 0 | 1 | 2 | 3 {
  const has = (key: string): boolean => Object.hasOwn(report, key)
  if (!has('purl') && !(has('software') && has('ecosystem'))) return 0
  const telling = [...ownMembers, ...moreMembers, ...lastMembers].filter(has).length
  if (telling > 1) return 3
  if (telling === 1) return 2
  return Object.keys(report).every((key) => plainMembers.has(key)) ? 1 : 0
}

const plainMembers = new Set(['purl', 'software', 'ecosystem', 'versions', 'references', 'email'])

function decodeReport(report: Reader): Part {
  const payloads = payloadsOf(report)
  const enrichment = report.object('enrichment')
  const component = componentOf(report)
  const symbol = report.object('affected_symbol')
  const name = symbol.text('function')
  const cwe = weaknessesOf(enrichment)
  const details = proseOf(report, enrichment, payloads)
  const tooling = report.text('discovery_tooling') ?? report.text('discovery_method')
  const finding = present<Finding>({
    at: { pointer: report.pointer },
    title: titleOf({ enrichment, name, cwe, component, details, file: symbol.text('file') }),
    details,
    tool: tooling === undefined ? undefined : { name: tooling },
    severity: severityOf(enrichment.text('severity')),
    cvss: vectorsOf(enrichment),
    cwe,
    aliases: publicIds(report.texts('upstream_ids')),
    components: component && [component],
    locations: locationsOf(report, symbol),
    symbols: distinct([name]),
    crash: crashIn([details, ...payloads.map(({ proof }) => proof.text)]),
    proofs: payloads.filter(({ is }) => is === 'proof').map(({ proof }) => proof),
    references: distinct([...report.texts('references'), report.text('package_repo_url')]),
    fix: paragraphs([
      ...payloads.filter(({ is }) => is === 'patch').map(({ proof }) => proof.text),
      enrichment.text('mitigation') ?? enrichment.text('fix'),
    ]),
    fixCommits: distinct([report.text('fixed_commit')]),
    standing: standingOf(enrichment),
    ssvc: decisionOf(enrichment),
    epss: probabilityOf(enrichment),
    original: report.value,
  })
  return { findings: [finding] }
}

type TitleParts = {
  readonly enrichment: Reader
  readonly name: string | undefined
  readonly file: string | undefined
  readonly cwe: readonly number[]
  readonly component: Component | undefined
  readonly details: string | undefined
}

/** Reports have no title: the enrichment may bring one, else symbol, weakness and package do. */
function titleOf({ enrichment, name, file, cwe, component, details }: TitleParts): string {
  const given = enrichment.text('title') ?? enrichment.text('summary')
  if (given !== undefined) return oneLine(given)
  const [weakness] = cwe
  const prose = titleFrom(details)
  const what = weakness === undefined ? 'Flaw' : `CWE-${weakness}`
  const place = name ?? file
  if (place === undefined && weakness === undefined && prose !== undefined) return prose
  const where = place === undefined ? '' : ` in ${place}`
  const of = component === undefined ? '' : `${where === '' ? ' in' : ' of'} ${component.name}`
  return `${what}${where}${of}`
}

/** Prose in the enrichment, and attachments that are prose themselves. */
function proseOf(
  report: Reader,
  enrichment: Reader,
  payloads: readonly Payload[],
): string | undefined {
  const keys = ['description', 'details', 'analysis', 'impact', 'root_cause', 'steps']
  const path = report.text('code_path')
  return paragraphs([
    ...keys.map((key) => (typeof enrichment.raw(key) === 'string' ? enrichment.text(key) : '')),
    path !== undefined && pathIn(path) === undefined ? `Code path: ${path}` : undefined,
    ...payloads.filter(({ is }) => is === 'prose').map(({ proof }) => proof.text),
  ])
}

/** A purl or a name with its ecosystem; the contract demands one of the two. */
function componentOf(report: Reader): Component | undefined {
  const written = report.text('purl')
  const purl = written === undefined ? null : readPurl(written)
  if (written !== undefined && purl === null) {
    report.problem({ code: 'bad-value', why: 'no package URL', key: 'purl' })
  }
  const software = report.text('software')
  const name = purl ? packageNameOf(purl) : (software ?? written)
  if (name === undefined) {
    const why = 'neither a purl nor software and ecosystem say what is affected'
    report.problem({ code: 'missing-field', why })
    return undefined
  }
  const versions = distinct([...report.texts('versions'), purl?.version])
  const [version] = purl?.version === undefined ? [] : [purl.version]
  const ecosystem = report.text('ecosystem')
  return present<Component>({
    name,
    ecosystem,
    purl: purl ? written : undefined,
    version,
    versions,
  })
}

/** The affected symbol, then the code path where it is a path. */
function locationsOf(report: Reader, symbol: Reader): Location[] {
  const file = symbol.text('file')
  const line = symbol.number('line')
  const own =
    file === undefined
      ? []
      : [
          present<Location>({
            file: file.replaceAll('\\', '/'),
            line: line !== undefined && line > 0 ? line : undefined,
            function: symbol.text('function'),
          }),
        ]
  const path = pathIn(report.text('code_path') ?? '')
  return path && path.file !== own[0]?.file ? [...own, path] : own
}

/** `src/read.c:88` or `src/read.c`; free text is no path. */
function pathIn(text: string): Location | undefined {
  const [, file, line] = /^([^\s:]+)(?::(\d{1,9}))?(?::\d+)?$/.exec(text.trim()) ?? []
  if (file === undefined || !/[/\\.]/.test(file)) return undefined
  return { file: file.replaceAll('\\', '/'), ...(line !== undefined && { line: Number(line) }) }
}

/** `CWE-<n>` with optional text, one or several. */
function weaknessesOf(enrichment: Reader): number[] {
  const given = enrichment.textOrTexts('cwe')
  const found = cweNumbers(given.flatMap(cweNumbersIn))
  if (given.length > 0 && found.length === 0) {
    enrichment.problem({ code: 'bad-value', why: 'no CWE-<number> in it', key: 'cwe' })
  }
  return found
}

const vectorsOf = (enrichment: Reader): string[] =>
  distinct([...enrichment.textOrTexts('cvss_vector'), ...enrichment.textOrTexts('cvss')])

const standings: Readonly<Record<string, Standing['is']>> = {
  ...{ not_affected: 'not-affected', fixed: 'fixed' },
}
const vexStates = new Set(['under_investigation', 'affected', 'not_affected', 'fixed'])

function standingOf(enrichment: Reader): Standing | undefined {
  const status = enrichment.text('vex_status')
  if (status === undefined) return undefined
  if (!vexStates.has(status)) {
    enrichment.problem({ code: 'bad-value', why: `no VEX status: ${status}`, key: 'vex_status' })
  }
  const is = Object.hasOwn(standings, status) ? standings[status] : undefined
  return is === undefined ? undefined : { is, why: `vex_status ${status}` }
}

/** The outcome of an SSVC decision; the report does not give its inputs. */
function decisionOf(enrichment: Reader): Record<string, string> | undefined {
  const decision = enrichment.text('ssvc')
  return decision === undefined ? undefined : { Decision: decision }
}

function probabilityOf(enrichment: Reader): number | undefined {
  const epss = enrichment.numberish('epss')
  if (epss === undefined || (epss >= 0 && epss <= 1)) return epss
  enrichment.problem({ code: 'bad-value', why: `${epss} is no probability`, key: 'epss' })
  return undefined
}
