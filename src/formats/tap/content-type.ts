import { no, type Result, yes } from '#kernel/result.ts'
import { type IntakeProblem, plainProblem } from './intake-problem.ts'

/** A media type with its parameters in the order they stand (RFC 9110 section 8.3.1). */
export type MediaType = {
  /** Type and subtype in lower case. */
  readonly essence: string
  /** Names in lower case; null where what follows the essence is garbled. */
  readonly parameters: readonly (readonly [name: string, value: string])[] | null
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const essenceForm = new RegExp(`^[ \\t]*(${token}/${token})[ \\t]*(?=;|$)`)
const parameterForm = new RegExp(
  `;[ \\t]*(?:(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*`,
  'y',
)

/** Null where not even the essence can be read. */
function parseMediaType(text: string): MediaType | null {
  const start = essenceForm.exec(text)
  const essence = start?.[1]?.toLowerCase()
  if (start === null || essence === undefined) return null
  const parameters: [string, string][] = []
  parameterForm.lastIndex = start[0].length
  while (parameterForm.lastIndex < text.length) {
    const found = parameterForm.exec(text)
    if (found === null) return { essence, parameters: null }
    const [, name, plain, quoted] = found
    if (name === undefined) continue
    const value = plain ?? (quoted ?? '').replace(/\\(.)/g, '$1')
    parameters.push([name.toLowerCase(), value])
  }
  return { essence, parameters }
}

/** In which form a report comes. */
export type BodyForm =
  | { readonly way: 'json' }
  | { readonly way: 'multipart'; readonly boundary: string }

/** RFC 2046 section 5.1.1: 1 to 70 characters, the last of them no space. */
const boundaryForm = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/

/**
 * Judges the `Content-Type` of a request, which needs nothing of its body. Another type than the
 * two of the contract is a 415, a parameter that is missing, garbled, twice or unknown is a 400:
 * a parameter that we do not know could change how the body has to be read.
 */
export function judgeContentType(header: string | null): Result<BodyForm, IntakeProblem> {
  const refuse = (status: 400 | 415, detail: string) => no(plainProblem(status, detail))
  const type = header === null ? null : parseMediaType(header)
  if (type === null || !['application/json', 'multipart/mixed'].includes(type.essence)) {
    return refuse(415, 'A report is application/json or multipart/mixed.')
  }
  if (type.parameters === null) return refuse(400, 'The parameters of Content-Type are garbled.')
  const parameters = new Map(type.parameters)
  if (parameters.size < type.parameters.length) {
    return refuse(400, 'A parameter of Content-Type stands there twice.')
  }
  const boundary = parameters.get('boundary')
  const isJson = type.essence === 'application/json'
  for (const [name, value] of parameters) {
    const isKnown = name === 'charset' ? value.toLowerCase() === 'utf-8' : name === 'boundary'
    if (!isKnown || (isJson && name === 'boundary')) {
      return refuse(400, 'Content-Type takes charset=utf-8, and boundary for multipart, only.')
    }
  }
  if (isJson) return yes({ way: 'json' })
  if (boundary === undefined || !boundaryForm.test(boundary)) {
    return refuse(400, 'multipart/mixed needs a boundary of 1 to 70 characters (RFC 2046).')
  }
  return yes({ way: 'multipart', boundary })
}

/** The types of payloads, each with the extension that a download gets. */
const payloadTypes: ReadonlyMap<string, string> = new Map([
  ['text/plain', '.txt'],
  ['text/markdown', '.md'],
  ['application/json', '.json'],
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/gzip', '.tar.gz'],
  ['application/x-bzip2', '.tar.bz2'],
  ['application/octet-stream', '.bin'],
])

/** Whether payloads of a type are text: UTF-8 everywhere, and not base64 in JSON. */
export const isTextType = (contentType: string): boolean =>
  contentType.startsWith('text/') || contentType === 'application/json'

/**
 * The canonical content type of a payload, or null where it is none of those that are taken.
 * Parameters are refused, but for `charset=utf-8` on a part that is text.
 */
export function payloadType(text: string, isPart: boolean): string | null {
  const type = parseMediaType(text)
  if (type === null || !payloadTypes.has(type.essence)) return null
  const isBare = text.toLowerCase() === type.essence
  if (isBare) return type.essence
  const [first, ...others] = type.parameters ?? []
  const isUtf8 = first?.[0] === 'charset' && first[1].toLowerCase() === 'utf-8'
  const mayHave = isPart && isTextType(type.essence) && others.length === 0 && isUtf8
  return mayHave ? type.essence : null
}

/**
 * The name under which a file is downloaded: with the extension of its type appended, unless it
 * ends in it already, in whatever case.
 */
export function downloadNameOf(filename: string, contentType: string): string {
  const extension = payloadTypes.get(contentType) ?? ''
  return filename.toLowerCase().endsWith(extension) ? filename : `${filename}${extension}`
}
