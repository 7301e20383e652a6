import type { Arrival } from './arrival.ts'
import { type Problem, problem } from './problem.ts'

/** A parsed `Content-Type` (RFC 9110 section 8.3); names in lower case. */
export type MediaType = {
  readonly essence: string
  readonly parameters: ReadonlyMap<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const essenceForm = new RegExp(`^(${token}/${token})[ \\t]*(?=;|$)`)
const parameterForm = new RegExp(
  `[ \\t]*;[ \\t]*(?:(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*`,
  'y',
)

/** Null where the header is absent, garbled, or says a parameter twice. */
export function mediaTypeOf(header: string | undefined): MediaType | null {
  const start = essenceForm.exec(header ?? '')
  if (header === undefined || start?.[1] === undefined) return null
  const parameters = new Map<string, string>()
  parameterForm.lastIndex = start[0].length
  while (parameterForm.lastIndex < header.length) {
    const found = parameterForm.exec(header)
    if (found === null) return null
    const [, name, plain, quoted] = found
    if (name === undefined) continue
    if (parameters.has(name.toLowerCase())) return null
    parameters.set(name.toLowerCase(), plain ?? (quoted ?? '').replace(/\\(.)/g, '$1'))
  }
  return { essence: start[1].toLowerCase(), parameters }
}

/** Whether a type is JSON in UTF-8; the charset may be said, no other parameter. */
export function isJson({ essence, parameters }: MediaType): boolean {
  const isEssence = essence === 'application/json' || /^application\/[\w.-]+\+json$/.test(essence)
  const charset = parameters.get('charset')?.toLowerCase()
  return isEssence && (charset === undefined || charset === 'utf-8')
}

/** Refuses a body of another type, of none, or in a coding. An absent body is refused as such. */
export function wrongType(
  { headers, carriesBody }: Arrival<unknown>,
  takes: (type: MediaType) => boolean,
): Problem | null {
  if (!carriesBody) return problem('malformed', 'A body is needed.')
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding !== 'identity') {
    return problem('wrong-type', 'Bodies are taken without a content coding.', {
      headers: { 'accept-encoding': 'identity' },
    })
  }
  const type = mediaTypeOf(headers['content-type'])
  if (type !== null && takes(type)) return null
  return problem('wrong-type', 'A body of this Content-Type is not taken here.')
}
