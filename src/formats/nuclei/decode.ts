import { parseCpe } from '#formats/advisory/cpe.ts'
import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs } from '#formats/advisory/prose.ts'
import { isCvssVector, severityOf } from '#formats/advisory/severity.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { httpProof, shellProof } from '#formats/scanner/evidence.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/**
 * Results of Nuclei, one a row or in an array. Events of templates that did not match, which
 * `-matcher-status` adds, are no findings.
 */
export const nucleiDecoder: Decoder = {
  name: 'nuclei',
  title: 'Nuclei JSON and JSONL (nuclei -jsonl, -json-export)',
  source: 'ResultEvent of projectdiscovery/nuclei versions 2 and 3, and the DefectDojo tests',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

function judge(document: JsonObject): 0 | 1 | 2 | 3 {
  const id = document['template-id'] ?? document['templateID']
  const found = document['info']
  if (typeof id !== 'string' || !isObject(found)) return 0
  const telling = ['matched-at', 'matched', 'host', 'matcher-status', 'timestamp']
  const isEvent = telling.some((name) => name in document)
  if (isEvent && 'name' in found && 'severity' in found) return 3
  return isEvent || 'severity' in found ? 2 : 0
}

function decodeOne(event: Reader): Part {
  if (event.raw('matcher-status') === false) return {}
  const isNamed = event.object('info').has('name')
  if (!isNamed && saysNothing(event, ['template-id', 'templateID'])) return {}
  return { findings: [findingOf(event)] }
}

/** Versions before 2.4 write `templateID`, `matched` and names with underscores. */
function findingOf(event: Reader): Finding {
  const template = event.object('info')
  const classes = template.object('classification')
  const id = event.text('template-id') ?? event.text('templateID') ?? 'unnamed template'
  const matcher = event.text('matcher-name') ?? event.text('matcher_name')
  const name = template.text('name')
  const score = classes.numberish('cvss-score')
  const vectors = either(classes, 'cvss-metrics').filter(isCvssVector)
  return present<Finding>({
    at: { pointer: event.pointer },
    title: oneLine(matcher === undefined ? (name ?? id) : `${name ?? id} (${matcher})`),
    details: detailsOf(event, template),
    tool: { name: 'nuclei' },
    rule: ruleOf(matcher === undefined ? id : `${id}:${matcher}`, name),
    severity: severityOf(template.text('severity')),
    cvss: vectors,
    score:
      vectors.length === 0 && score !== undefined && score > 0 && score <= 10 ? score : undefined,
    cwe: cweNumbers(either(classes, 'cwe-id')),
    aliases: publicIds(either(classes, 'cve-id')),
    components: componentOf(template, classes),
    endpoints: endpointsOf(event),
    proofs: [
      ...shellProof(event.text('curl-command')),
      ...httpProof(event.text('request')),
      ...httpProof(event.text('response')),
    ],
    references: distinct([
      ...either(template, 'reference').flatMap(linksIn),
      ...linksIn(event.text('template-url')),
    ]),
    fix: template.text('remediation'),
    epss: probabilityOf(classes),
    original: event.value,
  })
}

const ruleOf = (id: string, name: string | undefined): NonNullable<Finding['rule']> =>
  name === undefined ? { id } : { id, name: oneLine(name) }

/** Lists may be a text with commas or lines between: templates are written by many hands. */
function either(place: Reader, key: string): string[] {
  if (isArray(place.raw(key))) return place.texts(key)
  const text = place.text(key)
  if (text === undefined) return []
  return key === 'reference' || key === 'cvss-metrics' ? [text] : text.split(',')
}

function detailsOf(event: Reader, template: Reader): string | undefined {
  const extracted = distinct(
    ['extracted-results', 'extracted_results'].flatMap((key) => event.texts(key)),
  )
  const shown = extracted.length === 0 ? undefined : `Extracted: ${extracted.join(', ')}`
  return paragraphs([template.text('description'), template.text('impact'), shown])
}

/** Where it matched; without that, the target that was given. */
const endpointsOf = (event: Reader): string[] =>
  distinct([
    ['matched-at', 'matched', 'url', 'host'].map((key) => event.text(key)).find((one) => one),
  ])

function componentOf(template: Reader, classes: Reader): Component[] {
  const metadata = template.object('metadata')
  const cpe = classes.text('cpe')
  const named = cpe === undefined ? null : parseCpe(cpe)
  const name = plain(metadata, 'product') ?? named?.product
  if (name === undefined) return []
  return [
    present<Component>({
      name,
      vendor: plain(metadata, 'vendor') ?? named?.vendor,
      cpes: distinct([cpe]),
    }),
  ]
}

/** Metadata holds what authors put there; only texts are of use here. */
function plain(metadata: Reader, key: string): string | undefined {
  return typeof metadata.raw(key) === 'string' ? metadata.text(key) : undefined
}

function probabilityOf(classes: Reader): number | undefined {
  const score = classes.numberish('epss-score')
  return score !== undefined && score >= 0 && score <= 1 ? score : undefined
}
