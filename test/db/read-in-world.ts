import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { caseRoutes } from '#features/case/case.routes.ts'
import { createCases } from '#features/case/case.store.ts'
import { readInRoutes } from '#features/case/read-in.routes.ts'
import { readInLogRoutes } from '#features/case/read-in-log.routes.ts'
import { ownReadInRoutes } from '#features/case/read-in-own.routes.ts'
import { planRoutes } from '#features/case/read-in-plan.routes.ts'
import type { Principal } from '#features/org/org.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { systemClock } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { peopleOf, storeReports } from './reports.ts'

/** Who stands behind the names that tests ask by; `-token` asks by a token of theirs. */
const people = {
  ada: { role: 'coordinator', organisation: 'org_staff001', person: 'person_ada00001' },
  bo: { role: 'analyst', organisation: 'org_staff001', person: 'person_bo000001' },
  rea: { role: 'reader', organisation: 'org_staff001', person: 'person_rea00001' },
  aud: { role: 'auditor', organisation: 'org_staff001', person: 'person_aud00001' },
  fay: { role: 'finder', organisation: 'org_finder01', person: 'person_fay00001' },
  nan: { role: 'participant', organisation: 'org_reg00001', person: 'person_nan00001' },
  ned: { role: 'participant', organisation: 'org_reg00001', person: 'person_ned00001' },
} as const
export type Who = keyof typeof people
export const sponsor = 'person_spo00001'

export const principalOf = (who: Who, via: 'session' | 'token' = 'session'): Principal => ({
  ...people[who],
  ...{ via, token: via === 'token' ? 'token_1' : null },
})

export type Told = { readonly status: number; readonly text: string; readonly json: unknown }

/** What is secret of the case: no tier but the widest may see a byte of it. */
export const secrets = [
  'Heap overflow in kestrel',
  'parse_header',
  'kestrel.c',
  'zanzibar',
] as const

/** A database with a case, people to be read in to it, and a server of what they may ask. */
export class ReadInWorld implements AsyncDisposable {
  readonly database: TestDatabase
  readonly #http: HttpServer<Principal>

  constructor(database: TestDatabase, http: HttpServer<Principal>) {
    this.database = database
    this.#http = http
  }

  static async open(): Promise<ReadInWorld> {
    const database = await freshDatabase()
    const pool = database.app
    await peopleOf(pool)
    await asActor(pool, systemActor, addPeople)
    const root = { is: 'root', all: [randomKey()] } as const
    const keys = reportKeysOf(root)
    const parts = {
      pool,
      keys,
      cursors: cursorsOf(root),
      prerequisites: { accepted: async () => [] },
    }
    const served = await listen<Principal>({
      ...{ host: '127.0.0.1', port: 0, clock: systemClock, log: silentLog },
      routes: [
        ...[...caseRoutes(parts), ...readInRoutes(parts), ...ownReadInRoutes(parts)],
        ...[...planRoutes(parts), ...readInLogRoutes(parts)],
      ],
      authenticate: async ({ headers }) => {
        const [name = '', via] = (headers.authorization ?? '').replace('Bearer ', '').split('-')
        if (!isWho(name)) return null
        return { principal: principalOf(name, via === 'token' ? 'token' : 'session'), by: 'token' }
      },
    })
    assert.ok(served.ok)
    return new ReadInWorld(database, served.value)
  }

