import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RemoteSink, SinkRefused } from '#features/evaluation/runner/remote-sink.ts'
import { makeToken } from '#features/org/org.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { evaluator, personOf } from '../engagement/desk-world.ts'
import { EvaluationWorld, transcriptOf } from '../engagement/evaluation-world.ts'

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
})
after(() => world[Symbol.asyncDispose]())

/** What a runner hands in with, by a token of somebody who evaluates. */
async function sinkFor(run: string, who: string): Promise<RemoteSink> {
  const { server } = world.desk
  const wish = { name: 'runner', role: 'evaluator', organisation: evaluator, days: 90 } as const
  const { token } = await asActor(server.database.app, systemActor, (tx) =>
    makeToken(tx, { ...wish, owner: personOf(who) }, server.now),
  )
  const { signal } = new AbortController()
  const sink = RemoteSink.of({ base: server.url, run, token, signal })
  assert.ok(sink.ok)
  return sink.value
}

test('a runner hands its samples in, goes on from them, and is told what is refused', async () => {
  const { run } = await world.running('handed', { attempts: 300 })
  const [transcript, other] = [transcriptOf(3), transcriptOf(3, 'other')]
  const path = join(world.folder, 'transcript.jsonl')
  writeFileSync(path, transcript)
  const sink = await sinkFor(run, 'eve')
  assert.deepEqual([...(await sink.finished())], [])
  // More than one page of those that are there.
  for (let epoch = 1; epoch <= 205; epoch++) {
    await sink.keep(world.sample(transcript, { epoch }), path)
  }
  const again = await sinkFor(run, 'eve')
  const finished = await again.finished()
  assert.equal(finished.size, 205)
  assert.ok(finished.has('task-1 205'))
  await assert.rejects(
    again.keep(world.sample(other, { epoch: 1 }), path),
    (error) => error instanceof SinkRefused && /409/.test(error.message),
  )
  const stranger = await sinkFor(run, 'ed')
  await assert.rejects(stranger.finished(), /404/)
})
