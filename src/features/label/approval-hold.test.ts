import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { z } from 'zod'
import { addPerson } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { open } from '#platform/http/access.ts'
import { type Route, route } from '#platform/http/route.ts'
import { OrgServer } from '../../../test/http/org-server.ts'
import { approvalRoutes } from './approval.routes.ts'
import { behindHold, holdOf, holdRoutes, openKind } from './approval-hold.ts'

const trial = (path: string, name: string): Route<Principal> =>
  route({
    ...{ method: 'GET', path, name, summary: 'Try', tag: 'trial', access: open, problems: [] },
    ...(path.includes('{id}') && { params: z.strictObject({ id: z.string() }) }),
    run: async () => yes(undefined),
  })
const trials = [
  ...['/v1/cases', '/v1/reports', '/v1/jobs', '/v1/events', '/v1/sessionsx', '/metrics'],
  ...['/healthz', '/readyz'],
]

let server: OrgServer
let isHeld: () => Promise<boolean>
let first = ''
let second = ''

async function holdAgain(): Promise<void> {
  const url = new URL(server.database.superuserUrl)
  url.pathname = `/${server.database.name}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`insert into parley.hold values ('restore', now(), '2026-01-02T03:04:05Z')
    on conflict (id) do update set opened_at = null`)
  await client.end()
  isHeld = holdOf(server.database.app)
}

before(async () => {
  server = await OrgServer.open({
    further: (pool) =>
      behindHold(
        [
          ...trials.map((path, at) => trial(path, `trial${at}`)),
          trial('/v1/approvals/{id}/export', 'exported'),
          ...approvalRoutes({ pool, kinds: [openKind] }),
          ...holdRoutes({ pool }),
        ],
        () => isHeld(),
      ),
  })
  await holdAgain()
  first = await server.signIn()
})
after(() => server[Symbol.asyncDispose]())

const ask = (cookie: string, call: string, body?: unknown) =>
  server.ask(call, { cookie, ...(body === undefined ? {} : { body }) })
const statusOf = async (path: string) => (await server.ask(`GET ${path}`)).status

test('a held instance answers whether it is well, and nothing else of what it knows', async () => {
  for (const path of [...trials, '/v1/approvals/approval_x/export']) {
    const isAnswered = path === '/healthz' || path === '/readyz'
    const { status, text } = await server.ask(`GET ${path}`)
    assert.equal(status, isAnswered ? 204 : 503, path)
    if (!isAnswered) assert.match(text, /"code":"held-after-restore"/)
  }
  assert.equal((await ask(first, 'GET /v1/approvals')).status, 200)
})

const entries = async (): Promise<string> => {
  const { rows } = await asActor(server.database.app, systemActor, (tx) =>
    sql<{ fields: string }>`select fields::text as fields from parley.ledger_pending
      where action = 'hold.open' order by no`.execute(tx),
  )
  return rows.map(({ fields }) => fields).join('\n')
}

test('the only person who may administer opens it alone, and the ledger says so', async () => {
  const { text } = await ask(first, 'GET /v1/hold')
  assert.match(text, /"isAlone":true/)
  assert.equal((await ask(first, 'POST /v1/hold/open', {})).status, 204)
  assert.equal(await statusOf('/v1/cases'), 204)
  assert.match(await entries(), /"fields.alone": \{"salt": "\w+", "value": "yes"/)
  assert.equal((await ask(first, 'POST /v1/hold/open', {})).status, 409)
  assert.equal(JSON.parse((await ask(first, 'GET /v1/hold')).text).hold, null)
})

test('where there are two, one asks and the other grants', async () => {
  await holdAgain()
  const bo = 'person_bo000001'
  await asActor(server.database.app, systemActor, (tx) =>
    addPerson(
      tx,
      { id: bo, name: 'Bo', organisation: server.organisation, role: 'coordinator' },
      server.now,
    ),
  )
  second = await server.signIn(bo)
  const alone = await ask(first, 'POST /v1/hold/open', {})
  assert.match(`${alone.status} ${alone.text}`, /^403 .*"kind":"backup.open".*"needs-approval"/)
  const body = { kind: 'backup.open', request: {}, reason: 'The disk broke.' }
  const { id } = z
    .object({ id: z.string() })
    .parse(JSON.parse((await ask(first, 'POST /v1/approvals', body)).text))
  const { digest, says } = z
    .looseObject({ digest: z.string(), says: z.array(z.string()) })
    .parse(JSON.parse((await ask(second, `GET /v1/approvals/${id}`)).text))
  assert.match(says[0] ?? '', /what was backed up at 2026-01-02T03:04:05.000Z/)
  assert.equal(await statusOf('/v1/cases'), 503)
  const grant = { digest, reason: 'I looked.' }
  assert.equal((await ask(first, `POST /v1/approvals/${id}/grant`, grant)).status, 403)
  assert.equal(await statusOf('/v1/cases'), 503)
  assert.equal((await ask(second, `POST /v1/approvals/${id}/grant`, grant)).status, 204)
  assert.equal(await statusOf('/v1/cases'), 204)
  assert.match(await entries(), new RegExp(`grantedBy[^}]*${bo}`))
  const again = await ask(first, 'POST /v1/approvals', body)
  assert.equal(again.status, 409, 'there is nothing to open')
})

test('who may not administer opens nothing', async () => {
  await holdAgain()
  const fay = 'person_fay00001'
  await asActor(server.database.app, systemActor, (tx) =>
    addPerson(
      tx,
      { id: fay, name: 'Fay', organisation: server.organisation, role: 'analyst' },
      server.now,
    ),
  )
  const third = await server.signIn(fay)
  assert.equal((await ask(third, 'POST /v1/hold/open', {})).status, 403)
  const body = { kind: 'backup.open', request: {}, reason: 'x' }
  assert.equal((await ask(third, 'POST /v1/approvals', body)).status, 403)
})
