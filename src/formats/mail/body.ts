import { isHtml, textOfHtml } from '#formats/text/html.ts'
import { pattern } from '#formats/text/pattern.ts'
import { attachedMessage, isAttached } from './attachments.ts'
import { decodeCharset } from './encoded.ts'
import { bytesOf, type Entity } from './mime.ts'

const raw = String.raw

/** What a message says: its text, and whether some of it is encrypted and cannot be read. */
export type MessageText = { readonly text: string; readonly encrypted: boolean }

/** Nested attached messages are read this deep. */
const depthMax = 4

/** The text of a message, in the form that its sender wrote it as far as there is a choice. */
export function textOfMessage(entity: Entity, depth = 0): MessageText {
  const texts = textsOf(entity, depth)
  const joined = texts.map(({ text }) => text).filter((text) => text.trim() !== '')
  const armoured = withoutArmour(joined.join('\n\n'))
  return {
    text: armoured.text,
    encrypted: armoured.encrypted || texts.some(({ encrypted }) => encrypted),
  }
}

function textsOf(entity: Entity, depth: number): MessageText[] {
  if (entity.type === 'multipart/encrypted') return [{ text: '', encrypted: true }]
  if (entity.type === 'multipart/alternative') return bestOf(entity.children, depth)
  if (entity.children.length > 0) return entity.children.flatMap((child) => textsOf(child, depth))
  if (entity.type === 'message/rfc822' && depth < depthMax) {
    const inner = attachedMessage(entity)
    const head = forwardHead(inner)
    const { text, encrypted } = textOfMessage(inner, depth + 1)
    return [{ text: `${head}${text}`, encrypted }]
  }
  if (isAttached(entity) || !entity.type.startsWith('text/')) return []
  return [{ text: plainTextOf(entity), encrypted: false }]
}

/** What a mail program writes above a message that it forwards inline. */
function forwardHead(inner: Entity): string {
  const lines = ['From', 'Date', 'Subject'].flatMap((name) => {
    const value = inner.headers.find((header) => header.name === name.toLowerCase())?.value
    return value === undefined ? [] : [`${name}: ${value}`]
  })
  return `---------- Forwarded message ---------\n${lines.join('\n')}\n\n`
}

/** Of alternatives the plain one, unless it says little beside the other. */
function bestOf(children: readonly Entity[], depth: number): MessageText[] {
  const texts = children.map((child) => ({ child, texts: textsOf(child, depth) }))
  const plain = texts.find(({ child }) => child.type === 'text/plain')
  const rich = texts.findLast(
    ({ child }) => child.type !== 'text/plain' && child.type !== 'text/calendar',
  )
  const lengthOf = (found: typeof plain): number =>
    found?.texts.reduce((sum, { text }) => sum + text.trim().length, 0) ?? 0
  const isPoor = lengthOf(plain) * 4 < lengthOf(rich) && lengthOf(plain) < 200
  return (plain && !isPoor ? plain : (rich ?? plain))?.texts ?? []
}

/** A text part decoded; HTML becomes Markdown, flowed lines are joined. */
function plainTextOf(part: Entity): string {
  const raw = rawTextOf(part)
  if (part.type === 'text/html' || (part.type !== 'text/plain' && isHtml(raw)))
    return textOfHtml(raw)
  if (part.parameters.get('format')?.toLowerCase() !== 'flowed') return raw
  return unflow(raw, part.parameters.get('delsp')?.toLowerCase() === 'yes')
}

/** The characters of a part. Bodies that were not encoded were read as text with the file. */
export function rawTextOf(part: Entity): string {
  const charset = part.parameters.get('charset')
  // The Japanese and Chinese charsets of seven bits came through as ASCII with escapes.
  const isShifted = /^(?:iso-2022-|hz-)/i.test(charset ?? '')
  const isEncoded = part.encoding === 'base64' || part.encoding === 'quoted-printable'
  const text = isEncoded || isShifted ? decodeCharset(bytesOf(part), charset) : part.body
  return text.replace(/\r\n?/g, '\n')
}

/** Joins soft line breaks (RFC 3676): a line that ends in a blank goes on in the next. */
function unflow(text: string, deletesSpace: boolean): string {
  const out: string[] = []
  let open = false
  let depth = ''
  for (const line of text.split('\n')) {
    const quote = /^>*/.exec(line)?.[0] ?? ''
    const content = line.slice(quote.length).replace(/^ /, '')
    const last = out.length - 1
    if (open && quote === depth && content !== '-- ') out[last] = `${out[last]}${content}`
    else out.push(quote === '' ? content : `${quote} ${content}`)
    open = content.endsWith(' ') && content !== '-- '
    depth = quote
    const at = out.length - 1
    if (open && deletesSpace) out[at] = (out[at] ?? '').slice(0, -1)
  }
  return out.join('\n')
}

const signed = /^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,40}: .{0,200}\n){0,6}\n?/m
const signature = /^-----BEGIN PGP SIGNATURE-----$/m
const message = /^-----BEGIN PGP MESSAGE-----$/m

/** Takes the armour of a clear-signed text off (RFC 9580, section 7); says when it is encrypted. */
function withoutArmour(text: string): MessageText {
  const encrypted = message.test(text)
  const start = signed.exec(text)
  if (!start) return { text, encrypted }
  const body = text.slice(start.index + start[0].length)
  const end = signature.exec(body)
  const inside = end ? body.slice(0, end.index) : body
  const behind = end
    ? body.slice(end.index).replace(pattern(raw`^[\s\S]*?-----END PGP SIGNATURE-----\n?`), '')
    : ''
  const plain = inside.replace(/^- (?=-|From )/gm, '')
  return { text: `${text.slice(0, start.index)}${plain}${behind}`, encrypted }
}
