import type { Problem } from '#formats/finding/decoder.ts'
import { type AlikeList, Cursor, type CursorSetup } from './cursor.ts'
import { chars, outlineOf } from './outline.ts'
import { isMemberStart, none, readKey, readText, readWord } from './token.ts'

/** A document that was read although it is not quite JSON. */
export type Mended = {
  readonly value: unknown
  /** Offset behind what was read. */
  readonly end: number
  readonly problems: readonly Problem[]
  readonly unlisted: number
  /** The text ended before the document did. */
  readonly cut: boolean
  readonly mismatches: number
  readonly lostChars: number
  /** Its longest lists of like objects, by the name of their first member. */
  readonly lists: ReadonlyMap<string, AlikeList>
}

/**
 * Reads the document that opens with a bracket at `from`, in one pass and whatever it holds.
 * What is odd but clear is read with a remark; what is not costs the innermost array element
 * around it, which becomes null; a text that ends early keeps the values complete until then.
 */
export function mend(from: number, setup: CursorSetup): Mended {
  const cursor = new Cursor(from, setup)
  const found = readValue(cursor)
  if (cursor.cut) {
    cursor.at = setup.text.trimEnd().length
    cursor.report('truncated', 'the text ends inside this value; what was complete is kept', true)
    cursor.at = setup.text.length
  }
  const { at: end, problems, unlisted, cut, mismatches, lostChars } = cursor
  const value = found === none ? null : found
  return { value, end, problems, unlisted, cut, mismatches, lostChars, lists: cursor.lists }
}

function readValue(cursor: Cursor): unknown {
  const code = cursor.skip()
  if (code === chars.openBrace || code === chars.openBracket) {
    if (cursor.frames.length >= cursor.depthMax) return skipDeep(cursor)
    return code === chars.openBrace ? readObject(cursor) : readArray(cursor)
  }
  if (code === chars.quote) return readText(cursor)
  if (code === -1) {
    cursor.cut = true
    return none
  }
  if (code === chars.comma || code === chars.closeBrace || code === chars.closeBracket) {
    cursor.report('malformed', 'a value is missing here; it counts as null', true)
    return null
  }
  return readWord(cursor)
}

/** Steps over a value that nests deeper than allowed, without nesting itself. */
function skipDeep(cursor: Cursor): unknown {
  const why = `brackets nest deeper than ${cursor.depthMax}; this value counts as null`
  cursor.report('too-deep', why, true)
  const { end } = outlineOf(cursor.text, cursor.at, Number.POSITIVE_INFINITY)
  cursor.at = end ?? cursor.text.length
  if (end === null) cursor.cut = true
  return null
}

function readArray(cursor: Cursor): unknown[] {
  const found: unknown[] = []
  const mine = cursor.frames.length
  cursor.open(true)
  cursor.at++
  for (;;) {
    const step = advance(cursor, chars.closeBracket)
    if (step === 'unclosed') doubtLast(cursor, found)
    if (step !== 'inside' || startsOuterElement(cursor)) break
    readElement(cursor, found)
    if (cursor.closeTo === mine) {
      cursor.closeTo = null
      continue
    }
    if (cursor.cut || cursor.closeTo !== null) break
    separate(cursor)
  }
  if (cursor.closeTo !== null) cursor.broken = true
  cursor.shut()
  return found
}

/** Reads one element of an array; when it proves broken, null takes its place. */
function readElement(cursor: Cursor, into: unknown[]): void {
  const outerBroken = cursor.broken
  const lostBefore = cursor.lostChars
  const from = cursor.at
  cursor.broken = false
  cursor.countElement(firstKeyAt(cursor))
  cursor.path.push(into.length)
  const value = readUnopened(cursor) ?? readValue(cursor)
  if (!cursor.cut) cursor.path.pop()
  if (cursor.broken) {
    into.push(null)
    cursor.lostChars = lostBefore + cursor.at - from
  } else if (value !== none) into.push(value)
  cursor.broken = outerBroken
}

/** Reads an object whose opening brace is missing: members where an element must be. */
function readUnopened(cursor: Cursor): object | null {
  if (cursor.peek() !== chars.quote || !isMemberStart(cursor)) return null
  cursor.fail('a bracket is not opened before this member')
  cursor.at--
  return readObject(cursor)
}

function readObject(cursor: Cursor): object {
  const found: Record<string, unknown> = {}
  cursor.open(false)
  cursor.at++
  for (;;) {
    const step = advance(cursor, chars.closeBrace)
    if (step === 'unclosed') cursor.fail('a bracket is not closed before this one')
    if (step !== 'inside') break
    const code = cursor.peek()
    if (code === chars.openBrace || code === chars.openBracket) {
      if (leavesForArray(cursor)) break
      readValue(cursor)
    } else readMember(cursor, found)
    if (cursor.cut || cursor.closeTo !== null) break
    separate(cursor)
  }
  cursor.shut()
  return found
}

function readMember(cursor: Cursor, into: Record<string, unknown>): void {
  const at = cursor.at
  const name = readKey(cursor)
  if (name === none) {
    if (!cursor.cut) skipGarbage(cursor)
    return
  }
  if (cursor.skip() !== chars.colon) {
    if (cursor.peek() === -1) cursor.cut = true
    else {
      cursor.fail('expected a colon behind the name of a member')
      const punctuation = name.search(/[:{}[\],]/)
      if (punctuation > 0 && cursor.text[at] === '"') cursor.at = at + 1 + punctuation
      skipGarbage(cursor)
    }
    return
  }
  cursor.at++
  cursor.path.push(name)
  if (Object.hasOwn(into, name)) reportTwice(cursor, at)
  const value = readValue(cursor)
  if (!cursor.cut) cursor.path.pop()
  if (value !== none) set(into, name, value)
}

