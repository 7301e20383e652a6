import type { Problem } from '#formats/finding/decoder.ts'
import { problemsMax, type Strategy } from './cursor.ts'
import { cutOut, unmark } from './cut-out.ts'
import { type Mended, mend } from './mend.ts'
import { chars, linesOf, losesDigits, membersOf, outlineOf } from './outline.ts'
import { slicesOf } from './span.ts'

/** One JSON document of a text that may hold several. */
export type JsonDocument = {
  readonly value: unknown
  /** One-based line on which it starts. */
  readonly line: number
  /** Offsets of its text, in UTF-16 units: start included, end excluded. */
  readonly start: number
  readonly end: number
  /** The source text, to the character, of the value at a JSON pointer; null where none is. */
  readonly sliceOf: (pointer: string) => string | null
}

/** Everything a text holds that can be read as JSON, and everything that was wrong in it. */
export type Parsed = {
  readonly documents: readonly JsonDocument[]
  readonly problems: readonly Problem[]
}

/** `depthMax`: how deep brackets may nest, at most 1,000 whatever is asked. */
export type ParseLimits = { readonly depthMax?: number }

const depthMaxDefault = 200
const depthMaxAllowed = 1_000
/** How often, in lengths of the text, it may be read again to find the best mend. */
const rereadsMax = 8

/**
 * Reads JSON (RFC 8259), several documents one after another, one a line (JSON Lines), or as a
 * text sequence (RFC 7464). Total: it answers for any text, and what is wrong costs the smallest
 * part that can be told apart, with a problem that says where. Takes time linear in the text.
 */
export function parseJson(text: string, limits: ParseLimits = {}): Parsed {
  const asked = Math.max(limits.depthMax ?? depthMaxDefault, 1)
  const depthMax = Math.min(asked, depthMaxAllowed)
  const from = afterSpaces(text, 0)
  if (from >= text.length) {
    return {
      documents: [],
      problems: [{ code: 'malformed', why: 'the text is blank', lost: false }],
    }
  }
  const problems = new ProblemList()
  const whole = new Reading(text, { depthMax, problems })
  if (!whole.readWhole(from)) {
    if (isLines(text, from)) return readLines(text, from, depthMax)
    whole.readAll(from)
  }
  return { documents: whole.documents, problems: problems.all() }
}

/** One document a line; a bad line costs itself only. */
function readLines(text: string, from: number, depthMax: number): Parsed {
  const documents: JsonDocument[] = []
  const problems = new ProblemList()
  let line = linesOf(text)(from)
  let at = from
  while (at < text.length) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    const row = text.slice(at, end)
    const start = afterSpaces(row, 0)
    if (start < row.length) {
      const reading = new Reading(row, { depthMax, base: at, firstLine: line, problems })
      if (!reading.readWhole(start)) reading.readAll(start)
      for (const each of reading.documents) documents.push(each)
    }
    line++
    at = end + 1
  }
  return { documents, problems: problems.all() }
}

/** The problems of one text: a bounded list, and the number of the rest. */
class ProblemList {
  readonly #listed: Problem[] = []
  #unlisted = 0

