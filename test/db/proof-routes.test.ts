import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { createCases } from '#features/case/case.store.ts'
import { makeToken } from '#features/org/org.store.ts'
import type { Role } from '#features/org/role.ts'
import { handInRoutes } from '#features/proof/hand-in.routes.ts'
import type { BundleReader } from '#features/proof/hand-in.ts'
import { runHeld } from '#features/proof/proof.jobs.ts'
import { proofRoutes } from '#features/proof/proof.routes.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import { proofRunRoutes } from '#features/proof/proof-run.routes.ts'
import { claimRun } from '#features/proof/proof-run.store.ts'
import type { Proved } from '#features/proof/prove.ts'
import { workerRoutes } from '#features/proof/worker.routes.ts'
import { decodeEnvelope, openEnvelope } from '#formats/attestation/dsse.ts'
import { clockAt } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { evidenceChanged } from '../../src/main/service/proving.ts'
import { OrgServer } from '../http/org-server.ts'
import { isolationFacts, workerOf } from './proofs.ts'
import { storeReports } from './reports.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'parley-proof-routes-'))
const scratch = join(folder, 'scratch')
const root: Keys = { is: 'root', all: [randomKey()] }
const keys = proofKeysOf(root)
const signer = generateKeyPairSync('ed25519')

/** A bundle is a line of text here: what is read of it, or why it is none. */
const read: BundleReader = async (archive) => {
  const text = (await readFile(archive)).toString()
  if (text.startsWith('bad')) return no([{ pointer: '/oracle/kind', detail: 'is no oracle' }])
  return yes({
    patch: '--- a/x\n+++ b/x\n',
    bundle: {
      ...{ title: `Overflow ${text}`, proposed: text.startsWith('guess') ? 'a guess' : null },
      target: { purl: 'pkg:generic/reader@1.0', source: { kind: 'folder', path: 'src' } },
      ...{ location: null, environment: { kind: 'host', tools: {} }, build: [], benign: null },
      run: { kind: 'command', command: ['./reader'], input: { kind: 'none' } },
      oracle: { kind: 'signal', signal: 'SIGSEGV' },
      ...{ variants: [], patch: 'fix.patch', tests: [], finder: { name: 'Heron', model: null } },
      limits: {
        ...{ buildSeconds: 1, runSeconds: 1, memoryMiB: 1, processes: 1, diskMiB: 1 },
        outputMiB: 1,
      },
      authorisation: { statement: 'It is ours.', by: 'Heron' },
    },
  })
}

let server: OrgServer
let blobs: Blobs
let token: Readonly<Record<'coordinator' | 'triager' | 'mine' | 'theirs' | 'reader', string>>
let report: { readonly no: number; readonly receipt: string; readonly case: string }

