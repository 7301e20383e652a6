import assert from 'node:assert/strict'
import type { Pool } from 'pg'
import { clearanceRoutes } from '#features/label/clearance.routes.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { Authenticator, bearerIn } from '#features/org/authenticate.ts'
import { orgRoutes } from '#features/org/org.routes.ts'
import { ensureFirstCoordinator } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { pseudonymKeysOf } from '#features/org/pseudonym.store.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import type { Route } from '#platform/http/route.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { type Log, silentLog } from '#platform/log/log.ts'
import { Provider, type ProviderSettings } from '#platform/openid/provider.ts'
import { freshDatabase, type TestDatabase } from '../db/database.ts'

export const party = { id: 'parley.example.org', origin: 'https://parley.example.org' } as const
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0.0.0 Safari/537.36'

export type Asked = {
  readonly cookie?: string
  readonly token?: string
  readonly body?: unknown
  /** A body that is no JSON. */
  readonly raw?: Uint8Array
  /** Beside those that every request has here. */
  readonly headers?: Readonly<Record<string, string>>
  /** What the browser says of the page that asks. */
  readonly site?: 'same-origin' | 'cross-site'
}

export type Told = { readonly status: number; readonly text: string; readonly cookie: string }

export type Opening = {
  readonly at?: Date
  /** Where people may also sign in through one. */
  readonly provider?: ProviderSettings
  readonly log?: Log
  /** Of the instance, where a test opens with them what is sealed. */
  readonly keys?: Keys
  /** What else it answers. */
  readonly further?: (pool: Pool) => readonly Route<Principal>[]
}

/** A server of people and sign-in on a database of its own, whose clock a test moves. */
export class OrgServer implements AsyncDisposable {
  readonly database: TestDatabase
  readonly person: string
  readonly organisation: string
  readonly #http: HttpServer<Principal>
  readonly #at: { ms: number }

  constructor(
    opened: { readonly database: TestDatabase; readonly http: HttpServer<Principal> },
    first: { readonly person: string; readonly organisation: string },
    at: { ms: number },
  ) {
    this.database = opened.database
    this.#http = opened.http
    this.person = first.person
    this.organisation = first.organisation
    this.#at = at
  }

  static async open(opening: Opening = {}): Promise<OrgServer> {
    const database = await freshDatabase()
    const at = { ms: (opening.at ?? new Date('2026-03-01T10:00:00Z')).getTime() }
    const clock = { now: () => new Date(at.ms) }
    const settings = opening.provider
    const log = opening.log ?? silentLog
    const keys: Keys = opening.keys ?? { is: 'root', all: [randomKey()] }
    const first = await ensureFirstCoordinator(database.app, 'Harbour CERT', clock.now())
    const authenticator = new Authenticator(database.app, clock)
    const served = await listen<Principal>({
      ...{ host: '127.0.0.1', port: 0, clock, log: silentLog, publicUrl: new URL(party.origin) },
      routes: [
        ...clearanceRoutes({ pool: database.app }),
        ...orgRoutes({
          ...{ pool: database.app, clock, version: '', party: () => party },
          instance: async () => 'Harbour CERT',
          told: (tx, change) => record(tx, [change]),
          pseudonyms: pseudonymKeysOf(keys),
          provider: settings ? new Provider({ settings, clock, log, wholeMs: 1_000 }) : null,
        }),
        ...(opening.further?.(database.app) ?? []),
      ],
      authenticate: async ({ headers }) => {
        const principal = await authenticator.of(headers)
        const by = bearerIn(headers.authorization) === null ? 'cookie' : 'token'
        return principal && { principal, by }
      },
    })
    assert.ok(served.ok)
    return new OrgServer({ database, http: served.value }, first, at)
  }

  get url(): string {
    return this.#http.url
  }

  get now(): Date {
    return new Date(this.#at.ms)
  }

  pass(ms: number): void {
    this.#at.ms += ms
  }

  /** Asks as a page of this origin does. */
  async ask(
    call: string,
    { cookie, token, body, raw, headers, site = 'same-origin' }: Asked = {},
  ): Promise<Told> {
    const [method = '', path = ''] = call.split(' ')
    const response = await fetch(this.#http.url + path, {
      method,
      headers: {
        ...{ 'user-agent': chrome, 'sec-fetch-site': site, 'x-requested-by': 'test' },
        ...(cookie === undefined ? {} : { cookie }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(raw === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(raw === undefined ? {} : { body: Buffer.from(raw) }),
    })
    const cookies = response.headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
    return { status: response.status, text: await response.text(), cookie: cookies.join('; ') }
  }

  /** The cookie of a session that a one-time link opened. */
  async signIn(person = this.person): Promise<string> {
    const link = await makeSignInLink(this.database.app, person, this.now)
    const { status, cookie, text } = await this.ask('POST /v1/session', { body: { link } })
    assert.equal(status, 200, text)
    return cookie
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.close()
    await this.database[Symbol.asyncDispose]()
  }
}

/** An answer without the number of its request, which differs each time. */
export const bytesOf = ({ status, text }: Told): string =>
  `${status} ${text.replace(/urn:parley:request:\w+/, 'urn:parley:request:x')}`
