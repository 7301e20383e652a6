import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { reopenEnded } from '#features/case/case.jobs.ts'
import { refreshReports } from '#features/case/case.store.ts'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { readImport } from '#features/exchange/import.jobs.ts'
import { decodeImport } from '#features/exchange/import-decode.ts'
import { Placer } from '#features/exchange/placement.ts'
import { Authenticator, bearerIn } from '#features/org/authenticate.ts'
import { makeToken } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import type { Clock } from '#kernel/clock.ts'
import { Listening } from '#main/service/live.ts'
import { queues } from '#main/service/queues.ts'
import { routesOf } from '#main/service/routes.ts'
import { closeWindows } from '#main/service/works.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { settingsOf } from '#platform/config/settings.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { Metrics } from '#platform/http/metrics.ts'
import type { Route } from '#platform/http/route.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { Jobs } from '#platform/jobs/jobs.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from '../db/database.ts'
import { cast, memberOf, nobodys, type Who } from './cast.ts'
import { begin } from './randomness.ts'
import { Worker } from './worker.ts'

export type Call = {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Answer = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** A call that somebody made, and what they were answered. */
export type Heard = { readonly who: Who; readonly call: Call; readonly answer: Answer }

type Headers = Record<string, string>

/** Shorter than a session lives. */
const sessionUsedMs = 8 * 3_600_000

/**
 * A day before the clock of the database, which says until when somebody is read in: near it, and
 * no history takes so long that its moments could be taken for some of that clock.
 */
const begunAt = Math.floor(Date.now() / 3_600_000 - 24) * 3_600_000

/** So many days after a world begins. */
export const inDays = (days: number): string => new Date(begunAt + days * 86_400_000).toISOString()

/** An instance of its own with the real server before it, whose clock the history moves. */
export class World implements AsyncDisposable {
  readonly database: TestDatabase
  readonly owner: Client
  readonly routes: readonly Route<Principal>[]
  readonly http: HttpServer<Principal>
  readonly placer: Placer
  readonly tokens: ReadonlyMap<Who, string>
  readonly at: { ms: number }
  readonly worker: Worker
  readonly #parts: Parts
  readonly #sessions = new Map<Who, { readonly since: number; readonly headers: Headers }>()
  #heard: Heard[] | null = null

  constructor(parts: Parts, made: Made) {
    this.#parts = parts
    this.database = parts.database
    this.owner = parts.owner
    this.at = parts.at
    this.routes = made.routes
    this.http = made.http
    this.placer = made.placer
    this.tokens = made.tokens
    this.worker = made.worker
  }

  static async open(step: string, knowledge: MixedKnowledge): Promise<World> {
    const parts = await partsOf(step)
    return new World(parts, await madeOf(parts, knowledge))
  }

  /** One request over the loopback, as whoever it is. */
  async ask(who: Who, call: Call): Promise<Answer> {
    return this.#noted(who, call, await this.#asked(await this.#credentialsOf(who), call))
  }

  /** The same, in a session of theirs: what no token may. */
  async askInPerson(who: Who, call: Call): Promise<Answer> {
    return this.#noted(who, call, await this.#asked(await this.#sessionOf(who), call))
  }

  #noted(who: Who, call: Call, answer: Answer): Answer {
    this.#heard?.push({ who, call, answer })
    return answer
  }

  /** Everything that people are answered while something is done. */
  async hearing(work: () => Promise<void>): Promise<readonly Heard[]> {
    const heard: Heard[] = []
    this.#heard = heard
    await work()
    this.#heard = null
    return heard
  }

  async #credentialsOf(who: Who): Promise<Record<string, string>> {
    if (cast.some((one) => one.who === who && one.isInPerson)) return this.#sessionOf(who)
    const token = this.tokens.get(who)
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  /** Signs in where they have not yet, or where their session is about to end. */
  async #sessionOf(who: Who): Promise<Record<string, string>> {
    const had = this.#sessions.get(who)
    if (had !== undefined && this.at.ms - had.since < sessionUsedMs) return had.headers
    const { person } = memberOf(who)
    const link = await makeSignInLink(this.database.app, person, new Date(this.at.ms))
    const wish = { method: 'POST', path: '/v1/session', body: { link } }
    const { headers: told } = await this.#asked({}, wish)
    const cookie = told.get('set-cookie')?.split(';')[0] ?? ''
    const headers = { cookie, 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' }
    this.#sessions.set(who, { since: this.at.ms, headers })
    return headers
  }

  async #asked(
    credentials: Readonly<Record<string, string>>,
    { method, path, body, headers = {} }: Call,
  ): Promise<Answer> {
    const isBytes = Buffer.isBuffer(body)
    const response = await fetch(this.http.url + path, {
      method,
      headers: {
        ...credentials,
        ...(body === undefined || isBytes ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    })
    const found = new Map<string, string>()
    for (const [name, value] of response.headers) found.set(name, value)
    return {
      ...{ status: response.status, headers: found },
      body: Buffer.from(await response.arrayBuffer()),
    }
  }

  /** What the workers of an instance do between requests, until nothing is left to do. */
  async work(step: string): Promise<void> {
    const { database, clock, blobs, keys } = this.#parts
    const own = reportKeysOf(keys)
    const read = readImport({
      ...{ pool: database.app, clock, blobs, keys: own },
      reportsChanged: (tx, reports) => refreshReports(tx, reports, { clock, keys: own }),
      decode: async function* ({ content, ...options }) {
        yield* decodeImport(buffers(content), options)
      },
    })
    const { rows } = await this.owner.query<{ id: string }>(
      `select id from parley.bulk_import where state in ('stored', 'reading') order by no`,
    )
    for (const { id } of rows) {
      begin(`${step} read ${id}`)
      await read(id, new AbortController().signal)
    }
    // What is random in placing the common records follows from their own steps alone.
    const counts = new Map<boolean, number>()
    for (;;) {
      const isCommon = await this.#isCommonNext()
      const count = counts.get(isCommon) ?? 0
      counts.set(isCommon, count + 1)
      begin(`${step} place ${isCommon} ${count}`)
      if ((await this.placer.placeNext()) === null) break
    }
    begin(`${step} across`)
    while ((await this.placer.lookAcross()) !== null);
    await this.worker.work(step)
    begin(`${step} close`)
    await closeWindows({ pool: database.app, clock, keys })
    await reopenEnded({ pool: database.app, clock })
  }

  async #isCommonNext(): Promise<boolean> {
    const { rows } = await this.owner.query<{ label: number }>(`
      select label_id as label from parley.arrival
      order by import_no nulls first, report_no limit 1`)
    return rows[0]?.label === 1
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http.close()
    await this.#parts.listening.close()
    await this.#parts.jobs.close()
    await this.owner.end()
    await this.database[Symbol.asyncDispose]()
    rmSync(this.#parts.folder, { recursive: true })
  }
}

export const jsonOf = ({ body }: Answer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

async function* buffers(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of content) yield Buffer.from(piece)
}

type Parts = Awaited<ReturnType<typeof partsOf>>
type Made = Awaited<ReturnType<typeof madeOf>>

async function partsOf(step: string) {
  const at = { ms: begunAt }
  const clock: Clock = { now: () => new Date(at.ms) }
  // Databases lie beside each other on one server, so their names differ.
  begin(`${step} ${process.hrtime.bigint()}`)
  const database = await freshDatabase()
  begin(step)
  const jobs = new Jobs({ url: database.queueUrl, queues, log: () => undefined })
  await jobs.open()
  const url = new URL(database.superuserUrl)
  url.pathname = `/${database.name}`
  const owner = new Client({ connectionString: url.href })
  await owner.connect()
  const folder = mkdtempSync(join(tmpdir(), 'parley-world-'))
  const keys: Keys = { is: 'root', all: [randomKey()] }
  const blobs = await openFolderBlobs({ folder, keys, clock })
  assert.ok(blobs.ok)
  const listening = new Listening(database.appUrl, silentLog)
  await listening.open()
  return { at, clock, database, jobs, owner, folder, keys, blobs: blobs.value, listening }
}

async function madeOf(parts: Parts, knowledge: MixedKnowledge) {
  const { clock, database, blobs, keys, listening, owner, folder } = parts
  const tokens = await settle(parts)
  const settings = settingsOf({ PARLEY_DATA: folder })
  assert.ok(settings.ok)
  const authenticator = new Authenticator(database.app, clock)
  const nowhere = (): never => {
    throw new Error('a world has no server of its own')
  }
  const { routes } = await routesOf({
    instance: {
      ...{ settings: settings.value, clock, log: silentLog, pool: database.app, keys, blobs },
      ...{ appUrl: database.appUrl, queueUrl: database.queueUrl, mailer: null, close: nowhere },
      server: { about: '', databaseName: '', asOwner: nowhere, urlOf: nowhere, close: nowhere },
    },
    ...{ metrics: new Metrics(), listening, authenticator, version: '1', port: () => 0 },
  })
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, routes, clock, log: silentLog },
    authenticate: async ({ headers }) => {
      const principal = await authenticator.of(headers)
      const by = bearerIn(headers.authorization) === null ? 'cookie' : 'token'
      return principal && { principal, by }
    },
  })
  assert.ok(served.ok)
  const own = reportKeysOf(keys)
  const placer = new Placer({ pool: database.app, knowledge, clock, model: 'test', keys: own })
  const scratch = join(folder, 'scratch')
  const worker = new Worker({ pool: database.app, blobs, clock, keys, owner, scratch })
  await worker.register()
  return { routes, http: served.value, placer, tokens, worker }
}

/** The same people with the same tokens in every world. */
async function settle({ database, clock }: Parts): Promise<ReadonlyMap<Who, string>> {
  const tokens = new Map<Who, string>()
  await asActor(database.app, systemActor, async (tx) => {
    const now = clock.now()
    const organisations = new Map(cast.map((one) => [one.organisation, one]))
    const nobody = { organisation: 'org_nobodys1', of: nobodys, kinds: [] }
    const all = [...organisations.values(), nobody]
    for (const { organisation: id, of: name, kinds = [] } of all) {
      const row = { id, name, created_at: now, disabled_at: null, kinds: [...kinds] }
      await tx.insertInto('parley.organisation').values(row).execute()
    }
    for (const { who, name, person, organisation, role, isInPerson } of cast) {
      const row = { id: person, name, created_at: now, disabled_at: null }
      await tx.insertInto('parley.person').values(row).execute()
      const member = { person_id: person, organisation_id: organisation, role, created_at: now }
      await tx.insertInto('parley.membership').values(member).execute()
      if (isInPerson) continue
      const wish = { name, organisation, role, days: 300, owner: person }
      tokens.set(who, (await makeToken(tx, wish, now)).token)
    }
  })
  return tokens
}
