import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { portOf } from './openid-provider.ts'

/** What is wrong with a provider; nothing is where it is not said. */
export type Crookedness = {
  /** Of the ID token, over the claims that would be right. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Of the metadata, likewise. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly isSignedByAnother?: boolean
  /** The name of the algorithm in the head of the ID token. */
  readonly algorithm?: string
  /** Of everything that it answers. */
  readonly status?: number
  readonly bytes?: number
  readonly dripMs?: number
}

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

const base64url = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

/** A small provider that can be wrong in each way that a client has to notice. */
export class CrookedProvider implements AsyncDisposable {
  readonly issuer: string
  crooked: Crookedness = {}
  /** The requests that reached it, by path. */
  readonly asked: string[] = []
  /** Where the secret of the client last was. */
  secretBy: 'body' | 'header' | 'nowhere' = 'nowhere'
  readonly #http: Server
  readonly #own = keyPair()
  readonly #other = keyPair()
  /** What the last browser came with. */
  #begun = new URLSearchParams()

  constructor(http: Server) {
    this.#http = http
    this.issuer = `http://127.0.0.1:${portOf(http)}`
    http.on('request', (request, response) => void this.#answer(request, response))
  }

  static async open(): Promise<CrookedProvider> {
    const http = createServer()
    await new Promise<void>((settle) => http.listen(0, '127.0.0.1', settle))
    return new CrookedProvider(http)
  }

  /** Somebody was sent here and comes back: what is appended to the address of the way back. */
  comeBack(address: string): string {
    this.#begun = new URL(address).searchParams
    return `?${new URLSearchParams({ code: 'a-code', state: this.#begun.get('state') ?? '' })}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections()
    await new Promise((settle) => this.#http.close(settle))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    this.asked.push(path)
    let sent = ''
    for await (const chunk of request) sent += String(chunk)
    const { status = 200, bytes = 0, dripMs } = this.crooked
    const isInBody = sent.includes('client_secret=')
    const isInHeader = request.headers.authorization?.startsWith('Basic ') === true
    if (path === '/token') this.secretBy = isInBody ? 'body' : isInHeader ? 'header' : 'nowhere'
    const told = this.#told(path, new URLSearchParams(sent))
    const text = JSON.stringify({ ...told, padding: 'x'.repeat(bytes) })
    response.writeHead(status, { 'content-type': 'application/json' })
    if (dripMs === undefined) return void response.end(text)
    const timer = setInterval(() => response.write(' '), dripMs)
    response.once('close', () => clearInterval(timer))
  }

  #told(path: string, sent: URLSearchParams): Record<string, unknown> {
    const { issuer } = this
    if (path === '/jwks') {
      const jwk = this.#own.publicKey.export({ format: 'jwk' })
      return { keys: [{ ...jwk, kid: 'own', alg: 'RS256', use: 'sig' }] }
    }
    if (path === '/token') {
      const verifier = createHash('sha256').update(sent.get('code_verifier') ?? '')
      const isTheSame = verifier.digest('base64url') === this.#begun.get('code_challenge')
      if (!isTheSame) return { error: 'invalid_grant' }
      return { access_token: 'access', token_type: 'Bearer', id_token: this.#idToken() }
    }
    return {
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, jwks_uri: `${issuer}/jwks` },
      ...{ token_endpoint: `${issuer}/token`, ...this.crooked.metadata },
    }
  }

  #idToken(): string {
    const { claims, isSignedByAnother = false, algorithm = 'RS256' } = this.crooked
    const now = Math.floor(Date.now() / 1000)
    const nonce = this.#begun.get('nonce')
    const right = { iss: this.issuer, aud: 'parley', sub: 'ada', iat: now, exp: now + 60, nonce }
    const { privateKey } = isSignedByAnother ? this.#other : this.#own
    const head = base64url({ alg: algorithm, kid: 'own' })
    const signed = `${head}.${base64url({ ...right, ...claims })}`
    return `${signed}.${algorithm === 'none' ? '' : signatureOf(signed, privateKey)}`
  }
}

const signatureOf = (text: string, key: KeyObject): string =>
  createSign('sha256').update(text).sign(key).toString('base64url')
