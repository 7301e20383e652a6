import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { z } from 'zod'
import { createCases } from '#features/case/case.store.ts'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { setApprovalPolicy } from '#features/label/approval.store.ts'
import { addPerson } from '#features/org/org.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { storeReports } from '../../../test/db/reports.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { bulkExportRoute } from './bulk-export.routes.ts'
import { bulkExportKind } from './bulk-export.ts'
import { caseExportRoutes } from './case-export.routes.ts'

const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
const parts = (pool: Pool) => ({
  ...{ pool, keys, watermark: null },
  blobs: { open: () => assert.fail('no blobs') },
})
let cases: readonly string[] = []
const nth = (at: number): string => cases[at] ?? assert.fail('there are four')

let server: OrgServer
const cookies = new Map<string, string>()
before(async () => {
  server = await OrgServer.open({
    further: (pool) => [
      ...caseExportRoutes(parts(pool)),
      bulkExportRoute(parts(pool)),
      ...approvalRoutes({ pool, kinds: [bulkExportKind] }),
    ],
  })
  const { organisation, now } = server
  await asActor(server.database.app, systemActor, async (tx) => {
    const people = { bo: 'coordinator', ann: 'analyst', amy: 'analyst', rea: 'reader' } as const
    for (const [name, role] of Object.entries(people)) {
      await addPerson(tx, { id: `person_${name}00000`, name, organisation, role }, now)
    }
    await setApprovalPolicy(tx, { mode: 'two-persons', expiryHours: 72, exportMax: 2 }, now)
    const wishes = ['a', 'b', 'c', 'd'].map((title) => ({ title, organisation }))
    const groups = (await storeReports(tx, wishes)).map((no) => ({ reports: [no], ties: [] }))
    cases = [...(await createCases(tx, groups, { clock: { now: () => now } }))]
  })
  for (const name of ['bo', 'ann', 'amy', 'rea']) {
    cookies.set(name, await server.signIn(`person_${name}00000`))
  }
})
after(() => server[Symbol.asyncDispose]())

const as = (who: string, call: string, body?: unknown) => {
  const cookie = cookies.get(who) ?? assert.fail(who)
  return server.ask(call, { cookie, ...(body === undefined ? {} : { body }) })
}
const takes = async (who: string, id: string) => as(who, `GET /v1/cases/${id}/export?as=markdown`)

test('beyond so many cases in a day the export says who has to let it be done', async () => {
  for (const id of [nth(0), nth(1), nth(0)]) assert.equal((await takes('ann', id)).status, 200, id)
  const { status, text } = await takes('ann', nth(2))
  assert.equal(status, 403)
  const told = z.looseObject({ code: z.string(), kind: z.string(), ask: z.string() })
  const { code, kind, ask } = told.parse(JSON.parse(text))
  assert.deepEqual([code, kind, ask], ['needs-approval', 'case.export-bulk', '/v1/approvals'])
  assert.equal((await takes('amy', nth(2))).status, 200, 'others have their own day')
  assert.equal((await takes('ann', nth(0))).status, 200, 'what was taken counts once')
})

test('accounts that are one human’s have one day together', async () => {
  const other = 'person_ann00000'
  const said = await as('bo', 'PUT /v1/people/person_amy00000/same-human', { other })
  assert.equal(said.status, 204, said.text)
  assert.equal((await takes('amy', nth(3))).status, 403)
  assert.equal((await as('bo', 'DELETE /v1/people/person_amy00000/same-human')).status, 204)
})

test('the next day begins anew', async () => {
  server.pass(24 * 3_600_000)
  for (const name of ['bo', 'ann', 'amy', 'rea']) {
    cookies.set(name, await server.signIn(`person_${name}00000`))
  }
  assert.equal((await takes('ann', nth(2))).status, 200)
})

async function granted(who: string, chosen: readonly string[]): Promise<string> {
  const wish = { kind: 'case.export-bulk', request: { cases: chosen } }
  const body = { ...wish, reason: 'The vendor asks.' }
  const asked = await as(who, 'POST /v1/approvals', body)
  assert.equal(asked.status, 201, asked.text)
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(asked.text))
  const shown = await as('bo', `GET /v1/approvals/${id}`)
  const { digest } = z.looseObject({ digest: z.string() }).parse(JSON.parse(shown.text))
  for (const name of chosen) assert.ok(shown.text.includes(name), name)
  const own = await as(who, `POST /v1/approvals/${id}/grant`, { digest, reason: 'Me.' })
  assert.equal(own.status, 403)
  const early = await as(who, `GET /v1/approvals/${id}/export`)
  assert.equal(early.status, 404, 'nothing before the grant')
  const grant = await as('bo', `POST /v1/approvals/${id}/grant`, { digest, reason: 'Yes.' })
  assert.equal(grant.status, 204, grant.text)
  return id
}

test('what was granted is fetched once, by who asked; the ledger names every case', async () => {
  const id = await granted('ann', cases)
  for (const other of ['bo', 'amy']) {
    assert.equal((await as(other, `GET /v1/approvals/${id}/export`)).status, 404, other)
  }
  const { status, text } = await as('ann', `GET /v1/approvals/${id}/export`)
  assert.equal(status, 200)
  for (const name of cases) assert.ok(text.includes(`${name}/case.json`), name)
  assert.equal((await as('ann', `GET /v1/approvals/${id}/export`)).status, 410)
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql`select 1 from parley.ledger_pending where action = 'case.export'
      and fields #>> '{fields.approval,value}' = ${id}`.execute(tx),
  )
  assert.equal(rows.length, cases.length)
})

test('after an hour nothing is fetched', async () => {
  const id = await granted('ann', [nth(0), nth(1)])
  server.pass(3_600_000)
  assert.equal((await as('ann', `GET /v1/approvals/${id}/export`)).status, 410)
})

test('cases that got another report since are not what was granted', async () => {
  const id = await granted('ann', [nth(0)])
  const { organisation, now } = server
  await asActor(server.database.app, systemActor, async (tx) => {
    const [no = 0] = await storeReports(tx, [{ organisation }])
    await sql`insert into parley.case_report (case_id, report_no, how, joined_at)
      values (${nth(0)}, ${no}, 'first', ${now})`.execute(tx)
  })
  assert.equal((await as('ann', `GET /v1/approvals/${id}/export`)).status, 412)
})

test('nobody asks for what they may not take out, or for what is not there', async () => {
  const asks = async (who: string, request: unknown) =>
    (await as(who, 'POST /v1/approvals', { kind: 'case.export-bulk', request, reason: 'x' })).status
  assert.equal(await asks('rea', { cases: [nth(0)] }), 403)
  assert.equal(await asks('ann', { cases: ['case_nothing0'] }), 409)
  assert.equal(await asks('ann', { cases: [nth(0), nth(0)] }), 422)
  assert.equal(await asks('ann', { cases: [] }), 422)
  assert.equal((await as('rea', 'GET /v1/approvals/approval_x/export')).status, 403)
})
