import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import { testServer } from '../db/server.ts'
import { endAll, parleyTo, type Served, serve, signIn, stop } from './instance.ts'

/** Two servers on one database; who leaves is out of both. */
const name = `parley_leave_${randomBytes(5).toString('hex')}`
const data = newFolder()
let servers: readonly Served[] = []
let admin = ''
let env: Readonly<Record<string, string>> = {}

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
  env = { DATABASE_URL: own.href, PARLEY_WORKERS: '0' }
  servers = [await serve({ data, env }), await serve({ data, env })]
  admin = (await signIn(one().url, one().link)).cookie
})

after(async () => {
  await endAll()
  await asSuperuser(`drop database if exists ${name} with (force)`)
  for (const role of [`${name}_login_app`, `${name}_login_queue`, name]) {
    await asSuperuser(`drop role if exists ${role}`)
  }
})

/** What a page of the very server sends beside its cookie. */
const asPage = { 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' }

async function ask(call: string, body?: object): Promise<unknown> {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(one().url + path, {
    method,
    headers: { ...asPage, cookie: admin, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  assert.ok(response.ok, `${call}: ${response.status}`)
  return response.status === 204 ? null : response.json()
}

const Added = z.object({ link: z.string(), person: z.object({ id: z.string() }) })
const Session = z.object({ person: z.object({ id: z.string() }) })
const Made = z.object({ token: z.string() })
const Listed = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
const Profile = z.object({
  sessions: z.array(z.object({ id: z.string(), isThisOne: z.boolean() })),
})

/** Somebody with a session, and a stream of events on each server. */
async function arrive(organisation: string) {
  const wish = { name: 'Fay', organisation, role: 'coordinator' }
  const { link, person } = Added.parse(await ask('POST /v1/people', wish))
  const { cookie } = await signIn(other().url, link)
  const streams = await Promise.all([one(), other()].map((at) => listenAt(at, { cookie })))
  return { id: person.id, cookie, streams }
}

type Stream = { readonly endedAt: Promise<number> }

async function listenAt(at: Served, headers: Readonly<Record<string, string>>): Promise<Stream> {
  const response = await fetch(`${at.url}/v1/events`, { headers })
  assert.equal(response.status, 200)
  const reader = response.body?.getReader()
  assert.ok(reader)
  const first = await reader.read()
  assert.match(Buffer.from(first.value ?? []).toString(), /event: ready/)
  const drain = async (): Promise<number> => {
    for (;;) {
      const { done } = await reader.read()
      if (done) return performance.now()
    }
  }
  return { endedAt: drain() }
}

async function allEndWithin(ms: number, since: number, streams: readonly Stream[]) {
  const late = pause(5_000, Number.POSITIVE_INFINITY, { ref: false })
  const took = await Promise.all(
    streams.map(async ({ endedAt }) => (await Promise.race([endedAt, late])) - since),
  )
  assert.ok(Math.max(...took) < ms, `ended after ${took.map(Math.round).join()} ms`)
}

const statusesOf = (headers: Readonly<Record<string, string>>): Promise<number[]> =>
  Promise.all(
    servers.map(async ({ url }) => (await fetch(`${url}/v1/session`, { headers })).status),
  )

test('who is disabled is out of both servers within a second, streams and all', async () => {
  const { id, cookie, streams } = await arrive('Heron Lab')
  const staying = await listenAt(other(), { cookie: admin })
  assert.deepEqual(await statusesOf({ cookie }), [200, 200])
  const since = performance.now()
  await ask(`PATCH /v1/people/${id}`, { isDisabled: true })
  assert.deepEqual(await statusesOf({ cookie }), [401, 401])
  await allEndWithin(1_000, since, streams)
  const still = await Promise.race([staying.endedAt, pause(300, 'open')])
  assert.equal(still, 'open', 'who stays goes on listening')
})

test('a token and its stream end with its organisation', async () => {
  const wish = { name: 'scanner', organisation: 'Basalt', role: 'coordinator', days: 3 }
  const { token } = Made.parse(await ask('POST /v1/tokens', wish))
  const headers = { authorization: `Bearer ${token}` }
  const streams = await Promise.all(servers.map((at) => listenAt(at, headers)))
  assert.deepEqual(await statusesOf(headers), [200, 200])
  const all = Listed.parse(await ask('GET /v1/organisations')).items
  const basalt = all.find((organisation) => organisation.name === 'Basalt')
  const since = performance.now()
  await ask(`PATCH /v1/organisations/${basalt?.id}`, { isDisabled: true })
  await allEndWithin(1_000, since, streams)
  await pause(Math.max(0, 1_000 - (performance.now() - since)))
  assert.deepEqual(await statusesOf(headers), [401, 401])
})

test('a session that its owner ends elsewhere ends its streams', async () => {
  const { cookie, streams } = await arrive('Quarry')
  const headers = { ...asPage, cookie }
  const told = await fetch(`${other().url}/v1/profile`, { headers })
  const own = Profile.parse(await told.json()).sessions.find((session) => session.isThisOne)
  const since = performance.now()
  await fetch(`${other().url}/v1/sessions/${own?.id}`, { method: 'DELETE', headers })
  await allEndWithin(1_000, since, streams)
})

test('a link is for the person who is named, and for nobody where that is not clear', async () => {
  const linkOf = (named: string) =>
    parleyTo(['sign-in', '--data', data, '--person', named], { env })
  const wish = { name: 'Gil Reef', organisation: 'Heron Lab', role: 'finder' }
  const { person } = Added.parse(await ask('POST /v1/people', wish))
  for (const named of ['Gil Reef', person.id]) {
    const { code, said } = await linkOf(named)
    assert.equal(code, 0, said)
    const { cookie } = await signIn(one().url, /sign-in#([\w-]+)/.exec(said)?.[1] ?? '')
    const told = await fetch(`${one().url}/v1/session`, { headers: { cookie } })
    assert.equal(Session.parse(await told.json()).person.id, person.id)
  }
  await ask('POST /v1/people', wish)
  const several = await linkOf('Gil Reef')
  assert.deepEqual([several.code, /several people/.test(several.said)], [2, true])
  const none = await linkOf('Nobody')
  assert.deepEqual([none.code, /nobody who can sign in/.test(none.said)], [2, true])
})

test('both servers end as asked', async () => {
  assert.deepEqual(await Promise.all(servers.map((server) => stop(server))), [0, 0])
})