before(async () => {
  const opened = await openFolderBlobs({ folder: join(folder, 'blobs'), keys: root, clock })
  assert.ok(opened.ok)
  blobs = opened.value
  server = await OrgServer.open({
    keys: root,
    further: (pool) => [
      ...handInRoutes({ pool, blobs, clock, keys, read, scratch }),
      ...proofRoutes({ pool, blobs, keys, evidenceChanged: evidenceChanged({ clock }) }),
      ...proofRunRoutes({ pool, keys }),
      ...workerRoutes({ pool }),
    ],
  })
  await asActor(server.database.app, systemActor, async (tx) => {
    const made = async (organisation: string, role: Role): Promise<string> => {
      const wish = { name: role, role, days: 10, owner: server.person, organisation }
      return (await makeToken(tx, wish, server.now)).token
    }
    token = {
      coordinator: await made('Harbour CERT', 'coordinator'),
      triager: await made('Harbour CERT', 'triager'),
      reader: await made('Harbour CERT', 'reader'),
      mine: await made('Heron Lab', 'finder'),
      theirs: await made('Basalt', 'finder'),
    }
    const { rows } = await sql<{ id: string }>`
      select id from parley.organisation where name = 'Heron Lab'`.execute(tx)
    const [no_ = 0] = await storeReports(tx, [{ organisation: rows[0]?.id ?? '' }])
    const [id = ''] = await createCases(tx, [{ reports: [no_], ties: [] }], { clock })
    const { receipt } = await tx
      .selectFrom('parley.report')
      .select('receipt')
      .where('no', '=', no_)
      .executeTakeFirstOrThrow()
    report = { no: no_, receipt, case: id }
  })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

type Who = keyof typeof token

const ask = (who: Who, call: string, body?: unknown) =>
  server.ask(call, { token: token[who], ...(body !== undefined && { body }) })

/** Sends an archive. */
const send = (who: Who, call: string, bytes: string) =>
  server.ask(call, { token: token[who], raw: Buffer.from(bytes) })

const handedIn = async (bytes = randomBytes(6).toString('hex')): Promise<string> => {
  const told = await send('mine', `PUT /v1/submissions/${report.receipt}/proof`, bytes)
  assert.equal(told.status, 201, told.text)
  return JSON.parse(told.text).id
}

const proved: Proved = {
  ...{ level: 'E3', runs: { met: 3, of: 3 }, missing: ['a patch'], attempts: [], patch: null },
  steps: [{ level: 'E3', isReached: true, why: '3 of 3 fresh runs showed it' }],
  crash: { kind: 'SEGV', frames: [{ function: 'read_chunk', file: 'x.c', line: 3 }] },
  ...{ environment: 'cd'.repeat(32), isolation: isolationFacts },
}

/** Runs what waits, with an outcome that is given. */
async function runAll(outcome: Proved): Promise<number> {
  const pool = server.database.app
  const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const id = await asActor(pool, systemActor, (tx) => workerOf(tx, 'one', { publicKey }))
  const self = { id, name: 'one', host: 'here', publicKey, version: '1', slots: 1, ceiling: 0 }
  for (let count = 0; ; count++) {
    const run = await asActor(pool, systemActor, (tx) => claimRun(tx, id, { leaseMs: 20_000 }))
    if (run === null) return count
    const parts = {
      ...{ pool, blobs, clock, keys, scratch, signer: signer.privateKey },
      self: { ...self, compartments: [], isolation: yes(isolationFacts) },
      ...{ prove: async () => yes(outcome), evidenceChanged: evidenceChanged({ clock }) },
      onShown: async () => undefined,
    }
    const ran = await runHeld(parts, run, new AbortController().signal)
    assert.deepEqual(ran, { is: 'done' })
  }
}

const evidenceNow = async (): Promise<string> => {
  const { evidence } = await asActor(server.database.app, systemActor, (tx) =>
    tx
      .selectFrom('parley.vulnerability_case')
      .select('evidence')
      .where('id', '=', report.case)
      .executeTakeFirstOrThrow(),
  )
  return evidence
}

for (const [who, call, status] of [
  ['theirs', 'PUT /v1/submissions/:receipt/proof', 404],
  ['reader', 'PUT /v1/submissions/:receipt/proof', 403],
  ['triager', 'POST /v1/cases/:case/proofs', 403],
  ['mine', 'POST /v1/cases/:case/proofs', 403],
  ['coordinator', 'POST /v1/cases/case_nowhere00/proofs', 404],
  ['coordinator', 'POST /v1/cases/:case/proofs?report=report_nowhere', 404],
] as const) {
  test(`a proof of ${who} by ${call} is answered with ${status}`, async () => {
    const path = call.replace(':receipt', report.receipt).replace(':case', report.case)
    assert.equal((await send(who, path, 'x')).status, status)
  })
}

test('what is no bundle, or a guess that nobody looked at, is refused with its place', async () => {
  const to = `PUT /v1/submissions/${report.receipt}/proof`
  const bad = await send('mine', to, 'bad')
  assert.equal(bad.status, 422)
  assert.deepEqual(JSON.parse(bad.text).errors, [
    { in: 'body', pointer: '/oracle/kind', detail: 'is no oracle' },
  ])
  const guess = await send('mine', to, 'guess')
  assert.equal(JSON.parse(guess.text).errors[0].pointer, '/proposed')
  assert.equal((await server.ask(to, { token: token.mine })).status, 400)
})

test('the same bytes come once, and their finder follows them', async () => {
  const bytes = randomBytes(6).toString('hex')
  const id = await handedIn(bytes)
  const again = await send('mine', `PUT /v1/submissions/${report.receipt}/proof`, bytes)
  assert.deepEqual([again.status, JSON.parse(again.text)], [200, { id, isSame: true }])
  assert.equal((await ask('mine', `GET /v1/proofs/${id}`)).status, 200)
  for (const [who, status] of [
    ['theirs', 404],
    ['triager', 403],
    ['reader', 200],
  ] as const) {
    assert.equal((await ask(who, `GET /v1/proofs/${id}`)).status, status, who)
    assert.equal((await ask(who, `GET /v1/proofs/${id}/bundle`)).status, status, who)
  }
  const bundle = await ask('reader', `GET /v1/proofs/${id}/bundle`)
  assert.equal(bundle.text, bytes)
})

test('what it showed counts for its case, until that is disputed', async () => {
  const id = await handedIn()
  assert.equal(await evidenceNow(), 'E0')
  assert.ok((await runAll(proved)) > 0)
  assert.equal(await evidenceNow(), 'E3')
  const told = JSON.parse((await ask('reader', `GET /v1/proofs/${id}`)).text)
  assert.equal(told.level, 'E3')
  assert.equal(told.patch, '--- a/x\n+++ b/x\n')
  assert.equal(told.manifest.oracle.kind, 'signal')
  assert.equal(told.runs[0].shown.crash.frames[0].function, 'read_chunk')
  const list = await ask('reader', `GET /v1/cases/${report.case}/proofs`)
  for (const proof of JSON.parse(list.text).items) {
    const body = { why: 'It fails on a build that nobody ships.' }
    assert.equal((await ask('mine', `PUT /v1/proofs/${proof.id}/dispute`, body)).status, 403)
    const done = await ask('coordinator', `PUT /v1/proofs/${proof.id}/dispute`, body)
    assert.equal(done.status, 204, done.text)
  }
  assert.equal(await evidenceNow(), 'E2')
  assert.equal((await ask('coordinator', `PUT /v1/proofs/${id}/dispute`, { why: 'x' })).status, 409)
  assert.equal((await ask('coordinator', `DELETE /v1/proofs/${id}/dispute`)).status, 204)
  assert.equal(await evidenceNow(), 'E3')
})

test('a proof that no longer shows anything lowers its case again', async () => {
  const id = await handedIn()
  await runAll(proved)
  assert.equal(await evidenceNow(), 'E3')
  const items = JSON.parse((await ask('reader', `GET /v1/cases/${report.case}/proofs`)).text).items
  for (const proof of items) await ask('coordinator', `POST /v1/proofs/${proof.id}/runs`, {})
  assert.equal((await ask('coordinator', `POST /v1/proofs/${id}/runs`, {})).status, 409)
  await runAll({ ...proved, level: 'E2', runs: { met: 2, of: 3 } })
  assert.equal(await evidenceNow(), 'E2')
  const told = JSON.parse((await ask('reader', `GET /v1/proofs/${id}`)).text)
  assert.deepEqual([told.runs[0].met, told.runs[0].of, told.runs.length], [2, 3, 2])
})

test('its attestation holds by the key of the worker, and quotes no output', async () => {
  const bytes = randomBytes(6).toString('hex')
  const id = await handedIn(bytes)
  await runAll(proved)
  const told = JSON.parse((await ask('mine', `GET /v1/proofs/${id}`)).text)
  const { text } = await ask('mine', `GET /v1/proof-runs/${told.runs[0].id}/attestation`)
  const envelope = decodeEnvelope(text)
  assert.ok(envelope.ok)
  const worker = JSON.parse((await ask('coordinator', 'GET /v1/workers')).text).items[0]
  const payload = openEnvelope(envelope.value, [createPublicKey(worker.publicKey)])
  assert.ok(payload.ok)
  const statement = JSON.parse(payload.value.payload.toString())
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  assert.deepEqual(statement.subject, [{ name: 'proof', digest: { sha256 } }])
  assert.equal(statement.predicate.level, 'E3')
  assert.ok(!text.includes('read_chunk') && !payload.value.payload.includes('read_chunk'))
  assert.equal(
    (await ask('theirs', `GET /v1/proof-runs/${told.runs[0].id}/attestation`)).status,
    404,
  )
})

test('who operates switches workers, and is told of the queue', async () => {
  await runAll(proved)
  const [worker] = JSON.parse((await ask('coordinator', 'GET /v1/workers')).text).items
  assert.equal(worker.isolation.tier, 'namespaces')
  const call = `PUT /v1/workers/${worker.id}`
  assert.equal((await ask('reader', call, { isOn: false, why: 'x' })).status, 403)
  assert.equal((await ask('coordinator', call, { isOn: false, why: 'Too hot.' })).status, 204)
  assert.equal((await ask('coordinator', call, { isOn: false, why: 'Too hot.' })).status, 409)
  await handedIn()
  assert.equal(await runAll(proved), 0)
  const queue = JSON.parse((await ask('coordinator', 'GET /v1/proof-queue')).text)
  assert.deepEqual([queue.waiting, queue.organisations[0].name], [1, 'Heron Lab'])
  assert.equal((await ask('coordinator', call, { isOn: true, why: 'It is cool.' })).status, 204)
  assert.equal(await runAll(proved), 1)
})
