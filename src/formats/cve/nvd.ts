import { isCommitAddress } from '#formats/advisory/commits.ts'
import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { componentsOf } from './nvd-affected.ts'

/**
 * Entries of the National Vulnerability Database: answers of its API 2.0 (`vulnerabilities`),
 * feeds of the retired format 1.1 (`CVE_Items`), single entries of both, and rows of them.
 */
export const nvdDecoder: Decoder = {
  name: 'nvd',
  title: 'NVD (National Vulnerability Database)',
  source: 'NVD API 2.0 answers and NVD JSON feed 1.1, samples of NVD and of osv.dev',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const { format, vulnerabilities, CVE_Items, cve } = document
  if (format === 'NVD_CVE' || isArray(CVE_Items)) return 3
  if (isArray(vulnerabilities)) {
    const [first] = vulnerabilities
    return isObject(first) && isEntry(first['cve']) ? 3 : 0
  }
  return isEntry(cve) ? 3 : isEntry(document) ? 2 : 0
}

/** An entry of API 2.0 (`id` and `descriptions`) or of feed 1.1 (`CVE_data_meta`). */
const isEntry = (value: unknown): boolean =>
  isObject(value) &&
  (isObject(value['CVE_data_meta']) ||
    (isArray(value['descriptions']) && typeof value['vulnStatus'] === 'string'))

function decodeOne(document: Reader): Part {
  const spec = document.text('version') ?? document.text('CVE_data_version')
  if (document.has('vulnerabilities') || document.has('CVE_Items')) {
    const items = [...document.objects('vulnerabilities'), ...document.objects('CVE_Items')]
    return { spec, findings: items.flatMap((item) => entryIn(item) ?? []) }
  }
  return { spec, findings: [entryIn(document)].flatMap((found) => found ?? []) }
}

function entryIn(item: Reader): Finding | undefined {
  const cve = item.has('cve') ? item.object('cve') : item
  return cve.has('CVE_data_meta') || cve.has('description') ? old(item, cve) : current(item, cve)
}

type Said = Partial<{ [K in keyof Finding]: Finding[K] | undefined }>

/** What both versions have in common: no entry without an identifier or a description. */
function finished(item: Reader, said: Said & { id: string | undefined }): Finding | undefined {
  const { id, ...fields } = said
  const title = titleFrom(fields.details) ?? id
  if (title === undefined) {
    const why = 'neither identifier nor description: this is no NVD entry'
    item.problem({ code: 'missing-field', why, lost: true })
    return undefined
  }
  return present<Finding>({
    ...fields,
    at: { pointer: item.pointer },
    title: oneLine(fields.title ?? title),
    nativeId: id,
    aliases: publicIds([id]),
    original: item.value,
  })
}

function english(texts: readonly Reader[]): string | undefined {
  const found = texts.find((one) => one.raw('lang') === 'en') ?? texts[0]
  return found?.text('value')
}

const scales = ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'] as const

function current(item: Reader, cve: Reader): Finding | undefined {
  const details = english(cve.objects('descriptions'))
  const metrics = cve.object('metrics')
  const ratings = scales.flatMap((scale) => metrics.objects(scale))
  const words = ratings.map(
    (one) => one.text('baseSeverity') ?? one.object('cvssData').text('baseSeverity'),
  )
  const weaknesses = cve.objects('weaknesses').flatMap((one) => one.objects('description'))
  const isRejected = cve.raw('vulnStatus') === 'Rejected'
  return finished(item, {
    id: cve.text('id'),
    title: cve.text('cisaVulnerabilityName'),
    details,
    severity: words.map(severityOf).find((word) => word !== undefined),
    cvss: distinct(ratings.map((one) => one.object('cvssData').text('vectorString'))),
    cwe: cweNumbers(weaknesses.flatMap((one) => one.text('value') ?? [])),
    components: componentsOf(cve.objects('configurations')),
    ...linksOf(cve.objects('references')),
    published: cve.text('published'),
    exploited: cve.has('cisaExploitAdd') || undefined,
    standing: isRejected ? { is: 'suppressed', why: 'rejected' } : undefined,
  })
}

function old(item: Reader, cve: Reader): Finding | undefined {
  const details = english(cve.object('description').objects('description_data'))
  const impact = item.object('impact')
  const [v3, v2] = [impact.object('baseMetricV3'), impact.object('baseMetricV2')]
  const stated = v3.object('cvssV3').text('baseSeverity') ?? v2.text('severity')
  const types = cve.object('problemtype').objects('problemtype_data')
  const isRejected = details?.startsWith('** REJECT **') === true
  return finished(item, {
    id: cve.object('CVE_data_meta').text('ID'),
    details,
    severity: severityOf(stated),
    cvss: distinct(
      [v3.object('cvssV3'), v2.object('cvssV2')].map((one) => one.text('vectorString')),
    ),
    cwe: cweNumbers(
      types.flatMap((one) => one.objects('description')).flatMap((one) => one.text('value') ?? []),
    ),
    components: componentsOf([item.object('configurations')]),
    ...linksOf(cve.object('references').objects('reference_data')),
    published: item.text('publishedDate'),
    standing: isRejected ? { is: 'suppressed', why: 'rejected' } : undefined,
  })
}

/** Links, and those among them that NVD tags as patches and that lead to a commit. */
function linksOf(references: readonly Reader[]): Pick<Said, 'references' | 'fixCommits'> {
  const isPatch = (link: Reader): boolean => link.texts('tags').includes('Patch')
  const urls = (links: readonly Reader[]): string[] =>
    distinct(links.map((link) => link.text('url')))
  return {
    references: urls(references),
    fixCommits: urls(references.filter(isPatch)).filter(isCommitAddress),
  }
}
