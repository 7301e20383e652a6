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

/** Reads a string in value position, where an unescaped quote inside can be told by what follows. */
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
    }
  }
  return { end: -1, odd, isOpen: false }
}

const knownEscape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
/** A line that starts with a quote or a closing bracket does not go on with a text. */
const endOfOpenString = /[\r\n]+[ \t]*["}\]]/y

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

/** Reads on from a quote that did not end its string, up to one that can have. */
function reopen(cursor: Cursor, open: number): string {
  const { text } = cursor
  cursor.fail('a quote in a string is not escaped')
  for (; cursor.at < text.length; cursor.at++) {
    const code = text.charCodeAt(cursor.at)
    if (code === chars.backslash) cursor.at++
    else if (code === 0x0a || code === 0x0d) break
    else if (code === chars.quote && looksAt(text, cursor.at + 1, followedByEnd)) {
      cursor.at++
      break
    }
  }
  if (cursor.at >= text.length) {
    cursor.at = text.length
    cursor.cut = true
  }
  return text.slice(open + 1, cursor.at)
}
