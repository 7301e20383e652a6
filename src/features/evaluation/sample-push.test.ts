import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { bodyOf, EvaluationWorld, transcriptOf } from '../../../test/engagement/evaluation-world.ts'
import { root } from '../../../test/root.ts'
import type { Sample } from './sample.ts'

/** What a process answers of one push. */
type Answer = { readonly digest?: string; readonly isSame?: boolean; readonly refused?: string }

/** A process of its own that pushes. */
class Pusher implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #waiting = new Map<string, (answer: Answer) => void>()
  #last = 0

  constructor(child: ChildProcess) {
    this.#process = child
  }

  static async open({ desk, folder, keys }: EvaluationWorld): Promise<Pusher> {
    const script = join(root, 'test', 'db', 'pushing-process.ts')
    const secret = keys.all[0].secret.export().toString('hex')
    const given = [script, desk.server.database.appUrl, folder, secret]
    const child = spawn(process.execPath, given, { stdio: ['pipe', 'pipe', 'inherit'] })
    const pusher = new Pusher(child)
    assert.ok(child.stdout)
    const lines = createInterface({ input: child.stdout })
    const ready = once(lines, 'line')
    await ready
    lines.on('line', (line) => {
      const { id, ...answer } = JSON.parse(line)
      pusher.#waiting.get(id)?.(answer)
    })
    return pusher
  }

  push(run: string, made: Made, now: Date): Promise<Answer> {
    const id = String(this.#last++)
    const { task, epoch } = made.sample
    const body = bodyOf(made.sample, made.transcript).toString('base64')
    const told = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    this.#process.stdin?.write(`${JSON.stringify({ id, run, name: { task, epoch }, body, now })}\n`)
    return told
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await ended
  }
}

type Made = { readonly sample: Sample; readonly transcript: string }

let world: EvaluationWorld
let pushers: readonly Pusher[]
before(async () => {
  world = await EvaluationWorld.open()
  pushers = [await Pusher.open(world), await Pusher.open(world)]
})
after(async () => {
  for (const pusher of pushers) await pusher[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

const blobs = async (): Promise<number> => {
  let count = 0
  for await (const _ of world.blobs.list()) count++
  return count
}

const partsKept = async (): Promise<number> =>
  asActor(world.desk.server.database.app, systemActor, async (tx) => {
    const { rows } = await sql<{ count: number }>`
      select ((select count(*) from parley.transcript_part)
        + (select count(*) from parley.pack_file))::int as count`.execute(tx)
    return rows[0]?.count ?? 0
  })

describe('samples that two processes hand in at once', () => {
  test('are finished by one body: the same again is the same, another is refused', async () => {
    const { run } = await world.running('at-once', { attempts: 1_000 })
    const { now } = world.desk.server
    let epoch = 0
    // Which of three bodies each of up to eight pushes brings, and through which process.
    const pushes = fc.array(fc.record({ body: fc.nat(2), process: fc.nat(1) }), {
      minLength: 2,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(pushes, async (all) => {
        epoch++
        const bodies = [0, 1, 2].map((one): Made => {
          const transcript = transcriptOf(3, `body ${one}`)
          return { sample: world.sample(transcript, { epoch }), transcript }
        })
        const answers = await Promise.all(
          all.map(async ({ body, process: which }) => {
            const made = bodies[body]
            assert.ok(made)
            return { body, told: await pushers[which]?.push(run, made, now) }
          }),
        )
        const kept = answers.filter(({ told }) => told?.isSame === false)
        assert.equal(kept.length, 1, JSON.stringify(answers))
        for (const { body, told } of answers) {
          if (body === kept[0]?.body) assert.equal(told?.digest, kept[0]?.told?.digest)
          else assert.equal(told?.refused, 'conflict', JSON.stringify(answers))
        }
      }),
      { numRuns: 25 },
    )
    const shown = await world.must('eve', `GET /v1/runs/${run}`)
    assert.equal(shown.finished, epoch)
    // Of what was refused nothing is left behind, and of what was kept everything is there.
    assert.equal(await blobs(), await partsKept())
    const { items } = await world.must('eve', `GET /v1/runs/${run}/samples?limit=1000`)
    assert.equal(items.length, epoch)
    for (const { task, epoch: of } of items) {
      const path = `/v1/runs/${run}/samples/${task}/${of}/events`
      const { events, total } = await world.must('eve', `GET ${path}`)
      const [first] = events
      assert.deepEqual([total, events.length], [3, 3])
      assert.match(first.text, /^body [012] 0$/)
    }
  })

  test('go no further than was declared, whoever is first', async () => {
    const { run } = await world.running('declared', { rule: { is: 'fixed-look' } })
    const { now } = world.desk.server
    const transcript = transcriptOf(1)
    const tasks = Array.from({ length: 8 }, (_, index) => `other-${index}`)
    const answers = await Promise.all(
      tasks.map((task, index) =>
        pushers[index % 2]?.push(
          run,
          { sample: world.sample(transcript, { task }), transcript },
          now,
        ),
      ),
    )
    assert.deepEqual(answers.map((told) => told?.refused ?? 'kept').toSorted(), [
      ...Array<string>(5).fill('invalid'),
      ...Array<string>(3).fill('kept'),
    ])
  })
})
