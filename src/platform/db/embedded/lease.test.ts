import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Lease, usedElsewhere } from './lease.ts'
import { beginningOf, processSpace } from './process-identity.ts'

const base = mkdtempSync(join(tmpdir(), 'parley-lease-'))
after(() => rmSync(base, { recursive: true }))

const folderWith = (...names: string[]): string => {
  const folder = mkdtempSync(join(base, 'leases-'))
  for (const name of names) writeFileSync(join(folder, name), '')
  return folder
}

const log = (): void => {}
const elsewhere = '1.2345.4026599999.1'
const space = processSpace()
const own = `${process.pid}.${beginningOf(process.pid)}.${space}.999`

for (const [what, name, isLast] of [
  ['another process', own, false],
  ['a process of another container', elsewhere, false],
  ['a process that ended', `4194304.1.${space}.1`, true],
  ['an earlier process of the same number', `${process.pid}.1.${space}.1`, true],
  ['no process at all', 'a note', true],
] as const) {
  test(`beside a lease of ${what}, giving back ${isLast ? 'is' : 'is not'} the last`, () => {
    const folder = folderWith(name)
    assert.equal(new Lease(folder).giveBack(), isLast)
    assert.deepEqual(readdirSync(folder), isLast ? [] : [name])
  })
}

test('two leases of one process are two', () => {
  const folder = folderWith()
  const [one, other] = [new Lease(folder), new Lease(folder)]
  assert.equal(one.giveBack(), false)
  assert.equal(other.giveBack(), true)
})

test('a lease of another container that is renewed refuses', async () => {
  const folder = folderWith(elsewhere)
  const beat = setInterval(() => writeFileSync(join(folder, elsewhere), 'x'), 40)
  try {
    assert.equal((await usedElsewhere(folder, { log, watchMs: 500 }))?.code, 'already-running')
  } finally {
    clearInterval(beat)
  }
  assert.deepEqual(readdirSync(folder), [elsewhere])
})

test('one that falls silent is put away after it was watched, an old one at once', async () => {
  const silent = folderWith(elsewhere)
  const begun = performance.now()
  assert.equal(await usedElsewhere(silent, { log, watchMs: 300 }), null)
  assert.ok(performance.now() - begun >= 300)
  assert.deepEqual(readdirSync(silent), [])
  const old = folderWith(elsewhere)
  const then = new Date(Date.now() - 120_000)
  utimesSync(join(old, elsewhere), then, then)
  assert.equal(await usedElsewhere(old, { log, watchMs: 60_000 }), null)
  assert.deepEqual(readdirSync(old), [])
})
