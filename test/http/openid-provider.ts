import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export const clientId = 'parley'
export const clientSecret = 'a-client-secret-of-tests'

const strong = 'urn:example:strong'

/**
 * A real OpenID provider in this process. It asks who somebody is by a form of one field and
 * believes it; a name that ends in `+key` has shown a security key besides.
 */
export class OpenIdProvider implements AsyncDisposable {
  readonly issuer: string
  readonly #http: Server

  constructor(http: Server, issuer: string) {
    this.#http = http
    this.issuer = issuer
  }

  /** A provider that sends people back to this address. */
  static async open(redirectUri: string): Promise<OpenIdProvider> {
    const http = createServer()
    await new Promise<void>((settle) => http.listen(0, '127.0.0.1', settle))
    const issuer = `http://127.0.0.1:${portOf(http)}`
    const provider = providerAt(issuer, redirectUri)
    const answer = provider.callback()
    http.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
      void interact(provider, request, response)
    })
    return new OpenIdProvider(http, issuer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections()
    await new Promise((settle) => this.#http.close(settle))
  }
}

export function portOf(http: Server): number {
  const address: AddressInfo | string | null = http.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return address.port
}

function providerAt(issuer: string, redirectUri: string): Provider {
  return new Provider(issuer, {
    clients: [
      {
        ...{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'] },
      },
    ],
    cookies: { keys: ['a key of tests'] },
    claims: { openid: ['sub', 'acr', 'amr'] },
    acrValues: [strong],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc }) => {
      const accountId = oidc.session?.accountId
      if (accountId === undefined) return undefined
      const grant = new oidc.provider.Grant({ clientId, accountId })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
  })
}

const form = `<!doctype html><title>Who are you?</title><form method="post">
<label>Account <input name="account" autofocus></label><button>Go on</button></form>`

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html')
    return response.end(form)
  }
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const account = new URLSearchParams(body).get('account') ?? ''
  const isStrong = account.endsWith('+key')
  const accountId = account.replace(/\+key$/, '')
  const shown = isStrong ? { acr: strong, amr: ['hwk', 'user'] } : { amr: ['pwd'] }
  const result =
    account === 'nobody' ? { error: 'access_denied' } : { login: { accountId, ...shown } }
  return provider.interactionFinished(request, response, result, {
    mergeWithLastSubmission: false,
  })
}

/** Goes through the provider as a browser does; what it appends to the address of the way back. */
export async function goThrough(address: string, account: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = new URL(address)
  const { origin } = next
  let body: string | null = null
  while (next.origin === origin) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const form = body === null ? {} : { method: 'POST', body }
    const response = await fetch(next, { headers, redirect: 'manual', ...form })
    for (const one of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? []
      cookies.set(name, value)
    }
    const text = await response.text()
    const location = response.headers.get('location')
    body = location === null ? new URLSearchParams({ account }).toString() : null
    if (location === null && form.method !== undefined) throw new Error(text)
    if (location === null && response.status !== 200) throw new Error(text)
    next = new URL(location ?? next, next)
  }
  return next.search
}
