import { isCommitAddress } from '#formats/advisory/commits.ts'
import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { componentsOf, type Product, productsOf } from './product.ts'
import { ratingsOf } from './ratings.ts'
import { isOpen, standingOf, statusOf } from './status.ts'

/**
 * Security advisories and VEX documents: one finding for each vulnerability, with the products
 * that it affects. Links of the document as a whole are left out, since all its findings share
 * them.
 */
export const csafDecoder: Decoder = {
  name: 'csaf',
  title: 'CSAF (Common Security Advisory Framework), VEX profile included',
  source: 'CSAF 2.0 and 2.1 (OASIS), documents of CISA and of the OASIS test suite',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge({ document }: JsonObject): 0 | 1 | 2 | 3 {
  if (!isObject(document)) return 0
  if (typeof document['csaf_version'] === 'string') return 3
  const { category } = document
  if (typeof category === 'string' && category.startsWith('csaf_')) return 2
  return isObject(document['tracking']) && isObject(document['publisher']) ? 2 : 0
}

/** What all vulnerabilities of a document share. */
type Shared = {
  readonly document: Reader
  readonly products: ReadonlyMap<string, Product>
  readonly isOnly: boolean
}

function decodeOne(csaf: Reader): Part {
  const document = csaf.object('document')
  const products = productsOf(csaf.object('product_tree'))
  const vulnerabilities = csaf.objects('vulnerabilities')
  const shared = { document, products, isOnly: vulnerabilities.length === 1 }
  if (document.raw('category') === 'csaf_security_advisory' && vulnerabilities.length === 0) {
    const why = 'a security advisory without vulnerabilities'
    csaf.problem({ code: 'missing-field', why, key: 'vulnerabilities' })
  }
  return {
    spec: document.text('csaf_version'),
    findings: vulnerabilities.flatMap((one) => findingOf(one, shared) ?? []),
  }
}

function findingOf(vulnerability: Reader, shared: Shared): Finding | undefined {
  const { document, isOnly } = shared
  const cve = vulnerability.text('cve')
  const ids = vulnerability.objects('ids').map((one) => one.text('text'))
  const details = detailsOf(vulnerability)
  const stated = vulnerability.text('title') ?? titleFrom(details)
  const title = stated ?? document.text('title') ?? cve ?? ids[0]
  if (title === undefined) {
    const why = 'neither title nor notes nor identifier'
    vulnerability.problem({ code: 'missing-field', why, lost: true })
    return undefined
  }
  const remediations = vulnerability.objects('remediations')
  const fixes = remediations.filter((one) => one.raw('category') === 'vendor_fix')
  const references = vulnerability.objects('references').map((link) => link.text('url'))
  const tracking = document.object('tracking')
  return present<Finding>({
    at: { pointer: vulnerability.pointer },
    title: oneLine(title),
    details,
    nativeId: ids[0] ?? (isOnly ? tracking.text('id') : undefined) ?? cve,
    aliases: publicIds([cve, ...ids.filter(isPublicId)]),
    ...ratingsOf(vulnerability, document),
    cwe: weaknessesOf(vulnerability),
    components: affectedOf(vulnerability, shared.products),
    finders: findersOf(vulnerability, document),
    references: distinct([...references, ...remediations.map((one) => one.text('url'))]),
    fixCommits: distinct(
      fixes.map((one) => one.text('url')).filter((url) => isCommitAddress(url ?? '')),
    ),
    fix: fixOf(remediations),
    published: firstDate(vulnerability) ?? tracking.text('initial_release_date'),
    exploited: vulnerability.objects('first_known_exploitation_dates').length > 0 || undefined,
    standing: standingOf(vulnerability),
    original: vulnerability.value,
  })
}

/** Bug numbers of trackers are no names of the flaw that others would use. */
const isPublicId = (text: string | undefined): boolean =>
  /^(CVE|GHSA|EUVD|PYSEC|RUSTSEC|GO|OSV|MAL|JVNDB|CNVD|CNNVD)-\S+$|^(VU#|JVN#?)\d+$/i.test(
    text ?? '',
  )

const firstDate = (vulnerability: Reader): string | undefined =>
  vulnerability.text('release_date') ?? vulnerability.text('disclosure_date')

/** Notes that describe the flaw; legal texts and decision vectors do not. */
function detailsOf(vulnerability: Reader): string | undefined {
  const telling = new Set(['description', 'details', 'summary', 'general'])
  const notes = vulnerability
    .objects('notes')
    .filter((note) => telling.has(note.text('category') ?? ''))
    .map((note) => note.text('text'))
    .filter((text) => !text?.startsWith('SSVC'))
  return paragraphs(distinct(notes))
}

function weaknessesOf(vulnerability: Reader): number[] {
  const single = vulnerability.object('cwe').text('id')
  const several = vulnerability.objects('cwes').map((one) => one.text('id'))
  return cweNumbers([single, ...several].flatMap((id) => id ?? []))
}

/** Those who are thanked for this flaw, else those who are thanked for the document. */
function findersOf(vulnerability: Reader, document: Reader): string[] {
  const own = vulnerability.objects('acknowledgments')
  const thanks = own.length > 0 ? own : document.objects('acknowledgments')
  return distinct(
    thanks.flatMap((one) => {
      const names = one.texts('names')
      return names.length > 0 ? names : [one.text('organization')]
    }),
  )
}

/** How to get rid of it, fixes before workarounds; `none_available` is no advice. */
function fixOf(remediations: readonly Reader[]): string | undefined {
  const advice = ['vendor_fix', 'optional_patch', 'fix_planned', 'workaround', 'mitigation']
  const texts = advice.flatMap((category) =>
    remediations
      .filter((one) => one.raw('category') === category)
      .map((one) => one.text('details')),
  )
  return paragraphs(distinct(texts))
}

/** The products that are or may be affected; where there are none, those the statement is about. */
function affectedOf(vulnerability: Reader, products: ReadonlyMap<string, Product>): Component[] {
  const status = statusOf(vulnerability)
  const open = [...status].filter(([name]) => isOpen(name)).flatMap(([, ids]) => ids)
  const ids = [...new Set(open.length > 0 ? open : [...status.values()].flat())]
  const unknown = ids.filter((id) => !products.has(id))
  if (unknown.length > 0) {
    const example = unknown[0]?.slice(0, 80)
    const why = `${unknown.length} product ids without a product, such as ${example}`
    vulnerability.problem({ code: 'bad-value', why, key: 'product_status', lost: true })
  }
  return componentsOf(ids.flatMap((id) => products.get(id) ?? []))
}
