import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import {
  givePasskeys,
  nomination,
  passed,
  plan,
  ReadInWorld,
  secrets,
} from '../../../test/db/read-in-world.ts'

let world: ReadInWorld
before(async () => {
  world = await ReadInWorld.open()
  await givePasskeys(world, 'nan', 'fay')
})
after(() => world[Symbol.asyncDispose]())
beforeEach(() =>
  world.system(sql`update parley.read_in set ended_at = now(), ended_why = 'mistake'
    where ended_at is null and refused_at is null`),
)

const statusOf = async (...asked: Parameters<ReadInWorld['ask']>) =>
  (await world.ask(...asked)).status
const codeOf = async (...asked: Parameters<ReadInWorld['ask']>) =>
  Object((await world.ask(...asked)).json).code
const later = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

const staffCalls = [
  ['POST /v1/cases/ID/read-ins', nomination],
  ['POST /v1/read-ins/ID/gates/1', passed],
  ['POST /v1/read-ins/ID/refuse', { why: 'No need.' }],
  ['POST /v1/read-ins/ID/assign', { why: 'Needed.' }],
  ['POST /v1/read-ins/ID/tier', { tier: '3', until: later(1), why: 'Less.' }],
  ['POST /v1/read-ins/ID/end', { why: 'breach', note: '' }],
  ['POST /v1/exclusions', { who: { person: 'x' }, case: null, reason: 'x', until: null }],
  ['DELETE /v1/exclusions/ID', undefined],
] as const

for (const [call, body] of staffCalls) {
  test(`${call} is for people who decide, in a session, and of what is there`, async () => {
    for (const who of ['nan', 'fay', 'rea', 'aud', 'ada-token']) {
      assert.equal(await statusOf(who, call, body), 403, who)
    }
    assert.equal(await statusOf('nobody', call, body), 401)
    assert.equal(await statusOf('ada', call, body), 404)
  })
}

for (const [call, body, may, mayNot] of [
  ['GET /v1/cases/ID/read-ins', undefined, ['ada', 'aud', 'bo'], ['nan', 'rea', 'fay']],
  ['GET /v1/read-ins/log', undefined, ['ada', 'aud'], ['nan', 'rea', 'bo']],
  ['GET /v1/exclusions', undefined, ['ada', 'aud', 'bo'], ['nan', 'rea', 'fay']],
  ['GET /v1/read-ins/reuse', undefined, ['ada', 'bo'], ['nan', 'rea', 'aud']],
  ['PUT /v1/read-ins/reuse', { rule: null }, ['ada'], ['nan', 'bo', 'aud', 'ada-token']],
  ['GET /v1/read-ins/mine', undefined, ['nan', 'ada', 'fay'], ['nan-token', 'ada-token']],
] as const) {
  test(`${call} is for ${may.join()} and not for ${mayNot.join()}`, async () => {
    for (const who of may) assert.equal(await statusOf(who, call, body), 200, who)
    for (const who of mayNot) assert.equal(await statusOf(who, call, body), 403, who)
  })
}

test('a participant gets nothing of any case by any other route', async () => {
  const id = await world.case()
  await world.readIn(id, { tier: '0' })
  for (const path of [`/v1/cases/${id}`, '/v1/cases', '/v1/suggestions', '/v1/overview']) {
    assert.equal(await statusOf('nan', `GET ${path}`), 403, path)
  }
  assert.equal(await statusOf('nan', `GET /v1/cases/${id}/plan`), 403)
  assert.equal(await statusOf('nan', `PUT /v1/cases/${id}/plan`, plan), 403)
  assert.equal(await statusOf('rea', `PUT /v1/cases/${id}/plan`, plan), 403)
  assert.equal(await statusOf('rea', `GET /v1/cases/${id}/plan`), 200)
  assert.equal(await statusOf('rea', 'GET /v1/cases/case_none/plan'), 404)
  assert.equal(await codeOf('bo', `PUT /v1/cases/${id}/plan`, plan), 'conflict')
  assert.equal(await codeOf('bo', 'PUT /v1/cases/case_none/plan', plan), 'not-found')
  const public_ = { ...plan, version: 1, disclosedAt: later(1) }
  assert.equal(await codeOf('bo', `PUT /v1/cases/${id}/plan`, public_), 'invalid')
})

test('a reader who is read in to a case shared with others sees it, with its marking', async () => {
  await givePasskeys(world, 'rea')
  const [id, other] = [await world.case(), await world.case()]
  await world.system(sql`insert into parley.clearance values
    ('person_rea00001', 'org_staff001', 0, 1, '{}', false, true, now(), null)`)
  assert.equal(await statusOf('rea', `GET /v1/cases/${id}`), 404)
  await world.readIn(id, { who: 'rea', tier: '0' })
  const shown = await world.ask('rea', `GET /v1/cases/${id}`)
  assert.equal(shown.status, 200, shown.text)
  assert.match(shown.text, /TLP:AMBER\+STRICT/)
  assert.equal(await statusOf('rea', `GET /v1/cases/${other}`), 404)
  await world.system(sql`update parley.clearance set tlp = 3`)
})

