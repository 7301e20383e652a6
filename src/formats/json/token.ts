import type { Cursor } from './cursor.ts'
import { chars } from './outline.ts'

/** Stands for "no value could be read here": the text ended before one was complete. */
export const none: unique symbol = Symbol('none')

const plainString = /"[^"\\\u0000-\u001f]*"/y
const singleQuoted = /'(?:[^'\\\n]|\\[^\n])*'/y
const bareWord = /[^\s,:{}[\]"]+/y
const bareKey = /[A-Za-z_$][\w$-]*(?=\s*:)/y
const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const wordsMeant: Readonly<Record<string, boolean | null>> = {
  True: true,
  False: false,
  None: null,
}

/** What `form` (a sticky expression) finds at the cursor; the cursor moves behind it. */
function take(cursor: Cursor, form: RegExp): string | null {
  form.lastIndex = cursor.at
  const found = form.exec(cursor.text)?.[0] ?? null
  if (found !== null) cursor.at += found.length
  return found
}

const looksAt = (text: string, at: number, form: RegExp): boolean => {
  form.lastIndex = at
  return form.test(text)
}

/** Reads a member's name: a string, or what is surely meant as one. */
export function readKey(cursor: Cursor): string | typeof none {
  const code = cursor.peek()
  if (code === chars.quote) return readString(cursor)
  if (code === chars.apostrophe) return readSingleQuoted(cursor)
  const bare = take(cursor, bareKey)
  if (bare === null) {
    cursor.fail('expected the name of a member in quotes')
    return none
  }
  cursor.remark('names without quotes are not JSON; they were read as if quoted')
  return bare
}

/** Reads a string in value position: what follows it tells an unescaped quote inside. */
export function readText(cursor: Cursor): string | typeof none {
  const open = cursor.at
  const found = readString(cursor)
  if (found === none || isClosedHere(cursor)) return found
  return reopen(cursor, open)
}

/** Reads a number, `true`, `false` or `null`; another word is a problem and counts as null. */
export function readWord(cursor: Cursor): unknown {
  if (cursor.peek() === chars.apostrophe) return readSingleQuoted(cursor)
  const from = cursor.at
  const word = take(cursor, bareWord)
  if (word === null) {
    cursor.fail('expected a value')
    cursor.at++
    return null
  }
  if (cursor.at >= cursor.text.length && cursor.frames.length > 0) {
    cursor.at = from
    cursor.cut = true
    return none
  }
  if (word === 'true') return true
  if (word === 'false') return false
  if (word === 'null') return null
  if (numberForm.test(word)) return Number(word)
  const meant = Object.hasOwn(wordsMeant, word) ? wordsMeant[word] : undefined
  if (meant !== undefined) {
    cursor.remark(`${word} is not JSON; it was read as ${meant}`)
    return meant
  }
  const shown = word.length > 40 ? `${word.slice(0, 40)}…` : word
  const end = cursor.at
  cursor.at = from
  cursor.report('malformed', `${shown} is not a JSON value; it counts as null`, true)
  cursor.at = end
  return null
}

function readSingleQuoted(cursor: Cursor): string | typeof none {
  const found = take(cursor, singleQuoted)
  if (found === null) {
    cursor.fail('a string in single quotes is not closed')
    cursor.at++
    return none
  }
  cursor.remark('single quotes are not JSON; they were read as double quotes')
  return decodeLoosely(found.slice(1, -1))
}

/** Reads the string that opens at the cursor. */
function readString(cursor: Cursor): string | typeof none {
  const plain = take(cursor, plainString)
  if (plain !== null) return plain.slice(1, -1)
  const { end, odd, isOpen } = endOfString(cursor)
  if (end < 0) {
    cursor.cut = true
    return none
  }
  const body = cursor.text.slice(cursor.at + 1, end)
  if (odd !== null) cursor.remark(odd)
  if (isOpen) cursor.fail('a string is not closed on its line')
  cursor.at = isOpen ? end : end + 1
  return odd === null && !isOpen ? parseString(body) : decodeLoosely(body)
}

const badEscape = 'a backslash before a character that needs none was kept as written'
const badControl = 'control characters in strings must be escaped; they were kept'
const badNul = 'a NUL in a string must be escaped; it was kept'

/** Where the string at the cursor ends (-1: nowhere), and what in it is not JSON. */
function endOfString(cursor: Cursor): { end: number; odd: string | null; isOpen: boolean } {
  const { text } = cursor
  let odd: string | null = null
  for (let at = cursor.at + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === chars.quote) return { end: at, odd, isOpen: false }
    if (code === chars.backslash) {
      if (!looksAt(text, at, knownEscape) && at + 1 < text.length) odd ??= badEscape
      at++
    } else if (code < 0x20) {
      if ((code === 0x0a || code === 0x0d) && looksAt(text, at, endOfOpenString)) {
        return { end: at, odd, isOpen: true }
      }
      odd ??= code === 0 ? badNul : badControl
      if (code === 0x0a || code === 0x0d) at = lastSpace(text, at)
    }
  }
  return { end: -1, odd, isOpen: false }
}

