import { stateOf } from '#formats/crash/state.ts'
import type { Evidence } from './evidence.ts'
import { classesIn, classOfCwe } from './weakness.ts'

/** A scanner result, or any report that points into code, as the rules for them look at it. */
export type Seen = {
  readonly evidence: Evidence
  /** Last three parts of the path, lower case: what different working folders leave equal. */
  readonly path: string | null
  readonly line: number | null
  readonly functions: ReadonlySet<string>
  readonly classes: ReadonlySet<number>
  readonly components: ReadonlySet<string>
  readonly endpoint: string | null
  /** Kind and innermost interesting frames of a crash. */
  readonly crash: string | null
  /** Equal for results that say exactly the same. */
  readonly whole: string
}

const pathParts = 3

export function seenOf(evidence: Evidence): Seen {
  const [place] = evidence.locations.filter(({ role }) => role === undefined)
  const path = place ? tailOf(place.file) : null
  return {
    evidence,
    path,
    line: place?.line ?? null,
    functions: new Set(functionsOf(evidence)),
    classes: classesOf(evidence),
    components: new Set(evidence.packages.map(plainName)),
    endpoint: evidence.endpoint ?? null,
    crash: crashKey(evidence),
    whole: wholeOf(evidence, path),
  }
}

function tailOf(file: string): string {
  const parts = file
    .replaceAll('\\', '/')
    .toLowerCase()
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
  return parts.slice(-pathParts).join('/')
}

/** `npm:@scope/name`, `group:artifact` and `group/artifact` are compared without punctuation. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** The function a result stands in; of a qualified name the last part. */
function functionsOf({ locations, symbols, crash }: Evidence): string[] {
  const named = locations.flatMap((place) =>
    place.role === undefined && place.function !== undefined ? [place.function] : [],
  )
  const top = crash?.frames[0]?.function
  return [...named, ...symbols, ...(top === undefined ? [] : [top])].map(lastName)
}

const lastName = (name: string): string =>
  (
    name
      .replace(/\(.*$/, '')
      .split(/::|->|[.#]/)
      .at(-1) ?? name
  ).toLowerCase()

/** Weakness classes by CWE, else by the words of the title and the rule. */
function classesOf({ cwe, title, rule }: Evidence): Set<number> {
  const byNumber = cwe.map(classOfCwe).filter((found) => found >= 0)
  if (byNumber.length > 0) return new Set(byNumber)
  const words = `${title} ${rule ?? ''}`
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  return new Set(classesIn(words.slice(0, 60)))
}

function crashKey({ crash }: Evidence): string | null {
  if (!crash) return null
  const state = stateOf(crash)
  return state.length < 2 ? null : [crash.kind.toLowerCase(), ...state].join('\n')
}

function wholeOf(evidence: Evidence, path: string | null): string {
  const places = evidence.locations.map(({ file, line, role }) => [tailOf(file), line, role])
  return JSON.stringify([
    ...[evidence.domain, evidence.tool, evidence.rule, path, places, evidence.title, evidence.body],
    ...[evidence.packages, evidence.version, evidence.aliases, evidence.endpoint],
    ...[evidence.crash?.frames.slice(0, 8)],
  ])
}
