import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('./politeness.ts', import.meta.url))
const program = `
  import { getPriority } from 'node:os'
  import { waitBehind } from ${JSON.stringify(file)}
  waitBehind()
  console.log(getPriority())`

/** The priority of a process that was begun at this one and then waits behind others. */
const under = (niceness: number): number =>
  Number(
    execFileSync(
      'nice',
      ['-n', String(niceness), process.execPath, '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    ),
  )

const skip = process.platform === 'win32' ? 'Windows has no nice' : false

test('background work waits behind requests', { skip }, () => {
  assert.equal(under(0), Math.max(5, getPriority()))
})

test('regression: work that waits behind others already is begun all the same', { skip }, () => {
  assert.equal(under(12), Math.min(19, 12 + getPriority()))
})