test('nominations of nobody, without sponsor, of oneself or twice are refused', async () => {
  const id = await world.case()
  const call = `POST /v1/cases/${id}/read-ins`
  assert.equal(await codeOf('bo', call, { ...nomination, person: 'person_x' }), 'not-found')
  assert.equal(await codeOf('bo', call, { ...nomination, sponsor: 'person_x' }), 'not-found')
  assert.equal(await codeOf('bo', call, { ...nomination, need: ' ' }), 'invalid')
  const own = { ...nomination, person: 'person_bo000001' }
  assert.equal(await codeOf('bo', call, own), 'not-allowed')
  const self = { ...nomination, sponsor: nomination.person }
  assert.equal(await codeOf('bo', call, self), 'invalid')
  await world.readIn(id, { upTo: 'nominated' })
  assert.equal(await codeOf('bo', call, nomination), 'not-in-this-state')
  assert.equal(await codeOf('bo', call, { ...nomination, tier: '0' }), 'not-in-this-state')
})

for (const missing of [1, 2, 3]) {
  test(`nothing is assigned without gate ${missing}`, async () => {
    const readIn = await world.readIn(await world.case(), { upTo: 'nominated' })
    for (const gate of [1, 2, 3]) {
      const result = gate === missing ? 'failed' : 'passed'
      await world.must('ada', `POST /v1/read-ins/${readIn}/gates/${gate}`, { ...passed, result })
    }
    const call = `POST /v1/read-ins/${readIn}/assign`
    const refused = await world.ask('ada', call, { why: 'Now.' })
    assert.equal(refused.status, 409)
    assert.match(refused.text, new RegExp(`gate ${missing}`))
    assert.equal((await world.look('nan', readIn)).status, 404)
  })
}

test('nothing is seen before the person acknowledged the very text, in a session', async () => {
  const readIn = await world.readIn(await world.case(), { upTo: 'assigned' })
  assert.equal((await world.look('nan', readIn)).status, 404)
  const call = `POST /v1/read-ins/mine/${readIn}/acknowledge`
  const body = { digest: '0'.repeat(64), agreed: [] }
  assert.equal(await codeOf('nan', call, body), 'changed')
  assert.equal(await codeOf('ned', call, body), 'not-found')
  assert.equal(await statusOf('nan-token', call, body), 403)
  await world.acknowledge('nan', readIn)
  assert.equal(await codeOf('nan', call, body), 'not-in-this-state')
  assert.equal((await world.look('nan', readIn)).status, 200)
  assert.equal((await world.look('nan-token', readIn)).status, 403)
  const other = await world.look('ned', readIn)
  const unknown = await world.look('ned', 'readin_none')
  const bare = (text: string): string => text.replace(/request:\w+/, '')
  assert.deepEqual([other.status, bare(other.text)], [404, bare(unknown.text)])
})

test('nobody is assigned without passkey or papers, but in an emergency for 72 h', async () => {
  const id = await world.case()
  const readIn = await world.readIn(id, { who: 'ned', upTo: 'gates' })
  const refused = await world.ask('ada', `POST /v1/read-ins/${readIn}/assign`, { why: 'x' })
  assert.match(refused.text, /Missing: a passkey\./)
  await world.must('ada', `POST /v1/read-ins/${readIn}/refuse`, { why: 'No passkey.' })
  const urgent = { ...nomination, person: 'person_ned00001', tier: '1', isEmergency: true }
  const made = await world.must('bo', `POST /v1/cases/${id}/read-ins`, urgent)
  const own = String(Object(made).id)
  const noPapers = { ...passed, papers: [] }
  for (const gate of [1, 2, 3]) {
    await world.must('ada', `POST /v1/read-ins/${own}/gates/${gate}`, noPapers)
  }
  const assigned = await world.must('ada', `POST /v1/read-ins/${own}/assign`, { why: 'Now.' })
  const hours = (Date.parse(Object(assigned).until) - Date.now()) / 3_600_000
  assert.ok(hours > 71.9 && hours <= 72, `${hours} hours`)
  const list = Object(await world.must('ned', 'GET /v1/read-ins/mine')).items
  const { acknowledgement } = Object(list[0])
  const call = `POST /v1/read-ins/mine/${own}/acknowledge`
  const { digest } = acknowledgement
  assert.equal(await codeOf('ned', call, { digest, agreed: ['nda'] }), 'invalid')
  await world.must('ned', call, { digest, agreed: acknowledgement.papers })
  assert.equal((await world.look('ned', own)).status, 200)
})

