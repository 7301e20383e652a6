import { isUtf8 } from 'node:buffer'
import { decodeBase64 } from './base64.ts'
import { downloadNameOf, isTextType, payloadType } from './content-type.ts'
import { judgeFilename, nameFold } from './filename.ts'
import type { AttachmentType, TapAttachment } from './intake.ts'
import { pathTo } from './intake-path.ts'
import type { ViolationCode } from './intake-problem.ts'
import type { SentAttachment, SentDeprecated, SentReport, Way } from './sent-report.ts'
import { type Fault, faultAt, judgeText, type Place } from './text-rule.ts'

const attachmentsMax = 16
const payloadBytesMax = 1024 * 1024
const descriptionBytesMax = 1024

const types: ReadonlySet<string> = new Set<AttachmentType>([
  ...(['patch', 'exploit-proof-of-concept', 'reproducer', 'threat-model', 'other'] as const),
])
const isType = (text: string): text is AttachmentType => types.has(text)

/** What the deprecated payloads are filed as. */
const deprecatedTypes = { exploit: 'exploit-proof-of-concept', raw: 'other' } as const
export const deprecatedFields = ['exploit', 'raw'] as const
export type DeprecatedField = (typeof deprecatedFields)[number]

/** A filed attachment and where it came from. */
export type Filed = { readonly path: string; readonly attachment: TapAttachment }

/**
 * Judges all that is attached and files it: what was sent in its order, then `exploit` and `raw`.
 * The deprecated two count among the 16, and no attachment may be downloaded under their names.
 * Of a list that is over its limit the entries are not looked at.
 */
export function fileAttachments(fault: Fault, report: SentReport, way: Way): readonly Filed[] {
  const { attachments, deprecated } = report
  const old = deprecatedFields.flatMap((field) =>
    fileDeprecated(fault, field, { sent: deprecated[field], way }),
  )
  const present = deprecatedFields.filter((field) => isPresent(deprecated[field])).length
  if (attachments.length + present > attachmentsMax) {
    const reason = `at most ${attachmentsMax} files; exploit and raw count among them`
    fault({ code: 'too_many_items', field: 'attachments', reason })
    return old
  }
  const taken = new Map(
    old.map(({ path, attachment }) => [nameFold(attachment.downloadName), path]),
  )
  const sent = attachments.flatMap((attachment, index) => {
    const path = pathTo('attachments', index)
    return judgeAttachment(fault, { path, attachment, way, taken })
  })
  return [...sent, ...old]
}

/** An empty payload is none. */
const isPresent = ({ payload }: SentDeprecated): boolean =>
  payload !== undefined && ('text' in payload ? payload.text !== '' : payload.bytes.length > 0)

type Judged = {
  readonly path: string
  readonly attachment: SentAttachment
  readonly way: Way
  /** Names that are taken, folded, with the path of what took them; grows. */
  readonly taken: Map<string, string>
}

/** What a header is called in reasons; a JSON report has none. */
const headers = {
  filename: 'Content-Disposition',
  content_type: 'Content-Type',
  description: 'Content-Description',
  type: 'Content-Akrites-Type',
} as const

function judgeAttachment(fault: Fault, { path, attachment, way, taken }: Judged): Filed[] {
  const at = (key: keyof typeof headers): Place => ({
    field: pathTo(path, key),
    header: way === 'multipart' ? headers[key] : undefined,
  })
  const { filename, description, type = 'other' } = attachment
  const hasName = judgeFilename(fault, at('filename'), filename)
  const found = judgePayload(fault, {
    ...{ sent: attachment, way, type: at('content_type'), required: true },
    payload: { field: pathTo(path, 'data') },
  })
  const hasDescription = judgeDescription(fault, at('description'), description)
  const hasType = isType(type)
  if (!hasType) {
    const known = [...types].join(', ')
    fault(faultAt(at('type'), 'invalid_attachment_type', `must be one of ${known}`))
  }
  const { bytes, contentType } = found
  if (!hasName || filename === undefined || contentType === null) return []
  const downloadName = downloadNameOf(filename, contentType)
  const fold = nameFold(downloadName)
  const first = taken.get(fold)
  if (first !== undefined) {
    const reason = 'would be downloaded under the same name as another file of this report'
    fault({ ...faultAt(at('filename'), 'invalid_filename', reason), also_field: first })
    return []
  }
  taken.set(fold, pathTo(path, 'filename'))
  if (!hasType || !hasDescription || bytes === null) return []
  const kept = description === undefined ? {} : { description }
  return [{ path, attachment: { filename, downloadName, contentType, type, ...kept, bytes } }]
}

