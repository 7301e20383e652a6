import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { newFolder } from '../db/embedded-process.ts'
import { testServer } from '../db/server.ts'
import { endAll, type Served, serve, signIn, tokenFor } from './instance.ts'

/** Two servers on one database: what ends on one is gone from both, and open pages hear of it. */
const name = `parley_readin_${randomBytes(5).toString('hex')}`
const data = newFolder()
const proof = 'zanzibar_canary walks into quetzal.c:42 and crashes'
let servers: readonly Served[] = []
let admin = ''
let found = ''
let count = 0

async function asSuperuser(...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: await testServer() })
  await client.connect()
  try {
    for (const query of queries) await client.query(query)
  } finally {
    await client.end()
  }
}

const one = (): Served => servers[0] ?? assert.fail('no first server')
const other = (): Served => servers[1] ?? assert.fail('no second server')
const asPage = { 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' }

async function ask(call: string, body?: object, cookie = admin) {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(one().url + path, {
    method,
    headers: { ...asPage, cookie, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.ok(response.ok, `${call}: ${response.status} ${text}`)
  return Object(text === '' ? null : JSON.parse(text))
}

before(async () => {
  const password = randomBytes(9).toString('hex')
  await asSuperuser(
    `create role ${name} login password '${password}' createrole`,
    `create database ${name} owner ${name} encoding utf8 template template0`,
  )
  const own = new URL(await testServer())
  Object.assign(own, { username: name, password, pathname: `/${name}` })
  const grant = `grant parley_app, parley_queue, parley_keeper to ${name} with admin option`
  await asSuperuser(grant).catch(() => undefined)
  const env = { DATABASE_URL: own.href, PARLEY_WORKERS: '1' }
  servers = [await serve({ data, env }), await serve({ data, env })]
  admin = (await signIn(one().url, one().link)).cookie
  const token = await tokenFor(data, { env })
  await fetch(`${one().url}/v1/reports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ purl: 'pkg:npm/quillet@1.0.0', email: 'lab@example.org' },
      attachments: [
        {
          ...{ filename: 'crash.txt', content_type: 'text/plain', type: 'reproducer' },
          data: proof,
        },
      ],
    }),
  })
  for (let time = 0; time < 200 && found === ''; time++) {
    await pause(100)
    found = String((await ask('GET /v1/cases')).items[0]?.id ?? '')
  }
  await planned({ goLiveAt: new Date(Date.now() + 3_600_000).toISOString() })
})

after(async () => {
  await endAll()
  await asSuperuser(`drop database if exists ${name} with (force)`)
  for (const role of [`${name}_login_app`, `${name}_login_queue`, name]) {
    await asSuperuser(`drop role if exists ${role}`)
  }
})

const planned = async (part: object) =>
  ask(`PUT /v1/cases/${found}/plan`, { ...(await ask(`GET /v1/cases/${found}/plan`)), ...part })

const statuses = (path: string, cookie: string): Promise<number[]> =>
  Promise.all(
    servers.map(async ({ url }) => (await fetch(url + path, { headers: { cookie } })).status),
  )

/** Somebody read in by an emergency, who sees it on both servers and listens at both. */
async function readIn(tier = '3') {
  const person = async () => {
    const wish = { name: `Nan ${++count}`, organisation: 'Reed Registry', role: 'participant' }
    return ask('POST /v1/people', wish)
  }
  const [nominee, sponsor] = [await person(), await person()]
  const { cookie } = await signIn(other().url, nominee.link)
  const { id } = await ask(`POST /v1/cases/${found}/read-ins`, {
    ...{ person: nominee.person.id, sponsor: sponsor.person.id, tier, role: 'stage' },
    ...{ isEmergency: true, need: 'They publish.' },
  })
  for (const gate of [1, 2, 3]) {
    const decision = { result: 'passed', what: 'Seen.', papers: [] }
    await ask(`POST /v1/read-ins/${id}/gates/${gate}`, decision)
  }
  await ask(`POST /v1/read-ins/${id}/assign`, { why: 'Now.' })
  const own = (await ask('GET /v1/read-ins/mine', undefined, cookie)).items[0]
  const { digest, papers } = own.acknowledgement
  const agreed = { digest, agreed: papers }
  await ask(`POST /v1/read-ins/mine/${id}/acknowledge`, agreed, cookie)
  const path = `/v1/read-ins/mine/${id}/part`
  assert.deepEqual(await statuses(path, cookie), [200, 200])
  const heard = await Promise.all([one(), other()].map((at) => listen(at, cookie, id)))
  return { id, person: nominee.person.id, sponsor: sponsor.person.id, cookie, path, heard }
}

/** Listens from now on; tells when something is said of a read-in, or that the stream ended. */
async function listen(at: Served, cookie: string, id: string): Promise<() => Promise<number>> {
  const response = await fetch(`${at.url}/v1/events`, { headers: { cookie } })
  const reader = response.body?.getReader() ?? assert.fail('no stream')
  const first = await reader.read()
  assert.match(Buffer.from(first.value ?? []).toString(), /event: ready/)
  const told = (async () => {
    let text = ''
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      text += Buffer.from(value ?? []).toString()
      if (done || (text.includes('event: read-in') && text.includes(id))) return performance.now()
    }
  })()
  return () => told
}

test('who is read in to the whole case gets its proofs and files, and nobody else', async () => {
  const [whole, part] = [await readIn('0'), await readIn('3')]
  const seen = await ask(`GET ${whole.path}`, undefined, whole.cookie)
  const [report] = seen.page.reportList
  assert.match(JSON.stringify(report.finding), /zanzibar_canary/)
  assert.equal(report.isProofWithheld, false)
  const file = String(report.attachments[0].id)
  const get = (path: string, { cookie }: Of) => fetch(one().url + path, { headers: { cookie } })
  const through = ({ id }: Of) => `/v1/read-ins/mine/${id}/attachments/${file}`
  const answer = await get(through(whole), whole)
  assert.deepEqual([answer.status, await answer.text()], [200, proof])
  assert.equal((await get(`/v1/attachments/${file}`, whole)).status, 403)
  assert.equal((await get(`/v1/read-ins/mine/${whole.id}/attachments/none`, whole)).status, 404)
  assert.equal((await get(through(part), part)).status, 404)
  assert.equal((await get(through(whole), part)).status, 404)
  await ask(`POST /v1/read-ins/${whole.id}/end`, { why: 'task-done', note: '' })
  assert.equal((await get(through(whole), whole)).status, 404)
})

type Of = Awaited<ReturnType<typeof readIn>>

const endings: readonly (readonly [string, (of: Of) => Promise<unknown>])[] = [
  ['revoked', ({ id }) => ask(`POST /v1/read-ins/${id}/end`, { why: 'breach', note: '' })],
  [
    'narrowed to nothing but time',
    async ({ id }) => {
      const until = new Date(Date.now() + 300).toISOString()
      await ask(`POST /v1/read-ins/${id}/tier`, { tier: '3', until, why: 'Soon.' })
      await pause(300)
    },
  ],
  [
    'left by its sponsor',
    ({ sponsor }) => ask(`PATCH /v1/people/${sponsor}`, { isDisabled: true }),
  ],
  ['its person disabled', ({ person }) => ask(`PATCH /v1/people/${person}`, { isDisabled: true })],
  ['its case public', () => planned({ disclosedAt: new Date(Date.now() - 1).toISOString() })],
  [
    'its case closed',
    async () => {
      const { version } = await ask(`GET /v1/cases/${found}`)
      return ask(`PATCH /v1/cases/${found}`, { version, status: 'closed', why: 'Done.' })
    },
  ],
]

for (const [what, end] of endings) {
  test(`a read-in is over on both servers, and heard of within a second: ${what}`, async () => {
    if (what === 'its case closed') await planned({ disclosedAt: null })
    const of = await readIn()
    await end(of)
    const since = performance.now()
    const after = await statuses(of.path, of.cookie)
    assert.ok(
      after.every((status) => status === 404 || status === 401),
      after.join(),
    )
    const late = pause(3_000, Number.POSITIVE_INFINITY, { ref: false })
    const at = await Promise.all(of.heard.map((one) => Promise.race([one(), late])))
    const took = at.map((time) => Math.round(time - since))
    assert.ok(Math.max(...took) < 1_000, `heard after ${took.join()} ms`)
  })
}
