import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { commonLabel } from '#features/label/label.ts'
import { saveUsualLabel } from '#features/report/label-default.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { type Desk, openDesk } from './intake-desk.ts'

/** The label of what is handed in, at each door, on a real database. */
let desk: Desk
before(async () => {
  desk = await openDesk()
})
after(() => desk[Symbol.asyncDispose]())

const report = {
  purl: 'pkg:npm/frames@2.3.1',
  affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
  attachments: [
    {
      ...{ filename: 'a.txt', content_type: 'text/plain', type: 'reproducer' },
      data: 'AAEC/w==',
    },
  ],
}

type Told = { readonly [member: string]: unknown }
type Reply = { readonly status: number; readonly told: Told }

async function post(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const response = await fetch(`${desk.url}${path}`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', authorization: `Bearer ${desk.token}` },
      ...headers,
    },
    body,
  })
  return { status: response.status, told: JSON.parse(await response.text()) }
}

const single = (headers: Readonly<Record<string, string>>) =>
  post('/v1/reports', JSON.stringify(report), headers)
const bulk = (headers: Readonly<Record<string, string>>, body = '{"version":"2.1.0","runs":[]}') =>
  post('/v1/reports/bulk?name=x.sarif', body, headers)

const rows = <T>(query: string): Promise<T[]> =>
  asActor(desk.database.app, systemActor, async (tx) => (await sql.raw<T>(query).execute(tx)).rows)

const stored = async (): Promise<unknown> => [
  await rows('select count(*) from parley.report'),
  await rows('select count(*) from parley.bulk_import'),
  await rows('select count(*) from parley.idempotency'),
]

/** The TLP of what came last: 0 for clear up to 4 for red. */
const lastOf = async (table: 'report' | 'bulk_import'): Promise<number | undefined> => {
  const found = await rows<{ tlp: number }>(`select l.tlp from parley.${table} r
    join parley.label l on l.id = r.label_id order by r.no desc limit 1`)
  return found[0]?.tlp
}

const unreadable: readonly (readonly [name: string, text: string, pointer: string])[] = [
  ['no marking', 'rather secret', '/parley-label'],
  ['a colour that TLP has not', 'TLP:PURPLE', '/parley-label'],
  ['two markings', 'TLP:CLEAR, TLP:RED', '/parley-label'],
  ['nothing', ' ', '/parley-label'],
  ['no JSON', '{"tlp":', '/parley-label'],
  ['a part twice', '{"tlp":"red","tlp":"clear"}', '/parley-label/tlp'],
  [
    'a part of another form',
    JSON.stringify({
      ...{ classification: 'unclassified', tlp: 'red', compartments: ['glass'], owners: [] },
      ...{ releasableTo: null, legal: [], foia: [], embargoUntil: null },
    }),
    '/parley-label/compartments/0',
  ],
]

for (const [door, send] of [
  ['one report', single],
  ['a document', bulk],
] as const) {
  for (const [name, text, pointer] of unreadable) {
    test(`${door} labelled by ${name} is refused, and nothing is stored`, async () => {
      const before = await stored()
      const { status, told } = await send({ 'parley-label': text, 'idempotency-key': 'unread' })
      assert.equal(status, 400)
      const [first] = Array.isArray(told['errors']) ? told['errors'] : []
      assert.deepEqual([first?.in, first?.pointer], ['header', pointer])
      assert.deepEqual(await stored(), before)
    })
  }

  test(`${door} above the ceiling is refused, and nothing is stored`, async () => {
    const before = await stored()
    const { status, told } = await send({ 'parley-label': 'SECRET//TLP:RED' })
    assert.deepEqual([status, told['code']], [422, 'above-ceiling'])
    assert.deepEqual(await stored(), before)
  })

  test(`${door} has the label that it names, else the one that is usual`, async () => {
    const table = door === 'one report' ? 'report' : 'bulk_import'
    assert.equal((await send({ 'parley-label': 'TLP:RED' })).status, 202)
    assert.equal(await lastOf(table), 4)
    assert.equal((await send({})).status, 202)
    assert.equal(await lastOf(table), 3)
  })

  test(`${door} under another label is another request for one key`, async () => {
    const key = { 'idempotency-key': `key of ${door}`.replaceAll(' ', '-') }
    const first = await send({ ...key, 'parley-label': 'TLP:GREEN' })
    assert.equal(first.status, 202)
    assert.deepEqual(await send({ ...key, 'parley-label': 'TLP:GREEN' }), first)
    assert.equal((await send({ ...key, 'parley-label': 'TLP:RED' })).status, 422)
    assert.equal((await send(key)).status, 422)
  })
}

test('a body that names a label is refused as the contract asks', async () => {
  const { status } = await post('/v1/reports', JSON.stringify({ ...report, label: 'TLP:RED' }))
  assert.equal(status, 400)
})

test('the same document under another label is another one', async () => {
  const body = '{"version":"2.1.0","runs":[],"properties":{"x":1}}'
  const told: unknown[] = []
  for (const label of ['TLP:RED', 'TLP:GREEN', 'TLP:RED']) {
    told.push((await bulk({ 'parley-label': label }, body)).told['isKnown'])
  }
  assert.deepEqual(told, [false, false, true])
})

test('staff may label higher than they are cleared for', async () => {
  const { status } = await single({
    'parley-label': 'UNCLASSIFIED//GLASS//TLP:RED',
    authorization: `Bearer ${desk.staffToken}`,
  })
  assert.equal(status, 202)
  assert.equal(await lastOf('report'), 4)
})

test('what is usual is the setting of the organisation, else that of the instance', async () => {
  const label = (tlp: string): string =>
    JSON.stringify({
      ...{ classification: 'unclassified', tlp, compartments: [], owners: [] },
      ...{ releasableTo: null, legal: [], foia: [], embargoUntil: null },
    })
  const set = async (of: string, tlp: string, token = desk.staffToken): Promise<number> => {
    const response = await fetch(`${desk.url}/v1/label-defaults/${of}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: `{"label":${label(tlp)}}`,
    })
    return response.status
  }
  assert.equal(await set('instance', 'red', desk.token), 403)
  assert.equal(await set('org_nobody000', 'red'), 404)
  assert.equal(await set('instance', 'purple'), 422)
  assert.equal(await set('instance', 'clear'), 403)
  await single({})
  assert.equal(await lastOf('report'), 3)
  await asActor(desk.database.app, systemActor, async (tx) => {
    const usual = { of: 'instance', label: { ...commonLabel, tlp: 'clear' } } as const
    const done = await saveUsualLabel(tx, usual, { by: null, now: new Date(), isAgreed: true })
    assert.ok(done.ok)
  })
  await single({})
  assert.equal(await lastOf('report'), 0)
  assert.equal(await set('org_finder01', 'red'), 204)
  await single({})
  assert.equal(await lastOf('report'), 4)
  const listed = await fetch(`${desk.url}/v1/label-defaults`, {
    headers: { authorization: `Bearer ${desk.staffToken}` },
  })
  assert.match(await listed.text(), /"of":"instance".*TLP:CLEAR.*"of":"org_finder01".*TLP:RED/)
  // A setting that names no label is the strictest: nobody is shown what has it.
  await rows(`update parley.setting set value = '${label('no colour')}'
    where name = 'label.default:org_finder01'`)
  await single({})
  const [last] = await rows<{ label_id: number }>(
    'select label_id from parley.report order by no desc limit 1',
  )
  assert.equal(last?.label_id, 0)
})
