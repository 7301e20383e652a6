import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openTrial, post, request, until } from '../../../test/http/trial.ts'
import { dial, replyOn, say } from '../../../test/http/wire.ts'
import { silentLog } from '../log/log.ts'
import { listeningInodes } from './port-holder.ts'
import { problem } from './problem.ts'
import { listen } from './server.ts'

const { http, url, seen } = await openTrial({
  problemOf: (error) =>
    error instanceof RangeError ? problem('no-space', 'The disk is full.') : null,
})
after(() => http.close(100))

const good = 'Authorization: Bearer good'
const octets = 'Content-Type: application/octet-stream'
const title = '{"title":"a"}'

for (const [what, headers, status] of [
  ['no token', [octets], 401],
  ['a token that is none', ['Authorization: Bearer bad', octets], 401],
  ['a page of another origin', [good, octets, 'Origin: http://evil.example'], 403],
  ['another type', [good, 'Content-Type: text/plain'], 415],
] as const) {
  test(`a raw body with ${what} is answered with ${status}, and none of it is read`, async () => {
    const before = seen.bodyBytes
    const head = request('POST /v1/raw', [...headers, 'Content-Length: 100000'])
    const waiting = await say(url, head)
    assert.deepEqual([waiting.status, waiting.headers.get('connection')], [status, 'close'])
    const sent = await say(url, head + 'x'.repeat(100_000))
    assert.equal(sent.status, status)
    assert.equal(seen.bodyBytes, before)
  })
}

test('a raw body is streamed to its route, with the ticket of the gate', async () => {
  const head = request('POST /v1/raw', [good, octets, 'Content-Length: 150000'])
  const reply = await say(url, head + 'x'.repeat(150_000))
  assert.deepEqual(
    [reply.status, JSON.parse(reply.body)],
    [202, { sizeBytes: 150_000, ticket: 'ticket' }],
  )
})

test('a raw body beyond the bound of its route is refused before or while it is read', async () => {
  const declared = request('POST /v1/raw', [good, octets, 'Content-Length: 200001'])
  assert.equal((await say(url, declared)).status, 413)
  const chunks = `${'10000\r\n'}${'x'.repeat(0x10000)}\r\n`.repeat(4)
  const head = request('POST /v1/raw', [good, octets, 'Transfer-Encoding: chunked'])
  assert.equal((await say(url, head + chunks)).status, 413)
})

test('a steady body may take its time; one that pauses is answered with 408', async () => {
  const socket = await dial(url)
  socket.write(request('POST /v1/raw', [good, octets, 'Content-Length: 10']))
  const drip = setInterval(() => socket.write('x'), 100)
  assert.equal((await replyOn(socket)).status, 202)
  clearInterval(drip)
  const stopped = request('POST /v1/raw', [good, octets, 'Content-Length: 10'])
  assert.equal((await say(url, `${stopped}xx`)).status, 408)
})

test('a client that asks first is told to send only when the gates said yes', async () => {
  const expect = 'Expect: 100-continue'
  const refused = await say(url, request('POST /v1/raw', [octets, expect, 'Content-Length: 5']))
  assert.deepEqual([refused.status, refused.text.includes('100 Continue')], [401, false])
  const socket = await dial(url)
  socket.write(request('POST /v1/raw', [good, octets, expect, 'Content-Length: 5']))
  assert.equal((await replyOn(socket)).status, 100)
  const answer = replyOn(socket)
  socket.write('hello')
  assert.equal((await answer).status, 202)
})

test('after a small body that was not read the connection goes on', async () => {
  const socket = await dial(url)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const refused = post('/v1/notes', title).replace('good', 'bad')
  socket.write(refused + request('GET /v1/notes/next'))
  await until(() => String(Buffer.concat(chunks)).includes('"id":"next"'))
  assert.match(String(Buffer.concat(chunks)), /^HTTP\/1\.1 401.*HTTP\/1\.1 200/s)
  socket.destroy()
})

test('a refusal has a stable code and further members; a bug says nothing', async () => {
  const twice = await say(url, post('/v1/notes', '{"title":"twice"}'))
  const { instance, ...members } = JSON.parse(twice.body)
  assert.match(instance, /^urn:parley:request:[0-9a-f]{18}$/)
  assert.equal(instance.slice(-18), twice.headers.get('x-request-id'))
  assert.deepEqual(members, {
    ...{ type: 'urn:parley:problem:conflict', title: 'Conflict', status: 409, code: 'conflict' },
    ...{ detail: 'It is there.', at: 7 },
  })
  const bug = await say(url, post('/v1/notes', '{"title":"bug"}'))
  assert.equal(bug.status, 500)
  assert.doesNotMatch(bug.body, /secret|parley_|\.ts/)
})

