import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, test } from 'node:test'
import { decide } from '#features/engagement/deciding.ts'
import type { Act, Engagement } from '#features/engagement/engagement.ts'
import { digestOfEntry } from '#features/engagement/gateway/access-chain.ts'
import { openingOfEngagement } from '#features/engagement/gateway/opening.ts'
import {
  at,
  begin,
  chatBody,
  codeOf,
  credential,
  engagementId,
  grantFor,
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
  world = await openWorld(2)
  world.endpoint.script = endless(tick, 20)
})
afterEach(() => world.close())

/** Access that ends so many milliseconds from now. */
const endingIn = (ms: number, found = wide()): Engagement => {
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const window = { ...found.agreed.window, closesAt: world.clocks.in(ms) }
  return { ...found, agreed: { ...found.agreed, window } }
}

const saying = (found: Engagement, act: Act): Engagement => {
  const next = decide(found, act, { side: 'developer', now: world.clocks.now() })
  if (!next.ok) throw new Error(next.refusal.why)
  return next.value
}

/** A stream that is being read, and when its last byte came. */
class Stream {
  lastAt = 0
  bytes = 0
  isOver = false

  constructor(answer: IncomingMessage) {
    answer.on('data', (piece: Buffer) => {
      this.lastAt = world.clocks.wall()
      this.bytes += piece.length
    })
    answer.on('error', () => {})
    answer.on('close', () => {
      this.isOver = true
    })
  }
}

const streams = (count: number): Promise<Stream[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const { answer } = await begin(at(world.gateways[place % 2]), {})
      return new Stream(answer)
    }),
  )

for (const [what, engagement, code] of [
  ['before it opens', () => openingLater(), 'window-not-open'],
  ['while it is paused', () => saying(wide(), { kind: 'pause' }), 'window-paused'],
  ['after the developer ended it', () => saying(wide(), { kind: 'end' }), 'window-closed'],
  ['after its end', () => endingIn(-1), 'window-closed'],
  ['at its end', () => endingIn(0), 'window-closed'],
  ['after the release', () => saying(wide(), { kind: 'release' }), 'window-closed'],
] as const) {
  test(`nothing passes ${what}`, async () => {
    world.windows.put(engagement())
    for (const gateway of world.gateways) {
      const got = await send(at(gateway))
      assert.deepEqual([got.status, codeOf(got.body)], [403, code])
    }
    assert.equal(world.endpoint.seen.length, 0)
  })
}

function openingLater(): Engagement {
  const found = wide()
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const window = { ...found.agreed.window, opensAt: world.clocks.in(60_000) }
  return { ...found, agreed: { ...found.agreed, window } }
}

test('fifty streams on two gateways end within the second in which access ends', async () => {
  const found = await streams(50)
  await until(() => found.every(({ bytes }) => bytes > 0))
  const ending = endingIn(1_500)
  const closesAt = ending.state === 'agreed' ? ending.agreed.window.closesAt.getTime() : 0
  world.windows.put(ending)
  await until(() => found.every(({ isOver }) => isOver))
  const late = Math.max(...found.map(({ lastAt }) => lastAt)) - closesAt
  assert.ok(late < 1_000, `the last byte came ${late} ms after the end`)
  assert.ok(Math.min(...found.map(({ lastAt }) => lastAt)) > closesAt - 1_400, 'not before the end')
  await until(() => world.closings.proofs.length === 2)
  await until(() => world.endpoint.brokenOff === 50)
  const cut = world.closings.proofs.map(({ cutStreams }) => cutStreams)
  assert.deepEqual(cut, [25, 25])
  const { entries } = world.log
  assert.equal(entries.length, 50)
  assert.ok(entries.every(({ entry }) => entry.outcome.is === 'cut'))
  assert.deepEqual(world.budgets.usedBy(engagementId, `engagement ${engagementId}`).atOnce, 0)
  assert.ok(!world.vault.has(engagementId))
})

