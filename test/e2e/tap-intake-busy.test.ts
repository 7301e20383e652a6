import assert from 'node:assert/strict'
import { test } from 'node:test'
import { no } from '#kernel/result.ts'
import { dial, say } from '../http/wire.ts'
import { type Desk, type DeskWish, openDesk } from './intake-desk.ts'

const post = ({ url, token }: Desk, body: unknown = { purl: 'pkg:npm/frames@1' }) =>
  fetch(`${url}/v1/reports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function reportsIn({ database }: Desk): Promise<number> {
  const { Client } = await import('pg')
  const client = new Client({
    connectionString: database.superuserUrl.replace(/[^/]+$/, database.name),
  })
  await client.connect()
  const { rows } = await client.query<{ n: number }>('select count(*)::int as n from parley.report')
  await client.end()
  return rows[0]?.n ?? -1
}

async function atDesk(wish: DeskWish, work: (desk: Desk) => Promise<void>): Promise<void> {
  await using desk = await openDesk(wish)
  await work(desk)
}

test('429 when a token has used up its hour, with the seconds to wait, and nothing is read', () =>
  atDesk({ reportsPerHour: 2 }, async (desk) => {
    assert.deepEqual([(await post(desk)).status, (await post(desk)).status], [202, 202])
    const reply = await say(
      desk.url,
      [
        ...['POST /v1/reports HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${desk.token}`],
        ...['Content-Type: application/json', 'Content-Length: 9', '', ''],
      ].join('\r\n'),
    )
    assert.equal(reply.status, 429)
    const seconds = Number(reply.headers.get('retry-after'))
    assert.ok(seconds >= 1 && seconds <= 3_600, `${seconds} s`)
    assert.equal((await post({ ...desk, token: desk.otherToken })).status, 202)
    assert.equal(await reportsIn(desk), 3)
  }))

test('503 with Retry-After when there is no room, and nothing of it is stored', () =>
  atDesk({ limits: { waitingMax: 3, gatherMs: 200 } }, async (desk) => {
    const responses = await Promise.all(Array.from({ length: 12 }, () => post(desk)))
    const stored = responses.filter(({ status }) => status === 202)
    const refused = responses.filter(({ status }) => status === 503)
    assert.equal(stored.length + refused.length, 12)
    assert.ok(refused.length >= 9, `${refused.length} refused`)
    for (const { headers } of refused) assert.ok(Number(headers.get('retry-after')) >= 1)
    assert.equal(await reportsIn(desk), stored.length)
  }))

test('503 when a payload cannot be kept, and nothing of the report is stored', () => {
  const full = { code: 'disk-full', why: 'no space is left on this disk' } as const
  return atDesk({ blobs: (blobs) => ({ ...blobs, put: async () => no(full) }) }, async (desk) => {
    const data = { filename: 'a.txt', content_type: 'text/plain', data: 'x' }
    const response = await post(desk, { purl: 'pkg:npm/frames@1', attachments: [data] })
    assert.equal(response.status, 503)
    assert.ok(Number(response.headers.get('retry-after')) >= 1)
    assert.equal(await reportsIn(desk), 0)
  })
})

test('503 while too much is on its way, before anything of it is read', () =>
  atDesk({ readingBytesMax: 1_000 }, async (desk) => {
    const slow = await dial(desk.url)
    const head = ['POST /v1/reports HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
    const token = `Authorization: Bearer ${desk.token}`
    slow.write([...head, token, 'Content-Length: 2000', '', '{'].join('\r\n'))
    await until(async () => (await post(desk)).status === 503)
    slow.destroy()
    await until(async () => (await post(desk)).status === 202)
  }))

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 5_000
  while (!(await isSo())) assert.ok(performance.now() < end, 'still not so')
}
