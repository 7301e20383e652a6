import { readFile } from 'node:fs/promises'
import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { OpenIdSettings } from '#platform/config/settings-openid.ts'
import { Secret } from '#platform/config/settings-secret.ts'
import { fetchable } from '#platform/http/address.ts'
import type { Log } from '#platform/log/log.ts'
import { boundedFetch, ProviderAway } from './bounded-fetch.ts'
import { meets, type Told, toldBy } from './claims.ts'

export type ProviderSettings = Extract<OpenIdSettings, { readonly kind: 'provider' }>

/** What ties an answer of the provider to one question of one browser. */
export type Ties = {
  readonly state: string
  readonly nonce: string
  /** Of Proof Key for Code Exchange (RFC 7636). */
  readonly verifier: string
}

/** Why nobody is told: it cannot be asked, its answer does not hold, or is not worth enough. */
export type NotTold = 'away' | 'refused' | 'weak'

export type ProviderParts = {
  readonly settings: ProviderSettings
  readonly clock: Clock
  readonly log: Log
  /** For one answer of the provider to be there as a whole. */
  readonly wholeMs?: number
}

/** Metadata of providers has some 5 kB, key sets some 20 kB. */
const bytesMax = 256 * 1024
const wholeMsMax = 5_000
/** So long is believed what a provider said of itself. */
const believedMs = 3_600_000

type Found = { readonly config: Promise<Configuration>; readonly until: number }

/**
 * An OpenID provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0
 * section 3.1). It is asked about itself when it is first needed, and whatever it does, this
 * process goes on.
 */
export class Provider {
  readonly #parts: ProviderParts
  #found: Found | null = null

  constructor(parts: ProviderParts) {
    this.#parts = parts
  }

  get label(): string {
    return this.#parts.settings.label
  }

  /** As it is kept beside the subjects that it names. */
  get issuer(): string {
    return this.#parts.settings.issuer.href
  }

  /** Where to send a browser. */
  async begin({ state, nonce, verifier }: Ties): Promise<Result<URL, 'away'>> {
    const { settings } = this.#parts
    const openid = await import('openid-client')
    try {
      const url = openid.buildAuthorizationUrl(await this.#discovered(), {
        ...{ redirect_uri: settings.redirectUri.href, scope: 'openid', state, nonce },
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(settings.acr.length > 0 ? { acr_values: settings.acr.join(' ') } : {}),
      })
      const checked = fetchable(url.href, settings.issuer)
      if (checked.ok) return checked
      throw new ProviderAway(`its authorization endpoint ${checked.refusal.why}`)
    } catch (error) {
      this.#tell('the OpenID provider cannot be asked', error)
      return no('away')
    }
  }

  /** Whom the provider names in answer to the question with these ties. */
  async whoIs(answer: string, { state, nonce, verifier }: Ties): Promise<Result<Told, NotTold>> {
    const { settings } = this.#parts
    const openid = await import('openid-client')
    const url = new URL(settings.redirectUri)
    url.search = answer
    try {
      const tokens = await openid.authorizationCodeGrant(await this.#discovered(), url, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
        idTokenExpected: true,
      })
      const told = toldBy(tokens.claims())
      if (told === null) throw new TypeError('a claim of the ID token is of no use')
      if (meets(told, settings)) return yes(told)
      const { acr, amr } = told
      this.#parts.log.warn('the OpenID provider told of too weak a sign-in', { acr, amr })
      return no('weak')
    } catch (error) {
      const isAway = awayIn(error)
      const what = isAway ? 'cannot be asked' : 'gave an answer that does not hold'
      this.#tell(`the OpenID provider ${what}`, error)
      return no(isAway ? 'away' : 'refused')
    }
  }

  /** Those who ask while it is being asked wait for the same answer; a failure is not kept. */
  #discovered(): Promise<Configuration> {
    const now = this.#parts.clock.now().getTime()
    const known = this.#found
    if (known && known.until > now && known.until - now <= believedMs) return known.config
    const found = { config: this.#discover(), until: now + believedMs }
    this.#found = found
    found.config.catch(() => {
      if (this.#found === found) this.#found = null
    })
    return found.config
  }

  async #discover(): Promise<Configuration> {
    const { settings, wholeMs = wholeMsMax } = this.#parts
    const openid = await import('openid-client')
    const { issuer, clientId } = settings
    const secret = await this.#secret()
    const execute = [openid.enableNonRepudiationChecks]
    // Only a provider on this machine may speak http; addresses are judged as they are fetched.
    if (issuer.protocol === 'http:') execute.push(openid.allowInsecureRequests)
    const config = await openid.discovery(issuer, clientId, {}, authBy(openid, secret), {
      [openid.customFetch]: boundedFetch({ bytesMax, wholeMs, issuer }),
      execute,
    })
    const named = config.serverMetadata().issuer
    // The library lets some providers name another issuer than the one that was asked.
    if (URL.parse(named)?.href === issuer.href) return config
    throw new ProviderAway('its metadata names another issuer')
  }

  async #secret(): Promise<string> {
    const { secret } = this.#parts.settings
    if (secret instanceof Secret) return secret.reveal()
    const text = (await readFile(secret.file, 'utf8')).trim()
    if (text !== '') return text
    throw new ProviderAway(`${secret.file} holds no client secret`)
  }

  /** Says what went wrong and its causes; nothing of a token is in them. */
  #tell(event: string, error: unknown): void {
    const why: string[] = []
    for (let cause = error; cause instanceof Error && why.length < 5; cause = cause.cause) {
      why.push(cause.message)
    }
    const code = error instanceof Error && 'error' in error ? { code: error.error } : {}
    this.#parts.log.warn(event, { issuer: this.issuer, why: why.join(': '), ...code })
  }
}

function awayIn(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderAway) return true
    if ('syscall' in cause) return true
  }
  return false
}

/** The secret in the header unless the provider takes it in the body only (section 9). */
const authBy =
  (
    openid: Pick<typeof import('openid-client'), 'ClientSecretBasic' | 'ClientSecretPost'>,
    secret: string,
  ): ClientAuth =>
  (as: ServerMetadata, ...rest) => {
    const takes = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const isBasic = takes.includes('client_secret_basic')
    const auth = isBasic ? openid.ClientSecretBasic(secret) : openid.ClientSecretPost(secret)
    auth(as, ...rest)
  }
