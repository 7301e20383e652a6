/** One violation of a request, by JSON pointer (RFC 9457 section 3). */
export type Violation = { readonly pointer: string; readonly detail: string }

/** An expected "no" of the server, or that it could not be reached (status 0). */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors: readonly Violation[]
  /** Every member, such as the version that a conflict found. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(status: number, members: Readonly<Record<string, unknown>>) {
    const detail = textOf(members['detail']) ?? textOf(members['title']) ?? `Status ${status}`
    super(detail)
    this.name = 'ProblemError'
    this.status = status
    this.code = textOf(members['code']) ?? ''
    this.detail = detail
    this.errors = violationsOf(members['errors'])
    this.members = members
  }
}

export const isProblem = (error: unknown, status?: number): error is ProblemError =>
  error instanceof ProblemError && (status === undefined || error.status === status)

/** What to tell a person about any error. */
export function saysOf(error: unknown): string {
  if (error instanceof ProblemError) return error.detail
  return 'Something in this page failed. Nothing was changed; load the page again.'
}

export const unreachable = (): ProblemError =>
  new ProblemError(0, {
    code: 'unreachable',
    detail: 'The server does not answer. Nothing was changed. Check that it runs, then try again.',
  })

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function violationsOf(value: unknown): Violation[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return []
    const pointer = 'pointer' in item ? textOf(item.pointer) : undefined
    const detail = 'detail' in item ? textOf(item.detail) : undefined
    return detail === undefined ? [] : [{ pointer: pointer ?? '', detail }]
  })
}