test('what a route says beyond its declared output is a bug, and does not get out', async () => {
  const reply = await say(url, post('/v1/notes', '{"title":"leak"}'))
  assert.equal(reply.status, 500)
  assert.doesNotMatch(reply.text, /confidential/)
})

test('the log has routes, no paths, queries, bodies, secrets, nor lines of a client', async () => {
  seen.lines.length = 0
  const secret = 'parley_SECRETSECRETSECRET'
  await say(url, request(`GET /v1/notes/${secret}%0a%7B%22level%22?tag=${secret}%0d%0a`))
  await say(url, request(`GET /${secret}?x=${secret}`, [`User-Agent: ${secret}`]))
  await say(url, post('/v1/notes', '{"title":"bug"}', [`Cookie: session=${secret}`]))
  await until(() => seen.lines.length >= 4)
  const text = seen.lines.join('')
  assert.doesNotMatch(text, /SECRET|Bearer|session=|abcdefgh|\x1b/)
  assert.equal(text.split('\n').length, seen.lines.length + 1)
  const routes = seen.lines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'answered')
  assert.deepEqual(
    routes.map(({ route, status }) => [route, status]),
    [
      ['/v1/notes/{id}', 200],
      [null, 404],
      ['/v1/notes', 500],
    ],
  )
  assert.equal(routes[2]?.who, 'v1')
})

test('a server without room answers 503 before it reads anything', async () => {
  let waitS: number | null = 7
  const full = await openTrial({ saturated: () => waitS })
  const refused = await say(full.url, post('/v1/notes', title))
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '7'])
  assert.equal(full.seen.runs, 0)
  waitS = null
  assert.equal((await say(full.url, post('/v1/notes', title))).status, 201)
  await full.http.close(100)
})

test('more connections than the bound are not taken', async () => {
  const small = await openTrial({ connectionLimits: { connectionsMax: 2 } })
  const [one, two] = await Promise.all([dial(small.url), dial(small.url)])
  const reply = await say(small.url, request('GET /v1/notes/a')).catch(() => null)
  assert.equal(reply?.status ?? 0, 0)
  one.destroy()
  two.destroy()
  await small.http.close(100)
})

test('closing lets requests finish, takes no further ones, closes what only waits', async () => {
  const trial = await openTrial()
  const [busy, fresh] = await Promise.all([dial(trial.url), dial(trial.url)])
  const answer = replyOn(busy)
  busy.write(request('GET /v1/slow'))
  await until(() => trial.seen.runs === 1)
  const begun = performance.now()
  const closed = trial.http.close(5_000)
  await once(fresh.resume(), 'end')
  fresh.destroy()
  const { status, headers } = await answer
  assert.deepEqual([status, headers.get('connection')], [200, 'close'])
  await assert.rejects(say(trial.url, request('GET /v1/notes/a')))
  await closed
  assert.ok(performance.now() - begun < 3_000)
})

test('closing cuts off what is not done in time', async () => {
  const trial = await openTrial()
  const socket = await dial(trial.url)
  socket.write(request('GET /v1/slow'))
  await until(() => trial.seen.runs === 1)
  const begun = performance.now()
  await trial.http.close(50)
  assert.ok(performance.now() - begun < 350)
  assert.equal(trial.seen.runs, 101)
  socket.destroy()
})

const base = {
  routes: [],
  authenticate: async () => null,
  log: silentLog,
  clock: { now: () => new Date() },
}

test('a port that is taken is refused with who holds it and what to do', async () => {
  const port = Number(new URL(url).port)
  const found = await listen({ ...base, host: '127.0.0.1', port })
  assert.ok(!found.ok)
  const { why, hint } = found.refusal
  if (process.platform === 'linux') {
    assert.match(why, new RegExp(`^port ${port} is taken by .*\\(pid ${process.pid}\\)$`))
  }
  assert.match(hint ?? '', /--port or PARLEY_PORT/)
})

test('an address that this machine does not have is refused', async () => {
  for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
    const found = await listen({ ...base, host, port: 0 })
    assert.match(found.ok ? '' : found.refusal.why, /is no address of this machine/)
  }
})

test('who listens is read from the table of the kernel', async () => {
  const line = (at: string, state: string, inode: string): string =>
    `  0: ${at} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  0  0 ${inode} 1`
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout',
    line('0100007F:1C84', '0A', '111'),
    line('0100007F:1C84', '01', '222'),
    line('00000000000000000000000001000000:1C84', '0A', '333'),
    line('0100007F:1C85', '0A', '444'),
    '',
  ].join('\n')
  assert.deepEqual(listeningInodes(table, 7300), ['111', '333'])
  assert.deepEqual(listeningInodes('', 7300), [])
})

test('a socket of another kind at the port is found as well', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const found = await listen({ ...base, host: '127.0.0.1', port })
  assert.equal(found.ok, false)
  server.close()
  await pause(1)
})
