import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { decide } from '#features/engagement/deciding.ts'
import {
  begin,
  codeOf,
  credential,
  endpointAt,
  engagementId,
  grantFor,
  headersOf,
  openWorld,
  send,
  through,
  token,
  until,
  type World,
  wide,
} from './gateway-world.ts'
import { answeringJson, chatAnswer, endless } from './scripted-endpoint.ts'

const tick = 'data: {"choices":[{"delta":{"content":"tick "}}]}\n\n'
let world: World
beforeEach(async () => {
  world = await openWorld()
  world.endpoint.script = endless(tick, 20)
})
afterEach(() => world.close())

/** Begins a stream with this token; answers whether it is over. */
async function streaming(key = token): Promise<() => boolean> {
  let isOver = false
  const { answer } = await begin(through(world), { headers: ['X-Api-Key', key] })
  answer.on('error', () => {})
  answer.resume()
  answer.on('close', () => {
    isOver = true
  })
  return () => isOver
}

/** As a book does that is told of a change of anything about the engagement. */
const tell = (): void => world.windows.put(wide())
const outcomes = () => world.log.entries.map(({ entry }) => entry.outcome)

test('a token that is taken back ends what goes on with it, and nothing else', async () => {
  world.grants.give('other', grantFor(world.endpoint.url, { run: 'run_other0000' }))
  const [first, other] = [await streaming(), await streaming('other')]
  world.grants.takeBack(token)
  tell()
  await until(first)
  assert.equal(other(), false)
  assert.deepEqual(outcomes(), [{ is: 'cut', why: 'token-revoked' }])
  assert.equal(codeOf((await send(through(world))).body), 'unknown-token')
})

test('a token that expires within a stream ends it', async () => {
  world.grants.give('short', grantFor(world.endpoint.url, { expiresAt: world.clocks.in(700) }))
  const isOver = await streaming('short')
  await until(isOver)
  await until(() => world.log.entries.length === 1)
  assert.deepEqual(outcomes(), [{ is: 'cut', why: 'token-expired' }])
})

test('an endpoint that is taken back ends its streams, and nothing further begins', async () => {
  const isOver = await streaming()
  await world.vault.destroy(engagementId)
  tell()
  await until(isOver)
  const got = await send(through(world))
  assert.deepEqual([got.status, codeOf(got.body)], [503, 'endpoint-missing'])
  assert.deepEqual(outcomes()[0], { is: 'cut', why: 'credential-withdrawn' })
})

test('no credential is sent to another version of the endpoint than it is for', async () => {
  world.endpoint.script = answeringJson(200, chatAnswer)
  await send(through(world))
  const asked = world.endpoint.seen.length
  world.grants.give(
    token,
    grantFor(world.endpoint.url, { endpoint: endpointAt(world.endpoint.url, { version: 2 }) }),
  )
  assert.equal(codeOf((await send(through(world))).body), 'gateway-unready')
  assert.equal(world.endpoint.seen.length, asked)
  world.vault.put(engagementId, 'another-credential', 2)
  assert.equal((await send(through(world))).status, 200)
  const { authorization } = headersOf(world.endpoint.last.rawHeaders)
  assert.equal(authorization, 'Bearer another-credential')
  assert.notEqual(authorization, `Bearer ${credential}`)
})

for (const [what, base] of [
  ['another port of this machine than was allowed', 'http://localhost:1'],
  ['the metadata of a cloud', 'http://169.254.169.254'],
  ['a number inside, by https', 'https://10.0.0.1'],
  ['this machine in IPv6', 'https://[::1]'],
] as const) {
  test(`nothing goes to an endpoint at ${what}`, async () => {
    world.grants.give('inside', grantFor(base))
    const got = await send(through(world), { headers: ['X-Api-Key', 'inside'] })
    assert.deepEqual([got.status, codeOf(got.body)], [502, 'endpoint-not-allowed'])
  })
}

test('what changes while a book is being read is read again, before anything passes', async () => {
  world.endpoint.script = answeringJson(200, chatAnswer)
  await send(through(world))
  const asked = world.endpoint.seen.length
  const read = world.windows.read
  const held = Promise.withResolvers<void>()
  // A book that answers late with what was so when it was asked.
  Reflect.set(world.windows, 'read', async (id: string) => {
    const found = await read(id)
    await held.promise
    return found
  })
  tell()
  const over = decide(wide(), { kind: 'end' }, { side: 'developer', now: world.clocks.now() })
  assert.ok(over.ok)
  world.windows.put(over.value)
  const waiting = send(through(world))
  held.resolve()
  assert.equal(codeOf((await waiting).body), 'window-closed')
  assert.equal(world.endpoint.seen.length, asked)
})
