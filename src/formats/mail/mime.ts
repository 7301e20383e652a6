import { parametersOf, transferDecoded } from './encoded.ts'

/** One header field: name in lower case, value unfolded, encoded words untouched. */
export type Header = { readonly name: string; readonly value: string }

/** One part of a message, or the message itself. */
export type Entity = {
  readonly headers: readonly Header[]
  /** E.g. `text/plain`. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly disposition: string
  /** The name that the sender gave to the part, if any. */
  readonly fileName?: string
  readonly encoding: string
  /** The body as it stands, undecoded; empty for multiparts. */
  readonly body: string
  readonly children: readonly Entity[]
}

/** What a mail may not exceed; beyond it the rest is kept as plain text of the innermost part. */
const depthMax = 12
const partsMax = 500
const headersMax = 1000
const headerCharsMax = 262_144

/** The value of the first field of that name. */
export const headerOf = (entity: Entity, name: string): string | undefined =>
  entity.headers.find((header) => header.name === name)?.value

/** Counts parts across a whole message, so that nesting cannot multiply them. */
type Budget = { left: number }

/** Reads a message by RFC 5322 and RFC 2045-2046; total: anything is at least a body. */
export function parseEntity(text: string): Entity {
  return entityOf(text, 0, { left: partsMax })
}

function entityOf(text: string, depth: number, budget: Budget): Entity {
  const { headers, body } = splitHeaders(text)
  const find = (name: string): string | undefined =>
    headers.find((header) => header.name === name)?.value
  const { value, parameters } = parametersOf(find('content-type') ?? '')
  const disposition = parametersOf(find('content-disposition') ?? '')
  const type = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(value) ? value : 'text/plain'
  const fileName = disposition.parameters.get('filename') ?? parameters.get('name')
  const shared = {
    headers,
    type,
    parameters,
    disposition: disposition.value,
    encoding: (find('content-transfer-encoding') ?? '').trim().toLowerCase(),
    ...(fileName ? { fileName: plainName(fileName) } : {}),
  }
  const boundary = type.startsWith('multipart/') ? parameters.get('boundary') : undefined
  if (boundary === undefined || boundary === '' || depth >= depthMax) {
    return { ...shared, body, children: [] }
  }
  const parts = splitParts(body, boundary, budget)
  if (parts.length === 0) return { ...shared, type: 'text/plain', body, children: [] }
  const children = parts.map((part) => entityOf(part, depth + 1, budget))
  return { ...shared, body: '', children }
}

/** A file name without folders and control characters: it comes from a stranger. */
const plainName = (name: string): string =>
  name
    .replace(/^.*[\\/]/s, '')
    .replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .slice(0, 200)

/** Cuts the header block from the body at the first empty line. */
function splitHeaders(text: string): { headers: Header[]; body: string } {
  const headers: Header[] = []
  let at = 0
  let name = ''
  let value: string[] = []
  const push = (): void => {
    if (name !== '') headers.push({ name, value: value.join(' ').trim() })
  }
  while (at < text.length && at < headerCharsMax && headers.length < headersMax) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(at, end).replace(/\r$/, '')
    const field = /^([!-9;-~]{1,80})[ \t]*:(.*)$/s.exec(line)
    if (line === '') {
      at = end + 1
      break
    }
    if (/^[ \t]/.test(line) && name !== '') value.push(line.trim())
    else if (field?.[1]) {
      push()
      name = field[1].toLowerCase()
      value = [(field[2] ?? '').trim()]
    } else if (!(at === 0 && line.startsWith('From ')) && !isFollowedByField(text, end)) break
    at = end + 1
  }
  push()
  return { headers, body: text.slice(Math.min(at, text.length)) }
}

/** A line that is no field, between fields, is a fault of some mail program and not the body. */
const isFollowedByField = (text: string, end: number): boolean =>
  /^\n(?:[A-Za-z][\w-]{1,40}:[ \t]|[ \t]+\S)/.test(text.slice(end, end + 60))

/** The parts between the lines of a boundary, in one pass; a missing end is forgiven. */
function splitParts(body: string, boundary: string, budget: Budget): string[] {
  const mark = `--${boundary.slice(0, 200)}`
  const parts: string[] = []
  let start = -1
  let at = body.startsWith(mark) ? 0 : body.indexOf(`\n${mark}`) + 1
  if (at === 0 && !body.startsWith(mark)) return []
  while (at >= 0) {
    const lineEnd = body.indexOf('\n', at)
    const line = body.slice(at, lineEnd < 0 ? body.length : lineEnd).replace(/[ \t\r]+$/, '')
    const isEnd = line === `${mark}--`
    if (line === mark || isEnd) {
      if (start >= 0 && budget.left > 0) {
        budget.left--
        parts.push(body.slice(start, Math.max(start, at - 1)).replace(/\r$/, ''))
      }
      start = lineEnd < 0 || isEnd ? -1 : lineEnd + 1
      if (isEnd || budget.left <= 0) break
    }
    const next = body.indexOf(`\n${mark}`, at)
    at = next < 0 ? -1 : next + 1
  }
  if (start >= 0 && budget.left > 0) parts.push(body.slice(start))
  return parts
}

/** Every part that has a body of its own, in order; attached messages count as parts. */
export function* leavesOf(entity: Entity): Generator<Entity> {
  if (entity.children.length === 0) yield entity
  for (const child of entity.children) yield* leavesOf(child)
}

/** The decoded bytes of a part. */
export const bytesOf = (entity: Entity): Uint8Array => transferDecoded(entity.body, entity.encoding)
