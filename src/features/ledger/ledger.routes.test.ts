import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import type { z } from 'zod'
import type { Principal } from '#features/org/org.ts'
import { parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { leafHash } from '#formats/tlog/hash.ts'
import { isSignedBy, parseNote, parseVerifier } from '#formats/tlog/note.ts'
import { isIncluded } from '#formats/tlog/proof.ts'
import { clockAt } from '#kernel/clock.ts'
import { type Actor, asActor } from '#platform/db/as-actor.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { silentLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { testSigner } from '../../../test/db/ledger.ts'
import { coordinator, finder, peopleOf, secondCoordinator } from '../../../test/db/reports.ts'
import { type LedgerEntry, openEntry, parseLeaf } from './entry.ts'
import { ledgerRoutes } from './ledger.routes.ts'
import { placePending, record } from './ledger.store.ts'
import {
  AnomalyListWire,
  LedgerCheckpointWire,
  LedgerListWire,
  LedgerProofWire,
} from './ledger.wire.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const principalOf = ({ role, organisation, person }: Actor): Principal => ({
  ...{ via: 'token', token: 'token_1', role: role === 'finder' ? 'finder' : 'coordinator' },
  ...{ organisation: organisation ?? '', person: person ?? '' },
})
const actors = new Map([
  ['Bearer ada', principalOf(coordinator)],
  ['Bearer fay', principalOf(finder)],
])

let database: TestDatabase
let http: HttpServer<Principal>
const place = () => placePending({ pool: database.app, signer: testSigner, now: clock.now() })
const write = (as: Actor, entries: readonly LedgerEntry[]): Promise<void> =>
  asActor(database.app, as, (tx) => record(tx, entries))
const readOf = (number: number): LedgerEntry => ({
  ...{ at: clock.now(), action: 'case.read', kind: 'case', record: `case_${number}` },
})

before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  const served = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    routes: ledgerRoutes({
      ...{ pool: database.app, key: testSigner, areNamesShown: true },
      pseudonyms: (_, person) => person,
    }),
    authenticate: async ({ headers }) => {
      const who = actors.get(headers.authorization ?? '')
      return who ? { principal: who, by: 'token' } : null
    },
  })
  assert.ok(served.ok)
  http = served.value
  assert.equal((await ask('/v1/ledger/checkpoint')).status, 404)
  assert.equal((await ask('/v1/ledger/entries/0')).status, 404)
  await write(
    coordinator,
    Array.from({ length: 300 }, (_, at) => readOf(at)),
  )
  const decision = { reason: 'a twin', fields: { decision: 'merged' } }
  await write(secondCoordinator, [{ ...readOf(7), action: 'case.decide', ...decision }])
  await write(finder, [{ ...readOf(8), action: 'attachment.read', kind: 'attachment' }])
  await place()
})
after(async () => {
  await http.close()
  await database[Symbol.asyncDispose]()
})

const ask = (path: string, who = 'ada'): Promise<Response> =>
  fetch(`${http.url}${path}`, { headers: { authorization: `Bearer ${who}` } })

async function told<T extends z.ZodType>(shape: T, path: string): Promise<z.infer<T>> {
  const answer = await ask(path)
  assert.equal(answer.status, 200, path)
  return shape.parse(await answer.json())
}
const list = (query = '') => told(LedgerListWire, `/v1/ledger/entries${query}`)

for (const path of ['entries', 'entries/0', 'checkpoint', 'anomalies']) {
  test(`/v1/ledger/${path} is not for finders nor for who is not known`, async () => {
    assert.equal((await ask(`/v1/ledger/${path}`, 'fay')).status, 403)
    assert.equal((await ask(`/v1/ledger/${path}`, 'nobody')).status, 401)
  })
}

for (const path of ['entries?action=x', 'entries?after=-1', 'entries?limit=0']) {
  test(`/v1/ledger/${path} is answered with 422`, async () => {
    assert.equal((await ask(`/v1/ledger/${path}`)).status, 422)
  })
}

test('an entry that is not there yet is answered with 404', async () => {
  for (const index of ['302', '00', 'x', '-1', '1e3']) {
    assert.equal((await ask(`/v1/ledger/entries/${index}`)).status, 404, index)
  }
})

