import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { type DecisionPoint, valueIn } from './point.ts'
import {
  automatable,
  exploitation,
  inKev,
  missionAndWellBeing,
  publicSafetyImpact,
  systemExposure,
  technicalImpact,
  utility,
  valueDensity,
} from './points.ts'

/** What somebody has judged of one vulnerability, by the published names of decision points. */
export type Selections = {
  readonly values: Readonly<Record<string, string>>
  /** What was stated and is not a value of its point, or leaves several open. */
  readonly problems: readonly string[]
}

const points: readonly DecisionPoint[] = [
  ...[exploitation, automatable, technicalImpact, systemExposure, missionAndWellBeing],
  ...[utility, valueDensity, publicSafetyImpact, inKev],
]

/** Names that older lists use for a point. */
const otherNames: Readonly<Record<string, string>> = {
  exploit: exploitation.name,
  'mission & well-being': missionAndWellBeing.name,
  'mission & well-being impact': missionAndWellBeing.name,
  'mission and wellbeing impact': missionAndWellBeing.name,
}

const pointNamed = (name: string): DecisionPoint | undefined => {
  const plain = name.trim().toLowerCase()
  const known = Object.hasOwn(otherNames, plain) ? otherNames[plain] : undefined
  return points.find((point) => point.name === known || point.name.toLowerCase() === plain)
}

type Stated = { readonly point: DecisionPoint; readonly values: readonly string[] }

/**
 * Reads values by name, as CISA's Vulnrichment writes them into CVE records:
 * `{Exploitation: 'poc', Automatable: 'no', 'Technical Impact': 'total'}`. Points that are not
 * known here are passed over.
 */
export function selectionsOf(named: Readonly<Record<string, string>>): Selections {
  return gathered(
    Object.entries(named).flatMap(([name, value]): Stated[] => {
      const point = pointNamed(name)
      return point === undefined ? [] : [{ point, values: [value] }]
    }),
  )
}

/**
 * Reads a selection list as JSON: SSVC schema SelectionList 2.0.0 (values have keys), its
 * predecessor Decision_Point_Value_Selection 1-0-1 (values are texts), or the `options` of a
 * computed SSVC record 2.0.3. Null for what is none of them.
 */
export function selectionsIn(value: unknown): Selections | null {
  if (!isObject(value)) return null
  const { selections, options } = value
  if (isArray(selections)) return gathered(selections.filter(isObject).flatMap(statedIn))
  if (!isArray(options)) return null
  const pairs = options
    .filter(isObject)
    .flatMap((option) => Object.entries(option))
    .flatMap(([name, one]): [string, string][] => (typeof one === 'string' ? [[name, one]] : []))
  return selectionsOf(Object.fromEntries(pairs))
}

function statedIn(selection: JsonObject): Stated[] {
  const { namespace, key, name, values } = selection
  const byId = points.find((point) => point.id.startsWith(`${namespace}:${key}:`))
  const point = byId ?? (typeof name === 'string' ? pointNamed(name) : undefined)
  if (point === undefined || !isArray(values)) return []
  const texts = values.flatMap((one): string[] => {
    const text = isObject(one) ? (one['key'] ?? one['name']) : one
    return typeof text === 'string' ? [text] : []
  })
  return [{ point, values: texts }]
}

/** The points of an SSVCv2 vector; T was the key of the technical impact in those. */
const vectorPoints: Readonly<Record<string, DecisionPoint>> = {
  E: exploitation,
  A: automatable,
  T: technicalImpact,
  TI: technicalImpact,
  EXP: systemExposure,
  U: utility,
  VD: valueDensity,
}

/** Reads a vector such as `SSVCv2/E:P/A:N/T:T/2021-09-29T15:29:44Z/`; null for what is none. */
export function selectionsOfVector(vector: string): Selections | null {
  const [head, ...parts] = vector.slice(0, 300).trim().split('/')
  if (!/^SSVCv[12]$/.test(head ?? '')) return null
  return gathered(
    parts.flatMap((part): Stated[] => {
      const [key = '', value = ''] = part.split(':')
      const point = Object.hasOwn(vectorPoints, key) ? vectorPoints[key] : undefined
      return point === undefined ? [] : [{ point, values: [value] }]
    }),
  )
}

/** A point for which several values are stated, or none that it has, stays open. */
function gathered(stated: readonly Stated[]): Selections {
  const values: Record<string, string> = {}
  const problems: string[] = []
  for (const { point, values: texts } of stated) {
    const found = texts.map((text) => valueIn(point, text))
    const [only] = found
    if (found.length === 1 && only !== undefined) values[point.name] = only
    else problems.push(`${point.name}: ${problemWith(texts)}`)
  }
  return { values, problems }
}

function problemWith(texts: readonly string[]): string {
  if (texts.length === 0) return 'no value is stated'
  const shown = texts.slice(0, 5).map((text) => `"${text.slice(0, 40)}"`)
  return texts.length === 1 ? `${shown} is none of its values` : `${shown.join(', ')} are left open`
}
