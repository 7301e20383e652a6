import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { answered } from './hostile-http.ts'
import { type Desk, openDesk } from './intake-desk.ts'

const post = ({ url, token }: Desk, headers: Readonly<Record<string, string>> = {}) =>
  answered(
    fetch(`${url}/v1/reports`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      },
      body: '{"purl":"pkg:npm/frames@1"}',
    }),
  )

test('a clock that is set back locks nobody out, stores once and prolongs no token', async () => {
  let now = new Date()
  await using desk = await openDesk({ clock: { now: () => now }, reportsPerHour: 3 })
  const once = { 'idempotency-key': 'before' }
  const first = await post(desk, once)
  assert.equal(first.status, 202)
  now = new Date(now.getTime() - 3 * 86_400_000)
  assert.equal((await post(desk, once)).text, first.text)
  assert.equal((await post(desk)).status, 202)
  const receipt = `${desk.url}/v1/submissions/${first.told['receipt']}`
  assert.equal((await fetch(receipt)).status, 200)
  await asActor(desk.database.app, systemActor, (tx) =>
    sql`update parley.api_token set revoked_at = now()`.execute(tx),
  )
  now = new Date(now.getTime() - 86_400_000)
  assert.equal((await post(desk)).status, 401)
  now = new Date(now.getTime() + 5 * 86_400_000)
  assert.equal((await post(desk, once)).status, 401)
})
