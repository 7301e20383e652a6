import type { Evidence } from './evidence.ts'
import { type Facts, factsOf } from './facts.ts'
import { type Token, tokensOf } from './tokens.ts'
import { Bags, type BagsBuilder, type Intern } from './views.ts'
import { partsOf, stemOf } from './words.ts'

/** A report as correlation compares it: bags of numbered texts and a few typed facts. */
export type Profile = { readonly bags: Bags; readonly facts: Facts }

const bodyCharsMax = 60_000
const fence = /^[ \t]*(?:```|~~~)/

/** Separates prose from fenced code; an unclosed fence runs to the end. */
function splitFences(text: string): { prose: string; code: string } {
  if (!text.includes('```') && !text.includes('~~~')) return { prose: text, code: '' }
  const prose: string[] = []
  const code: string[] = []
  let inside = false
  for (const line of text.split('\n')) {
    if (fence.test(line)) inside = !inside
    else (inside ? code : prose).push(line)
  }
  return { prose: prose.join('\n'), code: code.join('\n') }
}

const trivialVersion = /^v?\d+(?:\.0)*$/

/** `v1.2.0` and `1.2` are one version to a reader. */
function plainVersion(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/(?:\.0)+$/, '')
}

/** `https://host/a/b/` and `http://www.host/a/b#c` are one address. */
function plainLink(link: string): string {
  return link
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\/(?:www\.)?/, '')
    .replace(/[#?].*$/, '')
    .replace(/\/+$/, '')
}

/** A path's base name, and its last two parts: moved folders keep these. */
function pathKeys(path: string): string[] {
  const parts = path
    .replaceAll('\\', '/')
    .replace(/[#:]L?\d.*$/, '')
    .split('/')
    .filter((part) => part && part !== '.' && part !== '..')
  const base = parts.at(-1)
  if (base === undefined) return []
  const folder = parts.at(-2)
  const keys = [base.toLowerCase()]
  if (folder !== undefined) keys.push(`${folder}/${base}`.toLowerCase())
  return keys
}

/** Where a line number follows a name, which is looked up behind: `#L12`, `#L12-L20`, `.c:12`. */
const lineMark = /(?:#L|\.[a-zA-Z]{1,5}:L?)(\d{1,6})(?:C\d{1,4})?(?:-L?(\d{1,6}))?/g
const nameBefore = /[\w-][\w.-]*$/
const nameCharsMax = 80
const linesMax = 40

/** Lines that a report points at, as `file:line`, and their neighbourhoods as `file~bucket`. */
function addPlaces(bags: BagsBuilder, text: string): void {
  for (const match of text.matchAll(lineMark)) {
    const [mark, from = '', to] = match
    const colon = mark.startsWith('#') ? 0 : mark.indexOf(':')
    const before = text.slice(Math.max(0, match.index - nameCharsMax), match.index + colon)
    const file = nameBefore.exec(before)?.[0]
    if (file?.includes('.')) addPlace(bags, file, [Number(from), Number(to ?? from)])
  }
}

function addPlace(bags: BagsBuilder, file: string, lines: readonly [number, number]): void {
  const [from, to] = lines
  const base = file.toLowerCase().split('/').at(-1) ?? ''
  const last = Math.min(Math.max(from, to), from + linesMax)
  for (let line = from; line <= last; line++) bags.add('places', `${base}:${line}`)
  for (let bucket = from >> 4; bucket <= last >> 4; bucket++) {
    bags.add('places', `${base}~${bucket}`)
  }
}

/** Pairs of words are numbered by a hash (FNV-1a): there are too many to keep them all by name. */
const pairNumbersMax = 2 ** 22

function pairNumber(first: string, second: string): number {
  let hash = 0x811c9dc5
  for (const text of [first, ' ', second]) {
    for (let at = 0; at < text.length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    }
  }
  return (hash >>> 0) % pairNumbersMax
}

function addProse(bags: BagsBuilder, tokens: readonly Token[], title: boolean): string[] {
  const words: string[] = []
  let previous = ''
  for (const { kind, text } of tokens) {
    if (kind === 'word') {
      for (const part of text.toLowerCase().split(/[^a-z0-9]+/)) {
        if (part.length < 2) continue
        words.push(part)
        const stem = stemOf(part)
        if (stem === '') continue
        bags.add('words', stem)
        if (title) bags.add('title', stem)
        if (previous) bags.addId('pairs', pairNumber(previous, stem))
        previous = stem
      }
    } else {
      addCodeToken(bags, kind, text)
      if (title) for (const part of partsOf(text)) bags.add('title', stemOf(part))
      previous = ''
    }
  }
  return words
}

function addCodeToken(bags: BagsBuilder, kind: Token['kind'], text: string): void {
  if (kind === 'version') bags.add('versions', plainVersion(text))
  else if (kind === 'path') {
    for (const key of pathKeys(text)) bags.add('paths', key)
  } else if (kind === 'identifier') addIdentifier(bags, text)
}

function addIdentifier(bags: BagsBuilder, text: string): void {
  const names = text.toLowerCase().split(/::|->|[.#]/)
  const last = names.at(-1) ?? ''
  if (last.length > 1) bags.add('identifiers', last)
  if (names.length > 1) bags.add('identifiers', names.slice(-2).join('.'))
  for (const part of partsOf(text)) bags.add('parts', stemOf(part))
}

function addCode(bags: BagsBuilder, code: string): void {
  for (const { kind, text } of tokensOf(code)) {
    if (kind === 'word' || kind === 'identifier') bags.add('code', text.toLowerCase())
    else addCodeToken(bags, kind, text)
  }
}

const ticks = /`([^`\n]{2,80})`/g
const codeName = /^[A-Za-z_$][\w$.:>-]*(?:\(.{0,60}\))?$/

/** A back-ticked term is an identifier even where its letters do not show it: `mint`. */
function addTicked(bags: BagsBuilder, prose: string): void {
  for (const [, term = ''] of prose.matchAll(ticks)) {
    if (codeName.test(term)) addIdentifier(bags, term.replace(/\(.*$/, ''))
  }
}

function addFacts(bags: BagsBuilder, evidence: Evidence): void {
  for (const { introduced, fixed, lastAffected } of evidence.ranges) {
    for (const version of [introduced, fixed, lastAffected]) {
      if (version && !trivialVersion.test(version)) bags.add('versions', plainVersion(version))
    }
    if (fixed) bags.add('fixed', plainVersion(fixed))
    if (lastAffected) bags.add('last', plainVersion(lastAffected))
  }
  for (const name of [...evidence.packages, evidence.vendor ?? '']) {
    for (const part of partsOf(name)) bags.add('component', stemOf(part) || part)
  }
  for (const name of evidence.packages) bags.add('package', name.toLowerCase().trim())
  for (const symbol of evidence.symbols) addIdentifier(bags, symbol)
  for (const link of evidence.references) bags.add('links', plainLink(link))
  for (const alias of evidence.aliases) bags.add('aliases', alias.toUpperCase())
  for (const { file, line, endLine, function: name, role } of evidence.locations) {
    for (const key of pathKeys(file)) bags.add('paths', key)
    if (name) addIdentifier(bags, name)
    if (line !== undefined && role === undefined) addPlace(bags, file, [line, endLine ?? line])
  }
  for (const { function: name } of evidence.crash?.frames.slice(0, 8) ?? [])
    addIdentifier(bags, name)
}

/** Reads a report once; everything that later compares it works on the result. */
export function profileOf(evidence: Evidence, intern: Intern): Profile {
  const bags = Bags.builder(intern)
  const { prose, code } = splitFences(evidence.body.slice(0, bodyCharsMax))
  const titleWords = addProse(bags, tokensOf(evidence.title), true)
  const bodyWords = addProse(bags, tokensOf(prose), false)
  addTicked(bags, `${evidence.title}\n${prose}`)
  addPlaces(bags, evidence.body.slice(0, bodyCharsMax))
  if (code) addCode(bags, code)
  addFacts(bags, evidence)
  return { bags: bags.done(), facts: factsOf(evidence, { title: titleWords, body: bodyWords }) }
}
