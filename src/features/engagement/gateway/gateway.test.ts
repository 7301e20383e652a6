import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  chatBody,
  codeOf,
  endpointAt,
  engagementId,
  grantFor,
  headersOf,
  json,
  openWorld,
  type Sending,
  send,
  through,
  token,
  type World,
  withToken,
} from '../../../../test/engagement/gateway-world.ts'
import {
  answering,
  answeringJson,
  chatAnswer,
  streaming,
} from '../../../../test/engagement/scripted-endpoint.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())
beforeEach(() => {
  world.endpoint.script = answeringJson(200, chatAnswer)
})

const bodyWith = (more: object): string => JSON.stringify({ ...JSON.parse(chatBody), ...more })

const refused: readonly (readonly [
  what: string,
  sending: Sending,
  status: number,
  code: string,
])[] = [
  ['another path', { path: '/v1/embeddings' }, 404, 'unknown-path'],
  ['a path with dots', { path: '/v1/../v1/messages' }, 404, 'unknown-path'],
  ['a path that is encoded', { path: '/v1/chat%2fcompletions' }, 404, 'unknown-path'],
  ['another method', { method: 'GET' }, 405, 'method-not-allowed'],
  ['no token', { headers: json }, 401, 'no-token'],
  ['a bearer without a token', { headers: ['Authorization', 'Bearer '] }, 401, 'no-token'],
  ['two tokens', { headers: [...withToken, 'X-Api-Key', 'another'] }, 401, 'no-token'],
  ['an unknown token', { headers: ['X-Api-Key', 'another'] }, 401, 'unknown-token'],
  ['a packed body', { headers: [...withToken, 'Content-Encoding', 'gzip'] }, 415, 'body-encoded'],
  ['no JSON', { body: 'model=larch-4' }, 400, 'body-unreadable'],
  ['no model', { body: '{"messages":[]}' }, 400, 'model-missing'],
  ['a model that is no text', { body: '{"model":["larch-4"]}' }, 400, 'model-missing'],
  ['another model', { body: bodyWith({ model: 'larch-5' }) }, 403, 'model-not-offered'],
  ['a model in other case', { body: bodyWith({ model: 'Larch-4' }) }, 403, 'model-not-offered'],
  ['a model twice', { body: '{"model":"larch-4","model":"x"}' }, 400, 'body-ambiguous'],
  ['a Model beside', { body: '{"model":"larch-4","Model":"x"}' }, 400, 'body-ambiguous'],
  ['a model in the query', { path: '/v1/messages?Model=x' }, 400, 'body-ambiguous'],
  ['a run behind our back', { body: bodyWith({ background: true }) }, 400, 'runs-in-background'],
  ['no marking', { headers: [...withToken, 'Parley-Label', 'high'] }, 400, 'label-unreadable'],
  [
    ...['a label that is too high', { headers: [...withToken, 'Parley-Label', 'SECRET//TLP:RED'] }],
    ...[403, 'label-too-high'],
  ] as const,
  [
    ...['an unreadable name', { headers: [...withToken, 'Parley-Request', 'a b'] }],
    ...[400, 'request-id-unreadable'],
  ] as const,
  ['too large a body', { body: bodyWith({ x: 'x'.repeat(4_100_000) }) }, 413, 'body-too-large'],
]

describe('before a byte leaves', () => {
  for (const [what, sending, status, code] of refused) {
    test(`${what} is refused`, async () => {
      const asked = world.endpoint.seen.length
      const got = await send(through(world), sending)
      assert.deepEqual([got.status, codeOf(got.body)], [status, code])
      assert.equal(headersOf(got.rawHeaders)['parley-refusal'], code)
      assert.equal(world.endpoint.seen.length, asked)
    })
  }

  for (const [what, grant, code] of [
    ['an expired token', { expiresAt: new Date(0) }, 'token-expired'],
    ['a token of another engagement', { engagement: 'engagement_2' }, 'unknown-token'],
    ['somebody whom the terms do not name', { person: 'person_x' }, 'person-not-named'],
  ] as const) {
    test(`${what} is refused`, async () => {
      world.grants.give('odd', grantFor(world.endpoint.url, grant))
      const got = await send(through(world), { headers: ['X-Api-Key', 'odd'] })
      assert.equal(codeOf(got.body), code)
    })
  }

  test('an empty list of models grants none; a list that is not agreed is not shown', async () => {
    const endpoint = endpointAt(world.endpoint.url, { models: [], mayList: false })
    world.grants.give('none', grantFor(world.endpoint.url, { endpoint }))
    const headers = ['X-Api-Key', 'none']
    assert.equal(codeOf((await send(through(world), { headers })).body), 'model-not-offered')
    const listing = await send(through(world), { method: 'GET', path: '/v1/models', headers })
    assert.equal(codeOf(listing.body), 'listing-not-agreed')
  })

  test('what is refused of a known run is in the access log, with the reason', async () => {
    await send(through(world), { body: bodyWith({ model: 'x' }) })
    const { entry } = world.log.entries.at(-1) ?? {}
    assert.deepEqual(entry?.outcome, { is: 'refused', why: 'model-not-offered' })
    assert.deepEqual([entry?.person, entry?.run], [world.grant.person, world.grant.run])
    assert.equal(entry?.sentMs, null)
  })
})

