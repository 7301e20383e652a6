import type { Proof } from '#formats/finding/finding.ts'
import { isArray, isObject, type Reader } from '#formats/json/reader.ts'

/** What is attached to a report, and what it is to the finding. */
export type Payload = { readonly is: 'proof' | 'patch' | 'prose' | 'other'; readonly proof: Proof }

/** The attachments of a report, then the deprecated `exploit` and `raw`, as they are filed. */
export function payloadsOf(report: Reader): Payload[] {
  const attached = isArray(report.raw('attachments'))
    ? report.objects('attachments').flatMap(attachmentOf)
    : alone(report)
  return [...attached, ...deprecated(report, 'exploit'), ...deprecated(report, 'raw')]
}

/** One attachment without its list, or none. */
const alone = (report: Reader): Payload[] =>
  isObject(report.raw('attachments')) ? attachmentOf(report.object('attachments')) : []

function attachmentOf(attachment: Reader): Payload[] {
  const data = attachment.text('data')
  const type = attachment.text('content_type') ?? typeOf(attachment.text('filename') ?? '')
  if (data === undefined) {
    attachment.problem({ code: 'missing-field', why: 'an attachment without data', key: 'data' })
    return []
  }
  const text = textOf(data, type)
  if (text === null) {
    const why = 'its data are not base64, as its content type demands'
    attachment.problem({ code: 'bad-value', why, key: 'data', lost: true })
  }
  const role = attachment.text('type') ?? 'other'
  const proof = proofOf(text ?? { text: data }, languageOf(type, attachment.text('filename')))
  return [{ is: meaningOf(role, type), proof }]
}

const proofOf = (decoded: Decoded, language: string | undefined): Proof => {
  const spoken = decoded.isBinary ? 'base64' : language
  return { text: decoded.text, ...(spoken !== undefined && { language: spoken }) }
}

function deprecated(report: Reader, key: 'exploit' | 'raw'): Payload[] {
  const data = report.text(key)
  if (data === undefined) return []
  const type = report.text(`${key}_content_type`) ?? 'text/plain'
  const decoded = textOf(data, type)
  if (decoded === null) {
    const why = 'not base64, as its content type demands'
    report.problem({ code: 'bad-value', why, key, lost: true })
  }
  const proof = proofOf(decoded ?? { text: data }, languageOf(type, undefined))
  const isProse = key === 'raw' && decoded?.isBinary !== true && isText(type)
  return [{ is: key === 'exploit' ? 'proof' : isProse ? 'prose' : 'other', proof }]
}

function meaningOf(role: string, type: string): Payload['is'] {
  if (role === 'patch') return 'patch'
  if (role === 'reproducer' || role === 'exploit-proof-of-concept') return 'proof'
  return isText(type) && bare(type) !== 'application/json' ? 'prose' : 'other'
}

const bare = (type: string): string => (type.split(';')[0] ?? '').trim().toLowerCase()
const isText = (type: string): boolean =>
  bare(type).startsWith('text/') || bare(type) === 'application/json'

const typesByEnding: Readonly<Record<string, string>> = {
  ...{ txt: 'text/plain', md: 'text/markdown', json: 'application/json' },
}

/** Where the content type is missing, the name says whether text or base64 is meant. */
function typeOf(filename: string): string {
  const ending = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()
  return typesByEnding[ending] ?? 'text/plain'
}

type Decoded = { readonly text: string; readonly isBinary?: boolean }

/** The text of a payload: base64 for every type but text and JSON; null where it is none. */
function textOf(data: string, type: string): Decoded | null {
  if (isText(type)) return { text: data }
  const body = data.replace(/\s+/g, '')
  if (body === '' || body.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) return null
  try {
    const bytes = Buffer.from(body, 'base64')
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { text: body, isBinary: true }
  }
}

const languages: Readonly<Record<string, string>> = {
  ...{ py: 'python', js: 'javascript', ts: 'typescript', sh: 'bash', c: 'c', cc: 'cpp' },
  ...{ cpp: 'cpp', go: 'go', rs: 'rust', java: 'java', rb: 'ruby', php: 'php', pl: 'perl' },
  ...{ html: 'html', xml: 'xml', diff: 'diff', patch: 'diff', http: 'http', sql: 'sql' },
}

function languageOf(type: string, filename: string | undefined): string | undefined {
  if (bare(type) === 'application/json') return 'json'
  if (bare(type) === 'text/markdown') return 'markdown'
  const ending = filename?.slice(filename.lastIndexOf('.') + 1).toLowerCase() ?? ''
  return Object.hasOwn(languages, ending) ? languages[ending] : undefined
}
