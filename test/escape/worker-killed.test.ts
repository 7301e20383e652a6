import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { findCgroups } from '#platform/sandbox/cgroup-place.ts'
import { livingProcesses } from './outside.ts'
import { sandboxFor } from './sandboxes.ts'

/** Waits until it holds, for at most half a minute. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 50) {
    assert.ok(waited < 30_000, what)
    await pause(50)
  }
}

test('a worker that is killed leaves no process, and the next one tidies up', async (t) => {
  const before = await sandboxFor(t, 'namespaces')
  const place = findCgroups()
  if (before === null || !place.ok) return
  const parents = [tmpdir(), ...place.value.parents]
  const marker = `stays-${randomBytes(8).toString('hex')}`
  const runner = join(import.meta.dirname, 'worker-run.ts')
  const child = spawn(process.execPath, [runner, marker], {
    stdio: 'ignore',
  })
  const left = (): string[] =>
    parents.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith('parley-run-') && name.includes(`-${child.pid}-`))
        .map((name) => join(folder, name)),
    )
  await until(() => livingProcesses(marker).length >= 2, 'the run of the worker does not begin')
  assert.ok(left().length >= parents.length, left().join(' '))
  child.kill('SIGKILL')
  await until(() => livingProcesses(marker).length === 0, 'processes live on without their worker')
  await sandboxFor(t, 'namespaces')
  assert.deepEqual(left().filter(existsSync), [])
})
