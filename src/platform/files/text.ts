import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { linesIn } from './bytes.ts'
import { type ByteProblem, Unreadable } from './input.ts'

/** A document's text and what was odd about its bytes. */
export type Decoded = { readonly text: string; readonly problems: readonly ByteProblem[] }

/**
 * Reads bytes as text: UTF-8 with or without byte order mark, UTF-16 with one, or what an XML
 * declaration names. Bytes that are no UTF-8 become U+FFFD and a problem that says where.
 */
export function decodeText(bytes: Buffer): Decoded {
  const { text, problems } = decodeBytes(bytes)
  const nul = text.indexOf('\0')
  if (nul < 0) return { text, problems }
  const line = text.slice(0, nul).split('\n').length
  const count = text.split('\0').length - 1
  const why = `holds ${count} NUL ${count === 1 ? 'character' : 'characters'}, the first here`
  return { text, problems: [...problems, { code: 'encoding', why, line, lost: false }] }
}

function decodeBytes(bytes: Buffer): Decoded {
  const [a, b, c, d] = bytes
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) throw utf32()
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) throw utf32()
  if (a === 0xff && b === 0xfe) return decodeWide(bytes.subarray(2))
  if (a === 0xfe && b === 0xff) return decodeWide(swapped(bytes.subarray(2)))
  const rest = a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes
  if (isUtf8(rest)) return { text: rest.toString('utf8'), problems: [] }
  const declared = declaredEncoding(rest)
  if (declared) return { text: declared.decode(rest), problems: [] }
  return { text: rest.toString('utf8'), problems: [invalidUtf8(rest, bytes.length - rest.length)] }
}

const utf32 = (): Unreadable =>
  new Unreadable({
    code: 'malformed',
    why: 'is UTF-32, which is not read',
    hint: 'convert it to UTF-8, for example with: iconv -f UTF-32 -t UTF-8',
  })

/** UTF-16 in little-endian order, without its byte order mark. */
function decodeWide(bytes: Buffer): Decoded {
  const text = bytes.toString('utf16le')
  const odd = bytes.length % 2 === 1
  const problems: ByteProblem[] = []
  if (odd) {
    const why = 'ends with half a UTF-16 character, which is left out'
    problems.push({ code: 'encoding', why, line: text.split('\n').length, lost: true })
  }
  if (text.isWellFormed()) return { text, problems }
  const line = text.slice(0, firstLoneSurrogate(text)).split('\n').length
  const why = 'holds half a UTF-16 pair, read as U+FFFD'
  problems.push({ code: 'encoding', why, line, lost: false })
  return { text: text.toWellFormed(), problems }
}

const firstLoneSurrogate = (text: string): number => text.search(/\p{Surrogate}/u)

const swapped = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16()

/** The encodings other than Unicode that XML reports of older scanners declare. */
const xmlEncodings =
  /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["'](iso-8859-\d{1,2}|windows-125\d)["']/i

function declaredEncoding(bytes: Buffer): TextDecoder | null {
  const label = xmlEncodings.exec(bytes.subarray(0, 300).toString('latin1'))?.[1]
  if (!label) return null
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}

/** Counts the bytes that are no UTF-8 and names the first of them by offset, value and line. */
function invalidUtf8(bytes: Buffer, offset: number): ByteProblem {
  let count = 0
  let first = -1
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length > 0) at += length
    else {
      if (first < 0) first = at
      count++
      at++
    }
  }
  const value = (bytes[first] ?? 0).toString(16).padStart(2, '0')
  const which = count === 1 ? 'one byte that is' : `${count} bytes that are`
  return {
    code: 'encoding',
    why:
      `has ${which} not UTF-8, first 0x${value} at byte offset ${first + offset}; ` +
      'read as U+FFFD',
    line: linesIn(bytes, first) + 1,
    hint: 'if the file is in another encoding, convert it to UTF-8 first',
    lost: false,
  }
}

/** The length of the well-formed UTF-8 sequence at `at` (Unicode 16, table 3-7), or 0. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const second = bytes[at + 1] ?? 0
  if (first < 0xe0) return isTail(second) ? 2 : 0
  const isThird = isTail(bytes[at + 2] ?? 0)
  if (first < 0xf0) {
    const low = first === 0xe0 ? 0xa0 : 0x80
    const high = first === 0xed ? 0x9f : 0xbf
    return second >= low && second <= high && isThird ? 3 : 0
  }
  const low = first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xf4 ? 0x8f : 0xbf
  const isFourth = isTail(bytes[at + 3] ?? 0)
  return second >= low && second <= high && isThird && isFourth ? 4 : 0
}

const isTail = (byte: number): boolean => byte >= 0x80 && byte <= 0xbf
