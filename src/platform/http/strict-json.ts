import { no, type Result, yes } from '#kernel/result.ts'

/** Why a text is not taken as JSON, and where in it. */
export type JsonRefusal = {
  readonly why: string
  /** JSON pointer to the value; absent where the text is no JSON at all. */
  readonly pointer?: string
}

/** Nesting deeper than this is an attack on whoever walks the value. */
const depthMax = 64

const open = { brace: 0x7b, bracket: 0x5b } as const
const close = { brace: 0x7d, bracket: 0x5d } as const
const quote = 0x22
const comma = 0x2c
const backslash = 0x5c

/**
 * Exactly one JSON document in UTF-8 (RFC 8259) that every reader understands alike (I-JSON,
 * RFC 7493): no key twice, no half surrogate, no NUL, which PostgreSQL cannot store, no
 * `__proto__`, and nesting of at most 64.
 */
export function parseJson(bytes: Uint8Array): Result<unknown, JsonRefusal> {
  const text = decoded(bytes)
  if (text === null) return no({ why: 'is not UTF-8' })
  const fault = faultOf(text)
  if (fault !== null) return no(fault)
  try {
    const value: unknown = JSON.parse(text)
    const badText = text.includes('\\u') ? badTextIn(value, '') : null
    return badText === null ? yes(value) : no(badText)
  } catch {
    return no({ why: text.trim() === '' ? 'is empty' : 'is not JSON' })
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** An object or array that is open. */
type Frame = {
  /** The keys that were seen; null in an array. */
  readonly keys: Set<string> | null
  /** The next string is a key: nothing but a brace or a comma stands before it. */
  isAtKey: boolean
  key: string
  index: number
}

/**
 * Walks the tokens of a text once for what `JSON.parse` would let pass. It does not judge the
 * grammar: `JSON.parse` does that afterwards, and what is no JSON may be read wrongly here.
 */
function faultOf(text: string): JsonRefusal | null {
  const frames: Frame[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const frame = frames.at(-1)
    if (code === open.brace || code === open.bracket) {
      if (frames.length >= depthMax) return { why: `is nested more than ${depthMax} deep` }
      const isObject = code === open.brace
      frames.push({ keys: isObject ? new Set() : null, isAtKey: isObject, key: '', index: 0 })
    } else if (code === close.brace || code === close.bracket) frames.pop()
    else if (code === comma && frame) {
      frame.index++
      frame.isAtKey = frame.keys !== null
    } else if (code === quote) {
      const end = stringEnd(text, at)
      const fault = frame?.isAtKey ? keyFault(frames, text.slice(at, end + 1)) : null
      if (fault !== null) return fault
      at = end
    }
  }
  return null
}

/** The offset of the quote that ends the string beginning at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return text.length
}

/** Notes a key; refuses one that its object has already. */
function keyFault(frames: readonly Frame[], string: string): JsonRefusal | null {
  const frame = frames.at(-1)
  const key = plainKey(string)
  if (!frame?.keys || key === null) return null
  frame.isAtKey = false
  frame.key = key
  if (key === '__proto__') return { why: 'is a name that is not taken', pointer: pointerOf(frames) }
  if (frame.keys.has(key)) return { why: 'is there twice', pointer: pointerOf(frames) }
  frame.keys.add(key)
  return null
}

function plainKey(string: string): string | null {
  if (!string.includes('\\')) return string.slice(1, -1)
  try {
    const key: unknown = JSON.parse(string)
    return typeof key === 'string' ? key : null
  } catch {
    return null
  }
}

const pointerOf = (frames: readonly Frame[]): string =>
  frames.reduce((base, { keys, key, index }) => pointerTo(base, keys ? key : index), '')

/** One step further in a JSON pointer (RFC 6901 section 3). */
export const pointerTo = (base: string, step: string | number): string =>
  `${base}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`

function badTextIn(value: unknown, pointer: string): JsonRefusal | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return { why: 'holds a NUL character', pointer }
    return value.isWellFormed() ? null : { why: 'holds half a surrogate pair', pointer }
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, member] of Object.entries(value)) {
    const inside = pointerTo(pointer, key)
    const fault = badTextIn(key, inside) ?? badTextIn(member, inside)
    if (fault !== null) return fault
  }
  return null
}
