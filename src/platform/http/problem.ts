import { STATUS_CODES } from 'node:http'

/**
 * Every "no" that the server can answer, with its status. Codes are public and stable: clients
 * match on them. Where the status says it all (`isPlain`), the type is `about:blank`, as RFC 9457
 * section 4.2.1 asks; the others have a type of their own.
 */
export const problemKinds = {
  malformed: { status: 400, isPlain: true },
  unauthenticated: { status: 401, isPlain: true },
  'not-allowed': { status: 403, isPlain: true },
  'cross-origin': { status: 403, isPlain: true },
  'needs-approval': { status: 403, isPlain: false },
  'reason-needed': { status: 403, isPlain: false },
  'reading-stopped': { status: 403, isPlain: false },
  'agreement-needed': { status: 403, isPlain: false },
  'factor-needed': { status: 403, isPlain: false },
  'step-up-needed': { status: 403, isPlain: false },
  'not-found': { status: 404, isPlain: true },
  'wrong-method': { status: 405, isPlain: true },
  'too-slow': { status: 408, isPlain: true },
  conflict: { status: 409, isPlain: false },
  'already-there': { status: 409, isPlain: false },
  'not-in-this-state': { status: 409, isPlain: false },
  excluded: { status: 409, isPlain: false },
  'labels-differ': { status: 409, isPlain: false },
  gone: { status: 410, isPlain: true },
  changed: { status: 412, isPlain: false },
  'too-large': { status: 413, isPlain: true },
  'wrong-type': { status: 415, isPlain: true },
  'wrong-host': { status: 421, isPlain: true },
  invalid: { status: 422, isPlain: false },
  'above-ceiling': { status: 422, isPlain: false },
  'too-many-requests': { status: 429, isPlain: true },
  'headers-too-large': { status: 431, isPlain: true },
  failed: { status: 500, isPlain: true },
  'held-after-restore': { status: 503, isPlain: false },
  saturated: { status: 503, isPlain: true },
  'no-space': { status: 507, isPlain: true },
} as const

export type ProblemCode = keyof typeof problemKinds

/** Which part of a request a violation is in. */
export type Part = 'body' | 'query' | 'path' | 'header'

/** One thing that is wrong with a request. */
export type Violation = {
  readonly in: Part
  /** JSON pointer (RFC 6901) into that part. */
  readonly pointer: string
  readonly detail: string
}

/** An expected "no" on its way to the client. The detail says what to do about it. */
export type Problem = {
  readonly code: ProblemCode
  readonly detail: string
  readonly errors?: readonly Violation[]
  /** Such as `Retry-After` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Further members (RFC 9457 section 3.2), such as the version that is now there. */
  readonly more?: Readonly<Record<string, string | number | boolean | null>>
}

type Rest = Omit<Problem, 'code' | 'detail'>

/**
 * @example
 * return no(problem('changed', 'Ada changed this case at 14:02 UTC; load it again.'))
 */
export const problem = (code: ProblemCode, detail: string, rest: Rest = {}): Problem => ({
  code,
  detail,
  ...rest,
})

/** Says that the caller is not known, never why: expired, revoked and unknown look alike. */
export const unauthenticated = (): Problem =>
  problem('unauthenticated', 'Sign in, or send a valid token.', {
    headers: { 'www-authenticate': 'Bearer' },
  })

export const problemMediaType = 'application/problem+json'

/** The type of a problem as a URI (RFC 9457 section 3.1.1). */
const problemType = (code: ProblemCode): string =>
  problemKinds[code].isPlain ? 'about:blank' : `urn:parley:problem:${code}`

/** The members of a problem as they are sent; `requestId` is what the log has it under. */
export function presentProblem(given: Problem, requestId: string): Record<string, unknown> {
  const { status } = problemKinds[given.code]
  return {
    ...given.more,
    type: problemType(given.code),
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: given.code,
    detail: given.detail,
    ...(given.errors === undefined ? {} : { errors: given.errors }),
    instance: `urn:parley:request:${requestId}`,
  }
}
