import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { z } from 'zod'
import { readImport } from '#features/exchange/import.jobs.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import {
  ImportAcceptedWire,
  ImportedReportListWire,
  ImportListWire,
  ImportWire,
} from '#features/report/report.wire.ts'
import { zipOf } from '../archive.ts'
import { dial, replyOn } from '../http/wire.ts'
import { type Desk, openDesk } from './intake-desk.ts'

/** Documents over a socket, read in processes of their own. */
let desk: Desk
before(async () => {
  desk = await openDesk()
})
after(() => desk[Symbol.asyncDispose]())

const sarif = (count: number): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Probe' } },
        results: Array.from({ length: count }, (_, at) => ({
          ...{ ruleId: 'R1', level: 'error', message: { text: `Overflow number ${at}` } },
          locations: [{ physicalLocation: { artifactLocation: { uri: `src/${at}.c` } } }],
        })),
      },
    ],
  })

type Wish = { readonly token?: string; readonly headers?: Record<string, string> }

const bearer = (token = desk.token) => ({ authorization: `Bearer ${token}` })
const ask = (path: string, { token, headers }: Wish = {}) =>
  fetch(`${desk.url}${path}`, { headers: { ...bearer(token), ...headers } })

const send = (query: string, body: string | Uint8Array, { token, headers }: Wish = {}) =>
  fetch(`${desk.url}/v1/reports/bulk?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...bearer(token), ...headers },
    body: Buffer.from(body),
  })

async function accepted(query: string, body: string | Uint8Array, wish: Wish = {}) {
  const response = await send(query, body, wish)
  assert.equal(response.status, 202)
  return ImportAcceptedWire.parse(await response.json())
}

const never = new AbortController().signal

async function read(id: string, memoryMiB = 512): Promise<z.infer<typeof ImportWire>> {
  const { database, blobs, keys, clock } = desk
  await readImport({
    ...{ pool: database.app, blobs, keys: reportKeysOf(keys), clock, memoryMiB },
    reportsChanged: async () => undefined,
  })(id, never)
  return ImportWire.parse(await (await ask(`/v1/imports/${id}`)).json())
}

test('refuses who is not known, an unknown format, a key that is none, and no body', async () => {
  const stranger = await send('', 'x', { headers: { authorization: 'Bearer tap_v1_no' } })
  assert.equal(stranger.status, 401)
  const format = await send('format=nonsense', 'x')
  assert.equal(format.status, 422)
  assert.match(await format.text(), /"pointer":"\/format"/)
  assert.equal((await send('', 'x', { headers: { 'idempotency-key': ' ' } })).status, 400)
  assert.equal((await send('nme=a', 'x')).status, 422)
  assert.equal((await send('', '')).status, 400)
  const page = await send('', 'x', { headers: { origin: 'https://evil.example' } })
  assert.equal(page.status, 403)
})

test('a document that is cut off or too long leaves nothing behind', async () => {
  const before = ImportListWire.parse(await (await ask('/v1/imports')).json()).items.length
  for (const lines of [
    ['Content-Length: 100', '', 'abc'],
    ['Content-Length: 999999999', '', ''],
  ]) {
    const socket = await dial(desk.url)
    const head = ['POST /v1/reports/bulk HTTP/1.1', 'Host: localhost']
    socket.end([...head, `Authorization: Bearer ${desk.token}`, ...lines].join('\r\n'))
    const { status } = await replyOn(socket)
    assert.ok(status === 400 || status === 413, `${status}`)
    socket.destroy()
  }
  const after = ImportListWire.parse(await (await ask('/v1/imports')).json()).items.length
  assert.equal(after, before)
})

for (const [how, pack] of [
  ['as it is', (text: string) => Buffer.from(text)],
  ['in gzip', (text: string) => gzipSync(text)],
  ['in zip', (text: string) => zipOf([{ name: 'a/scan.sarif', content: text }])],
] as const) {
  test(`a document ${how} is read in a process of its own and paged`, async () => {
    const name = encodeURIComponent(`scan ${how}`)
    const { import: id, isKnown } = await accepted(`name=${name}`, pack(sarif(2_345)))
    assert.equal(isKnown, false)
    const found = await read(id)
    assert.deepEqual([found.state, found.format, found.problems], ['read', 'sarif', []])
    assert.equal(found.counts.reports, 2_345)
    const ordinals: number[] = []
    for (let after: string | null = null; ; ) {
      const page: Response = await ask(
        `/v1/imports/${id}/reports?limit=1000${after === null ? '' : `&after=${after}`}`,
      )
      const { items, next } = ImportedReportListWire.parse(await page.json())
      ordinals.push(...items.map(({ ordinal }) => ordinal))
      if (next === null) break
      after = next
    }
    assert.deepEqual(
      ordinals,
      Array.from({ length: 2_345 }, (_, at) => at),
    )
  })
}

test('the same bytes again are known, to their organisation and to no other', async () => {
  const first = await accepted('name=mine', sarif(3))
  const again = await accepted('name=mine', sarif(3))
  assert.deepEqual([again.import, again.isKnown], [first.import, true])
  const theirs = await accepted('name=mine', sarif(3), { token: desk.otherToken })
  assert.equal(theirs.isKnown, false)
  assert.notEqual(theirs.import, first.import)
})

test('documents without a name do not continue each other', async () => {
  const { import: first } = await accepted('', sarif(8))
  await read(first)
  const { import: second } = await accepted('', sarif(1))
  const { counts } = await read(second)
  assert.deepEqual([counts.reports, counts.unchanged, counts.gone], [1, 0, 0])
})

test('an Idempotency-Key answers the same bytes again, and refuses other content', async () => {
  const headers = { 'idempotency-key': 'bulk-1' }
  const [one, two] = await Promise.all([
    send('name=k', sarif(4), { headers }),
    send('name=k', sarif(4), { headers }),
  ])
  assert.deepEqual([one.status, await one.text()], [two.status, await two.text()])
  assert.equal((await send('name=k', sarif(5), { headers })).status, 422)
})

test('imports are for their organisation and the staff: to others they are not there', async () => {
  const { import: id } = await accepted('name=private', sarif(6))
  for (const path of [`/v1/imports/${id}`, `/v1/imports/${id}/reports`]) {
    assert.equal((await ask(path)).status, 200)
    assert.equal((await ask(path, { token: desk.staffToken })).status, 200)
    assert.equal((await ask(path, { token: desk.otherToken })).status, 404)
  }
  const theirs = await ask('/v1/imports', { token: desk.otherToken })
  const { items } = ImportListWire.parse(await theirs.json())
  assert.ok(items.every((one) => one.id !== id))
})

test('imports are listed newest first, page by page', async () => {
  const page = async (after: string) =>
    ImportListWire.parse(await (await ask(`/v1/imports?limit=2${after}`)).json())
  const first = await page('')
  const second = await page(`&after=${first.next}`)
  const times = [...first.items, ...second.items].map(({ receivedAt }) => receivedAt)
  assert.equal(times.length, 4)
  assert.deepEqual(times, times.toSorted().reverse())
})

test('a document that needs too much memory is refused, and the next one is read', async () => {
  const { import: id } = await accepted('name=large', sarif(120_000))
  const found = await read(id, 40)
  assert.equal(found.state, 'refused')
  assert.equal(found.problems[0]?.code, 'too-large')
  const { import: next } = await accepted('name=small', sarif(7))
  assert.equal((await read(next, 256)).counts.reports, 7)
})

test('lines are read in less memory than they take', async () => {
  const line = (at: number) =>
    JSON.stringify({ purl: `pkg:npm/p${at}@1`, upstream_ids: [], code_path: 'x'.repeat(1_000) })
  const lines = Array.from({ length: 12_000 }, (_, at) => line(at)).join('\n')
  const { import: id } = await accepted('name=long.ndjson', lines)
  const found = await read(id, 48)
  assert.deepEqual([found.state, found.counts.reports, found.problems], ['read', 12_000, []])
})
