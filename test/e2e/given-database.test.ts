import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { z } from 'zod'
import { newFolder } from '../db/embedded-process.ts'
import { testServer } from '../db/server.ts'
import { begin, endAll, handIn, parleyTo, serve, signIn, stop, tokenFor } from './instance.ts'
import { openOldServer } from './old-server.ts'
import { launcherPath } from './parley.ts'

/** Databases of the user's own server, which is the one of the tests. */
const mark = randomBytes(5).toString('hex')
const data = newFolder()
const password = 'secret-of-the-owner'
let superuserUrl = ''

async function asSuperuser(database: string, ...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: urlOf({ database }) })
  await client.connect()
  try {
    for (const query of queries) await client.query(query)
  } finally {
    await client.end()
  }
}

type Address = { readonly database: string; readonly user?: string; readonly word?: string }

function urlOf({ database, user, word = password }: Address): string {
  const url = new URL(superuserUrl)
  url.pathname = `/${database}`
  if (user !== undefined) {
    url.username = user
    url.password = word
  }
  return url.href
}

const names = ['shared', 'bare'].map((one) => `parley_given_${one}_${mark}`)
const [shared = '', bare = ''] = names
const rightsOf = (name: string): string => (name === shared ? 'createrole' : 'nocreaterole')

before(async () => {
  superuserUrl = await testServer()
  for (const name of names) {
    await asSuperuser(
      'postgres',
      `create role ${name} login password '${password}' ${rightsOf(name)}`,
      `create database ${name} owner ${name} encoding utf8 template template0`,
    )
  }
  // The roles of Parley may be there from another database, made by somebody else.
  const group = 'parley_app, parley_queue, parley_keeper'
  const { code } = await parleyTo(['sign-in', '--data', data], {
    env: { DATABASE_URL: urlOf({ database: shared, user: shared }) },
  })
  if (code !== 0) await asSuperuser('postgres', `grant ${group} to ${shared} with admin option`)
})

after(async () => {
  await endAll()
  for (const name of names) {
    await asSuperuser('postgres', `drop database if exists ${name} with (force)`)
    const logins = ['app', 'queue'].map((one) => `${name}_login_${one}`)
    for (const role of [...logins, name])
      await asSuperuser('postgres', `drop role if exists ${role}`)
  }
})

const Count = z.object({ count: z.number() })

async function untilPlaced(url: string, cookie: string, cases: number): Promise<void> {
  const until = performance.now() + 20_000
  for (;;) {
    const answer = await fetch(`${url}/v1/cases`, { headers: { cookie } })
    if (Count.parse(await answer.json()).count === cases) return
    assert.ok(performance.now() < until, `there are not ${cases} cases`)
    await pause(100)
  }
}

test('a service and two workers share a database; one worker may be killed', async () => {
  const env = { DATABASE_URL: urlOf({ database: shared, user: shared }) }
  const service = await serve({ data, env: { ...env, PARLEY_WORKERS: '0' } })
  const args = [launcherPath, 'worker', '--data', data]
  const one = begin(process.execPath, args, { env })
  await one.until(/A worker runs on PostgreSQL at/)
  const other = begin(process.execPath, args, { env })
  await other.until(/A worker runs on PostgreSQL at/)
  const to = { url: service.url, token: await tokenFor(data, { env }) }
  const { cookie } = await signIn(service.url, service.link)
  assert.equal((await handIn(to, 'both')).status, 202)
  await untilPlaced(to.url, cookie, 1)
  // The first placed it, since it held the lock that says who does.
  assert.equal(await stop(one, 'SIGKILL'), 'SIGKILL')
  assert.equal((await handIn(to, 'one-left')).status, 202)
  await untilPlaced(to.url, cookie, 2)
  assert.deepEqual([await stop(other), await stop(service)], [0, 0])
  for (const { said } of [service, one, other]) assert.ok(!said().includes(password))
})

test('a wrong password, no server and an old one are told, without the password', async () => {
  await using old = await openOldServer()
  const cases: readonly (readonly [string, RegExp])[] = [
    [urlOf({ database: shared, user: shared, word: 'secret-guess' }), /password authentication/],
    [urlOf({ database: `${shared}_x`, user: shared }), /does not exist/],
    [`postgres://owner:${password}@localhost:1/parley`, /localhost:1.*ECONNREFUSED/],
    [old.url, /is version 14[\s\S]*needs PostgreSQL 15 or newer/],
  ]
  for (const [url, message] of cases) {
    const { code, said } = await parleyTo(['serve', '--data', data, '--port', '0'], {
      env: { DATABASE_URL: url },
    })
    assert.equal(code, 7, said)
    assert.match(said, message)
    assert.ok(!said.includes('secret'), said)
  }
})

test('a role that may not make roles is told the SQL, and works once it was run', async () => {
  const env = { DATABASE_URL: urlOf({ database: bare, user: bare }) }
  const own = newFolder()
  const { code, said } = await parleyTo(['serve', '--data', own, '--port', '0'], { env })
  assert.equal(code, 7, said)
  assert.match(said, /may not make the roles of Parley[\s\S]*give it CREATEROLE, or/)
  const statements = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.endsWith(';'))
  assert.equal(statements.length, 6, said)
  for (const statement of statements) {
    await asSuperuser('postgres', statement).catch((error: Error) => {
      assert.match(error.message, /role "parley_\w+" already exists/)
    })
  }
  const service = await serve({ data: own, env })
  const to = { url: service.url, token: await tokenFor(own, { env }) }
  assert.equal((await handIn(to, 'by-hand')).status, 202)
  const { cookie } = await signIn(service.url, service.link)
  await untilPlaced(to.url, cookie, 1)
  assert.equal(await stop(service), 0)
})
