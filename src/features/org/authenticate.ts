import type { Pool } from 'pg'
import type { Clock } from '#kernel/clock.ts'
import { cookieHeader, cookieName, cookiesOf } from '#platform/http/cookie.ts'
import { noteTokenUse, principalOfToken } from './org.store.ts'
import { isToken, type Principal, sessionLivesMs } from './org.ts'
import { noteSessionUse, sessionOf } from './session.store.ts'

const cookie = 'parley_session'

/** The header that keeps a session in the browser, or takes it away when there is none. */
export const sessionCookie = (secret: string | null, isSecure: boolean): string =>
  cookieHeader({
    ...{ name: cookie, value: secret ?? '', isSecure },
    maxAgeS: secret === null ? 0 : sessionLivesMs / 1000,
  })

/** Ends a session in the browser, together with the pages that it keeps to go back to. */
export const signedOutHeaders = (isSecure: boolean) => ({
  'set-cookie': sessionCookie(null, isSecure),
  'clear-site-data': '"cache"',
})

/** The secret of the session that a request brings, if it brings one. */
export function sessionIn(header: string | undefined): string | null {
  const cookies = cookiesOf(header)
  return cookies.get(cookieName(cookie, true)) ?? cookies.get(cookieName(cookie, false)) ?? null
}

/** The token of an Authorization header (RFC 6750 section 2.1); null for anything else. */
export function bearerIn(header: string | undefined): string | null {
  const token = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1]
  return token !== undefined && isToken(token) ? token : null
}

/** The headers by which somebody shows who they are. */
export type Shown = {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

const isFree = (principal: Principal | null): boolean =>
  principal !== null && principal.held === undefined

/** So long is an answer about a token believed: revoking one takes no longer than this. */
const believedMs = 900
const believedMax = 2_000

/**
 * Finds who stands behind tokens and sessions. What is wrong with one that finds nobody is never
 * said: unknown, expired, revoked and disabled look alike.
 */
export class Authenticator {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #tokens = new Map<string, { readonly until: number; readonly who: Principal }>()

  constructor(pool: Pool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  readonly byToken = async (token: string): Promise<Principal | null> => {
    const now = this.#clock.now()
    const known = this.#tokens.get(token)
    // A clock that was set back must not prolong what is believed.
    if (known && known.until > now.getTime() && known.until - now.getTime() <= believedMs) {
      return known.who
    }
    const who = await principalOfToken(this.#pool, token, now)
    if (who === null) {
      this.#tokens.delete(token)
      return null
    }
    if (this.#tokens.size >= believedMax) this.#tokens.clear()
    this.#tokens.set(token, { until: now.getTime() + believedMs, who })
    if (who.token !== null) await noteTokenUse(this.#pool, who.token, now)
    return who
  }

  readonly bySession = async (secret: string): Promise<Principal | null> => {
    const now = this.#clock.now()
    const session = await sessionOf(this.#pool, secret, now)
    if (session === null) return null
    await noteSessionUse(this.#pool, session, now)
    return session.principal
  }

  /** A token counts before a cookie: whoever sends one means it. */
  readonly of = async ({ authorization, cookie: sent }: Shown): Promise<Principal | null> => {
    if (authorization !== undefined) {
      const token = bearerIn(authorization)
      return token === null ? null : this.byToken(token)
    }
    const secret = sessionIn(sent)
    return secret === null ? null : this.bySession(secret)
  }

  /**
   * Whether what was shown still stands, and nothing holds whose it is, asked of the database and
   * not of what is believed.
   */
  readonly stands = async ({ authorization, cookie: sent }: Shown): Promise<boolean> => {
    const now = this.#clock.now()
    if (authorization !== undefined) {
      const token = bearerIn(authorization)
      return token !== null && isFree(await principalOfToken(this.#pool, token, now))
    }
    const secret = sessionIn(sent)
    return secret !== null && isFree((await sessionOf(this.#pool, secret, now))?.principal ?? null)
  }
}
