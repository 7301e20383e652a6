import { cweNumbersIn, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Decoded, Decoder, Material, Problem, XmlElement } from '#formats/finding/decoder.ts'
import type { Finding, Place } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { hrefsOf, textOfHtml } from '#formats/scanner/html.ts'
import { withoutEnd } from '#formats/scanner/links.ts'
import { attributeOf, childrenOf, firstChild, textOf } from '#formats/xml/element.ts'
import { plainOf } from '#formats/xml/plain.ts'
import { interactionsOf, proofsOf } from './evidence.ts'

/** Issues that Burp Suite exports as XML; their prose is HTML and becomes plain text. */
export const burpDecoder: Decoder = {
  name: 'burp',
  title: 'Burp Suite XML (report of issues)',
  source: 'the DTD that Burp Suite writes into its exports, and reports in the DefectDojo tests',
  recognise: (material) => (material.kind === 'xml' ? judge(material.root) : 0),
  decode,
}

function judge(root: XmlElement): 0 | 1 | 2 | 3 {
  if (root.name !== 'issues') return 0
  if (root.attributes.has('burpVersion')) return 3
  const first = firstChild(root, 'issue')
  return textOf(first, 'serialNumber') && textOf(first, 'severity') ? 2 : 0
}

function decode(material: Material): Decoded {
  if (material.kind !== 'xml') {
    const why = `expected XML, found ${material.kind}`
    return { findings: [], components: [], problems: [{ code: 'unknown-format', why, lost: true }] }
  }
  const version = attributeOf(material.root, 'burpVersion')
  const tool = version === undefined ? { name: 'burp' } : { name: 'burp', version }
  const problems: Problem[] = []
  const findings = childrenOf(material.root, 'issue').flatMap((issue, index) => {
    const at = { pointer: `/issue/${index}`, line: issue.line }
    if (textOf(issue, 'name') ?? textOf(issue, 'type')) return [findingOf(issue, at, tool)]
    const why = 'an issue without name and type says nothing'
    problems.push({ code: 'missing-field', why, ...at, lost: true })
    return []
  })
  return { findings, components: [], problems }
}

function findingOf(issue: XmlElement, at: Place, tool: Finding['tool']): Finding {
  const name = textOf(issue, 'name')
  const type = textOf(issue, 'type')
  const severity = textOf(issue, 'severity')
  const title = oneLine(textOfHtml(name ?? '') || type || 'Unnamed issue')
  return present<Finding>({
    at,
    title,
    details: detailsOf(issue),
    tool,
    nativeId: textOf(issue, 'serialNumber'),
    rule: type === undefined ? undefined : { id: type, name: title },
    severity: severityOf(severity),
    cwe: cweNumbersIn(textOf(issue, 'vulnerabilityClassifications') ?? ''),
    endpoints: endpointsOf(issue),
    proofs: proofsOf(issue),
    references: hrefsOf(textOf(issue, 'references') ?? ''),
    fix: paragraphs([proseOf(issue, 'remediationDetail'), proseOf(issue, 'remediationBackground')]),
    standing: severity?.toLowerCase() === 'false positive' ? { is: 'false-positive' } : undefined,
    original: plainOf(issue),
  })
}

function proseOf(issue: XmlElement, name: string): string | undefined {
  const html = textOf(issue, name)
  return html === undefined ? undefined : textOfHtml(html) || undefined
}

/** What is special to this issue stands before what is said of its kind. */
function detailsOf(issue: XmlElement): string | undefined {
  const items = childrenOf(firstChild(issue, 'issueDetailItems'), 'issueDetailItem')
  const listed = items.flatMap((item) => {
    const text = textOfHtml(item.text)
    return text === '' ? [] : [`- ${text}`]
  })
  const path = textOf(issue, 'path')
  const location = textOf(issue, 'location')
  return paragraphs([
    proseOf(issue, 'issueDetail'),
    listed.join('\n'),
    location === undefined || location === path ? undefined : `Location: ${location}`,
    labelled('Confidence', textOf(issue, 'confidence')),
    ...interactionsOf(issue),
    proseOf(issue, 'issueBackground'),
  ])
}

const labelled = (label: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${label}: ${text}`

/** The host is an address without path; the path begins with a slash. */
function endpointsOf(issue: XmlElement): string[] {
  const host = textOf(issue, 'host') ?? attributeOf(firstChild(issue, 'host'), 'ip') ?? ''
  const path = textOf(issue, 'path') ?? ''
  const between = host === '' || path === '' || path.startsWith('/') ? '' : '/'
  return distinct([withoutEnd(host, '/') + between + path])
}
