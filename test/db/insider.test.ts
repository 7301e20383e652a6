import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { caseRoutes } from '#features/case/case.routes.ts'
import { createCases } from '#features/case/case.store.ts'
import { caseExportRoutes } from '#features/exchange/case-export.routes.ts'
import { watchReads } from '#features/label/alert.store.ts'
import { insiderRoutes } from '#features/label/insider.routes.ts'
import type { Principal } from '#features/org/org.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { openPool } from '#platform/db/connection.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { coordinator, peopleOf, secondCoordinator, storeReports } from './reports.ts'

const hourMs = 3_600_000
const at = { ms: 0 }
const clock = { now: () => new Date(at.ms) }
const root: Keys = { is: 'root', all: [randomKey()] }

const ada: Principal = {
  ...{ via: 'session', token: null, role: 'coordinator' },
  ...{ organisation: coordinator.organisation ?? '', person: coordinator.person ?? '' },
}
const bo: Principal = { ...ada, person: secondCoordinator.person ?? '' }
const actors = new Map<string, Principal>([
  ['ada', ada],
  ['bo', bo],
  ['machine', { ...ada, via: 'token', token: 'token_1' }],
  ['reader', { ...ada, role: 'reader' }],
  ['analyst', { ...ada, role: 'analyst' }],
  ['auditor', { ...bo, role: 'auditor' }],
  ['by-token', { ...bo, via: 'token', token: 'token_2' }],
])

let database: TestDatabase
let other: TestDatabase['app']
let servers: HttpServer<Principal>[]
let ids: readonly string[]

before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  other = openPool(database.appUrl)
  ids = await asActor(database.app, systemActor, async (tx) => {
    const reports = await storeReports(
      tx,
      Array.from({ length: 40 }, (_, n) => ({ title: `Flaw ${n}` })),
    )
    const groups = reports.map((no) => ({ reports: [no], ties: [] }))
    return createCases(tx, groups, { clock })
  })
  const keys = reportKeysOf(root)
  const blobs = { open: () => assert.fail('nothing is attached') }
  servers = await Promise.all(
    [database.app, other].map(async (pool) => {
      const served = await listen<Principal>({
        ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
        routes: [
          ...caseRoutes({ pool, keys, cursors: cursorsOf(root) }),
          ...caseExportRoutes({ pool, keys, blobs, watermark: null }),
          ...insiderRoutes({ pool }),
        ],
        authenticate: async ({ headers }) => {
          const principal = actors.get(headers.authorization?.replace('Bearer ', '') ?? '')
          return principal ? { principal, by: 'token' } : null
        },
      })
      assert.ok(served.ok)
      return served.value
    }),
  )
})
after(async () => {
  for (const server of servers) await server.close()
  await other.end()
  await database[Symbol.asyncDispose]()
})

let weeks = 0
/** Each test has weeks of its own, in which nobody opened anything, and small budgets. */
beforeEach(async () => {
  weeks += 10
  at.ms = Date.parse('2026-11-18T10:05:00Z') + weeks * 168 * hourMs
  await asActor(database.app, systemActor, async (tx) => {
    await sql`delete from parley.read_count`.execute(tx)
  })
  const set = await ask('bo', 'PUT /v1/read-budgets', { body: budgets(3) })
  assert.equal(set.status, 200, JSON.stringify(set.body))
})

const budgets = (cases: number) => {
  const own = { cases: [cases, 2 * cases], proofs: [2, 4] }
  const roles = ['coordinator', 'analyst', 'triager', 'reader', 'auditor', 'finder', 'participant']
  return Object.fromEntries(roles.map((role) => [role, own]))
}

type Asked = { readonly body?: object; readonly reason?: string; readonly server?: number }
type Told = { readonly status: number; readonly body: unknown }