test('each API refuses in its own form', async () => {
  const wrong = { headers: ['x-api-key', 'wrong'] }
  const openai = await send(through(world), wrong)
  const anthropic = await send(through(world), { ...wrong, path: '/v1/messages' })
  const why = 'This token is not known here, or was taken back.'
  assert.deepEqual(JSON.parse(openai.body.toString()), {
    ...{
      error: { message: why, type: 'authentication_error', param: null, code: 'unknown-token' },
    },
  })
  assert.deepEqual(JSON.parse(anthropic.body.toString()), {
    ...{ type: 'error' },
    error: { type: 'authentication_error', message: why, code: 'unknown-token' },
  })
  assert.equal(headersOf(openai.rawHeaders)['x-should-retry'], 'false')
})

test('the endpoint sees neither the token nor what is for the gateway', async () => {
  const headers = [...withToken, 'X-Own', '1', 'Parley-Request', 'r-1', 'Connection', 'x-hop']
  await send(through(world), {
    headers: [...headers, 'X-Hop', 'gone', 'Parley-Label', 'UNCLASSIFIED//TLP:GREEN'],
  })
  const { rawHeaders, body, url } = world.endpoint.last
  assert.ok(!rawHeaders.join('\n').includes(token))
  const names = rawHeaders.filter((_, place) => place % 2 === 0).map((name) => name.toLowerCase())
  assert.deepEqual(names.toSorted(), [
    ...['authorization', 'connection', 'content-length', 'content-type', 'host', 'x-own'],
  ])
  assert.deepEqual([body.toString(), url], [chatBody, '/v1/chat/completions'])
})

test('a redirect is not followed, nor told', async () => {
  world.endpoint.script = answering(307, ['Location', 'http://127.0.0.1:1/'], [])
  const got = await send(through(world))
  assert.deepEqual([got.status, codeOf(got.body)], [502, 'endpoint-redirects'])
  assert.equal(headersOf(got.rawHeaders)['location'], undefined)
})

test('an endpoint that is not there is told as such', async () => {
  world.grants.give('away', grantFor('http://127.0.0.1:1'))
  const got = await send(through(world), { headers: ['X-Api-Key', 'away'] })
  assert.deepEqual([got.status, codeOf(got.body)], [502, 'endpoint-unreachable'])
})

test('an endpoint may answer under a path of its own', async () => {
  world.grants.give('deep', grantFor(`${world.endpoint.url}/preview/`))
  await send(through(world), { headers: ['X-Api-Key', 'deep'], path: '/v1/messages?beta=true' })
  assert.equal(world.endpoint.last.url, '/preview/v1/messages?beta=true')
})

test('the first byte of a stream goes on while the rest is still to come', async () => {
  const rest = Promise.withResolvers<void>()
  world.endpoint.script = async (_seen, response) => {
    response.writeHead(200, ['Content-Type', 'text/event-stream'])
    response.write('data: {"choices":[]}\n\n')
    await rest.promise
    response.end('data: [DONE]\n\n')
  }
  const response = await fetch(`${through(world)}/v1/chat/completions`, {
    ...{ method: 'POST', body: chatBody, headers: { authorization: `Bearer ${token}` } },
  })
  const reader = response.body?.getReader()
  const first = await reader?.read()
  assert.equal(Buffer.from(first?.value ?? []).toString(), 'data: {"choices":[]}\n\n')
  rest.resolve()
  for (let more = await reader?.read(); more && !more.done; more = await reader?.read());
})

test('an entry tells who, when, how much and what came of it, and no content', async () => {
  world.endpoint.script = streaming(['data: {"choices":[]}\n\n', 'data: [DONE]\n\n'])
  const got = await send(through(world), { headers: [...withToken, 'Parley-Request', 'told-1'] })
  const { entry } = world.log.entries.at(-1) ?? {}
  assert.deepEqual([entry?.engagement, entry?.request], [engagementId, 'told-1'])
  assert.deepEqual([entry?.status, entry?.outcome.is], [200, 'success'])
  assert.deepEqual(
    [entry?.requestBytes, entry?.answerBytes],
    [Buffer.byteLength(chatBody), got.body.length],
  )
  assert.match(entry?.requestSha256 ?? '', /^[0-9a-f]{64}$/)
  assert.ok(!JSON.stringify(world.log.entries).includes('Say hello'))
})
