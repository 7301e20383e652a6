/**
 * What the Akrites intake answers instead of a receipt: RFC 9457 problem documents with the types
 * and codes of the TAP contract (Akrites SIRT, TAP API specification, section Errors). No text of
 * a report is repeated in one, so that neither an address nor an exploit can leak through it.
 */

/** Served as `application/problem+json`, member by member as it stands. */
export type IntakeProblem = {
  readonly status: 400 | 401 | 403 | 413 | 415
  readonly type: 'about:blank' | typeof malformedJsonType | typeof validationType
  readonly title: string
  readonly detail: string
  /** Of the validation type only: every violation, though one may mask others. */
  readonly errors?: readonly Violation[]
}

const malformedJsonType = 'tag:akrites.dev,2026-07:problem/malformed-json'
const validationType = 'tag:akrites.dev,2026-07:problem/validation'

/** Public and stable: clients switch on them. */
export type ViolationCode =
  | 'missing_field'
  | 'field_too_large'
  | 'too_many_items'
  | 'invalid_utf8'
  | 'control_characters'
  | 'degenerate_value'
  | 'unknown_ecosystem'
  | 'invalid_purl'
  | 'purl_ecosystem_mismatch'
  | 'invalid_reference'
  | 'invalid_commit'
  | 'invalid_upstream_id'
  | 'invalid_symbol_line'
  | 'invalid_notify'
  | 'invalid_email'
  | 'invalid_repo_url'
  | 'invalid_content_type'
  | 'field_not_allowed'
  | 'structure_too_deep'
  | 'invalid_filename'
  | 'invalid_attachment_type'
  | 'invalid_base64'

/** One thing that is wrong with a report, as it goes over the wire. */
export type Violation = {
  readonly code: ViolationCode
  /** Path within the report: `software`, `affected_symbol.file`, `versions[0]`. */
  readonly field: string
  readonly reason: string
  /** The second field of a violation between two. */
  readonly also_field?: string
}

/** Something that was taken and should be sent otherwise. */
export type IntakeWarning = {
  readonly code: 'deprecated_field'
  readonly field: string
  readonly reason: string
}

const sizeCodes: ReadonlySet<ViolationCode> = new Set<ViolationCode>([
  ...(['field_too_large', 'too_many_items', 'structure_too_deep'] as const),
])

/** One size among the violations makes the whole answer a 413. */
export function validationProblem(errors: readonly Violation[]): IntakeProblem {
  const status = errors.some(({ code }) => sizeCodes.has(code)) ? 413 : 400
  const detail = `${errors.length} ${errors.length === 1 ? 'violation' : 'violations'}; see errors`
  return { status, type: validationType, title: 'Report failed validation', detail, errors }
}

/** The body, or the part `report`, is not exactly one JSON report. */
export const malformedJson = (detail: string): IntakeProblem => ({
  status: 400,
  type: malformedJsonType,
  title: 'Malformed JSON',
  detail,
})

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
} as const

/** A problem whose status says all there is to act on (RFC 9457 section 4.2.1). */
export const plainProblem = (status: IntakeProblem['status'], detail: string): IntakeProblem => ({
  status,
  type: 'about:blank',
  title: titles[status],
  detail,
})

/** Missing, unknown, expired, revoked, of a disabled member: all get these very bytes. */
export const tokenNotRecognised: IntakeProblem = plainProblem(
  401,
  'The submission token is not recognised.',
)

/** What a request body may hold: metadata, escapes, headers and boundaries included. */
export const bodyBytesMax = 3 * 1024 * 1024

export const bodyTooLarge: IntakeProblem = plainProblem(
  413,
  `The request body is larger than ${bodyBytesMax} bytes.`,
)