  add(...found: readonly Problem[]): void {
    for (const each of found) {
      if (this.#listed.length < problemsMax) this.#listed.push(each)
      else this.#unlisted++
    }
  }

  count(unlisted: number): void {
    this.#unlisted += unlisted
  }

  all(): readonly Problem[] {
    if (this.#unlisted === 0) return this.#listed
    const why = `${this.#unlisted} more problems are not listed`
    return [...this.#listed, { code: 'malformed', why, lost: true }]
  }
}

type Scope = {
  readonly depthMax: number
  readonly problems: ProblemList
  readonly base?: number
  readonly firstLine?: number
}

/** The documents of one text, gathered from its start to its end. */
class Reading {
  readonly #text: string
  readonly #base: number
  readonly #depthMax: number
  readonly #lineOf: (offset: number) => number
  readonly #problems: ProblemList
  readonly documents: JsonDocument[] = []
  #careful = false
  #reread = 0

  constructor(text: string, { depthMax, problems, base = 0, firstLine = 1 }: Scope) {
    this.#problems = problems
    this.#text = text
    this.#base = base
    this.#depthMax = depthMax
    this.#lineOf = linesOf(text, firstLine)
  }

  /** Reads the text as one flawless document, the usual case; false when it is not that. */
  readWhole(from: number): boolean {
    const code = this.#text.charCodeAt(from)
    if (code !== chars.openBrace && code !== chars.openBracket) return this.#readScalar(from)
    const end = this.#readExact(from, true)
    return end !== null
  }

  /** Reads one document after another, whatever stands between them. */
  readAll(from: number): void {
    let at = from
    while (at < this.#text.length) {
      const code = this.#text.charCodeAt(at)
      const isOpen = code === chars.openBrace || code === chars.openBracket
      at = afterSpaces(this.#text, isOpen ? this.#readOne(at) : this.#skipForeign(at))
    }
  }

  #readScalar(from: number): boolean {
    try {
      const value: unknown = JSON.parse(this.#text.slice(from))
      this.#add(value, from, from + this.#text.slice(from).trimEnd().length)
      return true
    } catch {
      return false
    }
  }

  /** Reads a document that is JSON to the letter; answers its end, or null when it is not. */
  #readExact(from: number, alone: boolean): number | null {
    const text = this.#text
    const outline = outlineOf(text, from, this.#depthMax)
    const { end } = outline
    if (end === null || outline.depth > this.#depthMax) return null
    if (alone ? afterSpaces(text, end) < text.length : !this.#endsAt(end)) return null
    const value = parseExact(from === 0 && end === text.length ? text : text.slice(from, end))
    if (value === null) return null
    this.#add(value, from, end)
    if (outline.members !== membersOf(value)) this.#take(this.#mend(from, plain))
    for (const at of outline.longNumbers) {
      if (!losesDigits(text, at)) continue
      const why = 'this integer has more digits than a double holds; its last digits are rounded'
      this.#problems.add({ code: 'bad-value', why, line: this.#lineOf(at), lost: false })
    }
    return end
  }

  #readOne(from: number): number {
    const exact = this.#careful ? null : this.#readExact(from, false)
    if (exact !== null) return exact
    this.#careful = true
    const best = this.#mendBest(from)
    this.#take(best)
    this.#add(best.value, from, best.end)
    return best.end
  }

  #take({ problems, unlisted }: Mended): void {
    this.#problems.add(...problems)
    this.#problems.count(unlisted)
  }

  /** Mends in the ways that could matter and keeps the one that loses least. */
  #mendBest(from: number): Mended {
    const first = this.#mend(from, plain)
    if (this.#trust(first) > 0 && first.lostChars === 0) return first
    const length = this.#text.length
    let [best, lists] = [first, first.lists]
    const weigh = (other: Mended): void => {
      lists = new Map([...lists, ...other.lists])
      if (this.#isBetter(other, best, mainKeys(lists))) best = other
    }
    const isMereCut = first.cut && first.mismatches + first.lostChars === 0
    const others = this.#trust(first) > 0 ? [] : otherStrategies
    for (const strategy of isMereCut ? others.slice(0, 1) : others) {
      if (this.#reread > rereadsMax * length) return best
      const other = this.#mend(from, strategy)
      this.#reread += other.end - from
      weigh(other)
    }
    for (const key of isMereCut ? [] : mainKeys(lists)) {
      if (this.#reread > rereadsMax * length) return best
      // Taking elements out reads to the end of the text, wherever the document ends.
      this.#reread += 2 * (length - from)
      const other = this.#mendWithout(from, key)
      if (this.#trust(other) > 0) weigh(other)
    }
    return best
  }

  /** More like elements stand together; or else brackets match better; or else less is lost. */
  #isBetter(other: Mended, best: Mended, keys: readonly string[]): boolean {
    const likelier = likeness(other, keys) - likeness(best, keys)
    const surer = this.#trust(other) - this.#trust(best)
    return (likelier || surer || this.#badness(best) - this.#badness(other)) > 0
  }

  #trust(found: Mended): number {
    return this.#isWhole(found) && found.mismatches === 0 ? 1 : 0
  }

  /** Mends what is left when the broken elements of the longest list are taken out. */
  #mendWithout(from: number, key: string): Mended {
    const { text, taken, surplus } = cutOut(this.#text, from, key)
    const setup = { text, strategy: plain, depthMax: this.#depthMax, lineOf: this.#lineOf }
    const found = mend(from, setup)
    const pointers = unmark(found.value, taken)
    const problems = [...pointers].map(([{ start }, pointer]): Problem => {
      const why = 'this element is not JSON; null takes its place'
      return { code: 'malformed', why, pointer, line: this.#lineOf(start), lost: true }
    })
    for (const at of surplus) {
      const why = 'closing brackets too many were stepped over'
      problems.push({ code: 'malformed', why, line: this.#lineOf(at), lost: true })
    }
    const lost = [...pointers.keys()].reduce((sum, { start, end }) => sum + end - start, 0)
    const { alike, depth } = found.lists.get(key) ?? { alike: 0, depth: 0 }
    const list = { alike: alike + pointers.size, depth }
    return {
      ...found,
      lists: new Map([...found.lists, [key, list]]),
      lostChars: found.lostChars + lost,
      problems: [...problems, ...found.problems],
    }
  }

  #mend(from: number, strategy: Strategy): Mended {
    const setup = { text: this.#text, strategy, depthMax: this.#depthMax, lineOf: this.#lineOf }
    return mend(from, setup)
  }

  /** A document that does not end, or ends before its text does, is worse than any lost part. */
  #badness(found: Mended): number {
    return (this.#isWhole(found) ? 0 : this.#text.length) + found.lostChars
  }

  #isWhole({ cut, end }: Mended): boolean {
    return !cut && this.#endsAt(end)
  }

  /** Whether a document can end here: what follows it is not more of the same. */
  #endsAt(end: number): boolean {
    const next = this.#text.charCodeAt(afterSpaces(this.#text, end))
    return next !== chars.comma && next !== chars.closeBrace && next !== chars.closeBracket
  }

  /** Steps over what is no document: stray punctuation, or up to a line that starts like one. */
  #skipForeign(from: number): number {
    punctuation.lastIndex = from
    documentStart.lastIndex = from
    const isPunctuation = punctuation.test(this.#text)
    const found = isPunctuation ? null : documentStart.exec(this.#text)
    const end = isPunctuation ? punctuation.lastIndex : (found?.index ?? this.#text.length)
    const shown = this.#text.slice(from, Math.min(end, from + 40)).trim()
    const lost = !/^\/[/*]/.test(shown)
    const why = lost ? `this is not JSON and was left out: ${shown}` : 'comments are not JSON'
    this.#problems.add({ code: 'malformed', why, line: this.#lineOf(from), lost })
    return end
  }

  #add(value: unknown, from: number, to: number): void {
    const sliceOf = lazily(() => slicesOf(this.#text, from))
    const [start, end] = [this.#base + from, this.#base + to]
    this.documents.push({ value, line: this.#lineOf(from), start, end, sliceOf })
  }
}

const plain: Strategy = { siblings: false, strays: 'some' }
const siblings: Strategy = { siblings: true, strays: 'some' }
const otherStrategies: readonly Strategy[] = [
  siblings,
  { siblings: false, strays: 'none' },
  { siblings: true, strays: 'none' },
  { siblings: false, strays: 'all' },
  { siblings: true, strays: 'all' },
]

const punctuation = /[\s,:}\]]+/y

/** What the elements of a document's outermost list start with, and those of its longest. */
function mainKeys(lists: Mended['lists']): readonly string[] {
  const all = [...lists]
  const [outermost] = all.toSorted(([, one], [, other]) => one.depth - other.depth)
  const [longest] = all.toSorted(([, one], [, other]) => other.alike - one.alike)
  return [...new Set([outermost, longest].flatMap((list) => list?.[0] ?? []))]
}

/** How many like elements stand together: the more, the likelier is a way of reading. */
const likeness = ({ lists }: Mended, keys: readonly string[]): number =>
  keys.reduce((sum, key) => sum + (lists.get(key)?.alike ?? 0), 0)

/** The start of a line that starts like a document. */
const documentStart = /(?<=\n[ \t]*)[{[]/g

function parseExact(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function lazily(make: () => (pointer: string) => string | null) {
  let made: ((pointer: string) => string | null) | null = null
  return (pointer: string): string | null => {
    made ??= make()
    return made(pointer)
  }
}

/** White space, byte order marks, and the record separators of RFC 7464. */
const betweenDocuments = /[\s\u0000\u001e\ufeff]*/y

function afterSpaces(text: string, at: number): number {
  betweenDocuments.lastIndex = at
  betweenDocuments.test(text)
  return betweenDocuments.lastIndex
}

const linesSampled = 16

/** Whether, in a sample of the lines, at least half are documents of their own. */
function isLines(text: string, from: number): boolean {
  let sampled = 0
  let complete = 0
  let isFirst = false
  for (let at = from; at < text.length && sampled < linesSampled; ) {
    const next = text.indexOf('\n', at)
    const end = next < 0 ? text.length : next
    const start = afterSpaces(text, at)
    if (start < end) {
      sampled++
      if (isWhole(text.slice(start, end).trimEnd())) {
        complete++
        if (sampled === 1) isFirst = true
      }
    }
    at = Math.max(end + 1, start)
  }
  return sampled > 1 && complete > 0 && (isFirst ? complete * 2 >= sampled : complete * 2 > sampled)
}

/** Whether brackets open with the first character of this line and close with its last. */
function isWhole(row: string): boolean {
  const code = row.charCodeAt(0)
  if (code !== chars.openBrace && code !== chars.openBracket) return false
  return outlineOf(row, 0, Number.POSITIVE_INFINITY).end === row.length
}
