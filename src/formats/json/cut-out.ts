import { chars, closingQuote, outlineOf } from './outline.ts'
import { isArray, isObject, pointerTo } from './reader.ts'

/** A text from which the elements that are not JSON by themselves were taken. */
export type Cutout = {
  /** As long as the original, line for line; a mark stands where an element stood. */
  readonly text: string
  readonly taken: readonly Taken[]
  /** Offsets of closing brackets between elements that close nothing. */
  readonly surplus: readonly number[]
}

/** What was taken: its offsets, and the text that stands for it. */
export type Taken = { readonly start: number; readonly end: number; readonly mark: string }

/**
 * Looks at every object that starts with the name `key`, from one to the next, and takes out
 * those that are not JSON, with closing brackets that stand between two of them. In a long list
 * of like elements this finds the end of a broken one whatever is wrong inside it.
 */
export function cutOut(text: string, from: number, key: string): Cutout {
  const starts = startsOf(text, from, key)
  const sign = unusedSign(text)
  const taken: Taken[] = []
  const surplus: number[] = []
  const parts: string[] = [text.slice(0, starts[0] ?? text.length)]
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1]
    const piece = text.slice(start, next ?? text.length)
    const wanted = next === undefined ? -netDepth(parts.join('').slice(from)) : 0
    const end = elementEnd(piece, wanted)
    if (end !== null) {
      const gap = piece.slice(end)
      const isBad = next !== undefined && isSurplus(gap)
      if (isBad) surplus.push(start + end)
      parts.push(piece.slice(0, end), (isBad ? blanked(gap, ',') : null) ?? gap)
      continue
    }
    const isLast = next === undefined || /\[\s*$/.test(piece.slice(-listStartMax))
    const close = isLast ? listEnd(piece, wanted) : piece.length
    const mark = `${sign}${taken.length.toString(36)}`
    const blank = blanked(piece.slice(0, close), isLast ? `"${mark}"` : `"${mark}",`)
    if (blank !== null) taken.push({ start, end: start + close, mark })
    parts.push(blank ?? piece.slice(0, close), piece.slice(close))
  }
  return { text: parts.join(''), taken, surplus }
}

/** How far before an element the bracket of a list that it begins is looked for. */
const listStartMax = 1_000
const closesTried = 50

/**
 * Where the list ends that a broken element is the last of: at the first closing bracket behind
 * which as many brackets close as must. The end of the piece where there is none.
 */
function listEnd(piece: string, wanted: number): number {
  let at = piece.indexOf(']')
  for (let tried = 0; at >= 0 && tried < closesTried; tried++) {
    if (netDepth(piece.slice(at)) === wanted) return at
    at = piece.indexOf(']', at + 1)
  }
  return piece.length
}

/** Closing brackets between two elements of one list, which no JSON has. */
const isSurplus = (gap: string): boolean => /^[\s\]},]*$/.test(gap) && /[\]}]/.test(gap)

function startsOf(text: string, from: number, key: string): number[] {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const form = new RegExp(`\\{\\s*"${name}"\\s*:`, 'g')
  form.lastIndex = from
  return [...text.matchAll(form)].map(({ index }) => index)
}

/** Where the object at the start of `piece` ends, if it is JSON and what follows can follow. */
function elementEnd(piece: string, wanted: number): number | null {
  const { end } = outlineOf(piece, 0, Number.POSITIVE_INFINITY)
  if (end === null) return null
  const gap = piece.slice(end)
  const isBetween = wanted === 0 && isSurplus(gap)
  if (!isBetween && (!/^\s*[,\]}]/.test(gap) || netDepth(gap) !== wanted)) return null
  try {
    JSON.parse(piece.slice(0, end))
    return end
  } catch {
    return null
  }
}

/** How many more brackets open than close: as many between two elements that are as deep. */
function netDepth(gap: string): number {
  let depth = 0
  for (let at = 0; at < gap.length; at++) {
    const code = gap.charCodeAt(at)
    if (code === chars.quote) {
      const close = closingQuote(gap, at)
      if (close < 0) break
      at = close
    } else if (code === chars.openBrace || code === chars.openBracket) depth++
    else if (code === chars.closeBrace || code === chars.closeBracket) depth--
  }
  return depth
}

/** Spaces and line breaks in the place of a piece, and `sign` in it; null where it is too short. */
function blanked(piece: string, sign: string): string | null {
  const blank = piece.replace(/[^\n]/g, ' ')
  const at = blank.indexOf(' '.repeat(sign.length))
  return at < 0 ? null : blank.slice(0, at) + sign + blank.slice(at + sign.length)
}

/** A character of private use that the text has nowhere. */
function unusedSign(text: string): string {
  let code = 0xe000
  while (code < 0xf8ff && text.includes(String.fromCharCode(code))) code++
  return String.fromCharCode(code)
}

/** Puts null where the marks stand in a value, and answers the JSON pointer of each. */
export function unmark(value: unknown, taken: readonly Taken[]): ReadonlyMap<Taken, string> {
  const found = new Map<Taken, string>()
  const byMark = new Map(taken.map((one) => [one.mark, one]))
  const walk = (inside: unknown, pointer: string): void => {
    if (isList(inside)) {
      for (const [index, one] of inside.entries()) {
        const at = typeof one === 'string' ? byMark.get(one) : undefined
        const place = pointerTo(pointer, index)
        if (at) {
          found.set(at, place)
          inside[index] = null
        } else walk(one, place)
      }
    } else if (isObject(inside)) {
      for (const [name, one] of Object.entries(inside)) walk(one, pointerTo(pointer, name))
    }
  }
  if (taken.length > 0) walk(value, '')
  return found
}

const isList = (value: unknown): value is unknown[] => isArray(value)
