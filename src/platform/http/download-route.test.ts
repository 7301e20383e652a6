import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { no, yes } from '#kernel/result.ts'
import { openTrial, request } from '../../../test/http/trial.ts'
import { say } from '../../../test/http/wire.ts'
import { open } from './access.ts'
import { downloadRoute } from './download-route.ts'
import { problem } from './problem.ts'
import type { Route } from './route.ts'

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(1_000, 'x')
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begin')
  throw new Error('the disk is gone')
}

const download = (name: string, run: Parameters<typeof downloadRoute>[0]['run']): Route<unknown> =>
  downloadRoute({
    method: 'GET',
    path: `/v1/files/${name}`,
    name,
    summary: 'Fetch a file',
    tag: 'trial',
    access: open,
    sends: ['text/html'],
    problems: ['gone'],
    run,
  })

const page = { fileName: 'a\r\nb".html', mediaType: 'text/html' }
const { http, url, seen } = await openTrial({}, [
  download('none', async () => no(problem('gone', 'It was taken away.'))),
  download('page', async () => yes({ ...page, content: '<script>alert(1)</script>' })),
  download('whole', async () => yes({ ...page, sizeBytes: 3_000, content: pieces(3) })),
  download('unsized', async () => yes({ ...page, content: pieces(3) })),
  download('short', async () => yes({ ...page, sizeBytes: 9_000, content: pieces(3) })),
  download('long', async () => yes({ ...page, sizeBytes: 2_000, content: pieces(3) })),
  download('broken', async () => yes({ ...page, sizeBytes: 9_000, content: broken() })),
])
after(() => http.close(100))

const fetched = (name: string) => say(url, request(`GET /v1/files/${name}`))

test('a file that is gone is a problem', async () => {
  const reply = await fetched('none')
  assert.deepEqual([reply.status, JSON.parse(reply.body).code], [410, 'gone'])
})

test('a page of others is saved and cannot act', async () => {
  const { headers, body } = await fetched('page')
  assert.equal(body, '<script>alert(1)</script>')
  const disposition = `attachment; filename="a__b_.html"; filename*=UTF-8''a__b_.html`
  assert.equal(headers.get('content-disposition'), disposition)
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/)
})

test('a stream is sent whole, with and without its size', async () => {
  assert.equal((await fetched('whole')).body.length, 3_000)
  const { headers, body } = await fetched('unsized')
  assert.equal(headers.get('transfer-encoding'), 'chunked')
  assert.equal(body.replace(/3e8|0|\r\n/g, '').length, 3_000)
})

for (const name of ['short', 'long', 'broken']) {
  test(`a stream that is ${name} breaks off, and the log has it`, async () => {
    seen.lines.length = 0
    const reply = await fetched(name).catch(() => null)
    assert.notEqual(reply?.body.length, 3_000)
    assert.match(seen.lines.join(''), /the answer broke off/)
  })
}

test('HEAD opens no stream', async () => {
  const head = await say(url, request('HEAD /v1/files/whole'), { isHalfClosed: true })
  assert.deepEqual([head.status, head.headers.get('content-length'), head.body], [200, '3000', ''])
})
