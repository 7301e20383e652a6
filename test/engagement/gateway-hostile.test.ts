import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Caps } from '#features/engagement/gateway/books.ts'
import {
  begin,
  codeOf,
  engagementId,
  type Got,
  grantFor,
  openWorld,
  send,
  through,
  until,
  type World,
} from './gateway-world.ts'
import { answering, answeringJson, endless, type Script, streaming } from './scripted-endpoint.ts'

let world: World
const closing: (() => void)[] = []
beforeEach(async () => {
  world = await openWorld()
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await world.close()
})

/** Through the gateway, with caps of its own. */
function sendWithin(caps: Partial<Caps>, base = world.endpoint.url): Promise<Got> {
  const grant = grantFor(base)
  world.grants.give('capped', { ...grant, caps: { ...grant.caps, ...caps } })
  return send(through(world), { headers: ['X-Api-Key', 'capped'] })
}

const outcome = () => world.log.entries.at(-1)?.entry.outcome

/** An endpoint that says exactly the bytes that it wants to say. */
async function crooked(say: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => say(socket))
    closing.push(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

test('a stream without end is cut when its time is over', async () => {
  world.endpoint.script = endless('data: {}\n\n', 20)
  const got = await sendWithin({ wholeMs: 700 })
  assert.equal(got.isWhole, false)
  assert.deepEqual(outcome(), { is: 'cut', why: 'too-long' })
  await until(() => world.endpoint.brokenOff === 1)
})

test('an answer beyond its bytes is cut before them', async () => {
  const script: Script = (_seen, response) => {
    response.writeHead(200, { 'content-length': '10000000000' })
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    }
    response.on('drain', more)
    more()
  }
  world.endpoint.script = script
  const got = await sendWithin({ answerBytes: 1_000_000 })
  assert.deepEqual([got.isWhole, got.body.length <= 1_000_000], [false, true])
  assert.deepEqual(outcome(), { is: 'cut', why: 'answer-too-large' })
})

test('an answer that unpacks beyond its bytes is cut, in memory that does not grow', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20))
  const headers = ['Content-Encoding', 'gzip', 'Content-Type', 'application/json']
  world.endpoint.script = answering(200, headers, [bomb])
  const got = await sendWithin({ answerBytes: 2_000_000 })
  assert.equal(got.isWhole, false)
  assert.deepEqual(outcome(), { is: 'cut', why: 'answer-too-large' })
})

test('a packed answer that does not unpack is cut', async () => {
  const torn = gzipSync(Buffer.from('{"a":1}')).subarray(0, 20)
  world.endpoint.script = answering(200, ['Content-Encoding', 'gzip'], [torn])
  await sendWithin({})
  assert.deepEqual(outcome(), { is: 'cut', why: 'answer-garbled' })
})

test('an answer packed in no known way does not pass', async () => {
  world.endpoint.script = answering(200, ['Content-Encoding', 'gzip, gzip'], ['x'])
  assert.equal(codeOf((await sendWithin({})).body), 'endpoint-encoding')
})

test('an endpoint that takes the request and says nothing is told as too slow', async () => {
  const got = await sendWithin({ firstByteMs: 300 }, await crooked(() => {}))
  assert.deepEqual([got.status, codeOf(got.body)], [504, 'endpoint-too-slow'])
})

test('a head that drips is told as too slow', async () => {
  const url = await crooked((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const drip = setInterval(() => socket.write('x: y\r\n'), 50)
    socket.on('close', () => clearInterval(drip))
  })
  assert.equal((await sendWithin({ firstByteMs: 500 }, url)).status, 504)
})

test('a body that falls silent is cut', async () => {
  const url = await crooked((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx')
  })
  const got = await sendWithin({ silenceMs: 300 }, url)
  assert.deepEqual([got.isWhole, outcome()?.why], [false, 'endpoint-silent'])
})

