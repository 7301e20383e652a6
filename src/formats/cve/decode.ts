import { isCommitAddress } from '#formats/advisory/commits.ts'
import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, cweNumbersIn, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Severity, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { componentsOf, fixHashesOf, locationsOf, symbolsOf } from './affected.ts'

/** CVE records: one, an array of them, or one a row. What the CNA says stands before the ADPs. */
export const cveDecoder: Decoder = {
  name: 'cve',
  title: 'CVE record (CVE JSON 5)',
  source: 'CVE record format 5.0 to 5.2, records of the CVE list with CISA Vulnrichment',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { dataType, cveMetadata, containers } = document
  if (!isObject(cveMetadata)) return 0
  if (dataType === 'CVE_RECORD') return 3
  return isObject(containers) ? 2 : 0
}

function decodeOne(record: Reader): Part {
  const metadata = record.object('cveMetadata')
  const containers = record.object('containers')
  const cna = containers.object('cna')
  const parts = [cna, ...containers.objects('adp')]
  const id = metadata.text('cveId')
  const reason = english(cna.objects('rejectedReasons'))
  const details =
    english(cna.objects('descriptions')) ?? english(parts.flatMap(descriptions)) ?? reason
  const title = cna.text('title') ?? titleFrom(details) ?? id
  if (title === undefined) {
    const why = 'neither identifier nor title nor description: this is no CVE record'
    record.problem({ code: 'missing-field', why, lost: true })
    return {}
  }
  const affected = parts.flatMap((part) => part.objects('affected'))
  const references = parts.flatMap((part) => part.objects('references'))
  const finding = present<Finding>({
    at: { pointer: record.pointer },
    title: oneLine(title),
    details,
    nativeId: id,
    aliases: publicIds([id, advisoryOf(cna)]),
    related: publicIds(cna.texts('replacedBy')),
    ...metricsOf(parts),
    cwe: cweOf(parts),
    components: componentsOf(affected),
    locations: locationsOf(affected),
    symbols: symbolsOf(affected),
    finders: findersOf(cna),
    tool: toolOf(cna),
    references: distinct(references.map((link) => link.text('url'))),
    fixCommits: distinct([...fixLinks(references), ...fixHashesOf(affected)]),
    fix: english([...cna.objects('solutions'), ...cna.objects('workarounds')]),
    published: metadata.text('datePublished') ?? cna.text('datePublic'),
    standing: standingOf(metadata, reason),
    original: record.value,
  })
  return { spec: record.text('dataVersion'), findings: [finding] }
}

const descriptions = (part: Reader): Reader[] => part.objects('descriptions')

/** The English texts of a list of `{lang, value}`, else all of them. */
function english(texts: readonly Reader[]): string | undefined {
  const chosen = texts.filter((one) => /^en(?![a-z])/i.test(one.text('lang') ?? ''))
  const values = (chosen.length > 0 ? chosen : texts).map((one) => one.text('value'))
  return paragraphs(distinct(values))
}

/** A CNA on GitHub names its own advisory as the source. */
function advisoryOf(cna: Reader): string | undefined {
  const source = cna.raw('source')
  const advisory = isObject(source) ? source['advisory'] : undefined
  return typeof advisory === 'string' && /^GHSA(-[a-z0-9]{4}){3}$/i.test(advisory)
    ? advisory
    : undefined
}

const scales = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const

type Metrics = Pick<Finding, 'severity' | 'cvss' | 'score' | 'ssvc' | 'exploited'>

function metricsOf(parts: readonly Reader[]): { [K in keyof Metrics]: Metrics[K] | undefined } {
  const metrics = parts.flatMap((part) => part.objects('metrics'))
  const others = metrics.filter((metric) => metric.has('other')).map((one) => one.object('other'))
  const ratings = [
    ...scales.flatMap((scale) =>
      metrics.filter((metric) => metric.has(scale)).map((metric) => metric.object(scale)),
    ),
    ...others.filter(isVectorInside).map((other) => other.object('content')),
  ]
  const cvss = distinct(ratings.map((rating) => rating.text('vectorString')))
  const score = ratings.map((rating) => rating.numberish('baseScore')).find(isScore)
  return {
    severity: ratings.map(ratedAs).find(isKnown) ?? others.map(wordOf).find(isKnown),
    cvss,
    score: cvss.length === 0 ? score : undefined,
    ssvc: ssvcOf(others),
    exploited: others.some((other) => other.raw('type') === 'kev') || undefined,
  }
}

/** Some put CVSS into a metric of another kind. */
function isVectorInside(other: Reader): boolean {
  const content = other.raw('content')
  return isObject(content) && typeof content['vectorString'] === 'string'
}

const isScore = (score: number | undefined): boolean =>
  score !== undefined && score >= 0 && score <= 10
const isKnown = (severity: Severity | undefined): boolean => severity !== undefined
const ratedAs = (rating: Reader): Severity | undefined => severityOf(rating.text('baseSeverity'))

/** Scales of their own: `{value}` of Red Hat, `{text}` of Apache and others. */
function wordOf(other: Reader): Severity | undefined {
  const content = other.raw('content')
  if (!isObject(content)) return undefined
  const word = content['value'] ?? content['text']
  return typeof word === 'string' ? severityOf(word) : undefined
}

/** CISA's decision points: a list of objects with one member each. */
function ssvcOf(others: readonly Reader[]): Record<string, string> | undefined {
  const points = others
    .filter((other) => other.raw('type') === 'ssvc')
    .flatMap((other) => other.object('content').objects('options'))
    .flatMap((option) => (isObject(option.value) ? Object.entries(option.value) : []))
    .flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value]] : [],
    )
  return points.length === 0 ? undefined : Object.fromEntries(points)
}

/** The stated number, else the numbers that the description mentions. */
function cweOf(parts: readonly Reader[]): number[] {
  const types = parts
    .flatMap((part) => part.objects('problemTypes'))
    .flatMap((one) => one.objects('descriptions'))
  return cweNumbers(
    types.flatMap((type): (string | number)[] => {
      const stated = type.text('cweId') ?? type.text('cweid')
      return stated === undefined ? cweNumbersIn(type.text('description') ?? '') : [stated]
    }),
  )
}

const isTool = (credit: Reader): boolean => credit.raw('type') === 'tool'

/** Finders, reporters, and credits without a role. */
function findersOf(cna: Reader): string[] {
  const roles = new Set(['finder', 'reporter', 'other', ''])
  return distinct(
    cna
      .objects('credits')
      .filter((credit) => roles.has(credit.text('type') ?? ''))
      .map((credit) => credit.text('value'))
      .map((name) => (name === undefined ? undefined : oneLine(name))),
  )
}

function toolOf(cna: Reader): Finding['tool'] {
  const name = cna.objects('credits').find(isTool)?.text('value')
  return name === undefined ? undefined : { name: oneLine(name) }
}

const fixLinks = (references: readonly Reader[]): string[] =>
  references
    .filter((link) => link.has('tags') && link.texts('tags').includes('patch'))
    .flatMap((link) => link.text('url') ?? [])
    .filter(isCommitAddress)

/** A rejected record is taken back by its assigner. */
function standingOf(metadata: Reader, reason: string | undefined): Standing | undefined {
  if (metadata.raw('state') !== 'REJECTED') return undefined
  return {
    is: 'suppressed',
    why: reason === undefined ? 'rejected' : `rejected: ${oneLine(reason)}`,
  }
}