  async ask(who: string, call: string, body?: object): Promise<Told> {
    const [method = '', path = ''] = call.split(' ')
    const response = await fetch(`${this.#http.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${who}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, text, json: isJson ? JSON.parse(text) : null }
  }

  /** Asks for what has to be answered well. */
  async must(who: string, call: string, body?: object): Promise<unknown> {
    const { status, text, json } = await this.ask(who, call, body)
    assert.ok(status < 300, `${call} by ${who}: ${status} ${text}`)
    return json
  }

  /** A case of one report, with a fix, times and an artifact. */
  async case(): Promise<string> {
    const id = await asActor(this.database.app, systemActor, async (tx) => {
      const finding = {
        details: 'parse_header in kestrel.c trusts a length: zanzibar',
        components: [{ name: 'kestrel', purl: 'pkg:npm/kestrel@1.4.1' }],
      }
      const reports = await storeReports(tx, [{ title: secrets[0], finding }])
      const groups = reports.map((no) => ({ reports: [no], ties: [] }))
      const [made = ''] = await createCases(tx, groups, { clock: systemClock })
      return made
    })
    await this.must('bo', `PUT /v1/cases/${id}/plan`, plan)
    return id
  }

  /** Somebody read in to a case as far as is asked for; answers the id of the read-in. */
  async readIn(id: string, { who = 'nan', tier = '3', upTo = 'acknowledged' }: Asked = {}) {
    const wish = { ...nomination, person: people[who].person, tier }
    const made = await this.must('bo', `POST /v1/cases/${id}/read-ins`, wish)
    const readIn = String(Object(made).id)
    if (upTo === 'nominated') return readIn
    for (const gate of [1, 2, 3]) {
      await this.must('ada', `POST /v1/read-ins/${readIn}/gates/${gate}`, passed)
    }
    if (upTo === 'gates') return readIn
    await this.must('ada', `POST /v1/read-ins/${readIn}/assign`, { why: 'They stage it.' })
    if (upTo === 'assigned') return readIn
    await this.acknowledge(who, readIn)
    return readIn
  }

  async acknowledge(who: Who, readIn: string): Promise<void> {
    const list = Object(await this.must(who, 'GET /v1/read-ins/mine'))
    const own = Object(Array.from(list.items)).find((one: unknown) => Object(one).id === readIn)
    const { digest } = Object(Object(own).acknowledgement)
    const body = { digest, agreed: [] }
    await this.must(who, `POST /v1/read-ins/mine/${readIn}/acknowledge`, body)
  }

  /** What a person reads of a read-in now, and with which status. */
  look(who: string, readIn: string): Promise<Told> {
    return this.ask(who, `GET /v1/read-ins/mine/${readIn}/part`)
  }

  as<T>(who: Who, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { role, organisation, person } = people[who]
    const actor = { role, organisation, person, via: 'session' } as const
    return asActor(this.database.app, actor, work)
  }

  /** A statement of the product itself, to bring about what takes long or happens elsewhere. */
  async system(statement: ReturnType<typeof sql>): Promise<void> {
    await asActor(this.database.app, systemActor, (tx) => statement.execute(tx))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.close()
    await this.database[Symbol.asyncDispose]()
  }
}

export type Asked = {
  readonly who?: 'nan' | 'ned' | 'fay' | 'rea'
  readonly tier?: string
  readonly upTo?: 'nominated' | 'gates' | 'assigned' | 'acknowledged'
}

const isWho = (text: string): text is Who => Object.hasOwn(people, text)

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString()

export const plan = {
  ...{ version: 0, fixText: 'diff --git a/x b/x', fixLinks: ['https://example.org/fix'] },
  artifacts: [{ purl: 'pkg:npm/osprey@2.0.1', version: '2.0.1', sha256: 'a'.repeat(64) }],
  ...{ embargoUntil: hours(240), analysisAt: hours(-1), upstreamAt: hours(-1) },
  ...{ disclosureAt: hours(240), goLiveAt: hours(20), disclosedAt: null },
}

export const nomination = {
  ...{ person: people.nan.person, sponsor, tier: '3', role: 'stage', isEmergency: false },
  need: 'The registry has to publish zanzibar at one hour.',
}

export const passed = {
  ...{ result: 'passed', what: 'Seen and spoken to.', papers: ['nda', 'conduct', 'antitrust'] },
}

async function addPeople(tx: Tx): Promise<void> {
  await sql`insert into parley.organisation values
    ('org_reg00001', 'Reed Registry', now(), null)`.execute(tx)
  await sql`insert into parley.person values ('person_nan00001', 'Nan', now(), null),
    ('person_ned00001', 'Ned', now(), null), ('person_spo00001', 'Spo', now(), null),
    ('person_rea00001', 'Rea', now(), null), ('person_aud00001', 'Aud', now(), null)`.execute(tx)
  await sql`insert into parley.membership values
    ('person_nan00001', 'org_reg00001', 'participant', now()),
    ('person_ned00001', 'org_reg00001', 'participant', now()),
    ('person_spo00001', 'org_reg00001', 'participant', now()),
    ('person_rea00001', 'org_staff001', 'reader', now()),
    ('person_aud00001', 'org_staff001', 'auditor', now())`.execute(tx)
  await sql`update parley.membership set role = 'analyst'
    where person_id = 'person_bo000001'`.execute(tx)
}

/** Gives people a passkey; the database lets only themselves. */
export async function givePasskeys(world: ReadInWorld, ...all: readonly Who[]): Promise<void> {
  for (const who of all) {
    await world.as(who, (tx) =>
      sql`insert into parley.passkey (id, person_id, credential_id, name, public_key, counter,
          transports, created_at)
        values (${`passkey_${who}`}, ${people[who].person}, ${who}, 'Key', '\\x01', 0, '{}', now())
      `.execute(tx),
    )
  }
}