const knownEscape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
/** Lines that start like a member, or with a bracket before another sign, are no text's. */
const endOfOpenString = /[\r\n]\s*(?:"[^"\\\r\n]*"\s*:|\{\s*["}]|[}\]]\s*(?:$|[}\]]|,\s*["{[]))/y

/** The last of the spaces and line breaks that follow `at`, so that none is tried twice. */
function lastSpace(text: string, at: number): number {
  spaces.lastIndex = at + 1
  spaces.test(text)
  return spaces.lastIndex - 1
}

const spaces = /\s*/y

function parseString(body: string): string {
  const found: unknown = JSON.parse(`"${body}"`)
  return typeof found === 'string' ? found : body
}

const plainEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Resolves the escapes that JSON has (and `\'`), and leaves every other backslash alone. */
const decodeLoosely = (body: string): string =>
  body.replace(/\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt']))/g, (_, hex?: string, sign = '') =>
    hex === undefined
      ? (plainEscapes[sign] ?? sign)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  )

const followedByName = /\s+(?:"[^"\\\n]*"|[A-Za-z_$][\w$-]*)\s*:/y
const followedByString = /\s+["{[]/y
const followedByLine = /[ \t]*[\r\n]/y
const followedByEnd = /\s*(?:[,}\]/]|$)/y

/** Whether what follows a string in value position fits its having ended. */
function isClosedHere({ text, at, frames, broken }: Cursor): boolean {
  if (looksAt(text, at, followedByEnd)) return true
  if (broken && looksAt(text, at, followedByLine)) return true
  const inArray = frames.at(-1)?.isArray ?? true
  return inArray ? looksAt(text, at, followedByString) : looksAt(text, at, followedByName)
}

/** A name, its colon and the start of a value: a string that goes on this far was not closed. */
const memberStart = /"[^"\\\n]+"\s*:\s*(?:["{[]|-?\d|true\b|false\b|null\b)/y

/** Whether a quoted name, a colon and the start of a value stand at the cursor. */
export const isMemberStart = ({ text, at }: Cursor): boolean => looksAt(text, at, memberStart)

/**
 * Finds the end of a string whose last quote did not end it: the next quote that can end it, or
 * the place before the next member where its own closing quote is missing.
 */
function reopen(cursor: Cursor, open: number): string {
  const { text } = cursor
  const inObject = cursor.frames.at(-1)?.isArray === false
  cursor.fail('a quote in a string is not escaped, or missing')
  let at = cursor.at - 1
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === chars.backslash) at++
    else if (code === 0x0a || code === 0x0d) break
    else if (code === chars.quote) {
      if (inObject && looksAt(text, at, memberStart)) {
        at = open + 1 + proseLength(text.slice(open + 1, at))
        break
      }
      if (at >= cursor.at && looksAt(text, at + 1, followedByEnd)) {
        at++
        break
      }
    }
  }
  if (at >= text.length) cursor.cut = true
  cursor.at = Math.min(at, text.length)
  return text.slice(open + 1, cursor.at)
}

/** How much of an unclosed string is its own: up to a bracket that closes nothing in it. */
function proseLength(body: string): number {
  let [braces, brackets] = [0, 0]
  for (let at = 0; at < body.length; at++) {
    const code = body.charCodeAt(at)
    if (code === chars.openBrace) braces++
    else if (code === chars.openBracket) brackets++
    else if (code === chars.closeBrace && --braces < 0) return at
    else if (code === chars.closeBracket && --brackets < 0) return at
  }
  const comma = body.lastIndexOf(',')
  return comma >= 0 && body.slice(comma + 1).trim() === '' ? comma : body.length
}