function reportTwice(cursor: Cursor, at: number): void {
  const behind = cursor.at
  cursor.at = at
  cursor.report('duplicate-key', 'this member is given twice; the last value counts', false)
  cursor.at = behind
}

/** As JSON.parse does it: a member named `__proto__` is a member like any other. */
function set(into: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') into[name] = value
  else {
    const attributes = { value, writable: true, enumerable: true, configurable: true }
    Object.defineProperty(into, name, attributes)
  }
}

type Step = 'inside' | 'over' | 'unclosed'

/**
 * Goes to the next element or member of the container that `close` closes, or finds it over: by
 * its bracket, by the end of the text, or `unclosed`, by a bracket that another one must precede.
 */
function advance(cursor: Cursor, close: number): Step {
  const isArray = close === chars.closeBracket
  for (;;) {
    const code = cursor.skip()
    if (code === -1) {
      cursor.cut = true
      return 'over'
    }
    if (code === close) {
      cursor.at++
      return 'over'
    }
    if (code === chars.comma) cursor.remark('a comma too many was stepped over')
    else if (code === chars.colon || code === chars.closeBrace || code === chars.closeBracket) {
      cursor.mismatches++
      if (code !== chars.colon && !isStray(cursor, code)) return 'unclosed'
      const sign = String.fromCharCode(code)
      if (!cursor.broken) cursor.report('malformed', `a ${sign} too many was stepped over`, true)
      cursor.broken ||= !isArray
    } else return 'inside'
    cursor.at++
  }
}

/** An array whose bracket is missing: its last element is in doubt, or all of a list of words. */
function doubtLast(cursor: Cursor, found: unknown[]): void {
  const why = 'a bracket is not closed before this one'
  const last = found.at(-1)
  if (typeof last !== 'object' || last === null) cursor.fail(why)
  else {
    cursor.report('malformed', why, true)
    found[found.length - 1] = null
  }
}

const closesBeforeElement = /\}\s*,\s*[{[]/y

/** Whether a closing bracket of the wrong kind closes nothing that is open. */
function isStray(cursor: Cursor, code: number): boolean {
  const { arraysOpen, frames } = cursor
  const fitting = code === chars.closeBracket ? arraysOpen : frames.length - arraysOpen
  const { strays } = cursor.strategy
  if (fitting === 0 || strays === 'all') return true
  if (strays === 'none') return false
  closesBeforeElement.lastIndex = cursor.at
  return closesBeforeElement.test(cursor.text)
}

/** Steps over the comma behind an element or member. */
function separate(cursor: Cursor): void {
  const code = cursor.skip()
  if (code === chars.comma) {
    cursor.at++
    const next = cursor.skip()
    if (next === chars.closeBrace || next === chars.closeBracket) {
      cursor.remark('a comma before a closing bracket was stepped over')
    }
  } else if (code !== -1 && code !== chars.closeBrace && code !== chars.closeBracket) {
    cursor.remark('a missing comma was taken as given')
  }
}

/** A bracket opens where a name must stand: an array outside of this object has gone on. */
function leavesForArray(cursor: Cursor): boolean {
  cursor.mismatches++
  cursor.fail('expected the name of a member, found a bracket')
  if (cursor.arraysOpen === 0) return false
  if (!resumesOuter(cursor, firstKeyAt(cursor))) {
    cursor.closeTo = cursor.frames.findLastIndex(({ isArray }) => isArray)
  }
  return true
}

const firstKey = /\{\s*"([^"\\]{1,64})"\s*:/y

function firstKeyAt(cursor: Cursor): string | null {
  firstKey.lastIndex = cursor.at
  return firstKey.exec(cursor.text)?.[1] ?? null
}

/** Closes everything down to the array whose elements start with `key`, if there is one. */
function resumesOuter(cursor: Cursor, key: string | null): boolean {
  if (!cursor.strategy.siblings || key === null) return false
  const outer = cursor.frames.findLastIndex((frame) => frame.firstKey === key)
  if (outer < 0) return false
  cursor.mismatches++
  cursor.closeTo = outer
  cursor.fail('a bracket is not closed before the next element')
  return true
}

/** Whether the element at the cursor is unlike its neighbours and like those of an outer array. */
function startsOuterElement(cursor: Cursor): boolean {
  const here = cursor.frames.at(-1)
  if (!cursor.strategy.siblings || !here || here.count === 0) return false
  const key = firstKeyAt(cursor)
  return key !== here.firstKey && resumesOuter(cursor, key)
}

/** After an error inside an object: goes on to the comma or bracket that seems to end it. */
function skipGarbage(cursor: Cursor): void {
  for (;;) {
    const code = cursor.skip()
    if (code === -1) {
      cursor.cut = true
      return
    }
    if (code === chars.comma || code === chars.closeBrace || code === chars.closeBracket) return
    if (code === chars.openBrace || code === chars.openBracket) {
      cursor.mismatches++
      if (resumesOuter(cursor, firstKeyAt(cursor))) return
      readValue(cursor)
      if (cursor.cut || cursor.closeTo !== null) return
    } else cursor.at++
  }
}
