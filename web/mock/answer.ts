import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a route of the mock answers: JSON, a file, or nothing (204). */
export type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly file?: { readonly name: string; readonly type: string; readonly text: string }
  readonly headers?: Readonly<Record<string, string>>
}

export type Ask = {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Parsed JSON, or undefined where the body is none. */
  readonly body: unknown
  readonly bodyBytes: Uint8Array
}

export type MockRoute = {
  readonly method: string
  /** `/v1/cases/:id`. */
  readonly path: string
  readonly run: (ask: Ask) => Answer | Promise<Answer>
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const accepted = (body: unknown): Answer => ({ status: 202, body })
export const nothing: Answer = { status: 204 }

export const refusal = (status: number, code: string, detail: string, more = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail, ...more },
  headers: { 'content-type': 'application/problem+json' },
})

export const notThere = (): Answer => refusal(404, 'not-found', 'There is no such thing here.')

export function write(response: ServerResponse, answer: Answer): void {
  const { status, body, file, headers } = answer
  response.statusCode = status
  response.setHeader('cache-control', 'no-store')
  if (file) {
    response.setHeader('content-type', file.type)
    response.setHeader('content-disposition', `attachment; filename="${file.name}"`)
    response.end(file.text)
    return
  }
  if (body !== undefined) response.setHeader('content-type', 'application/json')
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

export async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of request) if (part instanceof Uint8Array) parts.push(part)
  return Buffer.concat(parts)
}

export function jsonOf(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** The parameters of a path that fits a pattern, or null. */
export function fit(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(text)
    else if (part !== text) return null
  }
  return params
}
