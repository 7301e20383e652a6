import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTrial, request } from '../../../test/http/trial.ts'
import { say } from '../../../test/http/wire.ts'
import { open } from './access.ts'
import { Metrics } from './metrics.ts'
import { operationRoutes } from './operation-routes.ts'

test('a bad name, a name that is there and a counter that shrinks are bugs', () => {
  const metrics = new Metrics()
  const counter = metrics.counter('taken_total', 'Taken')
  assert.throws(() => metrics.counter('taken_total', 'Again'))
  assert.throws(() => metrics.counter('a b', 'Spaces'))
  assert.throws(() => counter.add({}, -1))
})

test('the text is that of Prometheus, with labels that cannot end their line', () => {
  const metrics = new Metrics()
  metrics.counter('taken_total', 'Taken\nin all').add({ source: 'a"b\\c\nd' }, 2)
  metrics.gauge('queue', 'Waiting').set(1.5)
  metrics.gaugeOf('held', 'Held', () => Number.POSITIVE_INFINITY)
  const sizes = metrics.histogram('size_bytes', 'Sizes', [10, 1])
  for (const size of [1, 5, 50]) sizes.observe(size, { kind: 'x' })
  const text = metrics.text().replace(/^.*http_request.*\n/gm, '')
  assert.equal(
    text,
    [
      '# HELP taken_total Taken\\nin all',
      '# TYPE taken_total counter',
      'taken_total{source="a\\"b\\\\c\\nd"} 2',
      '# HELP queue Waiting',
      '# TYPE queue gauge',
      'queue 1.5',
      '# HELP held Held',
      '# TYPE held gauge',
      'held +Inf',
      '# HELP size_bytes Sizes',
      '# TYPE size_bytes histogram',
      'size_bytes_bucket{kind="x",le="1"} 1',
      'size_bytes_bucket{kind="x",le="10"} 2',
      'size_bytes_bucket{kind="x",le="+Inf"} 3',
      'size_bytes_sum{kind="x"} 56',
      'size_bytes_count{kind="x"} 3',
      '',
    ].join('\n'),
  )
})

test('endless values of a label end in one series', () => {
  const metrics = new Metrics()
  const counter = metrics.counter('seen_total', 'Seen')
  for (let i = 0; i < 5_000; i++) counter.add({ id: String(i) })
  const lines = metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith('seen_total'))
  assert.equal(lines.length, 2_001)
  assert.ok(lines.includes('seen_total{id="other"} 3000'))
})

const metrics = new Metrics()
const state = { isReady: true }
const routes = operationRoutes({
  metrics,
  metricsAccess: open,
  checks: [
    { name: 'database', run: async () => ({ isReady: state.isReady, why: 'it starts' }) },
    {
      name: 'disk',
      run: async () => {
        if (state.isReady) return { isReady: true }
        throw new Error('/secret/path is full')
      },
    },
  ],
})
const { http, url } = await openTrial(
  { observe: metrics.observeRequest, saturated: () => 9 },
  routes,
)
after(() => http.close(100))

test('requests are counted by the template of their route, not by what clients say', async () => {
  await say(url, request('GET /v1/notes/secret?limit=2'))
  await say(url, request('BREW /secret'))
  await say(url, request('PROPFIND /secret'))
  const { body, headers } = await say(url, request('GET /metrics'))
  assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.match(body, /_count\{method="GET",route="\/v1\/notes\/\{id\}",status="503"\} 1/)
  assert.match(body, /_count\{method="other",route="none",status="503"\} 1/)
  assert.doesNotMatch(body, /secret|PROPFIND|BREW/)
})

test('a process says that it lives, and whether it is ready, when it has no room', async () => {
  assert.deepEqual(JSON.parse((await say(url, request('GET /healthz'))).body), { status: 'alive' })
  assert.equal((await say(url, request('GET /readyz'))).status, 200)
  state.isReady = false
  const reply = await say(url, request('GET /readyz'))
  assert.equal(reply.status, 503)
  assert.deepEqual(JSON.parse(reply.body), {
    isReady: false,
    checks: [
      { name: 'database', isReady: false, why: 'it starts' },
      { name: 'disk', isReady: false, why: 'cannot be asked' },
    ],
  })
})
