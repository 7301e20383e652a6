import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { ApprovalPageWire } from '#features/label/approval.wire.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { asActor } from '#platform/db/as-actor.ts'
import type { Who } from '../worlds/cast.ts'
import { World } from '../worlds/world.ts'

/** One run of an instance in which nobody is to read who a finder is. */
let world: World
const cookies = new Map<string, string>()
/** Everything that was answered, to whomever, with what was asked. */
const heard: { readonly call: string; readonly text: string }[] = []
const secret = /jane|roe\b|roe security|kestrel acc|roe\.example/i

before(async () => {
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  world = await World.open('pseudonym', knowledge)
  for (const who of ['cleo', 'vera', 'bela'] as const) {
    cookies.set(who, await opened(`person_${who}0001`))
  }
  cookies.set('anna', await opened('person_anna0001'))
  cookies.set('otto', await opened('person_otto0001'))
  cookies.set('max', await opened('person_max00001'))
})
after(() => world[Symbol.asyncDispose]())

const opened = async (person: string): Promise<string> =>
  openedBy(await makeSignInLink(world.database.app, person, new Date(world.at.ms)))

async function openedBy(link: string): Promise<string> {
  const headers = { 'sec-fetch-site': 'same-origin', 'x-requested-by': 'test' }
  const call = { method: 'POST', path: '/v1/session', body: { link }, headers }
  const answer = await world.ask('nobody', call)
  assert.equal(answer.status, 200)
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

type Told = { readonly status: number; readonly text: string }

async function ask(who: string, call: string, body?: unknown): Promise<Told> {
  const [method = '', path = ''] = call.split(' ')
  const cookie = cookies.get(who) ?? assert.fail(who)
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'x-requested-by': 'test' }
  const wish = { method, path, headers, ...(body === undefined ? {} : { body }) }
  const answer = await world.ask('nobody', wish)
  const text = answer.body.toString('utf8')
  heard.push({ call: `${who} ${call}`, text })
  return { status: answer.status, text }
}

const told = ({ text }: Told): Record<string, unknown> => JSON.parse(text)
const handIn = async (token: string, path: string, body: unknown): Promise<string> => {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await world.ask('nobody', { method: 'POST', path, body, headers })
  const text = answer.body.toString('utf8')
  assert.equal(answer.status, 202, text)
  heard.push({ call: path, text })
  return text
}

const notes = 'JANE  ROE of Roe Security (jane@roe.example) saw a heap overflow in readFrame.'
const tap = {
  purl: 'pkg:npm/frames@2.3.1',
  affected_symbol: { file: 'home/jane_roe/lib/read.js', function: 'readFrame', line: 88 },
  email: 'jane@roe.example',
  attachments: [
    {
      ...{ filename: 'jane-roe-notes.md', content_type: 'text/markdown', type: 'other' },
      ...{ description: 'Written by Jane Roe', data: Buffer.from(notes).toString('base64') },
    },
  ],
}
const advisory = {
  schema_version: '1.7.0',
  ...{ id: 'KX-2026-1', modified: '2026-01-02T00:00:00Z', summary: 'Jane Roe: frames overflow' },
  details: 'Kestrel Accomplice and Jane Roe found a heap overflow in readFrame of frames.',
  affected: [{ package: { ecosystem: 'npm', name: 'frames' }, versions: ['2.3.1'] }],
  credits: [
    { name: 'Kestrel Accomplice', type: 'FINDER' },
    { name: 'Jane Roe', type: 'FINDER' },
  ],
}

let finder: { person: string; organisation: string; pseudonym: string }

