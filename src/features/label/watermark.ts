import { type KeyObject, randomBytes } from 'node:crypto'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import {
  codeBytes,
  codeIn,
  type Placed,
  symbolsFor,
  symbolsInAll,
  symbolsNeeded,
} from './watermark-code.ts'
import { marksIn, placesIn, unmarked, woven } from './watermark-prose.ts'
import { pickFor, plainly, type Seen, type Sentence, seenIn, wordsOf } from './watermark-words.ts'

/** Writes the texts of one export so that they tell which one it was. */
export type Marker = {
  /** Prose of others: only invisible signs are added, and only where it is prose. */
  readonly prose: (text: string) => string
  /** A sentence of Parley's own, in one of its wordings. */
  readonly words: (sentence: Sentence) => string
}

export const noMarker: Marker = {
  prose: (text) => text,
  words: (sentence) => wordsOf(sentence, plainly),
}

export const watermarkKeys = (keys: Keys): PurposeKeys => keysFor(keys, 'watermark')

/** What tells an export apart from all others. */
export const newCode = (): Buffer => randomBytes(codeBytes)

/** Marks follow each other through all texts of an export, so that each part has all of them. */
export function markerFor(code: Buffer, { newest }: PurposeKeys): Marker {
  const symbols = symbolsFor(code, newest.secret)
  const pick = pickFor(code, newest.secret)
  let at = 0
  const next = (): Placed => {
    const index = at++ % symbolsInAll
    return { index, value: symbols[index] ?? 0 }
  }
  return {
    prose: (text) => woven(text, placesIn(text), next),
    words: (sentence) => wordsOf(sentence, pick),
  }
}

/** An export that a text tells of. */
export type Trace = {
  readonly code: Buffer
  /** Marks of the text that are this export's. */
  readonly marks: number
  /** The chance, as a power of ten, that a text of other marks is taken for this export. */
  readonly chance: number
}

/** What the invisible marks of a text say. */
export type MarksRead = {
  readonly traces: readonly Trace[]
  readonly marks: number
  /** How many marks the text could carry. */
  readonly places: number
}

const windowsMax = 20_000
const checkedBits = 35

/**
 * Finds the exports whose marks a text carries: any 15 different marks that follow each other. At
 * most 20,000 times is a check of 35 bits asked, so that chance passes one in less than one text
 * of a million.
 */
export function readMarks(text: string, { byId }: PurposeKeys): MarksRead {
  const keys = [...byId.values()]
  const all = marksIn(text)
  const traces: Trace[] = []
  let left = all
  let tries = 0
  const triesMax = Math.floor(windowsMax / keys.length)
  for (let from = 0; from < left.length && tries < triesMax; ) {
    const window = windowAt(left, from)
    if (window === null) break
    tries++
    const code = codeIn(window, keys)
    const found = code && traceOf(code, left, { keys, tries })
    if (found && found.trace.marks >= symbolsNeeded) {
      traces.push(found.trace)
      left = found.left
    } else from++
  }
  return { traces, marks: all.length, places: placesIn(unmarked(text)).length }
}

/** The next 15 marks of different places; null where there are no more so many. */
function windowAt(marks: readonly Placed[], from: number): Placed[] | null {
  const window: Placed[] = []
  for (let at = from; at < marks.length; at++) {
    const mark = marks[at]
    if (mark && !window.some(({ index }) => index === mark.index)) window.push(mark)
    if (window.length === symbolsNeeded) return window
  }
  return null
}

type Trying = { readonly keys: readonly KeyObject[]; readonly tries: number }

function traceOf(code: Buffer, marks: readonly Placed[], { keys, tries }: Trying) {
  const candidates = keys.map((key) => symbolsFor(code, key))
  const agreeing = (symbols: readonly number[]): Placed[] =>
    marks.filter(({ index, value }) => symbols[index] === value)
  const [own = []] = candidates.map(agreeing).sort((x, y) => y.length - x.length)
  const distinct = new Set(own.map(({ index }) => index)).size
  const bits = checkedBits + 5 * (distinct - symbolsNeeded) - Math.log2(tries * keys.length)
  const trace: Trace = { code, marks: own.length, chance: -bits * Math.log10(2) }
  return { trace, left: marks.filter((mark) => !own.includes(mark)) }
}

/** What Parley's own words in a text say of which of some exports it was. */
export type WordsRead =
  | { readonly is: 'none'; readonly seen: number }
  | { readonly is: 'too-few'; readonly seen: number }
  | {
      readonly is: 'found'
      readonly seen: number
      readonly code: Buffer
      readonly agreeing: number
      readonly chance: number
    }

const chanceMax = -6

/** Holds the wording of a text against that of each export: one may stand out, or none does. */
export function readWords(
  text: string,
  codes: readonly Buffer[],
  { byId }: PurposeKeys,
): WordsRead {
  const seen = seenIn(unmarked(text))
  const count = codes.length * byId.size
  const chanceOf = (agreeing: number): number =>
    Math.log10(Math.max(1, count)) + tail(seen.length, agreeing)
  if (chanceOf(seen.length) > chanceMax) return { is: 'too-few', seen: seen.length }
  let best: { agreeing: number; code: Buffer } = { agreeing: -1, code: Buffer.alloc(0) }
  for (const code of codes) {
    for (const key of byId.values()) {
      const agreeing = agreeingIn(seen, code, key)
      if (agreeing > best.agreeing) best = { agreeing, code }
    }
  }
  const chance = chanceOf(best.agreeing)
  if (chance > chanceMax) return { is: 'none', seen: seen.length }
  return { is: 'found', seen: seen.length, ...best, chance }
}

function agreeingIn(seen: readonly Seen[], code: Buffer, key: KeyObject): number {
  const pick = pickFor(code, key)
  return seen.filter(({ sentence, at, took }) => pick(sentence, at) === took).length
}

/** The chance, as a power of ten, that so many or more of `count` coins fall the right way. */
function tail(count: number, atLeast: number): number {
  let ways = 0
  let chosen = 1
  for (let at = 0; at <= count; at++) {
    if (at >= atLeast) ways += chosen
    chosen = (chosen * (count - at)) / (at + 1)
  }
  return Math.log10(ways) - count * Math.log10(2)
}
