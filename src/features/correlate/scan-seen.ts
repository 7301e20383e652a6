import { isBoring } from '#formats/crash/boring.ts'
import { stateOf } from '#formats/crash/state.ts'
import type { Frame, Location } from '#formats/finding/finding.ts'
import type { Evidence } from './evidence.ts'
import { type Path, pathOf, wholePath } from './scan-path.ts'
import { toolOfRule, type Weakness, weaknessOf } from './scan-weakness.ts'

/** A scanner result, or any report that points into code, as the rules for them look at it. */
export type Seen = {
  readonly evidence: Evidence
  readonly path: Path | null
  readonly place: Location | null
  /** The function that it stands in, of a qualified name the last part. */
  readonly functions: ReadonlySet<string>
  readonly weakness: Weakness
  readonly aliases: ReadonlySet<string>
  /** Who gave the aliases: `CVE`, `GHSA`, `GO`, ... */
  readonly registries: ReadonlySet<string>
  readonly components: ReadonlySet<string>
  readonly endpoint: string | null
  /** Tool and rule without the spellings in which reports of one tool differ. */
  readonly tool: string | null
  readonly rule: string | null
  /** The title, or how the text begins, in lower case with single spaces. */
  readonly text: string
  /** Kind and innermost interesting frames of a crash. */
  readonly crash: string | null
  /** The innermost interesting frame, with its file and line where they are known. */
  readonly fault: Fault | null
  /** Whether a scanner looked the identifiers up; elsewhere they are only claimed. */
  readonly isListed: boolean
  /** Equal for results that say exactly the same. */
  readonly whole: string
}

export type Fault = {
  readonly function: string
  readonly at: string | null
  /** The next interesting functions outwards. */
  readonly callers: readonly string[]
}

const known = new WeakMap<Evidence, Seen>()

export function seenOf(evidence: Evidence): Seen {
  const before = known.get(evidence)
  if (before) return before
  const seen = look(evidence)
  known.set(evidence, seen)
  return seen
}

function look(evidence: Evidence): Seen {
  const [place] = evidence.locations.filter(({ role }) => role === undefined)
  const { tool, rule } = evidence
  const name = tool ?? toolOfRule(rule)
  return {
    evidence,
    path: place ? knownPath(place.file) : null,
    place: place ?? null,
    functions: new Set(functionsOf(evidence, place)),
    weakness: weaknessOf(evidence),
    aliases: new Set(evidence.aliases),
    registries: new Set(evidence.aliases.map(registryOf)),
    components: new Set(evidence.packages.map(plainName)),
    endpoint: evidence.endpoint ?? null,
    tool: toolName(name),
    rule: rule === undefined ? null : ruleName(rule),
    text: plainText(evidence.title === '' ? evidence.body.slice(0, textMax) : evidence.title),
    crash: crashKey(evidence),
    fault: faultOf(evidence),
    isListed: evidence.domain === 'scan' && (evidence.listed ?? rule !== undefined),
    whole: wholeOf(evidence),
  }
}

export const registryOf = (alias: string): string => alias.slice(0, Math.max(alias.indexOf('-'), 0))

/** Results repeat their files, so each path is taken apart once. */
const paths = new Map<string, Path | null>()
const pathsMax = 20_000

function knownPath(file: string): Path | null {
  const before = paths.get(file)
  if (before !== undefined) return before
  if (paths.size >= pathsMax) paths.clear()
  const path = pathOf(file)
  paths.set(file, path)
  return path
}

const textMax = 400
const plainText = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim()

/** `npm:@scope/name`, `group:artifact` and `group/artifact` are compared without punctuation. */
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

function toolName(name: string | undefined): string | null {
  const plain = name?.toLowerCase().replace(/[^a-z0-9]+/g, '') ?? ''
  return plain === '' ? null : plain
}

/** The last part of a dotted or slashed rule id, where it is long enough to mean something. */
function ruleName(rule: string): string {
  const plain = plainText(rule)
  const last = plain.split(/[./:]/).at(-1) ?? plain
  return last.length >= 6 && /[a-z]/.test(last) ? last : plain
}

/**
 * The function of the place. A crash names those on the way to it too, which every crash under one
 * fuzz target shares, and a list of affected symbols says only together where the flaw is.
 */
function functionsOf({ symbols, crash }: Evidence, place: Location | undefined): string[] {
  const top = crash?.frames.find((frame) => !isBoring(frame))?.function
  const named = crash ? top : (place?.function ?? (symbols.length === 1 ? symbols[0] : undefined))
  return named === undefined || named === '' ? [] : [lastName(named)]
}

/** Without arguments of the call and of the template; a Go receiver `(*T)` is no argument. */
const lastName = (name: string): string =>
  (
    name
      .slice(0, nameMax)
      .replace(/(?<=[\w>])\(.*$/, '')
      .replace(/<[^<>]*>$/, '')
      .split(/::?|->|[.#\\]/)
      .at(-1) ?? name
  )
    .trim()
    .toLowerCase()

const nameMax = 300

function crashKey({ crash }: Evidence): string | null {
  if (!crash) return null
  const state = stateOf(crash)
  return state.length < 2 ? null : [crash.kind.toLowerCase(), ...state].join('\n')
}

const callersMax = 4

function faultOf({ crash }: Evidence): Fault | null {
  const telling: Frame[] = []
  for (const frame of crash?.frames ?? []) {
    if (telling.length > callersMax) break
    if (!isBoring(frame)) telling.push(frame)
  }
  const [name, ...callers] = telling.map((one) => plainFunction(one.function))
  const [frame] = telling
  return frame && name !== undefined ? { function: name, at: atOf(frame), callers } : null
}

const plainFunction = (name: string): string => name.replace(returnType, '').toLowerCase()

/** Template instances are printed with what they return, by some tools only. */
const returnType = /^(?:void|auto|bool|int|char|unsigned \w{1,8}) (?=\S{0,300}[:<])/

const atOf = ({ file, line }: Frame): string | null =>
  file === undefined || line === undefined ? null : `${file.split('/').at(-1)}:${line}`

/** So many places of a code flow tell results apart; one may have hundreds. */
const placesMax = 20

function wholeOf(evidence: Evidence): string {
  const places = evidence.locations.slice(0, placesMax).map(({ file, line, column, role }) => {
    const path = knownPath(file)
    return [path && wholePath(path), line, column, role]
  })
  return JSON.stringify([
    ...[evidence.domain, evidence.tool, evidence.rule, places, evidence.title, evidence.body],
    ...[evidence.packages, evidence.version, evidence.aliases, evidence.endpoint],
    ...[evidence.crash?.frames.slice(0, 8), Object.entries(evidence.fingerprints ?? {}).sort()],
  ])
}
