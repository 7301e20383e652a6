import { cweNumbers, distinct } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Location, Proof } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, Reader } from '#formats/json/reader.ts'
import { namesOf } from '#formats/scanner/dependency.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { lineOf, slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import { vectorsIn } from '#formats/scanner/vector.ts'
import { isoDate, standingOf } from './state.ts'

/** One finding of a generic report or of an answer of the API; both name their members alike. */
export function findingOf(entry: Reader, tool: Finding['tool']): Finding | undefined {
  const description = entry.text('description')
  if (saysNothing(entry, ['title', 'description'])) return undefined
  const vectors = vectorsIn([entry.text('cvssv4'), entry.text('cvssv3')])
  const rule = entry.text('vuln_id_from_tool')
  const component = componentOf(entry)
  const hash = entry.text('hash_code')
  const [first, ...others] = identifiersOf(entry)
  return present<Finding>({
    at: { pointer: entry.pointer },
    title: oneLine(entry.text('title') ?? titleFrom(description) ?? 'Untitled finding'),
    details: paragraphs([
      description,
      labelled('Impact', entry.text('impact')),
      labelled('Severity justification', entry.text('severity_justification')),
    ]),
    tool,
    nativeId: entry.textish('unique_id_from_tool') ?? entry.textish('id'),
    rule: rule === undefined ? undefined : { id: rule },
    severity: severityOf(entry.text('severity')),
    cvss: vectors,
    score: vectors.length === 0 ? scoreOf(entry) : undefined,
    cwe: weaknessesOf(entry),
    ...namesOf(first, others),
    components: component,
    locations: placesOf(entry),
    endpoints: endpointsOf(entry),
    proofs: proofsOf(entry),
    references: linksIn(entry.textOrTexts('references').join('\n')),
    fix: fixOf(entry, component[0]?.name),
    published: isoDate(entry.text('publish_date')) ?? isoDate(entry.text('date')),
    fingerprints: hash === undefined ? undefined : { defectdojo: hash },
    standing: standingOf({
      isFalsePositive: entry.boolean('false_p'),
      isRiskAccepted: entry.boolean('risk_accepted'),
      isMitigated: entry.boolean('is_mitigated'),
      isOutOfScope: entry.boolean('out_of_scope'),
      isDuplicate: entry.boolean('duplicate'),
      isActive: entry.boolean('active'),
    }),
    epss: probabilityOf(entry),
    exploited: entry.boolean('known_exploited') === true ? true : undefined,
    original: entry.value,
  })
}

const labelled = (label: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${label}: ${text}`

/** Numbers that a tool could not tell are written `N/A`: odd, and no loss. */
function scoreOf(entry: Reader): number | undefined {
  const scores = [entry.numberish('cvssv4_score'), entry.numberish('cvssv3_score')]
  return scores.find((score) => score !== undefined && score > 0 && score <= 10)
}

function probabilityOf(entry: Reader): number | undefined {
  const score = entry.numberish('epss_score')
  return score !== undefined && score >= 0 && score <= 1 ? score : undefined
}

/** `cwe` is a number, 0 for none; `cwes` are numbers or texts. */
function weaknessesOf(entry: Reader): number[] {
  const more = entry.raw('cwes')
  const listed: readonly unknown[] = isArray(more) ? more : [more]
  const simple = listed.filter((one) => typeof one === 'number' || typeof one === 'string')
  const main = entry.raw('cwe')
  const own = typeof main === 'number' || typeof main === 'string' ? [main] : []
  return cweNumbers([...own, ...simple])
}

/** `vulnerability_ids` are texts in reports and objects in answers of the API. */
function identifiersOf(entry: Reader): string[] {
  const listed = entry.raw('vulnerability_ids')
  const isServed = isArray(listed) && listed.some(isObject)
  const more = isServed
    ? entry.objects('vulnerability_ids').map((one) => one.text('vulnerability_id'))
    : entry.textOrTexts('vulnerability_ids')
  return distinct([entry.text('cve'), ...more])
}

function componentOf(entry: Reader): Component[] {
  const name = entry.text('component_name')
  if (name === undefined) return []
  return [present<Component>({ name, version: entry.textish('component_version') })]
}

/** The sink, or where there is no flow the place itself; then the source of the flow. */
function placesOf(entry: Reader): Location[] {
  const file = entry.text('file_path')
  const source = entry.text('sast_source_file_path')
  const sink = file === undefined ? [] : [placeOf(entry, file, 'sink')]
  return source === undefined ? sink : [...sink, placeOf(entry, source, 'source')]
}

function placeOf(entry: Reader, file: string, end: 'sink' | 'source'): Location {
  return present<Location>({
    file: slashed(file),
    line: lineOf(entry, end === 'sink' ? 'line' : 'sast_source_line'),
    function: entry.text(`sast_${end}_object`),
    role: end === 'sink' ? undefined : 'flow',
  })
}

/** Addresses, or their parts; the API gives numbers that mean nothing outside it. */
function endpointsOf(entry: Reader): string[] {
  const listed = entry.raw('endpoints')
  if (!isArray(listed)) return entry.textOrTexts('endpoints')
  return distinct(
    listed.flatMap((one) => {
      if (typeof one === 'string') return [one]
      return isObject(one) ? [addressOf(new Reader(one, entry.pointer, entry.problems))] : []
    }),
  )
}

function addressOf(endpoint: Reader): string {
  const part = (key: string, before: string, after = ''): string => {
    const text = endpoint.textish(key)
    return text === undefined ? '' : before + text.replace(/^[/?#]/, '') + after
  }
  const host = endpoint.text('host') ?? ''
  return [
    part('protocol', '', '://'),
    host,
    part('port', ':'),
    part('path', '/'),
    part('query', '?'),
    part('fragment', '#'),
  ].join('')
}

function proofsOf(entry: Reader): Proof[] {
  const steps = entry.text('steps_to_reproduce')
  const [name, payload] = [entry.text('param'), entry.text('payload')]
  const input = [name, payload].filter((one) => one !== undefined).join(' = ')
  return [steps, input].flatMap((text) => (text ? [{ text }] : []))
}

function fixOf(entry: Reader, name: string | undefined): string | undefined {
  const version = entry.textish('fix_version')
  const what = name === undefined ? '' : `${name} `
  const upgrade = version === undefined ? undefined : `Upgrade ${what}to ${version}`
  return paragraphs([entry.text('mitigation'), upgrade])
}
