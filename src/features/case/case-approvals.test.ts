import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { z } from 'zod'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { commonLabel, type Label } from '#features/label/label.ts'
import { addPerson } from '#features/org/org.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import { storeReports } from '../../../test/db/reports.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { caseRoutes } from './case.routes.ts'
import { createCases } from './case.store.ts'
import { liftEmbargoKind } from './embargo-approval.ts'
import { planRoutes } from './read-in-plan.routes.ts'
import { lowerLabelKind } from './relabel-approval.ts'

const root = { is: 'root', all: [randomKey()] } as const
const red: Label = { ...commonLabel, tlp: 'red' }

let server: OrgServer
let cases: readonly string[] = []
const cookies = new Map<string, string>()
const nth = (at: number): string => cases[at] ?? assert.fail('there are three')

before(async () => {
  server = await OrgServer.open({
    further: (pool) => [
      ...caseRoutes({ pool, keys: reportKeysOf(root), cursors: cursorsOf(root) }),
      ...planRoutes({ pool }),
      ...approvalRoutes({ pool, kinds: [lowerLabelKind, liftEmbargoKind] }),
    ],
  })
  const { organisation, now } = server
  await asActor(server.database.app, systemActor, async (tx) => {
    const people = { ann: 'analyst', amy: 'analyst', abe: 'analyst', rea: 'reader' } as const
    for (const [name, role] of Object.entries(people)) {
      await addPerson(tx, { id: `person_${name}00000`, name, organisation, role }, now)
    }
    // Abe alone is not cleared for TLP:RED.
    for (const name of ['ann', 'amy']) {
      const person = `person_${name}00000`
      await sql`insert into parley.clearance values (${person}, ${organisation}, 0, 4, '{}', false,
        true, ${now}, null)`.execute(tx)
    }
    const reports = await storeReports(
      tx,
      ['a', 'b', 'c'].map((title) => ({ title, organisation })),
    )
    const groups = reports.map((no) => ({ reports: [no], ties: [] }))
    cases = [...(await createCases(tx, groups, { clock: { now: () => now } }))]
  })
  for (const name of ['ann', 'amy', 'abe', 'rea']) {
    cookies.set(name, await server.signIn(`person_${name}00000`))
  }
})
after(() => server[Symbol.asyncDispose]())

const as = (who: string, call: string, body?: unknown) => {
  const cookie = cookies.get(who) ?? assert.fail(who)
  return server.ask(call, { cookie, ...(body === undefined ? {} : { body }) })
}

const Told = z.looseObject({ id: z.string().optional(), digest: z.string().optional() })
const toldIn = (text: string) => Told.parse(JSON.parse(text))

async function asked(who: string, kind: string, request: unknown): Promise<string> {
  const answer = await as(who, 'POST /v1/approvals', { kind, request, reason: 'The vendor asks.' })
  assert.equal(answer.status, 201, answer.text)
  return toldIn(answer.text).id ?? ''
}

async function grantedBy(who: string, id: string) {
  const shown = await as(who, `GET /v1/approvals/${id}`)
  assert.equal(shown.status, 200, shown.text)
  const { digest } = toldIn(shown.text)
  return as(who, `POST /v1/approvals/${id}/grant`, { digest, reason: 'Yes.' })
}

const stateOf = async (id: string): Promise<string> => {
  const { text } = await as('ann', `GET /v1/approvals/${id}`)
  return z.looseObject({ state: z.string() }).parse(JSON.parse(text)).state
}

const versionOf = async (id: string): Promise<number> => {
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql<{
      version: number
    }>`select version from parley.vulnerability_case where id = ${id}`.execute(tx),
  )
  return rows[0]?.version ?? 0
}

const relabel = async (who: string, id: string, label: Label) =>
  as(who, `POST /v1/cases/${id}/label`, { version: await versionOf(id), label, why: 'A reason.' })

