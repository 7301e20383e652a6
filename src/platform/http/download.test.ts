import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Downloaded, download, type Request } from './download.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-download-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'file')

/** Fetches from a server that answers the nth request by the nth listener, or the last. */
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
    const request = { address, path, bytesMax: 1000, pauseMs: 5, ...more }
    return { result: await download(request), asked }
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

test('a server that drips for ever is given up, too', async () => {
  const drips: RequestListener = (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 10)
    response.on('close', () => clearInterval(timer))
  }
  const ran = await from([drips], { stallMs: 1000, wholeMs: 120, attemptsMax: 1 })
  assert.equal(codeOf(ran), 'no-network: cannot be reached: not done after 0.1 s')
})

test('a size that is said to be too large is not waited for', async () => {
  const huge: RequestListener = (_, response) =>
    response.writeHead(200, { 'content-length': '99999' }).write('x')
  const ran = await from([huge], { stallMs: 1000 })
  assert.deepEqual([codeOf(ran).slice(0, 9), ran.asked], ['too-large', 1])
})

test('what unpacks to more than the bound is not taken', async () => {
  const packed = gzipSync('x'.repeat(100_000))
  const ran = await from([
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
  ])
  assert.match(codeOf(ran), /^too-large/)
  const small: RequestListener = (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('small'))
  assert.equal(codeOf(await from([small])), 'written')
  assert.equal(readFileSync(path, 'utf8'), 'small')
})

test('redirects are followed, but not for ever and not to where nothing is fetched', async () => {
  const to = (location: string): RequestListener => says(302, '', { location })
  const there = await from([to('/other'), says(200, 'there')])
  assert.deepEqual([codeOf(there), there.asked], ['written', 2])
  const loop = await from([to('/list.json')])
  assert.match(codeOf(loop), /^no-network: is redirected more than 5 times, last to \/list.json/)
  assert.equal(loop.asked, 6, 'and not tried again')
  const out = await from([to('http://example.invalid/x')])
  assert.match(codeOf(out), /^no-network: leads to http:\/\/example.invalid\/x, which is http/)
  const file = await from([to('file:///etc/passwd')])
  assert.match(codeOf(file), /^no-network: leads to file:.*, which is not https/)
})

test('an address that may not be fetched is not asked', async () => {
  const result = await download({ address: 'http://example.invalid/x', path, bytesMax: 9 })
  assert.equal(result.ok || result.refusal.code, 'bad-usage')
})

/** A server of one document that breaks after `pieceBytes` of each answer. */
const breaking = (body: string, pieceBytes: number, headers: Record<string, string>) => {
  const ranges: string[] = []
  const answer: RequestListener = (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    ranges.push(request.headers.range ?? 'all')
    const isRest = from > 0 && request.headers['if-range'] === headers['etag']
    const rest = body.slice(isRest ? from : 0)
    response.writeHead(isRest ? 206 : 200, {
      ...headers,
      'content-length': `${rest.length}`,
      ...(isRest ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    })
    if (rest.length <= pieceBytes) response.end(rest)
    else {
      // What is not yet read when a connection breaks is lost to the reader: it gets some time.
      response.write(rest.slice(0, pieceBytes))
      setTimeout(() => response.destroy(), 60)
    }
  }
  return { answer, ranges }
}

test('a broken transfer goes on from where it broke', async () => {
  const seen: number[] = []
  const { answer, ranges } = breaking('0123456789', 4, { etag: '"v1"' })
  const ran = await from([answer], { attemptsMax: 30, onBytes: (size) => seen.push(size) })
  assert.equal(codeOf(ran), 'written')
  // On a slow machine a piece may be lost before it was read, and is asked for again.
  assert.deepEqual([...new Set(ranges)], ['all', 'bytes=4-', 'bytes=8-'])
  assert.equal(readFileSync(path, 'utf8'), '0123456789')
  assert.equal(seen.at(-1), 10)
})

test('without a strong version, or when it has changed, it begins anew', async () => {
  for (const headers of [{}, { etag: 'W/"v1"' }, { etag: '"v1"', 'accept-ranges': 'none' }]) {
    const { answer, ranges } = breaking('0123456789', 4, { ...headers })
    assert.match(codeOf(await from([answer])), /^no-network: cannot be reached/)
    assert.deepEqual(ranges, ['all', 'all', 'all'])
  }
  const first = breaking('0123456789', 4, { etag: '"v1"' })
  const second = breaking('abcdefghij', 10, { etag: '"v2"' })
  assert.equal(codeOf(await from([first.answer, second.answer])), 'written')
  assert.equal(second.ranges.length, 1)
  assert.equal(readFileSync(path, 'utf8'), 'abcdefghij')
})

test('another part than the one asked for is not glued on', async () => {
  const { answer } = breaking('0123456789', 4, { etag: '"v1"' })
  const wrong = says(206, '89', { etag: '"v1"', 'content-range': 'bytes 8-9/10' })
  assert.match(codeOf(await from([wrong])), /^no-network: the server sends another part/)
  const ran = await from([answer, wrong, says(200, 'whole')])
  assert.equal(codeOf(ran), 'written')
  assert.equal(readFileSync(path, 'utf8'), 'whole')
  const gone = await from([answer, says(416), says(200, 'whole')])
  assert.equal(codeOf(gone), 'written')
})

test('a server that asks to be left alone for a while is', async () => {
  const busy = says(503, '', { 'retry-after': '0.2' })
  const started = performance.now()
  assert.equal(codeOf(await from([busy, says(200, 'x')])), 'written')
  assert.ok(performance.now() - started >= 200)
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
