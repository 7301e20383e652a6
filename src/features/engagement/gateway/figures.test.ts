import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Metrics } from '#platform/http/metrics.ts'
import { silentLog } from '#platform/log/log.ts'
import {
  begin,
  chatBody,
  engagementId,
  openWorld,
  send,
  token,
  until,
  type World,
} from '../../../../test/engagement/gateway-world.ts'
import { answeringJson, chatAnswer } from '../../../../test/engagement/scripted-endpoint.ts'
import { type Gateway, openGateway } from './gateway.ts'

let world: World
let gateway: Gateway
/** Whether proofs of closing cannot be kept at the moment. */
let isAway = false
const metrics = new Metrics()
before(async () => {
  world = await openWorld(0)
  const { clocks } = world
  const keep: typeof world.closings.keep = (proof) =>
    isAway ? Promise.reject(new Error('the database is away')) : world.closings.keep(proof)
  const books = { ...world.books, closings: { keep } }
  const reach = { allowHosts: ['127.0.0.1'] }
  const listening = { host: '127.0.0.1', port: 0 }
  gateway = await openGateway({ books, clocks, reach, ...listening, log: silentLog, metrics })
})
after(async () => {
  await gateway.close()
  await world.close()
})

const base = () => `${gateway.url}/engagements/${engagementId}`

/** The value of a series, as it is read out; 0 where it is not there yet. */
function figure(series: string): number {
  const line = metrics
    .text()
    .split('\n')
    .find((one) => one.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1) ?? 0)
}
const ended = (outcome: string) => figure(`parley_gateway_requests_total{outcome="${outcome}"}`)
const refused = (code: string) => figure(`parley_gateway_refused_total{code="${code}"}`)
const held = () => figure('parley_gateway_overhead_seconds_count')

test('nothing that names anybody or anything is in the figures', async () => {
  await send(base())
  await send(base(), { headers: ['Authorization', 'Bearer another'] })
  const text = metrics.text()
  for (const secret of [engagementId, token, gateway.node, 'larch', 'person_', 'org_', 'run_']) {
    assert.ok(!text.includes(secret), secret)
  }
})

test('what was answered counts by how it ended, and how long it was held', async () => {
  const before = [ended('success'), held()]
  await send(base())
  await until(() => ended('success') === (before[0] ?? 0) + 1)
  assert.equal(held(), (before[1] ?? 0) + 1)
  const body = '{"error":{"code":"content_filter"}}'
  world.endpoint.script = answeringJson(400, JSON.parse(body))
  const blocked = ended('safeguard-block')
  await send(base())
  await until(() => ended('safeguard-block') === blocked + 1)
  world.endpoint.script = answeringJson(200, chatAnswer)
})

test('what the gateway itself refuses counts by its code, and is held for no time', async () => {
  const before = [ended('refused'), refused('unknown-token'), refused('model-missing'), held()]
  await send(base(), { headers: ['Authorization', 'Bearer another'] })
  await send(base(), { body: '{"messages":[]}' })
  const after = [ended('refused'), refused('unknown-token'), refused('model-missing'), held()]
  assert.deepEqual(
    after.map((count, at) => count - (before[at] ?? 0)),
    [2, 1, 1, 0],
  )
})

test('a body that arrives slowly is not time of the gateway', async () => {
  const slow = 300
  const sum = figure('parley_gateway_overhead_seconds_sum')
  const asked = held()
  const url = new URL(base())
  const asking = request({
    ...{ host: url.hostname, port: url.port, method: 'POST' },
    path: `${url.pathname}/v1/chat/completions`,
    headers: { authorization: `Bearer ${token}`, 'content-length': chatBody.length },
  })
  asking.write(chatBody.slice(0, 1))
  await pause(slow)
  asking.end(chatBody.slice(1))
  const [answer] = await once(asking, 'response')
  answer.resume()
  await until(() => held() === asked + 1)
  assert.ok(figure('parley_gateway_overhead_seconds_sum') - sum < (slow * 0.9) / 1_000)
})

test('streams on their way are told, and an end that cannot be kept is pending', async () => {
  world.endpoint.script = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {}\n\n')
  }
  assert.equal(figure('parley_gateway_in_flight'), 0)
  const { answer } = await begin(base(), {})
  answer.on('error', () => undefined)
  answer.resume()
  assert.equal(figure('parley_gateway_in_flight'), 1)
  assert.equal(figure('parley_gateway_closings_pending'), 0)
  isAway = true
  world.clocks.wallBy += 40 * 86_400_000
  await until(() => figure('parley_gateway_in_flight') === 0)
  await until(() => figure('parley_gateway_closings_pending') === 1)
  assert.equal(ended('cut'), 1)
  isAway = false
  await until(() => figure('parley_gateway_closings_pending') === 0)
})
