import { problemOf, unreachable } from './problem.ts'

type Query = { readonly [name: string]: string | number | undefined }

export type Request = {
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: Blob
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** The server takes changes from a cookie only with this header, which no other site can set. */
export const changeHeaders = { 'x-requested-by': 'parley' } as const

/** The path with its query; empty and missing values are left out, names are in one order. */
export function addressOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const name of Object.keys(query).sort()) {
    const value = query[name]
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  const search = params.toString()
  return search === '' ? path : `${path}?${search}`
}

/** Makes one request with the session of this browser; throws ProblemError on any "no". */
export async function send(method: string, path: string, request: Request = {}): Promise<Response> {
  const { query, body, raw, headers, signal } = request
  const isChange = method !== 'GET'
  const hasJson = body !== undefined && raw === undefined
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: {
      ...{ accept: 'application/json' },
      ...(isChange ? changeHeaders : {}),
      ...(hasJson ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(raw ? { body: raw } : hasJson ? { body: JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
  }
  const response = await fetch(addressOf(path, query), init).catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable()
  })
  if (!response.ok) throw await problemOf(response)
  return response
}

/** The JSON that the server's contract promises at this path. */
export async function sendJson<T>(method: string, path: string, request?: Request): Promise<T> {
  const response = await send(method, path, request)
  return response.json()
}
