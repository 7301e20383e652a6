// Written by tools/api-client.ts from the table of routes: change the routes instead.

export type ProblemWire = {
  readonly type: string
  readonly title: string
  readonly status: number
  /** Stable; what programs match on */
  readonly code: string
  readonly detail: string
  readonly instance?: string
  readonly errors?: readonly ViolationWire[]
}

export type ViolationWire = {
  readonly in: "body" | "query" | "path" | "header"
  /** JSON pointer (RFC 6901) */
  readonly pointer: string
  readonly detail: string
}

export type AcceptedWire = {
  readonly receipt: string
  readonly message: string
}

export type SubmissionWire = {
  readonly receipt: string
  readonly status: "queued" | "processing" | "done"
  readonly at: string
  readonly outcome?: "waiting" | "new" | "duplicate" | "aside"
  readonly case?: {
    readonly id: string
    readonly title: string
    readonly status: string
    readonly verdict: string
    readonly severity: string
    readonly evidence: string
    readonly firstReportedAt: string
    readonly isFirst: boolean
  }
  readonly next?: string
}

export type SessionWire = {
  readonly person: {
    readonly id: string
    readonly name: string
  }
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly role: "coordinator" | "finder"
  readonly expiresAt: string
  readonly instance: {
    readonly name: string
    readonly version: string
    readonly isEmpty: boolean
  }
}

export type TokenWire = {
  readonly id: string
  readonly name: string
  readonly organisation: {
    readonly id: string
    readonly name: string
  }
  readonly owner: string
  readonly role: "coordinator" | "finder"
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

export type TokenMadeWire = {
  readonly token: string
  readonly about: TokenWire
}

export type JobListWire = {
  readonly items: readonly JobWire[]
  readonly queues: ReadonlyArray<{
    readonly name: string
    readonly about: string
    readonly waiting: number
    readonly running: number
    readonly failed: number
  }>
  readonly workers: number
}

export type JobWire = {
  readonly id: string
  readonly queue: string
  readonly ref: string
  readonly state: "waiting" | "retry" | "running" | "done" | "failed" | "cancelled"
  readonly attempts: number
  readonly why: string | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

export type HappenedWire = {
  readonly ref: string
}

export type HealthWire = {
  readonly status: "alive"
}

export type ReadinessWire = {
  readonly isReady: boolean
  readonly checks: ReadonlyArray<{
    readonly name: string
    readonly isReady: boolean
    readonly why?: string
  }>
}

/** Where the service is and who asks. */
export type Target = {
  /** Such as `https://parley.example.org`; empty for the host that a page is from. */
  readonly base: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** What was answered; the network failing is thrown. */
export type Answered<T> =
  | { readonly ok: true; readonly value: T; readonly headers: Headers }
  | { readonly ok: false; readonly problem: ProblemWire; readonly headers: Headers }

type Value = string | number | boolean | readonly (string | number)[] | null | undefined

type Ask = {
  readonly params?: { readonly [name: string]: Value }
  readonly query?: { readonly [name: string]: Value }
  readonly headers?: { readonly [name: string]: Value }
  readonly signal?: AbortSignal
}

type Sent = Ask & { readonly body?: RequestInit['body']; readonly type?: string }

function addressOf({ base }: Target, path: string, { params = {}, query = {} }: Ask): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one))
    }
  }
  const textOf = (name: string): string => encodeURIComponent(String(params[name]))
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => textOf(name))
  return `${base}${filled}${search.size > 0 ? `?${search}` : ''}`
}

async function send(to: Target, [method, path]: readonly [string, string], ask: Sent) {
  const headers = new Headers({ 'x-requested-by': 'parley' })
  if (to.token !== undefined) headers.set('authorization', `Bearer ${to.token}`)
  if (ask.type !== undefined) headers.set('content-type', ask.type)
  for (const [name, value] of Object.entries(ask.headers ?? {})) {
    if (value !== undefined && value !== null) headers.set(name, String(value))
  }
  const half = ask.body instanceof ReadableStream ? { duplex: 'half' } : {}
  return (to.fetch ?? fetch)(addressOf(to, path, ask), {
    method,
    headers,
    credentials: 'same-origin',
    ...(ask.body === undefined ? {} : { body: ask.body, ...half }),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  })
}

async function problemIn(response: Response): Promise<ProblemWire> {
  const { status } = response
  const text = await response.text()
  if (response.headers.get('content-type')?.includes('problem+json')) return JSON.parse(text)
  const detail = `The answer was ${status} and not from the service itself.`
  return { type: 'about:blank', title: 'Error', status, code: 'failed', detail }
}

