import { no, type Result, yes } from '#kernel/result.ts'
import { judgeContentType } from './content-type.ts'
import { type IntakeProblem, plainProblem, tokenNotRecognised } from './intake-problem.ts'

/** Headers of a request to `POST /v1/reports`; null where there was none. */
export type IntakeHeaders = {
  readonly contentType: string | null
  readonly authorization: string | null
  /** `TAP-SUBMISSION-TOKEN`, the legacy header. */
  readonly tapToken: string | null
  readonly origin: string | null
  readonly secFetchSite: string | null
  /** The name under which the client knows this server: `Host`, or what is public of it. */
  readonly host: string | null
}

export type Admission = {
  /** What the client shows; whether it is valid is not known yet. */
  readonly token: string
  /**
   * What to answer once the token has proven good: the content type is judged last, so that a
   * stranger learns from it nothing that a token failure would not have told.
   */
  readonly thenRefuse: IntakeProblem | null
}

/**
 * Decides on the headers alone, before anything of the body is read. In this order: a page of
 * another origin is a 403, two tokens that differ are a 400, no token is the 401 of any token
 * failure.
 */
export function judgeHeaders(headers: IntakeHeaders): Result<Admission, IntakeProblem> {
  if (isCrossOrigin(headers)) {
    return no(plainProblem(403, 'A page of another origin cannot send reports.'))
  }
  const shown = tokenShown(headers)
  if (shown === 'conflict') {
    return no(plainProblem(400, 'Authorization and TAP-SUBMISSION-TOKEN do not agree.'))
  }
  if (shown === null) return no(tokenNotRecognised)
  const form = judgeContentType(headers.contentType)
  return yes({ token: shown, thenRefuse: form.ok ? null : form.refusal })
}

/** Visible ASCII without comma, which two headers joined into one would have. */
const tokenForm = /^[\x21-\x2b\x2d-\x7e]{1,512}$/

/**
 * The token of `Authorization: Bearer ...` (RFC 6750 section 2.1) or of the legacy header. Its
 * prefix is not looked at: which tokens are good, only their store knows. Null where none can be
 * read; `conflict` where both headers are there and do not say the same.
 */
function tokenShown(
  headers: Pick<IntakeHeaders, 'authorization' | 'tapToken'>,
): string | 'conflict' | null {
  const { authorization, tapToken } = headers
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null
  if (authorization !== null && tapToken !== null && bearer !== tapToken.trim()) return 'conflict'
  const shown = authorization === null ? (tapToken?.trim() ?? null) : bearer
  return shown !== null && tokenForm.test(shown) ? shown : null
}

/**
 * Whether a browser says that a page of another origin sends this. `Sec-Fetch-Site` cannot be set
 * by a page and counts alone where it is there; older browsers send `Origin`. Programs send
 * neither, which is no sign of anything.
 */
function isCrossOrigin({ origin, secFetchSite, host }: IntakeHeaders): boolean {
  if (secFetchSite !== null) return !['same-origin', 'none'].includes(secFetchSite.trim())
  if (origin === null) return false
  const page = URL.parse(origin)
  if (page === null || !/^https?:$/.test(page.protocol)) return true
  return page.host !== URL.parse(`${page.protocol}//${host ?? ''}/`)?.host
}
