import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding, Location, Severity } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { affectedOf } from '#formats/scanner/dependency.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import { flowOf, placeOf } from './place.ts'
import { dependencyFindingOf, platformFindingOf } from './platform.ts'

/** Results of the Semgrep command, and the answers of the Semgrep platform's API. */
export const semgrepDecoder: Decoder = {
  name: 'semgrep',
  title: 'Semgrep JSON (semgrep --json, platform API)',
  source: 'semgrep_output_v1.atd (semgrep/semgrep-interfaces), and reports in the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { results, errors, vulns, findings } = document
  const first = firstIn(results)
  if (first) return 'check_id' in first && isObject(first['extra']) ? 3 : 0
  const dependency = firstIn(vulns)
  if (dependency) return isObject(dependency['advisory']) && 'exposureType' in dependency ? 3 : 0
  const finding = firstIn(findings)
  if (finding) return 'rule_name' in finding && 'triage_state' in finding ? 3 : 0
  if (!isArray(results) || !isArray(errors)) return 0
  const own = ['paths', 'skipped_rules', 'interfile_languages_used'].some((one) => one in document)
  if (own) return 3
  return Object.keys(document).every((one) => bare.has(one)) ? 2 : 0
}

/** What the report of a scan without results may be reduced to. */
const bare = new Set(['results', 'errors', 'version', 'time'])

function firstIn(list: unknown): JsonObject | undefined {
  const [first] = isArray(list) ? list : []
  return isObject(first) ? first : undefined
}

function decodeOne(document: Reader): Part {
  const version = document.text('version')
  const tool = version === undefined ? { name: 'semgrep' } : { name: 'semgrep', version }
  for (const error of document.objects('errors')) remark(error)
  return {
    findings: [
      ...document.objects('results').flatMap((result) => findingOf(result, tool) ?? []),
      ...document.objects('vulns').flatMap((one) => dependencyFindingOf(one) ?? []),
      ...document.objects('findings').flatMap((one) => platformFindingOf(one) ?? []),
    ],
  }
}

/** What the scan itself could not do is a remark: the findings are all there. */
function remark(error: Reader): void {
  const told = error.text('message') ?? error.text('long_msg') ?? error.text('short_msg')
  const what = typeof error.raw('type') === 'string' ? error.text('type') : undefined
  const where = error.text('path')
  const parts = [what ?? 'error', where, titleFrom(told)].filter((part) => part !== undefined)
  error.problem({ code: 'not-readable', why: `the scan reports: ${oneLine(parts.join(': '))}` })
}

function findingOf(result: Reader, tool: Finding['tool']): Finding | undefined {
  if (saysNothing(result, ['check_id', 'path'])) return undefined
  const extra = result.object('extra')
  const metadata = extra.object('metadata')
  const message = extra.text('message')
  const id = result.text('check_id') ?? 'unnamed rule'
  return present<Finding>({
    at: { pointer: result.pointer },
    title: titleFrom(message) ?? oneLine(id),
    details: message,
    tool,
    rule: { id },
    severity: severity(extra.text('severity')),
    cwe: cweNumbers(metadata.textOrTexts('cwe')),
    aliases: namesIn(metadata),
    components: dependencyOf(extra),
    locations: [...placesOf(result, extra), ...flowOf(extra.object('dataflow_trace'))],
    references: linksOf(metadata),
    fix: fixOf(extra),
    fingerprints: fingerprintsOf(extra),
    standing:
      extra.boolean('is_ignored') === true
        ? { is: 'suppressed', why: 'ignored by a comment in the code' }
        : undefined,
    original: result.value,
  })
}

const words: Readonly<Record<string, Severity>> = {
  error: 'high',
  warning: 'medium',
  info: 'low',
  inventory: 'info',
  experiment: 'info',
}

/** The documentation puts ERROR, WARNING and INFO beside high, medium and low. */
function severity(word: string | undefined): Severity | undefined {
  const key = word?.toLowerCase() ?? ''
  return Object.hasOwn(words, key) ? words[key] : severityOf(word)
}

/** Rules of the supply chain product name the flaw that they stand for. */
const namesIn = (metadata: Reader): string[] =>
  publicIds(
    ['sca-vuln-database-identifier', 'cve', 'ghsa'].flatMap((key) => {
      const found = metadata.raw(key)
      return typeof found === 'string' && /^(CVE|GHSA)-/i.test(found) ? [found] : []
    }),
  )

function placesOf(result: Reader, extra: Reader): Location[] {
  const lines = extra.text('lines')
  const place = placeOf(result, lines === 'requires login' ? undefined : lines)
  const lockFile = extra.object('sca_info').object('dependency_match').text('lockfile')
  const listed: Location[] =
    lockFile === undefined ? [] : [{ file: slashed(lockFile), role: 'related' }]
  return place ? [place, ...listed] : listed
}

function dependencyOf(extra: Reader): Component[] {
  const match = extra.object('sca_info').object('dependency_match')
  const found = match.object('found_dependency')
  const name = found.text('package')
  if (name === undefined) return []
  return [
    present<Component>({
      name,
      ecosystem: found.text('ecosystem'),
      version: found.text('version'),
      ...affectedOf([match.object('dependency_pattern').text('semver_range')]),
    }),
  ]
}

/** `references`, then pages about the rule: where it was taken from, and where it is kept. */
const linksOf = (metadata: Reader): string[] =>
  distinct([
    ...metadata.textOrTexts('references'),
    ...metadata.textOrTexts('source-rule-url'),
    ...metadata.textOrTexts('source'),
  ])

function fixOf(extra: Reader): string | undefined {
  const fix = extra.text('fix')
  if (fix !== undefined) return fix
  const regex = extra.object('fix_regex')
  const [pattern, replacement] = [regex.text('regex'), regex.text('replacement')]
  if (pattern === undefined || replacement === undefined) return undefined
  return `Replace what matches ${pattern} with ${replacement}`
}

/** Scans without an account have the words "requires login" in the place of the fingerprint. */
function fingerprintsOf(extra: Reader): Finding['fingerprints'] {
  const fingerprint = extra.text('fingerprint')
  if (fingerprint === undefined || fingerprint === 'requires login') return undefined
  return { semgrep: fingerprint }
}