test('regression: whatever is asked after the end is in the access log', async () => {
  world.endpoint.script = answeringJson(200, chatAnswer)
  for (let turn = 0; turn < 2; turn += 1) assert.equal((await send(through(world))).status, 200)
  world.windows.put(saying(wide(), { kind: 'end' }))
  await until(() => world.closings.proofs.length > 0)
  for (let turn = 0; turn < 3; turn += 1) assert.equal((await send(through(world))).status, 403)
  const ends = world.log.entries.map(({ entry }) => entry.outcome.is)
  assert.deepEqual(ends, ['success', 'success', 'refused', 'refused', 'refused'])
})

test('a proof names the chain of what passed, so that no entry can be left out', async () => {
  const [gateway] = world.gateways
  const found = await streams(6)
  await until(() => found.every(({ bytes }) => bytes > 0))
  world.windows.put(saying(wide(), { kind: 'end' }))
  await until(() => world.closings.proofs.length === 2)
  const proof = world.closings.proofs.find(({ node }) => node === gateway?.node)
  let head = ''
  let count = 0
  for (const { entry, digest } of world.log.entries) {
    if (entry.node !== gateway?.node) continue
    assert.deepEqual([entry.previous, entry.sequence], [head, count + 1])
    head = digestOfEntry(entry)
    assert.equal(head, digest)
    count += 1
  }
  assert.deepEqual([proof?.chainHead, proof?.entries], [head, count])
  assert.ok(proof?.lastRequest)
})

test('a pause cuts streams at once and keeps the credential sealed; resuming lets on', async () => {
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  const paused = saying(wide(), { kind: 'pause' })
  world.windows.put(paused)
  await until(() => stream?.isOver === true)
  assert.ok(world.vault.has(engagementId))
  world.windows.put(saying(paused, { kind: 'resume' }))
  const [again] = await streams(1)
  await until(() => (again?.bytes ?? 0) > 0)
  assert.equal(world.closings.proofs.length, 0)
})

test('a pause cuts what says nothing, and narrowed terms cut whom they name no more', async () => {
  world.endpoint.script = endless(tick, 3_600_000)
  const found = wide()
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const { terms } = found.agreed
  for (const changed of [
    saying(found, { kind: 'pause' }),
    { ...found, agreed: { ...found.agreed, terms: { ...terms, people: ['x'] } } },
  ]) {
    world.windows.put(found)
    const [stream] = await streams(1)
    await until(() => (stream?.bytes ?? 0) > 0)
    world.windows.put(changed)
    await until(() => stream?.isOver === true)
  }
  await until(() => world.log.entries.length === 2)
  const outcomes = world.log.entries.map(({ entry }) => entry.outcome)
  assert.deepEqual(outcomes, [
    { is: 'cut', why: 'window-paused' },
    { is: 'cut', why: 'person-not-named' },
  ])
})

test('a change of which nobody is told is noticed all the same', async () => {
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  const ended = saying(wide(), { kind: 'end' })
  Reflect.set(world.windows, 'read', async () => openingOfEngagement(ended))
  await until(() => stream?.isOver === true)
  await until(() => world.closings.proofs.length === 1)
})

test('setting the wall clock back lengthens nothing', async () => {
  world.windows.put(endingIn(1_200))
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  world.clocks.wallBy -= 86_400_000
  await until(() => stream?.isOver === true)
  const got = await send(through(world))
  assert.equal(codeOf(got.body), 'window-closed')
})

test('a wall clock that is set forward past the end ends access', async () => {
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  world.clocks.wallBy += 30 * 86_400_000
  await until(() => stream?.isOver === true)
  await until(() => world.closings.proofs.length > 0)
})

test('an end that lies further off than any timer reaches does not come at once', async () => {
  world.windows.put(endingIn(19.9 * 86_400_000))
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 3 * tick.length)
  assert.equal(stream?.isOver, false)
})

test('a gateway that starts after the end passes nothing, and proves that it is over', async () => {
  await Promise.all(world.gateways.map((gateway) => gateway.close()))
  assert.equal(world.closings.proofs.length, 0)
  world.windows.put(endingIn(-1))
  assert.ok(world.vault.has(engagementId))
  const gateway = await world.openAnother()
  await until(() => world.closings.proofs.length === 1)
  assert.ok(!world.vault.has(engagementId))
  assert.equal(codeOf((await send(at(gateway))).body), 'window-closed')
  assert.equal(world.endpoint.seen.length, 0)
})

