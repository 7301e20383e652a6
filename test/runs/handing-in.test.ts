import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { presentRefusal } from '#features/engagement/gateway/refusal.ts'
import { orderKey } from '#features/evaluation/order.ts'
import { RemoteSink } from '#features/evaluation/runner/remote-sink.ts'
import { Stopping } from '#features/evaluation/runner/workshop.ts'
import { makeToken } from '#features/org/org.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import { parley } from '../e2e/parley.ts'
import { evaluator, personOf } from '../engagement/desk-world.ts'
import { EvaluationWorld, transcriptOf } from '../engagement/evaluation-world.ts'
import { answeringJson, type Script, ScriptedEndpoint } from '../engagement/scripted-endpoint.ts'
import { modelAt, outcomesOf, ran } from './running.ts'
import { fresh, sandboxed, skip, toyPack, writeAt } from './toy-pack.ts'

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
})
after(() => world[Symbol.asyncDispose]())

async function tokenOf(who: string): Promise<string> {
  const { server } = world.desk
  const wish = { name: 'runner', role: 'evaluator', organisation: evaluator, days: 90 } as const
  const { token } = await asActor(server.database.app, systemActor, (tx) =>
    makeToken(tx, { ...wish, owner: personOf(who) }, server.now),
  )
  return token
}

/** What a runner hands in with, by a token of somebody who evaluates. */
async function sinkFor(run: string, who: string): Promise<RemoteSink> {
  const { server } = world.desk
  const token = await tokenOf(who)
  const { signal } = new AbortController()
  const sink = RemoteSink.of({ base: server.url, run, token, signal })
  assert.ok(sink.ok)
  return sink.value
}

test('a runner hands its samples in, goes on from them, and is told what is refused', async () => {
  const { run } = await world.running('handed', { ...oneLook, attempts: 300 })
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
  const changed = await again.keep(world.sample(other, { epoch: 1 }), path)
  assert.match(changed.ok ? '' : changed.refusal, /409/)
  const stranger = await sinkFor(run, 'ed')
  await assert.rejects(stranger.finished(), /404/)
})

/** A pack of toy tasks whose strata are those that were declared, but where another is said. */
function declaredPack(families: Readonly<Record<string, string>>): string {
  const pack = toyPack(Object.keys(families))
  for (const [id, family] of Object.entries(families)) {
    const name = `tasks/${id}/task.yaml`
    const text = readFileSync(join(pack, name), 'utf8')
    writeAt(pack, { [name]: text.replace('family: write, difficulty: 1', `family: ${family}`) })
  }
  return pack
}

const usage = { prompt_tokens: 200, completion_tokens: 20 }
const calling = (...calls: readonly (readonly [tool: string, input: unknown])[]): Script => {
  const tool_calls = calls.map(([name, input], index) => ({
    ...{ id: `c${index}`, type: 'function' },
    function: { name, arguments: JSON.stringify(input) },
  }))
  const choices = [{ message: { content: 'So.', tool_calls }, finish_reason: 'tool_calls' }]
  return answeringJson(200, { choices, usage })
}
const solving = (task: string): Script =>
  calling(['write_file', { path: 'answer.txt', content: `${task}\n` }], ['submit', {}])

/** An endpoint that answers by the task that it is asked about. */
async function answering(script: (task: string, turn: number) => Script | Promise<Script>) {
  const endpoint = await ScriptedEndpoint.start(async (seen, response) => {
    const text = seen.body.toString('utf8')
    const [, task = ''] = /Write the word ([a-z0-9-]+) to/.exec(text) ?? []
    const turn = [...text.matchAll(/"role":"assistant"/g)].length
    await (await script(task, turn))(seen, response)
  })
  after(() => endpoint.close())
  return endpoint
}

/** The runner and the service have one clock here. */
const clocks = () => ({ wall: () => world.desk.server.now.getTime(), monotonic: () => 0 })

async function heldBy(run: string): Promise<readonly string[]> {
  const { items } = await world.must('eve', `GET /v1/runs/${run}/samples?limit=1000`)
  return items.map(({ task }: { task: string }) => task).toSorted()
}

const crypto = 'crypto, difficulty: 1'
const web = 'web, difficulty: 2'
const families = { 'task-1': crypto, 'task-2': crypto, 'task-3': crypto, 'task-4': web }

/** The runners here are given no declaration, and so know no order that was declared. */
const oneLook = { attempts: 1, rule: { is: 'fixed-look' } } as const

