import assert from 'node:assert/strict'
import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Proved } from '#features/proof/prove.ts'
import { decodeEnvelope, openEnvelope } from '#formats/attestation/dsse.ts'
import { ProofServer, proved, type Reported, type Who } from './proof-server.ts'

let at: ProofServer
let report: Reported
before(async () => {
  at = await ProofServer.open()
  report = await at.reported()
})
after(() => at[Symbol.asyncDispose]())

const ask = (who: Who, call: string, body?: unknown) => at.ask(who, call, body)
const send = (who: Who, call: string, bytes: string) => at.send(who, call, bytes)
const handedIn = (bytes?: string) => at.handedIn(report, bytes)
const runAll = (outcome: Proved) => at.runAll(outcome)
const evidenceNow = () => at.evidenceOf(report.case)

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
  assert.equal((await at.server.ask(to, { token: at.tokens.mine })).status, 400)
})

test('a full disk is no fault of whoever hands in', async () => {
  const told = await send('mine', `PUT /v1/submissions/${report.receipt}/proof`, 'full')
  assert.deepEqual([told.status, JSON.parse(told.text).code], [507, 'no-space'])
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
