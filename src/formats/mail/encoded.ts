import { TextDecoder } from 'node:util'
import { pattern } from '#formats/text/pattern.ts'

const raw = String.raw

/**
 * Decodes bytes in a charset that a mail names; unknown names and undecodable bytes give the text
 * that UTF-8 or Windows-1252 makes of them, since many mails name no charset or a wrong one.
 */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const label = (charset ?? '')
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '')
  const named = label === '' || label === 'us-ascii' || label === 'ascii' ? null : decoderOf(label)
  if (named) return named.decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

const decoders = new Map<string, TextDecoder | null>()

/** Names of charsets come from the mail, so no more than a handful are remembered. */
const decodersMax = 64

function decoderOf(label: string): TextDecoder | null {
  const known = decoders.get(label)
  if (known !== undefined) return known
  let decoder: TextDecoder | null = null
  try {
    decoder = new TextDecoder(label.slice(0, 40))
  } catch {
    // A charset that nobody knows is read as if none were named.
  }
  if (decoders.size < decodersMax) decoders.set(label, decoder)
  return decoder
}

const encodedWord = /=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([BbQq])\?([^?\s]{0,2000})\?=/g

/** RFC 2047: `=?utf-8?B?...?=` in header fields; blanks between two encoded words are dropped. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  const joined = value.replace(/(\?=)[ \t]+(?==\?)/g, '$1')
  let previous: { charset: string; encoding: string } | null = null
  let pending: Uint8Array[] = []
  let out = ''
  let at = 0
  const flush = (): void => {
    if (previous) out += decodeCharset(Buffer.concat(pending), previous.charset)
    pending = []
    previous = null
  }
  for (const match of joined.matchAll(encodedWord)) {
    const [whole, charset = '', encoding = '', text = ''] = match
    if (match.index > at) {
      flush()
      out += joined.slice(at, match.index)
    }
    // A character may be cut between two words of one charset, so their bytes are joined first.
    if (previous !== null && !sameCharset(previous, charset)) flush()
    previous = { charset, encoding }
    pending.push(encoding.toUpperCase() === 'B' ? fromBase64(text) : fromQ(text))
    at = match.index + whole.length
  }
  flush()
  return out + joined.slice(at)
}

const sameCharset = (previous: { readonly charset: string }, charset: string): boolean =>
  previous.charset.toLowerCase() === charset.toLowerCase()

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64')

const fromQ = (text: string): Uint8Array => fromQuotedPrintable(text.replaceAll('_', ' '))

/** Bytes of quoted-printable text (RFC 2045, 6.7); an escape that is none stays as it is. */
function fromQuotedPrintable(text: string): Uint8Array {
  const joined = text.includes('=') ? text.replace(/=[ \t]{0,40}(?:\r\n|\n|\r|$)/g, '') : text
  if (!joined.includes('=')) return Buffer.from(joined, 'utf8')
  const pieces: Uint8Array[] = []
  let at = 0
  for (const match of joined.matchAll(/(?:=[0-9A-Fa-f]{2})+/g)) {
    if (match.index > at) pieces.push(Buffer.from(joined.slice(at, match.index), 'utf8'))
    pieces.push(Buffer.from(match[0].replaceAll('=', ''), 'hex'))
    at = match.index + match[0].length
  }
  pieces.push(Buffer.from(joined.slice(at), 'utf8'))
  return Buffer.concat(pieces)
}

/** The bytes of a body under its transfer encoding; what names no known encoding is plain. */
export function transferDecoded(body: string, encoding: string): Uint8Array {
  switch (encoding) {
    case 'base64':
      return Buffer.from(body.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64')
    case 'quoted-printable':
      return fromQuotedPrintable(body)
    default:
      return Buffer.from(body, 'utf8')
  }
}

/** Parameters of a structured field: `text/plain; charset=utf-8; name*=utf-8''a%20b`. */
export type Parameters = {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

const parameter = new RegExp(
  pattern(
    raw`;\s{0,20}([\w!#$%&'*+.^~-]{1,60})\s{0,4}=\s{0,4}(?:"((?:[^"\\]|\\.){0,2000})"|`,
    raw`([^;\s"]{0,2000}))`,
  ).source,
  'g',
)

/** RFC 2045 section 5.1 with the continuations and charsets of RFC 2231. */
export function parametersOf(field: string): Parameters {
  const end = field.indexOf(';')
  const value = (end < 0 ? field : field.slice(0, end)).trim().toLowerCase()
  const parameters = new Map<string, string>()
  const pieces = new Map<string, string[]>()
  for (const match of field.slice(0, 20_000).matchAll(parameter)) {
    const text = (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1')
    const [name = '', index] = (match[1] ?? '').toLowerCase().split('*')
    const isExtended = match[1]?.endsWith('*') === true
    if (match[1]?.includes('*') !== true) parameters.set(name, decodeWords(text))
    else {
      const list = pieces.get(name) ?? []
      list[Math.min(Number(index) || 0, 50)] = isExtended ? text : encodeURIComponent(text)
      pieces.set(name, list)
    }
  }
  for (const [name, list] of pieces) parameters.set(name, extended(list.join('')))
  return { value, parameters }
}

/** `utf-8'en'a%20b`: charset, language, then bytes as percent escapes. */
function extended(text: string): string {
  const match = /^([\w-]{0,40})'[\w-]{0,20}'(.*)$/s.exec(text)
  const bytes = Buffer.from(
    (match?.[2] ?? text)
      .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
      .replaceAll('=', '%3D')
      .replaceAll('%', '='),
    'utf8',
  ).toString('utf8')
  return decodeCharset(fromQuotedPrintable(bytes), match?.[1])
}
