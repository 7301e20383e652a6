import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { advisoryOf, type Said } from './advisory.ts'
import { alertOf } from './alert.ts'
import { codeScanningOf } from './code-scanning.ts'
import { listIn } from './said.ts'

/** What GitHub knows of flaws: advisories, private reports, alerts of Dependabot and CodeQL. */
export const githubDecoder: Decoder = {
  name: 'github',
  title: 'GitHub advisories, private reports, Dependabot and code scanning alerts',
  source:
    'GitHub REST description (advisories, alerts) and GraphQL vulnerabilityAlerts, real exports',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeOne),
}

type Reading = {
  readonly is: (document: JsonObject) => boolean
  readonly certainty: 1 | 2 | 3
  readonly items: (document: Reader) => Reader[]
  readonly read: (item: Reader) => Said | undefined
}

const itself = (document: Reader): Reader[] => [document]
const isText = (value: unknown): value is string => typeof value === 'string'

/** The shapes, most telling first; the first that fits reads. */
const readings: readonly Reading[] = [
  {
    is: ({ rule, most_recent_instance }) => isObject(rule) && isObject(most_recent_instance),
    certainty: 3,
    items: itself,
    read: codeScanningOf,
  },
  {
    is: ({ security_advisory, security_vulnerability, dependency }) =>
      isObject(security_advisory) && (isObject(security_vulnerability) || isObject(dependency)),
    certainty: 3,
    items: itself,
    read: alertOf,
  },
  {
    is: ({ securityVulnerability }) => isObject(securityVulnerability),
    certainty: 3,
    items: itself,
    read: alertOf,
  },
  { is: ({ data }) => alertsIn(data) !== null, certainty: 3, items: graphAlerts, read: alertOf },
  {
    is: ({ repository_advisory }) => isObject(repository_advisory),
    certainty: 3,
    items: (event) => [event.object('repository_advisory')],
    read: advisoryOf,
  },
  {
    is: ({ security_advisory }) => isObject(security_advisory),
    certainty: 3,
    items: (event) => [event.object('security_advisory')],
    read: advisoryOf,
  },
  {
    is: ({ ghsa_id, summary }) => isText(ghsa_id) && isText(summary),
    certainty: 3,
    items: itself,
    read: advisoryOf,
  },
  { is: isPrivateReport, certainty: 2, items: itself, read: advisoryOf },
]

/** The request of a private report: no identifier, but what only this request has. */
function isPrivateReport(document: JsonObject): boolean {
  const { summary, description, vulnerabilities } = document
  if (!isText(summary) || !isText(description)) return false
  const telling = ['cvss_vector_string', 'cwe_ids', 'start_private_fork']
  const first = isArray(vulnerabilities) ? vulnerabilities[0] : undefined
  return (
    telling.some((name) => document[name] !== undefined) ||
    (isObject(first) && isObject(first['package']))
  )
}

const readingOf = (document: unknown): Reading | undefined =>
  isObject(document) ? readings.find(({ is }) => is(document)) : undefined

const judge = (document: JsonObject): 0 | 1 | 2 | 3 => readingOf(document)?.certainty ?? 0

function decodeOne(document: Reader): Part {
  const reading = readingOf(document.value)
  if (reading === undefined) {
    const why = 'neither an advisory nor an alert of GitHub'
    document.problem({ code: 'unknown-format', why, lost: true })
    return {}
  }
  const findings = reading.items(document).flatMap((item): Finding[] => {
    const said = reading.read(item)
    if (said === undefined) return []
    const at = { pointer: item.pointer }
    return [present<Finding>({ at, ...said, original: item.value })]
  })
  return { findings }
}

/** How deep an answer of GraphQL is searched for alerts: organisation, repositories, alerts. */
const depthMax = 8

/** The first place that holds alerts, or null: whether an answer is about them at all. */
function alertsIn(value: unknown, depth = 0): JsonObject | null {
  if (depth > depthMax || typeof value !== 'object' || value === null) return null
  if (isObject(value) && isObject(value['vulnerabilityAlerts'])) return value
  for (const inner of Object.values(value)) {
    const found = alertsIn(inner, depth + 1)
    if (found) return found
  }
  return null
}

/** All alerts of an answer, wherever its query put them. */
function graphAlerts(document: Reader): Reader[] {
  const found: Reader[] = []
  let level = [document.object('data')]
  for (let depth = 0; depth <= depthMax && level.length > 0; depth += 1) {
    for (const place of level) {
      if (place.has('vulnerabilityAlerts'))
        for (const one of listIn(place, 'vulnerabilityAlerts')) found.push(one)
    }
    level = level.flatMap(insideOf)
  }
  return found
}

const insideOf = (place: Reader): Reader[] =>
  isObject(place.value)
    ? Object.keys(place.value).flatMap((name) => {
        const inner = place.raw(name)
        if (isArray(inner)) return inner.every(isObject) ? place.objects(name) : []
        return isObject(inner) && name !== 'vulnerabilityAlerts' ? [place.object(name)] : []
      })
    : []
