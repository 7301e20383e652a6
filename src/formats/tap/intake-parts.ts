import { no, type Result, yes } from '#kernel/result.ts'
import { payloadType } from './content-type.ts'
import { type IntakeProblem, plainProblem, validationProblem } from './intake-problem.ts'
import { type BodyPart, splitMultipart } from './multipart.ts'
import { parseDisposition } from './part-disposition.ts'
import type { SentAttachment, SentDeprecated } from './sent-report.ts'

/** What the parts of a multipart report hold; the report itself still as bytes. */
export type SentParts = {
  readonly report: Uint8Array
  readonly attachments: readonly SentAttachment[]
  readonly deprecated: { readonly exploit: SentDeprecated; readonly raw: SentDeprecated }
}

/** Takes a multipart report apart by the rules of the contract; whatever breaks one is a 400. */
export function readParts(body: Uint8Array, boundary: string): Result<SentParts, IntakeProblem> {
  const refuse = (why: string) => no(plainProblem(400, `The multipart body is malformed: ${why}.`))
  const split = splitMultipart(body, boundary)
  if (!split.ok && split.refusal.is === 'too-many') {
    const reason = split.refusal.why
    return no(validationProblem([{ code: 'too_many_items', field: 'attachments', reason }]))
  }
  if (!split.ok) return refuse(split.refusal.why)
  const attachments: SentAttachment[] = []
  const single = new Map<string, NamedPart>()
  for (const [index, part] of split.value.entries()) {
    const found = readNamedPart(part)
    if (!found.ok) return refuse(`part ${index + 1}: ${found.refusal}`)
    const { name } = found.value
    if (name === 'attachment') attachments.push(attachmentOf(found.value))
    else if (single.has(name)) return refuse(`there is more than one part ${name}`)
    else single.set(name, found.value)
  }
  const report = single.get('report')
  if (report === undefined) return refuse('there is no part report')
  if (payloadType(report.contentType ?? '', true) !== 'application/json') {
    return refuse('the part report must have Content-Type application/json')
  }
  const deprecated = {
    exploit: deprecatedOf(single.get('exploit')),
    raw: deprecatedOf(single.get('raw')),
  }
  return yes({ report: report.content, attachments, deprecated })
}

type NamedPart = Omit<SentAttachment, 'payload'> & {
  readonly name: 'report' | 'attachment' | 'exploit' | 'raw'
  readonly content: Uint8Array
}

const names: readonly NamedPart['name'][] = ['report', 'attachment', 'exploit', 'raw']

/** The headers of a part that the contract knows; it refuses any other that says `Content-`. */
const known = {
  'content-disposition': 'Content-Disposition',
  'content-type': 'Content-Type',
  'content-transfer-encoding': 'Content-Transfer-Encoding',
  'content-description': 'Content-Description',
  'content-akrites-type': 'Content-Akrites-Type',
} as const
const ofAttachments = ['content-description', 'content-akrites-type'] as const
const encodings: ReadonlySet<string> = new Set(['binary', '8bit', '7bit'])

function readNamedPart({ headers, content }: BodyPart): Result<NamedPart, string> {
  const found = new Map<string, string>()
  for (const [name, value] of headers) {
    if (!name.startsWith('content-') || name === 'content-length') continue
    if (!isKnown(name)) return no('it has a Content- header that is not taken')
    if (found.has(name)) return no(`it has more than one ${known[name]}`)
    found.set(name, value)
  }
  const encoding = found.get('content-transfer-encoding')
  if (encoding !== undefined && !encodings.has(encoding.toLowerCase())) {
    return no('its Content-Transfer-Encoding must be binary, 8bit or 7bit')
  }
  const disposition = parseDisposition(found.get('content-disposition') ?? '')
  if (!disposition.ok) return disposition
  const name = names.find((each) => each === disposition.value.name)
  if (name === undefined) return no(`its name must be one of ${names.join(', ')}`)
  const stray = name === 'attachment' ? undefined : ofAttachments.find((each) => found.has(each))
  if (stray !== undefined) return no(`${known[stray]} is for attachments only`)
  return yes({
    name,
    content,
    filename: orAbsent(disposition.value.filename),
    contentType: orAbsent(found.get('content-type')),
    description: orAbsent(found.get('content-description')),
    type: orAbsent(found.get('content-akrites-type')),
  })
}

const isKnown = (name: string): name is keyof typeof known => Object.hasOwn(known, name)

/** An empty value is none, as it is in JSON. */
const orAbsent = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

function attachmentOf({ name: _, content, ...metadata }: NamedPart): SentAttachment {
  return { ...metadata, payload: { bytes: content } }
}

/** An empty part counts as absent, and its content type with it. */
function deprecatedOf(part: NamedPart | undefined): SentDeprecated {
  if (part === undefined || part.content.length === 0) return {}
  return { contentType: part.contentType, payload: { bytes: part.content } }
}