const steering = /[\p{Cf}\p{Zl}\p{Zp}]/u

/** One line of visible text. */
function judgeDescription(fault: Fault, place: Place, text: string | undefined): boolean {
  if (text === undefined) return true
  const says = 'something'
  const isGood = judgeText(fault, place, { text, bytesMax: descriptionBytesMax, says })
  if (!isGood || !steering.test(text)) return isGood
  const reason = 'must hold no invisible formatting character'
  fault(faultAt(place, 'control_characters', reason))
  return false
}

function fileDeprecated(
  fault: Fault,
  field: DeprecatedField,
  { sent, way }: { readonly sent: SentDeprecated; readonly way: Way },
): Filed[] {
  const { contentType, bytes } = judgePayload(fault, {
    ...{ sent, way, required: false },
    payload: { field },
    type: { field: `${field}_content_type` },
  })
  if (contentType === null || bytes === null) return []
  const downloadName = downloadNameOf(field, contentType)
  const type = deprecatedTypes[field]
  return [{ path: field, attachment: { filename: field, downloadName, contentType, type, bytes } }]
}

type JudgedPayload = {
  readonly sent: SentDeprecated
  readonly way: Way
  /** Where faults of the payload and of its type are. */
  readonly payload: Place
  readonly type: Place
  readonly required: boolean
}

type Payload = { readonly contentType: string | null; readonly bytes: Uint8Array | null }

/** A payload and its type, each of which may be missing or wrong on its own. */
function judgePayload(fault: Fault, judged: JudgedPayload): Payload {
  const { sent, way } = judged
  const refuse = (code: ViolationCode, reason: string): void =>
    fault(faultAt(judged.payload, code, reason))
  const contentType = judgeType(fault, judged)
  const { payload } = sent
  if (payload === undefined || !isPresent(sent)) {
    // Base64 of nothing is a payload that was sent and holds no file.
    const isBase64 = way === 'json' && contentType !== null && !isTextType(contentType)
    if (payload !== undefined && isBase64) refuse('invalid_base64', 'must hold at least one byte')
    else if (judged.required) refuse('missing_field', 'an attachment needs its file')
    else if (sent.contentType !== undefined) refuse('missing_field', 'a type needs its payload')
    return { contentType, bytes: null }
  }
  const size = 'text' in payload ? Buffer.byteLength(payload.text) : payload.bytes.length
  if (size > payloadBytesMax) {
    refuse('field_too_large', `must be at most ${payloadBytesMax} bytes as it is sent`)
    return { contentType, bytes: null }
  }
  if (contentType === null) return { contentType, bytes: null }
  if ('bytes' in payload) {
    const isGood = !isTextType(contentType) || isUtf8(payload.bytes)
    if (!isGood) refuse('invalid_utf8', 'a text must be UTF-8')
    return { contentType, bytes: isGood ? payload.bytes : null }
  }
  return { contentType, bytes: decodeText(payload.text, contentType, refuse) }
}

/** The bytes of a payload that came in a JSON string. */
function decodeText(
  text: string,
  contentType: string,
  refuse: (code: ViolationCode, reason: string) => void,
): Uint8Array | null {
  if (isTextType(contentType)) {
    if (text.isWellFormed()) return Buffer.from(text, 'utf8')
    refuse('invalid_utf8', 'a text must be Unicode: this holds half a surrogate pair')
    return null
  }
  const bytes = decodeBase64(text)
  if (bytes === null) refuse('invalid_base64', 'must be standard base64 with padding')
  else if (bytes.length === 0) refuse('invalid_base64', 'must hold at least one byte')
  return bytes === null || bytes.length === 0 ? null : bytes
}

function judgeType(fault: Fault, { sent, way, type, required }: JudgedPayload): string | null {
  const { contentType } = sent
  if (contentType === undefined) {
    if (required || isPresent(sent)) {
      fault(faultAt(type, 'missing_field', 'a payload needs its content type'))
    }
    return null
  }
  const found = payloadType(contentType, way === 'multipart')
  if (found === null) {
    const place = { text: contentType, bytesMax: Number.POSITIVE_INFINITY }
    const reason = 'is none of the content types that are taken, or has parameters'
    if (judgeText(fault, type, place)) fault(faultAt(type, 'invalid_content_type', reason))
  }
  return found
}
