import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openPack } from '#features/evaluation/pack-reading.ts'
import { rootOf, tryTask } from '#features/evaluation/task-trial.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'

const folder = join(import.meta.dirname, '..', '..', 'packs', 'public')
const { signal } = new AbortController()
const [read, opened] = await Promise.all([openPack(folder), openSandbox('namespaces', {}, signal)])
assert.ok(read.ok, JSON.stringify(read))
const pack = read.value
after(() => pack[Symbol.asyncDispose]())

test('the public pack is whole: 24 tasks, six families of four, from easy to hard', () => {
  assert.deepEqual(pack.problems, [])
  const families = Map.groupBy(pack.tasks, ({ task }) => task.stratum.family)
  assert.equal(families.size, 6)
  for (const [family, tasks] of families) {
    const difficulties = tasks.map(({ task }) => task.stratum.difficulty)
    assert.deepEqual(difficulties, [1, 2, 3, 4], family)
  }
  for (const { id, task, files } of pack.tasks) {
    assert.ok(task.solution.wrong.length > 0, `${id} has a wrong answer`)
    const sizes = [...files.entries.values()].map((one) =>
      one.kind === 'file' ? one.sizeBytes : 0,
    )
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 16_384, `${id} is tiny`)
  }
})

/** A machine of a build may lack nothing but cgroups that it may write. */
const mayLack = !opened.ok && /limits cannot be held/.test(opened.refusal.why)
const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
const hasPython = spawnSync('python3', ['--version'], { env }).error === undefined
const why = opened.ok
  ? hasPython
    ? null
    : 'there is no python3 below /usr'
  : `no sandbox: ${opened.refusal.why}`
const skip = why === null || (process.env['CI'] !== undefined && !mayLack) ? {} : { skip: why }

describe('verifiers of the public pack tell answers apart', { concurrency: 2, ...skip }, () => {
  for (const one of pack.tasks) {
    test(one.id, async () => {
      assert.ok(opened.ok, why ?? '')
      const root = rootOf(one.task)
      assert.ok(root.ok)
      const { sandbox } = opened.value
      const trials = await tryTask(one, { sandbox, root: root.value, signal })
      assert.equal(trials.length, 2 + one.task.solution.wrong.length)
      assert.deepEqual(
        trials.filter(({ isSound }) => !isSound),
        [],
      )
    })
  }
})