test('more takes an approval; less holds at once', async () => {
  const readIn = await world.readIn(await world.case(), { tier: '2' })
  const tier = `POST /v1/read-ins/${readIn}/tier`
  const until = later(2)
  assert.equal(await codeOf('ada', tier, { tier: '0', until, why: 'All.' }), 'needs-approval')
  const long = { tier: '2', until: later(24 * 15), why: 'Longer.' }
  assert.equal(await codeOf('ada', tier, long), 'needs-approval')
  await world.must('ada', tier, { tier: '1', until, why: 'The fix is enough.' })
  const seen = await world.look('nan', readIn)
  assert.deepEqual(Object.keys(Object(seen.json)).sort(), ['fix', 'part'])
  const gates = await world.readIn(await world.case(), { upTo: 'gates' })
  const asked = { why: 'Longer.', until: later(24 * 40) }
  assert.equal(await codeOf('ada', `POST /v1/read-ins/${gates}/assign`, asked), 'needs-approval')
})

/** Everything that somebody gets by their own routes, as one text. */
async function everything(readIn: string): Promise<string> {
  const part = await world.look('nan', readIn)
  const list = await world.ask('nan', 'GET /v1/read-ins/mine')
  assert.equal(part.status, 200)
  return part.text + list.text
}

for (const [tier, has] of [
  ['1', ['fix']],
  ['1.5', ['fix']],
  ['2', ['fix', 'timing', 'goLiveAt']],
  ['3', ['goLiveAt', 'artifacts']],
  ['3.5', ['goLiveAt', 'artifacts']],
] as const) {
  test(`tier ${tier} sees ${has.join(' and ')} and no other byte of the case`, async () => {
    const id = await world.case()
    const readIn = await world.readIn(id, { tier })
    const { json } = await world.look('nan', readIn)
    assert.deepEqual(Object.keys(Object(json)).sort(), ['part', ...has].sort())
    const all = await everything(readIn)
    const { reports } = await world.as('ada', async (tx) => {
      const { rows } = await sql<{ id: string; receipt: string }>`select r.id, r.receipt
        from parley.report r join parley.case_report c on c.report_no = r.no
        where c.case_id = ${id}`.execute(tx)
      return { reports: rows.flatMap((row) => [row.id, row.receipt]) }
    })
    assert.equal(reports.length, 2)
    for (const secret of [...secrets, ...reports, id, 'kestrel', 'Seen and spoken', 'critical']) {
      assert.ok(!all.includes(secret), secret)
    }
    assert.equal(all.includes('pkg:npm/osprey'), tier.startsWith('3'))
    assert.equal(all.includes('diff --git'), !tier.startsWith('3'))
    for (const table of ['vulnerability_case', 'report', 'case_report', 'case_event', 'note']) {
      const rows = await world.as('nan', (tx) =>
        sql`select 1 from parley.${sql.raw(table)} limit 1`.execute(tx),
      )
      assert.equal(rows.rows.length, 0, table)
    }
  })
}

test('tier 0 sees the case, its proofs and changes, but no notes and no other case', async () => {
  const [id, other] = [await world.case(), await world.case()]
  await world.must('ada', `POST /v1/cases/${id}/notes`, { text: 'Between us: quetzal' })
  const { version } = Object(await world.must('ada', `GET /v1/cases/${id}`))
  const change = { version, severity: 'critical' }
  await world.must('ada', `PATCH /v1/cases/${id}`, change)
  const apart = { version: version + 1, with: other, why: 'quetzal' }
  await world.must('ada', `POST /v1/cases/${id}/apart`, apart)
  const readIn = await world.readIn(id, { tier: '0' })
  const { text, json } = await world.look('nan', readIn)
  const { page } = Object(json)
  assert.equal(page.title, secrets[0])
  assert.equal(page.reportList.length, 1)
  assert.match(JSON.stringify(page.reportList), /zanzibar/)
  assert.deepEqual(page.history.length, 1)
  for (const hidden of ['quetzal', other, 'Ada']) assert.ok(!text.includes(hidden), hidden)
  const seen = await world.as('nan', (tx) =>
    sql<{ id: string }>`select id from parley.vulnerability_case`.execute(tx),
  )
  assert.deepEqual(seen.rows, [{ id }])
})

test('the log has every step with its columns, as JSON and as CSV, and no formula', async () => {
  const id = await world.case()
  const readIn = await world.readIn(id, { upTo: 'nominated' })
  const formula = { ...passed, result: 'failed', what: '=HYPERLINK("x")' }
  await world.must('ada', `POST /v1/read-ins/${readIn}/gates/2`, formula)
  await world.must('ada', `POST /v1/read-ins/${readIn}/refuse`, { why: '=1+1' })
  const [row] = Object(await world.must('aud', `GET /v1/read-ins/log?case=${id}`))
  assert.match(row.gate_2, /^failed .* by Ada: =HYPERLINK/)
  assert.deepEqual(
    [row.state, row.reason, row.nominee],
    ['refused', '=1+1', 'Nan (person_nan00001)'],
  )
  assert.ok('gate_3' in row && 'exclusion_check' in row && 'sponsor' in row)
  const csv = await world.ask('aud', `GET /v1/read-ins/log?case=${id}&as=csv`)
  assert.match(csv.text, /,'=1\+1,/)
  assert.match(csv.text.split('\r\n')[0] ?? '', /^case,read_in,requested,nominee,.*,gate_3,/)
})