test('entries are listed newest first, page by page, each once', async () => {
  const found: number[] = []
  for (let after = ''; ; ) {
    const { items, next } = await list(`?limit=100${after}`)
    found.push(...items.map(({ index }) => index))
    if (next === null) break
    after = `&after=${next}`
  }
  assert.deepEqual(
    found,
    Array.from({ length: 302 }, (_, at) => 301 - at),
  )
})

test('entries are found by action, record and person', async () => {
  const indexes = async (query: string) => (await list(query)).items.map(({ index }) => index)
  assert.deepEqual(await indexes('?record=case_7'), [300, 7])
  assert.deepEqual(await indexes('?action=case.decide'), [300])
  assert.deepEqual(await indexes(`?person=${finder.person}`), [301])
  assert.deepEqual(await indexes(`?person=${finder.person}&action=case.read`), [])
  assert.deepEqual(await indexes('?record=case_7&after=300'), [7])
})

test('entries are found by their time', async () => {
  const count = async (query: string) => (await list(`?limit=200&${query}`)).items.length
  assert.equal(await count('since=2026-11-21T12:00:00Z'), 200)
  assert.equal(await count('since=2026-11-21T12:00:00.001Z'), 0)
  assert.equal(await count('until=2026-11-21T12:00:00Z'), 0)
  assert.equal(await count('until=2026-11-21T12:00:00.001Z&action=case.decide'), 1)
})

test('who opened far more than usual is told by name', async () => {
  const { items } = await told(AnomalyListWire, '/v1/ledger/anomalies')
  const who = { id: coordinator.person, name: 'Ada' }
  const from = '2026-11-21T12:00:00.000Z'
  assert.deepEqual(items, [
    {
      ...{ person: who, kind: 'volume', what: 'opens', span: 'hour', from, count: 300 },
      ...{ own: null, all: 0 },
    },
    {
      ...{ person: who, kind: 'volume', what: 'opens', span: 'day', count: 300 },
      ...{ from: '2026-11-21T00:00:00.000Z', own: null, all: 0 },
    },
  ])
})

test('an entry says who, for whom, what and why', async () => {
  const [entry] = (await list('?action=case.decide')).items
  assert.deepEqual(entry, {
    ...{ index: 300, at: '2026-11-21T12:00:00.000Z', action: 'case.decide' },
    person: { id: 'person_bo000001', name: 'Bo' },
    organisation: { id: 'org_staff001', name: 'Staff' },
    ...{ role: 'coordinator', kind: 'case', record: 'case_7', digest: null, reason: 'a twin' },
    ...{ fields: { decision: 'merged' }, redacted: [], damaged: [] },
  })
})

test('an entry verifies from its answer alone, by the checkpoint and the key', async () => {
  const key = parseVerifier((await told(LedgerCheckpointWire, '/v1/ledger/checkpoint')).key)
  assert.ok(key.ok)
  for (const index of [0, 255, 256, 301]) {
    const proven = await told(LedgerProofWire, `/v1/ledger/entries/${index}`)
    const note = parseNote(Buffer.from(proven.checkpoint))
    assert.ok(note.ok && isSignedBy(note.value, key.value))
    const checkpoint = parseCheckpoint(note.value.text)
    assert.ok(checkpoint.ok)
    const leaf = leafHash(Buffer.from(proven.leaf))
    const proof = proven.proof.map((hash) => Buffer.from(hash, 'base64'))
    assert.ok(isIncluded({ index, leaf, proof, ...checkpoint.value }), `${index}`)
    const said = parseLeaf(proven.leaf)
    assert.ok(said.ok)
    assert.equal(openEntry(said.value, proven.salted).values.get('record'), proven.entry.record)
  }
})

test('a value that was taken away shows as such', async () => {
  const owner = new Client({
    connectionString: database.superuserUrl.replace(/[^/]*$/, database.name),
  })
  await owner.connect()
  await owner.query(`update parley.ledger_field set fields = fields - 'actor', person = null
    where index = 5`)
  await owner.end()
  const { entry } = await told(LedgerProofWire, '/v1/ledger/entries/5')
  assert.deepEqual([entry.person, entry.redacted, entry.damaged], [null, ['actor'], []])
})
