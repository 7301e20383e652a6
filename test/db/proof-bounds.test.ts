import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { makeToken } from '#features/org/org.store.ts'
import { proofsOfReportMax, waitingOfOrganisationMax } from '#features/proof/proof-room.store.ts'
import { queueRun } from '#features/proof/proof-run.store.ts'
import { ProofServer, proved, type Reported, type Who } from './proof-server.ts'
import { proofOf, waitingProof } from './proofs.ts'
import { storeReports } from './reports.ts'

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

/** What the ledger has of a proof, as text. */
const recorded = (action: string, proof: string) =>
  at.asSystem(async (tx) => {
    const { rows } = await sql<{ said: string; about: readonly string[] | null }>`
      select fields::text as said, about from parley.ledger_pending
      where action = ${action} and fields::text like ${`%${proof}%`} order by no`.execute(tx)
    return rows
  })

test('a full report takes no more proofs, but knows those that it has', async () => {
  const full = await at.reported()
  const to = `PUT /v1/submissions/${full.receipt}/proof`
  assert.equal((await send('mine', to, 'the first')).status, 201)
  await at.asSystem(async (tx) => {
    for (let at = 1; at < proofsOfReportMax; at++) {
      await proofOf(tx, full.no, { organisation: full.organisation })
    }
  })
  const refused = await send('mine', to, 'one too many')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /"code":"not-in-this-state".*has 100 proofs/)
  assert.equal((await send('mine', to, 'the first')).status, 200)
  assert.equal((await send('coordinator', `POST /v1/cases/${full.case}/proofs`, 'x')).status, 409)
})

test('whoever has too many waiting is told to wait, and others are not', async () => {
  const one = await at.reported()
  const to = `PUT /v1/submissions/${one.receipt}/proof`
  const proofs = await at.asSystem(async (tx) => {
    const wish = { organisation: one.organisation }
    const made = []
    for (let at = 0; at < waitingOfOrganisationMax / 50; at++) {
      const [other = 0] = await storeReports(tx, [wish])
      for (let n = 0; n < 50; n++) made.push((await waitingProof(tx, other, wish)).no)
    }
    return made
  })
  const refused = await send('mine', to, 'one too many')
  assert.equal(refused.status, 429, refused.text)
  assert.match(refused.text, /200 proofs of yours wait/)
  const byStaff = await send('coordinator', `POST /v1/cases/${one.case}/proofs`, 'of ours')
  assert.equal(byStaff.status, 201)
  await at.asSystem((tx) =>
    sql`update parley.proof_run set state = 'cancelled'
      where proof_no = any (${proofs}::bigint[])`.execute(tx),
  )
  assert.equal((await send('mine', to, 'one too many')).status, 201)
})

test('what is wrong with a bundle is told without what it does to a terminal', async () => {
  const { text } = await send('mine', `PUT /v1/submissions/${report.receipt}/proof`, 'hostile')
  const [error] = JSON.parse(text).errors
  assert.equal(error.pointer, '/run')
  assert.match(error.detail, /^\ufffd x{900,1000}$/)
})

test('whoever handed a proof in, or decides, ends its runs; nobody else does', async () => {
  for (const who of ['mine', 'coordinator'] as const) {
    const id = await handedIn()
    const call = `POST /v1/proofs/${id}/cancel`
    for (const [other, status] of [
      ['theirs', 404],
      ['triager', 404],
      ['reader', 403],
    ] as const) {
      assert.equal((await ask(other, call, {})).status, status, other)
    }
    const { token } = await at.asSystem((tx) =>
      makeToken(
        tx,
        {
          ...({ name: 'reads', role: 'analyst', days: 10, organisation: 'Harbour CERT' } as const),
          ...{ owner: at.server.person, scopes: ['read', 'read-proofs', 'hand-in'] },
        },
        at.server.now,
      ),
    )
    assert.equal((await at.server.ask(call, { token, body: {} })).status, 403)
    assert.equal((await ask(who, call, {})).status, 204)
    assert.equal((await ask(who, call, {})).status, 409)
    const { runs } = JSON.parse((await ask('mine', `GET /v1/proofs/${id}`)).text)
    assert.deepEqual([runs[0].state, runs[0].refusal.code], ['cancelled', 'cancelled'])
    const [entry] = await recorded('proof.cancel', id)
    assert.ok(entry?.said.includes(runs[0].id))
    assert.equal((await ask('coordinator', `POST /v1/proofs/${id}/runs`, {})).status, 201)
  }
})

test('a run that they may not see is neither ended nor told of', async () => {
  const [mine, hidden] = [await at.reported(), await at.reported()]
  const id = await at.handedIn(mine)
  const run = await at.asSystem(async (tx) => {
    const other = await proofOf(tx, hidden.no, { organisation: at.server.organisation })
    const own = await tx
      .selectFrom('parley.proof')
      .select('no')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const wish = { why: 'neighbour', person: null, patchOf: other.no } as const
    return queueRun(tx, { proofNo: own.no, ...wish }, new Date())
  })
  assert.equal((await ask('mine', `POST /v1/proofs/${id}/cancel`, {})).status, 204)
  assert.equal((await ask('mine', `POST /v1/proofs/${id}/cancel`, {})).status, 409)
  const left = await at.asSystem((tx) =>
    tx.selectFrom('parley.proof_run').select('state').where('id', '=', run).executeTakeFirst(),
  )
  assert.equal(left?.state, 'queued')
  assert.equal((await ask('coordinator', `POST /v1/proofs/${id}/cancel`, {})).status, 204)
})

test('whoever fetches a bundle or an attestation is recorded, for whoever reported', async () => {
  const id = await handedIn()
  await at.runAll(proved)
  const { runs, report: of } = JSON.parse((await ask('mine', `GET /v1/proofs/${id}`)).text)
  for (const [call, part] of [
    [`GET /v1/proofs/${id}/bundle`, 'bundle'],
    [`GET /v1/proof-runs/${runs[0].id}/attestation`, 'attestation'],
  ] as const) {
    assert.equal((await ask('reader', call)).status, 200)
    const entry = (await recorded('proof.read', id)).at(-1)
    assert.ok(entry?.said.includes(`"${part}"`), part)
    assert.deepEqual(entry?.about, [of])
  }
})

test('a proof of a closed case is run again only where the case was made public', async () => {
  const { receipt, case: of } = await at.reported()
  const told = await send('mine', `PUT /v1/submissions/${receipt}/proof`, 'of a closed case')
  const call = `POST /v1/proofs/${JSON.parse(told.text).id}/runs`
  const set = (assignment: string) =>
    at.asSystem((tx) =>
      sql`update parley.vulnerability_case set ${sql.raw(assignment)} where id = ${of}`.execute(tx),
    )
  await at.runAll(proved)
  await set("status = 'closed'")
  const refused = await ask('coordinator', call, {})
  assert.equal(refused.status, 409)
  assert.match(refused.text, /"code":"not-in-this-state".*reopen it first/)
  await set("status = 'waiting'")
  assert.equal((await ask('coordinator', call, {})).status, 201)
  await set("status = 'closed'")
  await at.asSystem((tx) =>
    sql`insert into parley.case_plan (case_id, version, changed_at, changed_by, fix_text, fix_links,
        artifacts, disclosed_at)
      values (${of}, 1, now(), ${at.server.person}, '', '{}', '[]', now())`.execute(tx),
  )
  assert.equal((await ask('coordinator', call, {})).status, 201)
})
