import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { Budget } from '#features/engagement/terms.ts'
import {
  at,
  begin,
  chatBody,
  engagementId,
  grantFor,
  openWorld,
  send,
  through,
  until,
  type World,
  wide,
  withToken,
} from './gateway-world.ts'
import { answeringJson, chatAnswer, endless, type Script } from './scripted-endpoint.ts'

let world: World
beforeEach(async () => {
  world = await openWorld(2)
})
afterEach(() => world.close())

const codeOf = (body: Buffer): unknown => JSON.parse(body.toString()).error.code
const whole = (): Budget => world.budgets.usedBy(engagementId, `engagement ${engagementId}`)
const most = { requests: 1e6, tokens: 1e12, microUsd: 1e12, atOnce: 10_000 }

function limit(part: Partial<Budget>): void {
  const found = wide()
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const terms = { ...found.agreed.terms, budget: { ...most, ...part } }
  world.windows.put({ ...found, agreed: { ...found.agreed, terms } })
}

for (const [part, code, status] of [
  [{ requests: 0 }, 'budget-requests', 429],
  [{ tokens: 50 }, 'budget-tokens', 429],
  [{ microUsd: 10 }, 'budget-money', 429],
  [{ atOnce: 0 }, 'budget-at-once', 429],
] as const) {
  test(`beyond ${Object.keys(part)} nothing passes, and ${code} says so`, async () => {
    limit(part)
    for (const gateway of world.gateways) {
      const got = await send(at(gateway))
      assert.deepEqual([got.status, codeOf(got.body)], [status, code])
    }
    assert.deepEqual([world.endpoint.seen.length, whole().tokens], [0, 0])
  })
}

test('a run has a budget of its own within that of the engagement', async () => {
  const budget = { ...most, requests: 1 }
  world.grants.give('small', grantFor(world.endpoint.url, { run: 'run_small', budget }))
  const headers = ['X-Api-Key', 'small']
  assert.equal((await send(through(world), { headers })).status, 200)
  assert.equal(codeOf((await send(through(world), { headers })).body), 'budget-requests')
  assert.equal((await send(through(world))).status, 200)
})

test('two gateways together never pass more requests or more at once than agreed', async () => {
  limit({ requests: 40, atOnce: 5 })
  let now = 0
  let peak = 0
  world.endpoint.script = async (_seen, response) => {
    now += 1
    peak = Math.max(peak, now)
    await new Promise((resolve) => setTimeout(resolve, 60))
    now -= 1
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(chatAnswer))
  }
  const statuses: number[] = []
  const worker = async (place: number): Promise<void> => {
    for (let turn = 0; turn < 15; turn += 1) {
      statuses.push((await send(at(world.gateways[place % 2]))).status)
    }
  }
  await Promise.all(Array.from({ length: 12 }, (_, place) => worker(place)))
  assert.ok(peak <= 5, `${peak} at once`)
  assert.equal(world.endpoint.seen.length, statuses.filter((status) => status === 200).length)
  assert.ok(world.endpoint.seen.length <= 40)
  assert.equal(whole().requests, world.endpoint.seen.length)
})

test('what is told is charged, and a place at once is free when the answer is there', async () => {
  limit({ atOnce: 1 })
  const { settle } = world.budgets
  const slow: typeof settle = async (reservation, spent) => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    await settle(reservation, spent)
  }
  Reflect.set(world.budgets, 'settle', slow)
  for (let turn = 0; turn < 10; turn += 1) assert.equal((await send(through(world))).status, 200)
  const { prompt_tokens: input, completion_tokens: output } = chatAnswer.usage
  assert.equal(whole().tokens, 10 * (input + output))
  assert.equal(whole().microUsd, 10 * (input * 3 + output * 15))
  assert.equal(whole().atOnce, 0)
})

for (const [what, usage, doubt] of [
  ['no usage', undefined, 'missing'],
  ['far too little', { prompt_tokens: 1, completion_tokens: 1 }, 'too-low'],
  ['more than was asked for', { prompt_tokens: 9, completion_tokens: 90_000 }, 'too-high'],
  ['garbage', { prompt_tokens: 'x', completion_tokens: {} }, 'malformed'],
] as const) {
  test(`an endpoint that tells ${what} is doubted, and the larger is charged`, async () => {
    const content = 'word '.repeat(2_000)
    const message = { role: 'assistant', content }
    const script: Script = answeringJson(200, {
      choices: [{ message, finish_reason: 'stop' }],
      ...(usage === undefined ? {} : { usage }),
    })
    world.endpoint.script = script
    await send(through(world))
    const told = world.log.entries.at(-1)?.entry.usage
    assert.equal(told?.doubt, doubt)
    assert.ok((told?.charged.output ?? 0) >= content.length / 4)
    assert.equal(whole().tokens, (told?.charged.input ?? 0) + (told?.charged.output ?? 0))
  })
}

test('a request asked again after an overload is not counted a second time', async () => {
  const headers = [...withToken, 'Parley-Request', 'sample-1']
  world.endpoint.script = answeringJson(529, { error: { type: 'overloaded_error' } })
  for (let turn = 0; turn < 3; turn += 1) await send(through(world), { headers })
  world.endpoint.script = answeringJson(200, chatAnswer)
  await send(at(world.gateways[1]), { headers })
  assert.deepEqual([whole().requests, whole().tokens], [1, 21])
  const other = await send(through(world), { headers, body: chatBody.replace('100', '101') })
  assert.equal(codeOf(other.body), 'request-id-reused')
})

test('a request of one name is not sent a second time while the first is on its way', async () => {
  const headers = [...withToken, 'Parley-Request', 'sample-2']
  world.endpoint.script = endless('data: {}\n\n', 50)
  const { answer } = await begin(through(world), { headers })
  const again = await send(at(world.gateways[1]), { headers })
  assert.deepEqual([again.status, codeOf(again.body)], [409, 'request-in-flight'])
  assert.equal(world.endpoint.seen.length, 1)
  answer.on('error', () => {})
  answer.destroy()
  await until(() => whole().atOnce === 0)
})

test('who leaves before an answer has used what was reserved', async () => {
  world.endpoint.script = () => {}
  const controller = new AbortController()
  const [name = '', value = ''] = withToken
  const asking = fetch(`${through(world)}/v1/chat/completions`, {
    ...{ method: 'POST', body: chatBody, headers: { [name]: value }, signal: controller.signal },
  })
  await until(() => world.endpoint.seen.length === 1)
  controller.abort()
  await assert.rejects(asking)
  await until(() => world.log.entries.length === 1)
  assert.equal(world.log.entries[0]?.entry.outcome.why, 'evaluator-left')
  assert.ok(whole().tokens >= 100)
})

test('a stream that is abandoned is charged by what came of it', async () => {
  const words = 'word '.repeat(200)
  world.endpoint.script = endless(`data: {"choices":[{"delta":{"content":"${words}"}}]}\n\n`, 20)
  const { answer } = await begin(through(world), {})
  answer.on('error', () => {})
  await new Promise((resolve) => answer.once('data', resolve))
  answer.destroy()
  await until(() => world.log.entries.length === 1)
  assert.ok(whole().tokens >= words.length / 4)
})

test('what was used up is used up for a gateway that starts again', async () => {
  limit({ requests: 1 })
  assert.equal((await send(through(world))).status, 200)
  await world.gateways[0]?.close()
  const gateway = await world.openAnother()
  assert.equal(codeOf((await send(at(gateway))).body), 'budget-requests')
})
