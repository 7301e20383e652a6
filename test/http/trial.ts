import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { systemClock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { open, optional, signedInAs } from '#platform/http/access.ts'
import { jsonAnswer } from '#platform/http/answer.ts'
import { problem } from '#platform/http/problem.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type HttpServer, listen, type ServerOptions } from '#platform/http/server.ts'
import { openLog } from '#platform/log/log.ts'

export type Visitor = { readonly id: string }

/** What a trial server saw: lines of its log, bytes of bodies and runs of its routes. */
export type Seen = { readonly lines: string[]; bodyBytes: number; runs: number }

export type Trial = {
  readonly http: HttpServer<Visitor>
  readonly url: string
  readonly seen: Seen
}

const base = { tag: 'trial', summary: 'Try something' }
const signedIn = signedInAs<Visitor>()

const loadNote = route({
  ...base,
  method: 'GET',
  path: '/v1/notes/{id}',
  name: 'loadNote',
  access: optional<Visitor>(),
  params: z.strictObject({ id: z.string().max(100) }),
  query: z.strictObject({
    limit: z.int().min(1).max(100).default(20),
    isOpen: z.boolean().optional(),
    tag: z.array(z.string()).default([]),
  }),
  output: z.strictObject({
    id: z.string(),
    query: z.looseObject({}),
    who: z.string().nullable(),
  }),
  problems: [],
  run: async ({ params, query, principal }) =>
    yes({ id: params.id, query, who: principal?.id ?? null }),
})

const addNote = (seen: Seen): Route<Visitor> =>
  route({
    ...base,
    method: 'POST',
    path: '/v1/notes',
    name: 'addNote',
    access: signedIn,
    input: z.strictObject({
      title: z.string().min(1).max(200),
      rank: z.int().optional(),
      tags: z.array(z.strictObject({ 'a/b': z.string() })).optional(),
      free: z.record(z.string(), z.json()).optional(),
    }),
    output: z.strictObject({ title: z.string(), by: z.string() }),
    status: 201,
    limits: { bytesMax: 4_096, idleMs: 300, wholeMs: 700 },
    problems: ['conflict'],
    run: async ({ body, principal }) => {
      seen.runs++
      if (body.title === 'twice')
        return no(problem('conflict', 'It is there.', { more: { at: 7 } }))
      if (body.title === 'bug') throw new Error('the secret is parley_abcdefgh12345678')
      const more = body.title === 'leak' ? { note: 'confidential' } : {}
      return yes({ title: body.title, by: principal.id, ...more })
    },
  })

const dropNote = route({
  ...base,
  method: 'DELETE',
  path: '/v1/notes/{id}',
  name: 'dropNote',
  access: signedIn,
  params: z.strictObject({ id: z.string().max(100) }),
  problems: [],
  run: async () => yes(undefined),
})

const signIn = route({
  ...base,
  method: 'POST',
  path: '/v1/sign-in',
  name: 'signIn',
  access: open,
  input: z.strictObject({ code: z.string() }),
  problems: [],
  run: async () => yes(undefined),
})

const slow = (seen: Seen): Route<Visitor> =>
  route({
    ...base,
    method: 'GET',
    path: '/v1/slow',
    name: 'slow',
    access: open,
    output: z.strictObject({ isDone: z.boolean() }),
    problems: [],
    run: async ({ signal }) => {
      seen.runs++
      await pause(400, null, { signal }).catch(() => {
        seen.runs += 100
      })
      return yes({ isDone: true })
    },
  })

const sendRaw = (seen: Seen): Route<Visitor> =>
  rawRoute({
    ...base,
    method: 'POST',
    path: '/v1/raw',
    name: 'sendRaw',
    access: signedIn,
    takes: ['application/octet-stream'],
    limits: { bytesMax: 200_000, idleMs: 300, wholeMs: 5_000 },
    answers: [{ status: 202, description: 'Taken.' }],
    problems: ['wrong-type'],
    before: async ({ rawHeaders }) =>
      rawHeaders['content-type'] === 'application/octet-stream'
        ? yes('ticket')
        : no(problem('wrong-type', 'Send octets.')),
    run: async ({ body, ticket }) => {
      for await (const chunk of body) seen.bodyBytes += chunk.length
      return jsonAnswer(202, { sizeBytes: body.sizeBytes, ticket })
    },
  })

/** A route of each sort, that does little but say what it was given. */
const routesOf = (seen: Seen): readonly Route<Visitor>[] => [
  loadNote,
  addNote(seen),
  dropNote,
  signIn,
  slow(seen),
  sendRaw(seen),
]

/** A server on any free port, known by `Bearer good` or the cookie `session=good`. */
export async function openTrial(
  options: Partial<ServerOptions<Visitor>> = {},
  further: readonly Route<Visitor>[] = [],
): Promise<Trial> {
  const seen: Seen = { lines: [], bodyBytes: 0, runs: 0 }
  const http = await listen<Visitor>({
    host: '127.0.0.1',
    port: 0,
    routes: [...routesOf(seen), ...further],
    authenticate: async ({ headers, cookies }) => {
      if (headers.authorization === 'Bearer good') return { principal: { id: 'v1' }, by: 'token' }
      const isKnown = cookies.get('session') === 'good' || cookies.get('__Host-session') === 'good'
      return isKnown ? { principal: { id: 'v2' }, by: 'cookie' } : null
    },
    log: openLog({ level: 'debug', clock: systemClock, write: (line) => seen.lines.push(line) }),
    clock: systemClock,
    principalId: ({ id }) => id,
    connectionLimits: { headersMs: 600, lingerMs: 300, stallMs: 500 },
    ...options,
  })
  if (!http.ok) throw new Error(http.refusal.why)
  return { http: http.value, url: http.value.url, seen }
}

/** Waits until something is so, for at most five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 5_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`still not so: ${isSo}`)
    await pause(5)
  }
}

/** The lines of a request, with what every one needs. */
export const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n')

/** A request that changes something, with a JSON body and a good token. */
export function post(path: string, body: string, headers: readonly string[] = []): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  const all = ['Authorization: Bearer good', 'Content-Type: application/json', length, ...headers]
  return request(`POST ${path}`, all, body)
}
