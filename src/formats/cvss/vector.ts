import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type CvssVersion, type Metric, metricsByVersion } from './metric.ts'

/** A vector after its syntax was read: every metric is known and has a value it may have. */
export type CvssVector = {
  readonly version: CvssVersion
  /** The metrics that are written, by name, as written: `{AV: 'N', ...}`. */
  readonly metrics: Readonly<Record<string, string>>
  /** Version 4 demands an order (section 7); a vector that breaks it is understood all the same. */
  readonly isInOrder: boolean
}

/** No vector of any version comes near; what is longer is something else. */
const lengthMax = 512

const prefixes: readonly (readonly [prefix: string, version: CvssVersion])[] = [
  ['CVSS:4.0/', '4.0'],
  ['CVSS:3.1/', '3.1'],
  ['CVSS:3.0/', '3.0'],
  ['CVSS:2.0/', '2.0'],
  /** How Nessus and others mark a vector of version 2, which has no prefix of its own. */
  ['CVSS2#', '2.0'],
]

/**
 * Reads a vector of any version; the refusal names the metric and the character at which it
 * stands. Version 2 may stand in parentheses, as NVD prints it.
 */
export function parseVector(text: string): Result<CvssVector> {
  const trimmed = text.slice(0, lengthMax + 2).trim()
  if (trimmed === '') return refuse('an empty text is no CVSS vector')
  if (trimmed.length > lengthMax) return refuse(`longer than ${lengthMax} characters`)
  const written = /^\(.*\)$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed
  const known = prefixes.find(([prefix]) => written.startsWith(prefix))
  if (!known && /^CVSS/i.test(written)) {
    return refuse(`"${written.slice(0, 9)}" is not a version of CVSS that is known: 2.0 to 4.0`)
  }
  const [prefix, version] = known ?? ['', '2.0']
  return readMetrics(written, prefix.length, version)
}

function readMetrics(written: string, from: number, version: CvssVersion): Result<CvssVector> {
  const known = metricsByVersion[version]
  const metrics: Record<string, string> = {}
  let at = from
  let last = -1
  let isInOrder = true
  for (const part of written.slice(from).split('/')) {
    const colon = part.indexOf(':')
    const name = part.slice(0, Math.max(colon, 0))
    const value = part.slice(colon + 1)
    const metric = known.get(name)
    if (metric === undefined) return refuse(strange(part, version), at)
    if (!metric.values.has(value)) return refuse(wrongValue(metric, value), at)
    if (Object.hasOwn(metrics, name)) return refuse(`${named(metric)} is given twice`, at)
    metrics[name] = value
    isInOrder &&= metric.place > last
    last = metric.place
    at += part.length + 1
  }
  const missing = [...known.values()].filter(
    ({ group, name }) => group === 'base' && !Object.hasOwn(metrics, name),
  )
  if (missing.length > 0) return refuse(`${missing.map(named).join(', ')}: missing`)
  return yes({ version, metrics, isInOrder: isInOrder || version !== '4.0' })
}

const named = ({ title, name }: Metric): string => `${title} (${name})`

const strange = (part: string, version: CvssVersion): string =>
  part === ''
    ? 'an empty metric'
    : `"${part.slice(0, 40)}" is no metric of CVSS ${version}; a metric is written NAME:VALUE`

const wrongValue = (metric: Metric, value: string): string =>
  `${named(metric)} is "${value.slice(0, 40)}", which is none of ${[...metric.values].join(', ')}`

const refuse = (why: string, at?: number): { ok: false; refusal: Refusal } =>
  no({
    code: 'malformed',
    why: `CVSS vector: ${why}`,
    ...(at === undefined ? {} : { at: `character ${at + 1}` }),
  })