describe('a runner that hands in at a service', skip, () => {
  test('regression: the end of the window loses no sample, cut or judged later', async () => {
    const { run } = await world.running('window-end', oneLook)
    const { server } = world.desk
    const pack = declaredPack(families)
    const order = Object.keys(families).toSorted((one, other) =>
      orderKey('s', one) < orderKey('s', other) ? -1 : 1,
    )
    const [judgedLate = '', midway = '', asking = '', never = ''] = order
    const { accessEndsAt } = await world.must('eve', `GET /v1/runs/${run}`)
    server.pass(Date.parse(accessEndsAt) - server.now.getTime() - 60_000)
    const over = Promise.withResolvers<void>()
    const refused = presentRefusal({ code: 'window-closed', why: 'Access has ended.' }, 'openai')
    const isAsked = Promise.withResolvers<void>()
    const endpoint = await answering(async (task, turn) => {
      if (task === judgedLate) return solving(task)
      if (task === midway && turn === 0) return calling(['shell', { command: 'echo begun' }])
      if (task === asking) {
        isAsked.resolve()
        return async (_seen, response) => void (await once(response, 'close'))
      }
      await Promise.all([over.promise, isAsked.promise])
      return (_seen, response) =>
        void response.writeHead(refused.status, refused.headers).end(refused.body)
    })
    const stop = new Stopping(100)
    const real = sandboxed
    assert.ok(real !== null)
    const sandbox: Sandbox = {
      ...{ tier: real.tier, probe: (signal) => real.probe(signal) },
      run: async (wanted, signal) => {
        if (!wanted.command.includes('/parley/in/verify.sh')) return real.run(wanted, signal)
        // The window ends while the verifier is at work, which takes longer than the model's grace.
        server.pass(120_000)
        over.resolve()
        if (!stop.cut.aborted) await once(stop.cut, 'abort')
        return real.run(wanted, signal)
      },
    }
    const [model, folder] = [modelAt(endpoint.url), fresh('run')]
    const settings = { sandbox, stop, sinks: [await sinkFor(run, 'eve')], samplesAtOnce: 3 }
    const end = await ran({ pack, folder, model, clocks: clocks(), more: settings })
    model.close()
    const expected = {
      ...{ [judgedLate]: 'success', [midway]: 'infra_error', [asking]: 'infra_error' },
      [never]: 'not_run',
    }
    assert.deepEqual(outcomesOf(end), expected)
    assert.deepEqual([end.notTaken, end.status.state], [[], 'ended'])
    assert.deepEqual(await heldBy(run), Object.keys(families))
    const { outcomes } = await world.must('eve', `POST /v1/runs/${run}/closing`)
    // One of the tasks that were declared is not in the pack of this test.
    assert.deepEqual([outcomes.success, outcomes.infra_error, outcomes.not_run], [1, 2, 2])
    // What was used in this process is told with each sample, answered or not.
    const used = end.samples.map(({ tokens }) => tokens.input + tokens.output)
    assert.equal(
      used.reduce((all, one) => all + one, 0),
      end.status.tokens,
    )
    assert.ok(end.samples.every(({ task, tokens }) => (task === never) === (tokens.output === 0)))
  })

  test('regression: a sample that is refused keeps no other back, now or later', async () => {
    const { run } = await world.running('one-refused', oneLook)
    const undeclared = { 'task-2': 'undeclared, difficulty: 1' }
    const pack = declaredPack({ 'task-1': crypto, ...undeclared, 'task-3': crypto })
    const endpoint = await answering((task) => solving(task))
    const model = modelAt(endpoint.url)
    const folder = fresh('run')
    const sinks = [await sinkFor(run, 'eve')]
    const go = (close?: string) =>
      ran({
        ...{ pack, folder, model, clocks: clocks(), ...(close !== undefined && { close }) },
        more: { sinks, samplesAtOnce: 1 },
      })
    for (const end of [await go(), await go(), await go('over')]) {
      assert.equal(end.samples.length, 3)
      assert.deepEqual(
        end.notTaken.map(({ name }) => name),
        [{ task: 'task-2', epoch: 1 }],
      )
      assert.match(end.notTaken[0]?.why ?? '', /422: .*undeclared/)
    }
    model.close()
    assert.deepEqual(await heldBy(run), ['task-1', 'task-3'])
  })

  test('what is refused for good is told by the command, with how many and why', async () => {
    const { run } = await world.running('told', oneLook)
    const script = `parley: script/1
name: toy
tasks: [{ task: "*", replies: [{ say: Nothing. }] }]
`
    const at = writeAt(fresh('told'), { 's.yaml': script, token: await tokenOf('eve') })
    // The service lives in another year than this machine.
    const { code, out, err } = await parley([
      ...[
        'eval',
        'run',
        declaredPack({ 'task-1': crypto, 'task-2': crypto }),
        '--to',
        fresh('run'),
      ],
      ...['--model', `scripted:${join(at, 's.yaml')}`, '--token-file', join(at, 'token')],
      ...['--service', world.desk.server.url, '--service-run', run],
    ])
    assert.match(out, /2 of 2 finished/)
    assert.match(err, /does not take 2 of the attempts; the first is task-\d, attempt 1: .*422/)
    assert.equal(code, 4, err)
  })
})
