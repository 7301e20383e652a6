import { no, type Result, yes } from '#kernel/result.ts'

/** One part of a multipart body: its headers as they stand, its content to the byte. */
export type BodyPart = {
  /** Names in lower case, values without the white space around them. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly content: Uint8Array
}

/** More parts than this are not read: a report has at most 19. */
export const partsMax = 32
const headerBytesMax = 16 * 1024
const headersMax = 32

const [lf, cr, dash, space, tab] = [0x0a, 0x0d, 0x2d, 0x20, 0x09]

/** Why a body is not taken apart; `too-many` where it is merely too much. */
export type MultipartFault = { readonly is: 'malformed' | 'too-many'; readonly why: string }

/**
 * Takes a `multipart/mixed` body apart (RFC 2046 section 5.1), in time linear in it. What stands
 * before the first and behind the last boundary is ignored, as the RFC asks. Lines end with CRLF
 * only. A line that begins like a boundary and is none to the letter, be it that it goes on, be it
 * that a bare LF stands before it, is refused: readers of multipart differ over such lines, so
 * what one of them checked is not what another one stores.
 */
export function splitMultipart(
  body: Uint8Array,
  boundary: string,
): Result<readonly BodyPart[], MultipartFault> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const parts: BodyPart[] = []
  let line = firstDelimiter(bytes, boundary)
  for (;;) {
    if (!line.ok) return line
    const { next, isLast } = line.value
    if (isLast) return parts.length > 0 ? yes(parts) : malformed('there is no part')
    if (parts.length === partsMax) {
      return no({ is: 'too-many', why: `there are more than ${partsMax} parts` })
    }
    line = delimiterFrom(bytes, boundary, next - 1)
    if (!line.ok) return line
    const content = bytes.subarray(next, Math.max(next, line.value.start))
    const part = readPart(content)
    if (!part.ok) return malformed(`part ${parts.length + 1}: ${part.refusal}`)
    parts.push(part.value)
  }
}

const malformed = (why: string) => no<MultipartFault>({ is: 'malformed', why })

/** A line with the boundary. */
type Delimiter = {
  /** Where the line break before it starts, which belongs to it. */
  readonly start: number
  /** Where the line after it starts. */
  readonly next: number
  /** It closes the last part. */
  readonly isLast: boolean
}

function firstDelimiter(bytes: Buffer, boundary: string): Result<Delimiter, MultipartFault> {
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  return bytes.subarray(0, mark.length).equals(mark)
    ? delimiterAt(bytes, 0, mark.length)
    : delimiterFrom(bytes, boundary, 0)
}

/** The next line that begins with the boundary, from the line break at `from`. */
function delimiterFrom(
  bytes: Buffer,
  boundary: string,
  from: number,
): Result<Delimiter, MultipartFault> {
  const mark = Buffer.from(`\n--${boundary}`, 'latin1')
  const at = bytes.indexOf(mark, from)
  if (at < 0) return malformed('the closing boundary is missing')
  if (at === 0 || bytes[at - 1] !== cr) {
    return malformed('a bare line feed stands before a boundary; lines end with CRLF')
  }
  return delimiterAt(bytes, at - 1, at + mark.length)
}

/** Reads what follows the boundary on its line; `end` is behind the boundary. */
function delimiterAt(bytes: Buffer, start: number, end: number): Result<Delimiter, MultipartFault> {
  const isLast = bytes[end] === dash && bytes[end + 1] === dash
  let at = isLast ? end + 2 : end
  while (bytes[at] === space || bytes[at] === tab) at++
  if (isLast && at === bytes.length) return yes({ start, next: at, isLast })
  if (bytes[at] === cr && bytes[at + 1] === lf) return yes({ start, next: at + 2, isLast })
  return malformed('a line begins with the boundary and goes on')
}

/** The headers of a part, then its content behind an empty line. */
function readPart(bytes: Buffer): Result<BodyPart, string> {
  if (bytes[0] === cr && bytes[1] === lf) return yes({ headers: [], content: bytes.subarray(2) })
  const end = bytes.subarray(0, headerBytesMax).indexOf('\r\n\r\n')
  if (end < 0) {
    return bytes.length < headerBytesMax
      ? no('no empty line follows its headers')
      : no(`its headers are longer than ${headerBytesMax} bytes`)
  }
  const headers = readHeaders(bytes.subarray(0, end))
  return headers.ok ? yes({ headers: headers.value, content: bytes.subarray(end + 4) }) : headers
}

const headerForm = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n]*)$/

function readHeaders(bytes: Buffer): Result<BodyPart['headers'], string> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return no('its headers are not UTF-8')
  }
  const lines = text.split('\r\n')
  if (lines.length > headersMax) return no(`it has more than ${headersMax} headers`)
  const headers: [string, string][] = []
  for (const line of lines) {
    const [, name, value] = headerForm.exec(line) ?? []
    if (name === undefined || value === undefined) return no('one of its headers is garbled')
    headers.push([name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')])
  }
  return yes(headers)
}