test('a finder is made pseudonymous, and hands in what names it', async () => {
  const wish = { name: 'Jane Roe', organisation: 'Roe Security', role: 'finder' }
  const hidden = { isPseudonymous: true, contact: 'jane@roe.example' }
  assert.equal((await ask('cleo', 'POST /v1/people', { ...wish, contact: 'a@b.c' })).status, 422)
  const staff = { ...wish, ...hidden, role: 'reader' }
  assert.equal((await ask('cleo', 'POST /v1/people', staff)).status, 422)
  heard.length = 0
  const known = { ...wish, ...hidden, organisation: 'Heron Lab' }
  assert.equal((await ask('cleo', 'POST /v1/people', known)).status, 409)
  const made = await ask('cleo', 'POST /v1/people', { ...wish, ...hidden })
  assert.equal(made.status, 200, made.text)
  const { person, link } = JSON.parse(made.text)
  assert.match(person.name, /^Finder p-[a-z2-7]{6}$/)
  cookies.set('jane', await openedBy(link))
  const { items } = JSON.parse((await ask('otto', 'GET /v1/organisations')).text)
  const [own] = items.filter((one: { name: string }) => one.name === person.name)
  assert.equal(own.isPseudonymous, true)
  finder = { person: person.id, organisation: own.id, pseudonym: own.name }
  const asked = { name: 'laptop', organisation: own.id, role: 'finder', days: 9 }
  const { token } = JSON.parse((await ask('cleo', 'POST /v1/tokens', asked)).text)
  const { receipt } = JSON.parse(await handIn(token, '/v1/reports', tap))
  receipts.push(receipt)
  await handIn(token, '/v1/reports/bulk?name=jane%20roe.json', advisory)
  await world.work('placed')
})
const receipts: string[] = []

test('its people have no other name, and no other organisation', async () => {
  const { person, organisation, pseudonym } = finder
  const second = { name: 'Jane Roe', organisation, role: 'finder' }
  assert.equal(
    JSON.parse((await ask('cleo', 'POST /v1/people', second)).text).person.name,
    pseudonym,
  )
  for (const [call, body] of [
    [`PATCH /v1/organisations/${organisation}`, { name: 'Nobody' }],
    [`PATCH /v1/people/${person}`, { name: 'Nobody' }],
    [`POST /v1/organisations/org_finder01/people/${person}`, { role: 'finder' }],
    [`POST /v1/organisations/${organisation}/people/person_rita0001`, { role: 'finder' }],
    [`PUT /v1/organisations/${organisation}/people/${person}`, { role: 'reader' }],
    ['POST /v1/people', { ...second, role: 'reader' }],
  ] as const) {
    assert.equal((await ask('cleo', call, body)).status, 409, call)
  }
  await assert.rejects(
    asActor(world.database.app, coordinator, (tx) =>
      tx
        .updateTable('parley.organisation')
        .set({ name: 'Nobody' })
        .where('id', '=', organisation)
        .execute(),
    ),
    /a pseudonym stays/,
  )
})
const coordinator = {
  ...({ role: 'coordinator', organisation: 'org_staff001', person: 'person_cleo0001' } as const),
}