async function answered<T>(
  response: Response,
  take: (response: Response) => Promise<T>,
): Promise<Answered<T>> {
  const { headers } = response
  if (!response.ok) return { ok: false, problem: await problemIn(response), headers }
  return { ok: true, value: await take(response), headers }
}

async function json<T>(to: Target, how: readonly [string, string], ask: Sent) {
  const response = await send(to, how, ask)
  return answered<T>(response, async () => {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  })
}

const text = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), (response) => response.text())

const file = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), async (response) => response)

const encoded = ({ body, ...ask }: Ask & { readonly body: unknown }): Sent => ({
  ...ask,
  body: JSON.stringify(body),
  type: 'application/json',
})

/** Hand in one report (TAP contract), with a token. */
export const submitReport = (
  to: Target,
  ask: {
    readonly body: RequestInit['body']
    readonly type: 'application/json' | 'multipart/mixed' | (string & {})
    readonly signal?: AbortSignal
  },
): Promise<Answered<AcceptedWire>> => json<AcceptedWire>(to, ['POST', '/v1/reports'], ask)

/** What became of a report; more of it for those who handed it in. */
export const submission = (
  to: Target,
  ask: {
    readonly params: { readonly receipt: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SubmissionWire>> => json<SubmissionWire>(to, ['GET', '/v1/submissions/{receipt}'], ask)

/** Open a session with a one-time link. */
export const signIn = (
  to: Target,
  ask: {
    readonly body: {
      readonly link: string
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['POST', '/v1/session'], encoded(ask))

/** Who is signed in. */
export const session = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<SessionWire>> => json<SessionWire>(to, ['GET', '/v1/session'], ask)

/** End the session. */
export const signOut = (
  to: Target,
  ask: {
    readonly headers?: { readonly cookie?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/session'], ask)

/** The API tokens, newest first. */
export const tokens = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: readonly TokenWire[]
}>> => json<{
  readonly items: readonly TokenWire[]
}>(to, ['GET', '/v1/tokens'], ask)

/** Make an API token; the answer is the only place where it is shown. */
export const makeToken = (
  to: Target,
  ask: {
    readonly body: {
      readonly name: string
      readonly organisation: string
      readonly role: "coordinator" | "finder"
      readonly days: number
    }
    readonly signal?: AbortSignal
  },
): Promise<Answered<TokenMadeWire>> => json<TokenMadeWire>(to, ['POST', '/v1/tokens'], encoded(ask))

/** Revoke an API token, at once and for good. */
export const revokeToken = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['DELETE', '/v1/tokens/{id}'], ask)

/** Who can be given a case. */
export const people = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<{
  readonly items: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}>> => json<{
  readonly items: ReadonlyArray<{
    readonly id: string
    readonly name: string
  }>
}>(to, ['GET', '/v1/people'], ask)

/** Background work: what waits, runs and failed, and why. */
export const jobs = (
  to: Target,
  ask: {
    readonly query?: { readonly state?: "waiting" | "retry" | "running" | "done" | "failed" | "cancelled"; readonly queue?: string }
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<JobListWire>> => json<JobListWire>(to, ['GET', '/v1/jobs'], ask)

/** Try a failed job again. */
export const retryJob = (
  to: Target,
  ask: {
    readonly params: { readonly id: string }
    readonly body: Record<string, never>
    readonly signal?: AbortSignal
  },
): Promise<Answered<undefined>> => json<undefined>(to, ['POST', '/v1/jobs/{id}/retry'], encoded(ask))

export type EventsEvent = HappenedWire

/** What changes, as it changes: a topic and an id each: the address for an EventSource. */
export const eventsAddress = (to: Target, ask: {
    readonly signal?: AbortSignal
  } = {}): string => addressOf(to, '/v1/events', ask)

/** Whether the process lives. */
export const health = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<HealthWire>> => json<HealthWire>(to, ['GET', '/healthz'], ask)

/** Whether requests can be answered, and if not why. */
export const readiness = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<ReadinessWire>> => json<ReadinessWire>(to, ['GET', '/readyz'], ask)

/** Figures for Prometheus. */
export const metrics = (
  to: Target,
  ask: {
    readonly signal?: AbortSignal
  } = {},
): Promise<Answered<string>> => text(to, ['GET', '/metrics'], ask)
