import { chars, closingQuote, outlineOf } from './outline.ts'

type Span = { readonly start: number; readonly end: number }

/** Answers the exact source text of the value at a JSON pointer, as `spansOf` finds it. */
export function slicesOf(text: string, start: number): (pointer: string) => string | null {
  const spanAt = spansOf(text, start)
  return (pointer) => {
    const span = spanAt(pointer)
    return span ? text.slice(span.start, span.end) : null
  }
}

/**
 * Answers where the value at a JSON pointer (RFC 6901) stands in the document that starts at
 * `start`, or null where there is none. Each container is looked through once, when it
 * is first asked for, so that asking for every element of an array costs one pass over it.
 */
export function spansOf(text: string, start: number): (pointer: string) => Span | null {
  const known = new Map<string, ReadonlyMap<string, Span>>()
  const inside = (pointer: string, at: number): ReadonlyMap<string, Span> => {
    const found = known.get(pointer) ?? childrenAt(text, at)
    known.set(pointer, found)
    return found
  }
  return (pointer) => {
    let span: Span | undefined = { start, end: valueEnd(text, start) ?? text.length }
    let base = ''
    for (const step of pointer.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      span = inside(base, span.start).get(name)
      if (!span) return null
      base += `/${step}`
    }
    return span
  }
}

/** The values directly inside the container at `open`, by name or index. */
function childrenAt(text: string, open: number): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>()
  const isArray = text.charCodeAt(open) === chars.openBracket
  if (!isArray && text.charCodeAt(open) !== chars.openBrace) return found
  let at = afterSpaces(text, open + 1)
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === chars.closeBrace || code === chars.closeBracket) break
    if (code === chars.comma) {
      at = afterSpaces(text, at + 1)
      continue
    }
    const name = isArray ? { is: String(found.size), end: at } : nameAt(text, at)
    if (name === null) break
    const start = name.end
    const end = valueEnd(text, start)
    if (end === null || end === start) break
    found.set(name.is, { start, end })
    at = afterSpaces(text, end)
  }
  return found
}

/** The member name at `at`, and the offset of its value. */
function nameAt(text: string, at: number): { is: string; end: number } | null {
  if (text.charCodeAt(at) !== chars.quote) return null
  const close = closingQuote(text, at)
  const colon = afterSpaces(text, close + 1)
  if (close < 0 || text.charCodeAt(colon) !== chars.colon) return null
  return { is: unquote(text.slice(at, close + 1)), end: afterSpaces(text, colon + 1) }
}

function unquote(quoted: string): string {
  try {
    const found: unknown = JSON.parse(quoted)
    if (typeof found === 'string') return found
  } catch {
    // A name that is not quite JSON is taken as it stands.
  }
  return quoted.slice(1, -1)
}

const word = /[^\s,:{}[\]"]+/y
const spaces = /\s*/y

function valueEnd(text: string, at: number): number | null {
  const code = text.charCodeAt(at)
  if (code === chars.quote) {
    const close = closingQuote(text, at)
    return close < 0 ? null : close + 1
  }
  if (code === chars.openBrace || code === chars.openBracket) {
    return outlineOf(text, at, Number.POSITIVE_INFINITY).end
  }
  word.lastIndex = at
  return word.test(text) ? word.lastIndex : null
}

function afterSpaces(text: string, at: number): number {
  spaces.lastIndex = at
  spaces.test(text)
  return spaces.lastIndex
}