async function ask(who: string, call: string, asked: Asked = {}): Promise<Told> {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(`${servers[asked.server ?? 0]?.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${who}`,
      ...(asked.body && { 'content-type': 'application/json' }),
      ...(asked.reason !== undefined && { 'x-reason': encodeURIComponent(asked.reason) }),
    },
    ...(asked.body && { body: JSON.stringify(asked.body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}

const Problem = z.object({ code: z.string() })
const codeOf = ({ status, body }: Told): string => (status < 300 ? 'yes' : Problem.parse(body).code)
const open = async (who: string, n: number, asked: Asked = {}): Promise<string> =>
  codeOf(await ask(who, `GET /v1/cases/${ids[n]}`, asked))
async function openAll(who: string, ns: readonly number[], asked: Asked = {}): Promise<string[]> {
  const all: string[] = []
  for (const n of ns) all.push(await open(who, n, asked))
  return all
}
const reason = 'The release of Monday is held up by these'
const Stops = z.object({ items: z.array(z.object({ id: z.string() })) })

async function lift(): Promise<void> {
  const { items } = Stops.parse((await ask('bo', 'GET /v1/read-stops')).body)
  for (const { id } of items) {
    const lifted = await ask('bo', `POST /v1/read-stops/${id}/lift`, { body: { reason } })
    assert.equal(lifted.status, 204)
  }
}

test('beyond the budget of an hour a reason is asked for, and goes into the ledger', async () => {
  assert.deepEqual(await openAll('ada', [0, 1, 2]), ['yes', 'yes', 'yes'])
  assert.equal(await open('ada', 3), 'reason-needed')
  for (const empty of ['', ' ', '..', 'x', '%']) {
    assert.equal(await open('ada', 3, { reason: empty }), 'reason-needed', empty)
  }
  const response = await fetch(`${servers[0]?.url}/v1/cases/${ids[3]}`, {
    headers: { authorization: 'Bearer ada', 'x-reason': '%E0%A4%A' },
  })
  assert.equal(response.status, 403)
  assert.equal(await open('ada', 3, { reason: 'Für die Freigabe — 火曜日' }), 'yes')
  const { rows } = await asActor(database.app, systemActor, (tx) =>
    sql<{ reason: string | null }>`select fields #>> '{reason,value}' as reason
      from parley.ledger_pending where action = 'case.read' order by no desc limit 2`.execute(tx),
  )
  assert.deepEqual(rows, [{ reason: 'Für die Freigabe — 火曜日' }, { reason: null }])
})

test('what was opened may be opened again in this hour, what is not there is free', async () => {
  assert.deepEqual(await openAll('ada', [0, 1, 2, 0, 1, 2]), Array(6).fill('yes'))
  assert.equal(codeOf(await ask('ada', 'GET /v1/cases/case_zzzzzzzz')), 'not-found')
  assert.equal(await open('ada', 3), 'reason-needed')
})

test('an hour later there is a new budget, until that of the day is used up', async () => {
  assert.deepEqual(await openAll('ada', [0, 1, 2]), ['yes', 'yes', 'yes'])
  at.ms += hourMs
  assert.deepEqual(await openAll('ada', [3, 4, 5]), ['yes', 'yes', 'yes'])
  at.ms += hourMs
  assert.equal(await open('ada', 6), 'reason-needed')
  at.ms += 24 * hourMs
  assert.equal(await open('ada', 6), 'yes')
})

test('two servers share the count, also when both are asked at once', async () => {
  const told = await Promise.all(
    Array.from({ length: 12 }, (_, n) => open('ada', n, { server: n % 2 })),
  )
  assert.equal(told.filter((one) => one === 'yes').length, 3)
  assert.equal(told.filter((one) => one === 'reason-needed').length, 9)
})

test('a token has a budget of its own', async () => {
  assert.deepEqual(await openAll('ada', [0, 1, 2]), ['yes', 'yes', 'yes'])
  assert.deepEqual(await openAll('machine', [0, 1, 2, 3]), ['yes', 'yes', 'yes', 'reason-needed'])
  assert.equal(await open('bo', 3), 'yes')
})

test('an export is an opening', async () => {
  assert.deepEqual(await openAll('ada', [0, 1, 2]), ['yes', 'yes', 'yes'])
  const path = `GET /v1/cases/${ids[3]}/export?as=markdown`
  assert.equal(codeOf(await ask('ada', path)), 'reason-needed')
  assert.equal((await ask('ada', path, { reason })).status, 200)
})

test('far beyond it reading stops until somebody else lifts it, and then begins anew', async () => {
  const told = await openAll('ada', Array.from(ids.keys()).slice(0, 16), { reason })
  assert.deepEqual(told, [...Array(15).fill('yes'), 'reading-stopped'])
  assert.equal(await open('ada', 0, { reason, server: 1 }), 'reading-stopped')
  at.ms += 48 * hourMs
  assert.equal(await open('ada', 20, { reason }), 'reading-stopped')
  const { items } = Stops.parse((await ask('bo', 'GET /v1/read-stops')).body)
  assert.equal(items.length, 1)
  const path = `POST /v1/read-stops/${items[0]?.id}/lift`
  for (const who of ['ada', 'reader', 'auditor', 'by-token']) {
    assert.equal(codeOf(await ask(who, path, { body: { reason } })), 'not-allowed', who)
  }
  const none = await ask('bo', 'POST /v1/read-stops/stop_zzzzzzzz/lift', { body: { reason } })
  assert.equal(codeOf(none), 'not-found')
  await lift()
  assert.equal(codeOf(await ask('bo', path, { body: { reason } })), 'not-found')
  assert.deepEqual(await openAll('ada', [0, 1, 2, 3]), ['yes', 'yes', 'yes', 'reason-needed'])
})

test('who may not, sees and sets nothing of this', async () => {
  for (const path of ['/v1/read-budgets', '/v1/read-stops', '/v1/alerts']) {
    assert.equal(codeOf(await ask('analyst', `GET ${path}`)), 'not-allowed')
    assert.equal((await ask('auditor', `GET ${path}`)).status, 200)
  }
  for (const who of ['auditor', 'analyst', 'by-token']) {
    const told = await ask(who, 'PUT /v1/read-budgets', { body: budgets(9) })
    assert.equal(codeOf(told), 'not-allowed')
  }
  const bad = await ask('bo', 'PUT /v1/read-budgets', { body: { ...budgets(1), reader: {} } })
  assert.equal(bad.status, 422)
  assert.deepEqual((await ask('bo', 'GET /v1/read-budgets')).body, budgets(3))
})

const Alerts = z.object({
  items: z.array(
    z.object({ id: z.string(), kind: z.string(), seen: z.number(), acknowledged: z.unknown() }),
  ),
})
const alerts = async () => Alerts.parse((await ask('auditor', 'GET /v1/alerts')).body).items
const kinds = async () => (await alerts()).filter((one) => !one.acknowledged).map((one) => one.kind)
const watch = () => watchReads({ pool: database.app, clock })

async function acknowledgeAll(): Promise<void> {
  for (const { id, acknowledged } of await alerts()) {
    if (acknowledged) continue
    const path = `POST /v1/alerts/${id}/acknowledge`
    assert.equal((await ask('bo', path, { body: { reason } })).status, 204)
  }
}

test('much at once is told to auditors, once for the spell, and again for the next', async () => {
  await ask('bo', 'PUT /v1/read-budgets', { body: budgets(100) })
  assert.deepEqual(await openAll('ada', [...Array(29).keys()]), Array(29).fill('yes'))
  assert.deepEqual([await watch(), await kinds()], [0, []])
  await open('ada', 29)
  const [first, second] = await Promise.all([watch(), watchReads({ pool: other, clock })])
  assert.equal(first + second, 1)
  assert.deepEqual(await kinds(), ['volume'])
  await open('ada', 30)
  assert.equal(await watch(), 0)
  at.ms += hourMs
  await openAll('ada', [...Array(35).keys()])
  assert.equal(await watch(), 0)
  assert.deepEqual(
    (await alerts()).filter((one) => !one.acknowledged).map(({ seen }) => seen),
    [35],
  )
  at.ms += 5 * hourMs
  await openAll('ada', [...Array(30).keys()])
  assert.equal(await watch(), 1)
  assert.deepEqual(await kinds(), ['volume', 'volume'])
  await acknowledgeAll()
})

test('an hour at which somebody never works is told', async () => {
  await ask('bo', 'PUT /v1/read-budgets', { body: budgets(100) })
  for (let day = 0; day < 15; day++) {
    await open('ada', day)
    at.ms += 24 * hourMs
  }
  at.ms += 14 * hourMs
  await openAll('ada', [...Array(10).keys()])
  assert.equal(await watch(), 1)
  assert.deepEqual(await kinds(), ['hour'])
})

test('an alert is acknowledged once, in person, and never by whom it is about', async () => {
  const [alert] = (await alerts()).filter((one) => !one.acknowledged)
  const path = `POST /v1/alerts/${alert?.id}/acknowledge`
  for (const who of ['ada', 'reader', 'by-token']) {
    assert.equal(codeOf(await ask(who, path, { body: { reason } })), 'not-allowed', who)
  }
  assert.equal((await ask('bo', path, { body: { reason: '' } })).status, 422)
  const none = await ask('bo', 'POST /v1/alerts/alert_zzzzzzzz/acknowledge', { body: { reason } })
  assert.equal(codeOf(none), 'not-found')
  assert.equal((await ask('auditor', path, { body: { reason } })).status, 204)
  assert.equal(codeOf(await ask('bo', path, { body: { reason } })), 'not-in-this-state')
  const told = await asActor(database.app, systemActor, (tx) =>
    sql<{ action: string }>`select action from parley.ledger_pending
      order by no desc limit 1`.execute(tx),
  )
  assert.deepEqual(told.rows, [{ action: 'alert.acknowledge' }])
})

test('pages of auditors hear of an alert, and pages of readers do not', async () => {
  const topics = (role: 'auditor' | 'reader' | 'coordinator' | 'finder') =>
    asActor(database.app, { ...coordinator, role }, async (tx) => {
      const { rows } = await sql<{ topic: string }>`
        select distinct topic from parley.live_event where topic = 'alert'`.execute(tx)
      return rows.length
    })
  const roles = ['auditor', 'coordinator', 'reader', 'finder'] as const
  assert.deepEqual(await Promise.all(roles.map(topics)), [1, 1, 0, 0])
})
