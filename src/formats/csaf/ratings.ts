import { distinct } from '#formats/advisory/identifiers.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'

const scales = ['cvss_v4', 'cvss_v3', 'cvss_v2'] as const

type Ratings = Pick<Finding, 'severity' | 'cvss' | 'score' | 'ssvc' | 'epss'>

/** All ratings of a vulnerability: `scores` of CSAF 2.0 and the content of `metrics` of 2.1. */
export function ratingsOf(
  vulnerability: Reader,
  document: Reader,
): { [K in keyof Ratings]: Ratings[K] | undefined } {
  const contents = [
    ...vulnerability.objects('scores'),
    ...vulnerability.objects('metrics').map((metric) => metric.object('content')),
  ]
  const cvss = scales.flatMap((scale) =>
    contents.filter((one) => one.has(scale)).map((one) => one.object(scale)),
  )
  const vectors = distinct(cvss.map((one) => one.text('vectorString')))
  const scores = cvss.map((one) => one.numberish('baseScore'))
  const words = [
    ...cvss.map((one) => one.text('baseSeverity')),
    ...contents.map((one) => one.text('qualitative_severity_rating')),
    ...impactWords(vulnerability),
    document.object('aggregate_severity').text('text'),
  ]
  return {
    severity: words.map(severityOf).find((word) => word !== undefined),
    cvss: vectors,
    score: vectors.length === 0 ? scores.find(isScore) : undefined,
    ssvc: decisionPoints(contents) ?? vectorInNotes(vulnerability),
    epss: contents.map((one) => one.object('epss').numberish('probability')).find(isShare),
  }
}

const isScore = (score: number | undefined): boolean =>
  score !== undefined && score >= 0 && score <= 10
const isShare = (share: number | undefined): boolean =>
  share !== undefined && share >= 0 && share <= 1

/** Red Hat gives its severity as the text of a threat of category `impact`. */
const impactWords = (vulnerability: Reader): (string | undefined)[] =>
  vulnerability
    .objects('threats')
    .filter((threat) => threat.raw('category') === 'impact')
    .map((threat) => threat.text('details'))

/** `ssvc_v2` selections of CSAF 2.1: decision points by name, several values joined. */
function decisionPoints(contents: readonly Reader[]): Record<string, string> | undefined {
  const points = contents
    .flatMap((one) => [one.object('ssvc_v2'), one.object('ssvc_v1')])
    .flatMap((one) => one.objects('selections'))
    .flatMap((selection): [string, string][] => {
      const name = selection.text('name') ?? selection.text('key')
      const values = selection.objects('values').map((one) => one.text('name') ?? one.text('key'))
      const given = distinct(values)
      return name === undefined || given.length === 0 ? [] : [[name, given.join(', ')]]
    })
  return points.length === 0 ? undefined : Object.fromEntries(points)
}

/** The decision points of CISA's coordinator vector, by the letters of its parts. */
const letters: Readonly<Record<string, { point: string; values: Record<string, string> }>> = {
  E: { point: 'Exploitation', values: { N: 'none', P: 'poc', A: 'active' } },
  A: { point: 'Automatable', values: { N: 'no', Y: 'yes' } },
  T: { point: 'Technical Impact', values: { P: 'partial', T: 'total' } },
}

/** CISA writes the decision as a note: `SSVCv2/E:N/A:Y/T:P/<date>/`. */
function vectorInNotes(vulnerability: Reader): Record<string, string> | undefined {
  const texts = vulnerability.objects('notes').map((note) => note.text('text')?.trim() ?? '')
  const vector = texts.find((text) => /^SSVCv2\/[A-Z]:[A-Z]\//.test(text))
  const points = (vector ?? '').split('/').flatMap((part): [string, string][] => {
    const [letter = '', value = ''] = part.split(':')
    const named = Object.hasOwn(letters, letter) ? letters[letter] : undefined
    const word = named && Object.hasOwn(named.values, value) ? named.values[value] : undefined
    return named && word ? [[named.point, word]] : []
  })
  return points.length === 0 ? undefined : Object.fromEntries(points)
}