test('a gateway that starts just before the end cuts what it passes on at the end', async () => {
  await Promise.all(world.gateways.map((gateway) => gateway.close()))
  world.windows.put(endingIn(1_500))
  const gateway = await world.openAnother()
  const { answer } = await begin(at(gateway), {})
  const stream = new Stream(answer)
  await until(() => stream.isOver)
  await until(() => world.closings.proofs.length === 1)
  assert.equal(world.closings.proofs[0]?.cutStreams, 1)
})

test('stopping a gateway cuts its streams and leaves access as it is', async () => {
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  await world.gateways[0]?.close()
  await until(() => stream?.isOver === true)
  assert.equal(world.closings.proofs.length, 0)
  assert.ok(world.vault.has(engagementId))
  assert.equal(world.log.entries.at(-1)?.entry.outcome.why, 'gateway-stopped')
})

test('a stream that says nothing is cut at the end as well', async () => {
  world.endpoint.script = endless(tick, 3_600_000)
  const [stream] = await streams(1)
  await until(() => (stream?.bytes ?? 0) > 0)
  world.windows.put(endingIn(600))
  await until(() => stream?.isOver === true)
  await until(() => world.endpoint.brokenOff === 1)
})

/** Sends the head and half of a body, then what `meanwhile` does, then the other half. */
async function codeOfHalves(key: string, meanwhile: () => void | Promise<void>): Promise<unknown> {
  const half = Math.floor(chatBody.length / 2)
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(Buffer.from(chatBody.slice(0, half)))
      await new Promise((resolve) => setTimeout(resolve, 200))
      await meanwhile()
      controller.enqueue(Buffer.from(chatBody.slice(half)))
      controller.close()
    },
  })
  const headers = { 'x-api-key': key }
  const init = { method: 'POST', headers, body, duplex: 'half' } as const
  const response = await fetch(`${through(world)}/v1/chat/completions`, init)
  return codeOf(Buffer.from(await response.arrayBuffer()))
}

test('a token that expires while a body is sent lets nothing pass', async () => {
  const expiresAt = world.clocks.in(3_000)
  world.grants.give('short', grantFor(world.endpoint.url, { expiresAt }))
  const code = await codeOfHalves('short', () => {
    world.clocks.wallBy += 3_000
  })
  assert.deepEqual([code, world.endpoint.seen.length], ['token-expired', 0])
})

test('access that ends while a body is sent lets nothing pass', async () => {
  const code = await codeOfHalves(token, () => world.windows.put(endingIn(-1)))
  assert.deepEqual([code, world.endpoint.seen.length], ['window-closed', 0])
})

test('terms that are narrowed while a body is sent hold for it', async () => {
  const found = wide()
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const { terms } = found.agreed
  const narrowed = { ...found, agreed: { ...found.agreed, terms: { ...terms, people: ['x'] } } }
  const code = await codeOfHalves(token, () => world.windows.put(narrowed))
  assert.deepEqual([code, world.endpoint.seen.length], ['person-not-named', 0])
})

test('where the access log cannot be written nothing further passes until it can', async () => {
  const append = world.log.append
  world.endpoint.script = (_seen, response) => void response.end('{}')
  const fails = Promise.reject(new Error('no disk'))
  fails.catch(() => {})
  Reflect.set(world.log, 'append', () => fails)
  await send(through(world))
  assert.equal(codeOf((await send(through(world))).body), 'gateway-unready')
  const asked = world.endpoint.seen.length
  Reflect.set(world.log, 'append', append)
  await until(() => world.log.entries.length === 2)
  assert.equal((await send(through(world))).status, 200)
  assert.equal(world.endpoint.seen.length, asked + 1)
})

test('neither token nor credential is in any log or proof', async () => {
  world.endpoint.script = (_seen, response) => void response.destroy()
  await send(through(world))
  world.windows.put(saying(wide(), { kind: 'end' }))
  await until(() => world.closings.proofs.length > 0)
  const told = JSON.stringify([world.log.entries, world.closings.proofs, world.lines])
  assert.ok(!told.includes(credential) && !told.includes(token))
})
