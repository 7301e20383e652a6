import { isCommitAddress } from '#formats/advisory/commits.ts'
import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Severity, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { componentsOf, fixHashesOf, symbolsOf } from './affected.ts'
import { crashIn } from './fuzz-crash.ts'

/**
 * Open Source Vulnerability records: one record, an array of them, one a row, or the `vulns` of
 * an answer of the OSV API. Links of type EVIDENCE stay references: a link is not the artifact.
 */
export const osvDecoder: Decoder = {
  name: 'osv',
  title: 'OSV (Open Source Vulnerability format)',
  source: 'OSV schema 1.7 (ossf/osv-schema), records of GHSA, PyPA, Go, RustSec, OSS-Fuzz, MAL',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { id, modified, schema_version, affected, vulns } = document
  if (isArray(vulns) && isObject(vulns[0]) && id === undefined) return judge(vulns[0])
  if (typeof id !== 'string' || typeof modified !== 'string') return 0
  if (typeof schema_version === 'string') return 3
  const first = isArray(affected) ? affected[0] : undefined
  if (isObject(first) && (isObject(first['package']) || isArray(first['ranges']))) return 3
  const telling = ['affected', 'aliases', 'upstream', 'withdrawn', 'published', 'references']
  return telling.filter((name) => Object.hasOwn(document, name)).length >= 2 ? 2 : 0
}

function decodeOne(document: Reader): Part {
  const records =
    document.has('vulns') && !document.has('id') ? document.objects('vulns') : [document]
  const findings = records.flatMap((record) => findingOf(record) ?? [])
  return { spec: records[0]?.text('schema_version'), findings }
}

function findingOf(record: Reader): Finding | undefined {
  const id = record.text('id')
  const summary = record.text('summary')
  const details = record.text('details')
  const title = summary ?? titleFrom(details) ?? id
  if (title === undefined) {
    const why = 'neither id nor summary nor details: this is no OSV record'
    record.problem({ code: 'missing-field', why, lost: true })
    return undefined
  }
  const affected = record.objects('affected')
  const specific = record.object('database_specific')
  const references = record.objects('references')
  return present<Finding>({
    at: { pointer: record.pointer },
    title: oneLine(title),
    details,
    nativeId: id,
    aliases: publicIds([id, ...record.texts('aliases')]),
    related: publicIds([...record.texts('related'), ...record.texts('upstream')]),
    ...severitiesOf(record, affected),
    cwe: cweOf(specific, affected),
    components: componentsOf(affected),
    symbols: symbolsOf(affected),
    finders: findersOf(record),
    tool: toolOf(record),
    crash: crashIn(details),
    references: distinct(references.map((link) => link.text('url'))),
    fixCommits: distinct([...fixLinks(references), ...fixHashesOf(affected)]),
    published: dateOf(record, 'published'),
    standing: standingOf(record),
    original: record.value,
  })
}

type Severities = Pick<Finding, 'severity' | 'cvss' | 'score'>

/** The record's own word first, then those of its database and ecosystems; all vectors. */
function severitiesOf(
  record: Reader,
  affected: readonly Reader[],
): { [K in keyof Severities]: Severities[K] | undefined } {
  const stated = [record, ...affected].flatMap((one) => one.objects('severity'))
  const rustsec = affected.map((one) => one.object('database_specific').textish('cvss'))
  const scores = distinct([...stated.map((one) => one.textish('score')), ...rustsec])
  const vectors = scores.filter((score) => score.includes(':'))
  const numbers = scores.map(Number).filter((score) => score >= 0 && score <= 10)
  return {
    severity:
      severityWord(record, affected) ?? scores.map(severityOf).find((one) => one !== undefined),
    cvss: vectors,
    score: vectors.length === 0 ? numbers[0] : undefined,
  }
}

function severityWord(record: Reader, affected: readonly Reader[]): Severity | undefined {
  const specifics = [record, ...affected].flatMap((one) => [
    one.object('database_specific'),
    one.object('ecosystem_specific'),
  ])
  for (const one of specifics) {
    const found =
      typeof one.raw('severity') === 'string' ? severityOf(one.text('severity')) : undefined
    if (found) return found
  }
  const informational = specifics.some((one) => typeof one.raw('informational') === 'string')
  return informational ? 'info' : undefined
}

/** `cwe_ids` of GHSA, `cwes` of the malicious packages' database (objects) and others (texts). */
function cweOf(specific: Reader, affected: readonly Reader[]): number[] {
  const places = [specific, ...affected.map((one) => one.object('database_specific'))]
  return cweNumbers(
    places.flatMap((place) => [
      ...placeTexts(place, 'cwe_ids'),
      ...placeTexts(place, 'cwes'),
      ...placeTexts(place, 'cwe'),
    ]),
  )
}

function placeTexts(place: Reader, key: string): string[] {
  const found = place.raw(key)
  const members = isArray(found) ? found : [found]
  return members.flatMap((one) => {
    if (typeof one === 'string') return [one]
    const inner = isObject(one) ? (one['cweId'] ?? one['id']) : undefined
    return typeof inner === 'string' ? [inner] : []
  })
}

/** Who found or reported it; a credit without a type counts as one, a tool is none. */
function findersOf(record: Reader): string[] {
  const roles = new Set(['FINDER', 'REPORTER', 'OTHER', ''])
  const credits = record.objects('credits')
  return distinct(
    credits.filter((one) => roles.has(one.text('type') ?? '')).map((one) => one.text('name')),
  )
}

function toolOf(record: Reader): Finding['tool'] {
  const credit = record.objects('credits').find((one) => one.raw('type') === 'TOOL')
  const name = credit?.text('name')
  return name === undefined ? undefined : { name }
}

const fixLinks = (references: readonly Reader[]): string[] =>
  references
    .filter((link) => link.raw('type') === 'FIX')
    .flatMap((link) => link.text('url') ?? [])
    .filter(isCommitAddress)

/** Go records without a date carry the zero date of its library. */
function dateOf(record: Reader, key: string): string | undefined {
  const found = record.text(key)
  return found?.startsWith('0001-01-01') ? undefined : found
}

/** A withdrawn record is taken back by its database; the format does not say why. */
function standingOf(record: Reader): Standing | undefined {
  const withdrawn = record.text('withdrawn')
  return withdrawn === undefined ? undefined : { is: 'suppressed', why: `withdrawn ${withdrawn}` }
}
