import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Downloaded, download, type Request } from './download.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-download-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'file')

/** Fetches from a server that answers the nth request as the nth listener says, the last for ever. */
async function from(answers: readonly RequestListener[], more: Partial<Request> = {}) {
  let asked = 0
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked++
    answer?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : 0
  try {
    const address = `http://127.0.0.1:${port}/list.json`
    return { result: await download({ address, path, bytesMax: 1000, ...more }), asked }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const says =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body)
const codeOf = ({ result }: Awaited<ReturnType<typeof from>>): string =>
  result.ok ? result.value.is : `${result.refusal.code}: ${result.refusal.why}`

test('what is refused is not asked for again, what is busy is, three times', async () => {
  const missing = await from([says(404)])
  assert.deepEqual([codeOf(missing), missing.asked], ['no-network: the server answers 404', 1])
  const busy = await from([says(503)])
  assert.deepEqual([codeOf(busy), busy.asked], ['no-network: the server answers 503', 3])
  const later = await from([says(503), says(200, 'now')])
  assert.deepEqual([codeOf(later), later.asked], ['written', 2])
  assert.equal(readFileSync(path, 'utf8'), 'now')
})

test('a host that is not there is told with its reason', async () => {
  const address = 'http://127.0.0.1:1/x'
  const result = await download({ address, path, bytesMax: 9, attemptsMax: 1 })
  assert.ok(!result.ok)
  assert.match(result.refusal.why, /cannot be reached: .*(ECONNREFUSED|bad port)/)
})

test('more than the bound is not taken', async () => {
  const sent = await from([says(200, 'x'.repeat(1001))])
  assert.match(codeOf(sent), /^too-large: sends more than 1000 bytes/)
})

test('a server that falls silent is given up', async () => {
  const silent: RequestListener = (_, response) => response.writeHead(200).write('some')
  const none: RequestListener = () => {}
  for (const answer of [silent, none]) {
    const ran = await from([answer], { stallMs: 60, attemptsMax: 1 })
    assert.equal(codeOf(ran), 'no-network: cannot be reached: no answer in time')
  }
})

test('a connection that breaks in the middle is tried again', async () => {
  const breaks: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': '9' }).write('half')
    setTimeout(() => response.destroy(), 20)
  }
  const ran = await from([breaks, says(200, 'all of it')])
  assert.deepEqual([codeOf(ran), ran.asked], ['written', 2])
  assert.equal(readFileSync(path, 'utf8'), 'all of it')
})

test('a folder that is not there is told as such', async () => {
  const ran = await from([says(200, 'x')], { path: join(folder, 'none', 'file') })
  assert.match(codeOf(ran), /^not-writable: cannot be written: ENOENT/)
})

test('a copy that is still good is not sent again', async () => {
  const answer: RequestListener = (request, response) => {
    const isKnown = request.headers['if-none-match'] === '"v1"'
    response.writeHead(isKnown ? 304 : 200, { etag: '"v1"' }).end(isKnown ? '' : 'body')
  }
  const first = await from([answer])
  const expected: Downloaded = { is: 'written', sizeBytes: 4, validators: { etag: '"v1"' } }
  assert.deepEqual(first.result.ok && first.result.value, expected)
  const second = await from([answer], { seen: { etag: '"v1"' } })
  assert.equal(codeOf(second), 'same')
})
