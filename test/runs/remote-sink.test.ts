import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { RemoteSink, SinkRefused } from '#features/evaluation/runner/remote-sink.ts'
import type { Sample } from '#features/evaluation/sample.ts'
import { answeringJson, type Script, ScriptedEndpoint } from '../engagement/scripted-endpoint.ts'
import { fresh } from './toy-pack.ts'

const { signal } = new AbortController()
const at = '2026-11-22T10:00:00.000Z'
const sample: Sample = {
  ...{ task: 'one', epoch: 2, family: 'f', difficulty: 1, outcome: 'failure', reward: 0 },
  ...{ why: null, tokens: { input: 1, output: 1 }, tokenLimit: 9, turns: 1, microUsd: 0 },
  ...{ startedAt: at, endedAt: at, workingMs: 1, contaminations: [] },
  ...{ transcriptSha256: 'a'.repeat(64), events: 1 },
}
const transcript = fresh('transcript')
writeFileSync(transcript, '{"is":"note"}\n')

async function sinkOf(script: Script) {
  const endpoint = await ScriptedEndpoint.start(script)
  after(() => endpoint.close())
  const sink = RemoteSink.of({ base: endpoint.url, run: 'run_1', token: 'secret', signal })
  assert.ok(sink.ok)
  return { endpoint, sink: sink.value }
}

test('a token goes nowhere in clear', () => {
  const sink = RemoteSink.of({ base: 'http://parley.example', run: 'r', token: 't', signal })
  assert.match(sink.ok ? '' : sink.refusal, /use https/)
})

for (const status of [409, 413, 422]) {
  test(`one sample that is refused with ${status} is told, and not asked again`, async () => {
    const { endpoint, sink } = await sinkOf(answeringJson(status, { detail: 'Not this one.' }))
    const kept = await sink.keep(sample, transcript)
    assert.match(kept.ok ? '' : kept.refusal, new RegExp(`${status}: Not this one`))
    assert.equal(endpoint.seen.length, 1)
  })
}

for (const status of [401, 403, 404, 410]) {
  test(`a service that answers ${status} takes none, which ends the handing in`, async () => {
    const { endpoint, sink } = await sinkOf(answeringJson(status, { detail: 'Not for you.' }))
    await assert.rejects(sink.keep(sample, transcript), (error) => {
      return error instanceof SinkRefused && /Not for you/.test(error.message)
    })
    assert.equal(endpoint.seen.length, 1)
  })
}

test('what is no list of samples is refused', async () => {
  const { sink } = await sinkOf(answeringJson(200, { samples: [] }))
  await assert.rejects(sink.finished(), /does not answer like a Parley service/)
})

test('a sample goes with its transcript, once more where the service is busy', async () => {
  let count = 0
  const { endpoint, sink } = await sinkOf((seen, response) =>
    answeringJson(++count === 1 ? 503 : 201, {})(seen, response),
  )
  await sink.keep(sample, transcript)
  const { method, url, body, rawHeaders } = endpoint.last
  assert.deepEqual([method, url], ['PUT', '/v1/runs/run_1/samples/one/2'])
  assert.equal(body.toString(), `${JSON.stringify(sample)}\n{"is":"note"}\n`)
  assert.ok(rawHeaders.includes('Bearer secret'))
  assert.equal(endpoint.seen.length, 2)
})

test('what a service holds is read page by page', async () => {
  const { endpoint, sink } = await sinkOf((seen, response) => {
    const isFirst = !seen.url.includes('afterTask')
    const items = [{ task: 'one', epoch: isFirst ? 1 : 2, digest: 'x' }]
    const next = isFirst ? { afterTask: 'one', afterEpoch: 1 } : null
    return answeringJson(200, { items, next })(seen, response)
  })
  assert.deepEqual(await sink.finished(), new Set(['one 1', 'one 2']))
  assert.match(endpoint.last.url, /afterTask=one&afterEpoch=1/)
})