test('no row of the database says who it is, but what is sealed', async () => {
  const { rows } = await world.owner.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relnamespace = 'parley'::regnamespace and relkind = 'r'`,
  )
  let count = 0
  for (const { name } of rows) {
    const { rows: found } = await world.owner.query<{ text: string }>(
      `select t::text as text from ${name} t`,
    )
    count += found.length
    for (const { text } of found) assert.doesNotMatch(text, secret, name)
  }
  assert.ok(count > 50, String(count))
  const { rows: reports } = await world.owner.query('select finders from parley.report')
  assert.equal(reports.length, 2)
  for (const { finders } of reports) assert.deepEqual(finders, [finder.pseudonym])
})

test('no other organisation reads its sealed names, and its own members do', async () => {
  const counted = async (actor: Parameters<typeof asActor>[1]) =>
    (
      await asActor(world.database.app, actor, (tx) =>
        tx.selectFrom('parley.pseudonym').select('organisation_id').execute(),
      )
    ).length
  assert.equal(await counted(coordinator), 0)
  const other = { role: 'finder', organisation: 'org_finder01', person: 'person_fay00001' } as const
  assert.equal(await counted(other), 0)
  assert.equal(await counted({ role: 'finder', ...finder }), 1)
})

/** Ids that a path may name, by the last word of the path before them. */
async function idsOf(sql: string): Promise<string[]> {
  const { rows } = await world.owner.query<{ id: string }>(sql)
  return rows.map(({ id }) => id)
}

test('no answer to anybody says who it is', async () => {
  const ids: Readonly<Record<string, string[]>> = {
    cases: await idsOf('select id from parley.vulnerability_case'),
    reports: receipts,
    submissions: receipts,
    imports: await idsOf('select id from parley.bulk_import'),
    attachments: await idsOf('select id from parley.attachment'),
    people: [finder.person],
    organisations: [finder.organisation],
    entries: await idsOf('select index::text as id from parley.ledger_entry limit 40'),
  }
  let answered = 0
  for (const { method, path } of world.routes.filter((one) => one.method === 'GET')) {
    if (path === '/v1/events') continue
    const word = /\/v1\/([a-z-]+)\/\{[a-z]+\}/.exec(path)?.[1] ?? ''
    const attachment = ids['attachments']?.[0] ?? ''
    const paths = path.includes('{')
      ? (ids[word] ?? []).map((id) =>
          path.replace(/\{[a-z]+\}/, id).replace(/\{attachment\}/, attachment),
        )
      : [path]
    for (const one of paths) {
      for (const form of one.endsWith('/export')
        ? ['?as=markdown', '?as=mail', '?as=csaf']
        : ['']) {
        for (const who of ['cleo', 'anna', 'otto', 'max', 'jane']) {
          const { status } = await ask(who, `${method} ${one}${form}`)
          if (status === 200) answered++
        }
      }
    }
  }
  assert.ok(answered > 60, String(answered))
  const pages = heard.filter(({ text }) => text.includes(finder.pseudonym))
  assert.ok(
    pages.some(({ call }) => /GET \/v1\/cases\/case_/.test(call)),
    'cases credit it',
  )
  for (const { call, text } of heard) assert.doesNotMatch(text, secret, call)
})

test('a message goes to its address, of which nobody is told', async () => {
  const path = `POST /v1/finders/${finder.organisation}/messages`
  const sent = await ask('anna', path, { text: 'Could you try 2.3.2?' })
  assert.equal(sent.status, 202, sent.text)
  assert.equal((await ask('max', path, { text: 'x' })).status, 403)
  assert.equal((await ask('anna', path, { text: ' ' })).status, 422)
  const named = await ask('anna', 'POST /v1/finders/org_finder01/messages', { text: 'x' })
  const none = await ask('anna', 'POST /v1/finders/org_none/messages', { text: 'x' })
  assert.equal(named.status, 404)
  const body = ({ text }: Told) => ({ ...JSON.parse(text), instance: '' })
  assert.deepEqual(body(named), body(none))
  const jobs = await idsOf(`select data::text as id from pgboss.job where name = 'send-message'`)
  assert.equal(jobs.length, 1)
  assert.doesNotMatch(jobs.join(), /jane|2\.3\.2/)
})

async function requested(who: string, organisation = finder.organisation): Promise<Told> {
  const request = { kind: 'finder.reveal', request: { organisation } }
  return ask(who, 'POST /v1/approvals', { ...request, reason: 'A court asks, order 4711.' })
}

async function granted(): Promise<string> {
  const made = await requested('anna')
  assert.equal(made.status, 201, made.text)
  const id = String(told(made)['id'])
  const page = ApprovalPageWire.parse(told(await ask('vera', `GET /v1/approvals/${id}`)))
  assert.equal(page.subject, finder.pseudonym)
  const decision = { digest: page.digest, reason: 'The order was checked.' }
  const own = await ask('anna', `POST /v1/approvals/${id}/grant`, decision)
  assert.equal(own.status, 403)
  const done = await ask('vera', `POST /v1/approvals/${id}/grant`, decision)
  assert.equal(done.status, 204, done.text)
  return id
}

test('it is revealed to who asked alone, once, and the finder sees it', async () => {
  assert.equal((await requested('anna', 'org_finder01')).status, 409)
  const waiting = String(told(await requested('anna'))['id'])
  assert.equal((await ask('anna', `GET /v1/approvals/${waiting}/revealed`)).status, 404)
  const id = await granted()
  for (const who of ['vera', 'cleo', 'bela']) {
    assert.equal((await ask(who, `GET /v1/approvals/${id}/revealed`)).status, 404, who)
  }
  assert.equal((await ask('max', `GET /v1/approvals/${id}/revealed`)).status, 403)
  for (const { call, text } of heard) assert.doesNotMatch(text, secret, call)
  const shown = await ask('anna', `GET /v1/approvals/${id}/revealed`)
  assert.deepEqual(told(shown), {
    pseudonym: finder.pseudonym,
    ...{ names: ['Roe Security', 'Jane Roe'], contact: 'jane@roe.example' },
  })
  heard.length = 0
  assert.equal((await ask('anna', `GET /v1/approvals/${id}/revealed`)).status, 410)
  const { reveals } = JSON.parse((await ask('jane', 'GET /v1/profile/pseudonym')).text)
  const [one] = reveals
  assert.deepEqual([one.by, one.granted, one.reason], ['Anna', 'Vera', 'A court asks, order 4711.'])
  const { items } = JSON.parse((await ask('jane', `GET /v1/reports/${receipts[0]}/seen`)).text)
  const [seen] = items
  assert.deepEqual(
    [seen.action, seen.person.name, seen.reason],
    ['pseudonym.reveal', 'Anna', 'A court asks, order 4711.'],
  )
})

test('an hour after the grant it is too late', async () => {
  const id = await granted()
  world.at.ms += 3_600_000
  assert.equal((await ask('anna', `GET /v1/approvals/${id}/revealed`)).status, 410)
})

test('nobody but who was granted can use a grant up, whatever a route forgets', async () => {
  const id = await granted()
  const used = (person: string) =>
    asActor(world.database.app, { ...coordinator, person }, (tx) =>
      tx
        .updateTable('parley.pseudonym_reveal')
        .set({ used_at: new Date(world.at.ms) })
        .where('approval_id', '=', id)
        .executeTakeFirst(),
    )
  assert.equal((await used('person_cleo0001')).numUpdatedRows, 0n)
  assert.equal((await used('person_anna0001')).numUpdatedRows, 1n)
})

test('a finder that was known becomes a pseudonym for what comes then', async () => {
  const max: Who = 'max'
  const basalt = { ...tap, affected_symbol: { file: 'src/Basalt/read.js', function: 'readFrame' } }
  await handIn(world.tokens.get(max) ?? '', '/v1/reports', basalt)
  const shown = told(await ask(max, 'GET /v1/profile/pseudonym'))
  assert.deepEqual(shown, { pseudonym: null, hasContact: false, reveals: [] })
  assert.equal((await ask('otto', 'POST /v1/profile/pseudonym', {})).status, 403)
  assert.equal((await ask('cleo', 'POST /v1/profile/pseudonym', {})).status, 409)
  const made = await ask(max, 'POST /v1/profile/pseudonym', { contact: 'max@basalt.example' })
  assert.equal(made.status, 200, made.text)
  assert.equal((await ask(max, 'POST /v1/profile/pseudonym', {})).status, 409)
  await handIn(world.tokens.get(max) ?? '', '/v1/reports', basalt)
  const { rows } = await world.owner.query(
    `select finders, finding::text as text from parley.report
     where organisation_id = 'org_finder02' order by no`,
  )
  const pseudonym = told(made)['pseudonym']
  assert.deepEqual(
    rows.map(({ finders }) => finders[0]),
    ['Basalt', pseudonym],
  )
  assert.match(rows[0].text, /Basalt/)
  assert.doesNotMatch(rows[1].text, /Basalt/)
})