test('an evaluator that does not read is cut, and holds the endpoint meanwhile', async () => {
  let written = 0
  world.endpoint.script = (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536
    }
    response.on('drain', more)
    more()
  }
  const grant = grantFor(world.endpoint.url)
  world.grants.give('slow', { ...grant, caps: { ...grant.caps, silenceMs: 800 } })
  const { answer } = await begin(through(world), { headers: ['X-Api-Key', 'slow'] })
  answer.on('error', () => {})
  await until(() => outcome()?.why === 'evaluator-stalled')
  assert.ok(written < 50_000_000, `${written} bytes were taken from the endpoint`)
})

test('evaluators that come and go at any moment leave nothing behind', async () => {
  world.endpoint.script = endless('data: {"choices":[{"delta":{"content":"x"}}]}\n\n', 1)
  const goings = Array.from({ length: 60 }, async (_, place) => {
    const { answer, request } = await begin(through(world), {})
    answer.on('error', () => {})
    answer.resume()
    await new Promise((resolve) => setTimeout(resolve, place))
    request.destroy()
  })
  await Promise.all(goings)
  await until(() => world.log.entries.length === 60)
  await until(() => world.endpoint.brokenOff === 60)
  assert.equal(world.budgets.usedBy(engagementId, `engagement ${engagementId}`).atOnce, 0)
  world.endpoint.script = answeringJson(200, {})
  assert.equal((await send(through(world))).status, 200)
})

for (const [what, bytes, code] of [
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'endpoint-garbled'],
  ['too large a head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`, 'endpoint-garbled'],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    'endpoint-garbled',
  ],
  [
    'another protocol',
    'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    'endpoint-garbled',
  ],
  ['a reason with a control', 'HTTP/1.1 200 O\u0001K\r\n\r\n', 'endpoint-garbled'],
  ['a status below all', 'HTTP/1.1 099 OK\r\n\r\n', 'endpoint-garbled'],
  ['nothing', '', 'endpoint-unreachable'],
] as const) {
  test(`an endpoint that says ${what} is told as ${code}`, async () => {
    const got = await sendWithin({}, await crooked((socket) => socket.end(bytes)))
    assert.deepEqual([got.status, codeOf(got.body)], [502, code])
  })
}

test('more bytes than were told go no further, and less is a broken answer', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\n'
  const more = await sendWithin({}, await crooked((socket) => socket.end(`${head}whole and more`)))
  assert.equal(more.body.toString(), 'whol')
  const less = await sendWithin({}, await crooked((socket) => socket.end(`${head}no`)))
  assert.deepEqual([less.isWhole, less.body.toString()], [false, 'no'])
})

test('trailers are dropped', async () => {
  const text = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-secret\r\n\r\n'
  const url = await crooked((socket) => socket.end(`${text}2\r\nok\r\n0\r\nx-secret: 1\r\n\r\n`))
  const { answer } = await (async () => {
    world.grants.give('trailing', grantFor(url))
    return begin(through(world), { headers: ['X-Api-Key', 'trailing'] })
  })()
  await once(answer.resume(), 'end')
  assert.deepEqual([answer.rawTrailers, answer.headers.trailer], [[], undefined])
})

for (const [what, script, is, why] of [
  [
    'a stream that ends without an end',
    streaming(['data: {"choices":[{"delta":{"content":"x"}}]}\n\n']),
    ...['error', 'ended-early'],
  ],
  ['a stream of garbage', streaming(['data: {"x\n\n']), 'error', 'answer-garbled'],
  [
    'JSON that is none',
    answering(200, ['Content-Type', 'application/json'], ['{']),
    'error',
    'answer-garbled',
  ],
  [
    'a safeguard that looks like an error',
    answeringJson(400, { error: { type: 'invalid_request_error', code: 'cyber_policy' } }),
    ...['safeguard-block', 'cyber_policy'],
  ],
  [
    'an overload within a stream',
    streaming(['data: {"type":"error","error":{"type":"overloaded_error"}}\n\n']),
    ...['overload', 'overloaded_error'],
  ],
  [
    'a refusal',
    answeringJson(200, { stop_reason: 'refusal', content: [], usage: {} }),
    ...['refusal', null],
  ],
] as const) {
  test(`${what} is typed as ${is}`, async () => {
    world.endpoint.script = script
    await sendWithin({})
    assert.deepEqual(outcome(), { is, why })
  })
}
