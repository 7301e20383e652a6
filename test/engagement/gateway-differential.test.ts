import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import {
  at,
  chatBody,
  credential,
  type Got,
  headersOf,
  json,
  openWorld,
  type Sending,
  send,
  type World,
  withToken,
} from './gateway-world.ts'
import {
  answering,
  answeringJson,
  chatAnswer,
  chatStream,
  messageStream,
  responseStream,
  type Script,
  type Seen,
  streaming,
} from './scripted-endpoint.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

/** Of a connection, or of the moment: they differ between any two requests. */
const ofTheHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date'])
const exchanged = new Set(['authorization', 'x-api-key', 'host', ...ofTheHop])

const without = (raw: readonly string[], left: ReadonlySet<string>): string[] =>
  raw.flatMap((name, place) =>
    place % 2 === 0 && !left.has(name.toLowerCase()) ? [name, raw[place + 1] ?? ''] : [],
  )
const answered = ({ status, reason, rawHeaders, body, isWhole }: Got) => ({
  ...{ status, reason, isWhole, headers: without(rawHeaders, ofTheHop) },
  body: body.toString('latin1'),
})
const asked = ({ method, url, rawHeaders, body }: Seen) => ({
  ...{ method, url, headers: without(rawHeaders, exchanged), body: body.toString('latin1') },
})

/** The same request straight to the endpoint and through the gateway. */
async function compare(sending: Sending, script: Script): Promise<Got> {
  world.endpoint.script = script
  const headers = [...(sending.headers ?? []), ...json]
  const straight = await send(world.endpoint.url, { ...sending, headers })
  const seenStraight = asked(world.endpoint.last)
  const [gateway] = world.gateways
  const passed = await send(at(gateway), { ...sending, headers: [...headers, ...withToken] })
  assert.deepEqual(answered(passed), answered(straight))
  assert.deepEqual(asked(world.endpoint.last), seenStraight)
  const { authorization } = headersOf(world.endpoint.last.rawHeaders)
  assert.equal(authorization, `Bearer ${credential}`)
  return passed
}

const image = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${'iVBOR'.repeat(9e3)}` },
}
const withImage = JSON.stringify({
  model: 'larch-4',
  messages: [{ role: 'user', content: [image, { type: 'text', text: 'What is this? 完了' }] }],
})
const message = '/v1/messages'
const version = [
  'anthropic-version',
  '2023-06-01',
  'anthropic-beta',
  'one',
  'anthropic-beta',
  'two',
]

const recorded: readonly (readonly [what: string, sending: Sending, script: Script])[] = [
  ['a chat completion', {}, answeringJson(200, chatAnswer)],
  ['a stream with reasoning and tools', {}, streaming(chatStream)],
  ['a stream in one piece', {}, streaming([chatStream.join('')])],
  ['a stream byte by byte', {}, streaming([...chatStream.join('').slice(0, 700)])],
  ['a message with thinking', { path: message, headers: version }, streaming(messageStream)],
  ['a response', { path: '/v1/responses?x=1&y=%20' }, streaming(responseStream)],
  ['an image', { body: withImage }, answeringJson(200, chatAnswer)],
  [
    'a count of tokens',
    { path: `${message}/count_tokens` },
    answeringJson(200, { input_tokens: 9 }),
  ],
  ['a list of models', { method: 'GET', path: '/v1/models' }, answeringJson(200, { data: [] })],
  ['no content', {}, answering(204, [], [])],
  ['an empty answer', {}, answering(200, ['Content-Length', '0'], [])],
  ['a text that is no JSON', {}, answering(200, ['Content-Type', 'text/plain'], ['plain'])],
  [
    'cookies and odd spelling',
    {},
    answering(200, ['SET-cookie', 'a=1', 'Set-Cookie', 'b=2'], ['x']),
  ],
  ['a reason of its own', {}, (_seen, response) => void response.writeHead(299, 'Fine so').end()],
  ['a safeguard', {}, answeringJson(400, { error: { code: 'cyber_policy', message: 'flagged' } })],
  [
    'too much',
    {},
    answering(429, ['Retry-After', '7', 'x-ratelimit-reset', '1'], ['{"error":{}}']),
  ],
  ['an overload', { path: message }, answeringJson(529, { error: { type: 'overloaded_error' } })],
  ['a fault', {}, answering(500, ['Content-Type', 'text/html'], ['<h1>no</h1>'])],
  ['malformed events', {}, streaming(['data: {"choi', 'data\n:::\n', '\r\r\n\n', 'data: [DON'])],
]

describe('straight and through the gateway alike', () => {
  for (const [what, sending, script] of recorded) {
    test(what, async () => {
      assert.ok((await compare(sending, script)).isWhole)
    })
  }

  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`an answer packed with ${encoding}, which is read for its usage`, async () => {
      const packed = pack(Buffer.from(JSON.stringify(chatAnswer)))
      const headers = ['Content-Type', 'application/json', 'Content-Encoding', encoding]
      const pieces = [packed.subarray(0, 10), packed.subarray(10, 60), packed.subarray(60)]
      await compare({ headers: ['Accept-Encoding', encoding] }, answering(200, headers, pieces))
      assert.deepEqual(world.log.entries.at(-1)?.entry.usage?.told, { input: 9, output: 12 })
    })
  }
})

test('any body with the offered model and any answer pass as they are', async () => {
  const member = fc.dictionary(fc.string(), fc.jsonValue())
  const piece = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(Buffer.from('data: ')))
  const status = fc.constantFrom(200, 201, 400, 403, 404, 422, 429, 500, 503, 529)
  const type = fc.constantFrom('text/event-stream', 'application/json', 'application/octet-stream')
  await fc.assert(
    fc.asyncProperty(
      member,
      fc.record({ pieces: fc.array(piece, { maxLength: 6 }), code: status, contentType: type }),
      async (more, { pieces, code, contentType }) => {
        const body = JSON.stringify({ more, ...JSON.parse(chatBody) }, null, 1)
        const bytes = pieces.map((one) => Buffer.from(one))
        await compare({ body }, answering(code, ['Content-Type', contentType], bytes))
      },
    ),
    { numRuns: 60 },
  )
})

test('an answer that breaks off breaks off on the other side too', async () => {
  const breaking: Script = async (_seen, response) => {
    response.writeHead(200, ['Content-Length', '1000'])
    response.write('only so much')
    await new Promise((resolve) => setTimeout(resolve, 50))
    response.destroy()
  }
  const got = await compare({}, breaking)
  assert.deepEqual([got.isWhole, got.body.toString()], [false, 'only so much'])
  assert.equal(world.log.entries.at(-1)?.entry.outcome.why, 'endpoint-broke-off')
})

test('the developer’s credential is nowhere but on the way to the endpoint', () => {
  assert.ok(!JSON.stringify(world.log.entries).includes(credential))
  assert.ok(!world.lines.join('').includes(credential))
})