describe('a label is lowered', () => {
  before(async () => {
    for (const id of [nth(0), nth(1)]) assert.equal((await relabel('ann', id, red)).status, 200)
  })
  const lower = (id: string) => ({ case: id, label: commonLabel, why: 'It is out.' })

  test('by nobody alone: the answer says where to ask', async () => {
    const { status, text } = await relabel('ann', nth(0), commonLabel)
    assert.equal(status, 403)
    assert.match(text, /"kind":"case.lower-label"/)
  })

  test('by nobody who is not shown the case: there is none to ask for', async () => {
    for (const id of [nth(0), 'case_aaaaaaaaaaaaaaaaaaaa']) {
      const wish = { kind: 'case.lower-label', request: lower(id), reason: 'x' }
      const { status, text } = await as('abe', 'POST /v1/approvals', wish)
      assert.equal(status, 409, text)
      assert.match(text, /no such case for you/)
    }
  })

  test('by no grant of whoever does not see it as it is', async () => {
    const id = await asked('ann', 'case.lower-label', lower(nth(1)))
    assert.equal((await as('abe', `GET /v1/approvals/${id}`)).status, 404)
    const { text } = await as('amy', `GET /v1/approvals/${id}`)
    const shown = { digest: toldIn(text).digest, reason: 'Yes.' }
    assert.equal((await as('abe', `POST /v1/approvals/${id}/grant`, shown)).status, 404)
    assert.equal(await stateOf(id), 'requested')
  })

  test('by two who see it: then others see it too', async () => {
    assert.equal((await as('abe', `GET /v1/cases/${nth(0)}`)).status, 404)
    const id = await asked('ann', 'case.lower-label', lower(nth(0)))
    const own = await grantedBy('ann', id)
    assert.equal(own.status, 403)
    assert.equal((await grantedBy('amy', id)).status, 204)
    assert.equal(await stateOf(id), 'done')
    assert.equal((await as('abe', `GET /v1/cases/${nth(0)}`)).status, 200)
  })

  test('not where the case was decided about meanwhile', async () => {
    const id = await asked('ann', 'case.lower-label', lower(nth(1)))
    const change = { version: await versionOf(nth(1)), severity: 'low' }
    assert.equal((await as('amy', `PATCH /v1/cases/${nth(1)}`, change)).status, 200)
    assert.equal((await grantedBy('amy', id)).status, 412)
  })
})

describe('an embargo ends', () => {
  const until = '2099-06-01T00:00:00.000Z'
  const sooner = '2099-05-01T00:00:00.000Z'
  const plan = (version: number, embargoUntil: string | null) => ({
    ...{ version, fixText: '', fixLinks: [], artifacts: [], embargoUntil, analysisAt: null },
    ...{ upstreamAt: null, disclosureAt: null, goLiveAt: null, disclosedAt: null },
  })
  const path = (verb: string) => `${verb} /v1/cases/${nth(2)}/plan`

  test('early by nobody alone, and later by anybody who decides', async () => {
    assert.equal((await as('ann', path('PUT'), plan(0, sooner))).status, 200)
    assert.equal((await as('ann', path('PUT'), plan(1, until))).status, 200)
    for (const end of [sooner, null]) {
      const { status, text } = await as('ann', path('PUT'), plan(2, end))
      assert.equal(status, 403, text)
      assert.match(text, /"kind":"case.lift-embargo"/)
    }
  })

  test('early by no statement of whoever decides', async () => {
    const { organisation } = server
    const ann = { role: 'analyst', organisation, person: 'person_ann00000' } as const
    await assert.rejects(
      asActor(server.database.app, ann, (tx) =>
        sql`update parley.case_plan set embargo_until = null where case_id = ${nth(2)}`.execute(tx),
      ),
      /takes an approval/,
    )
  })

  test('early by two', async () => {
    const id = await asked('ann', 'case.lift-embargo', { case: nth(2), until: null })
    assert.equal((await grantedBy('amy', id)).status, 204)
    assert.equal(await stateOf(id), 'done')
    const { text } = await as('ann', path('GET'))
    assert.match(text, /"embargoUntil":null/)
  })
})
