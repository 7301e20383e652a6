import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { worse } from './exit.ts'
import { writeWhole } from './output.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-output-'))
after(() => rmSync(folder, { recursive: true }))

test('what cannot be written leaves the file that was there, and no draft', () => {
  const path = join(folder, 'kept.txt')
  writeFileSync(path, 'old')
  const broken = function* (): Generator<string> {
    yield 'x'.repeat(2 ** 21)
    throw new Error('no more')
  }
  const written = writeWhole(path, broken())
  assert.ok(!written.ok && written.refusal.code === 'not-writable')
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(folder), ['kept.txt'])
  mkdirSync(join(folder, 'taken'))
  assert.equal(writeWhole(join(folder, 'taken'), 'x').ok, false)
})

test('a place in which nothing can be made is told, and does not take for ever', (t) => {
  if (!existsSync('/proc/self')) return t.skip('no /proc here')
  const written = writeWhole('/proc/none/at/all.txt', 'x')
  assert.ok(!written.ok && written.refusal.code === 'not-writable')
  const below = writeWhole(join(folder, 'kept.txt/below/x.txt'), 'x')
  assert.ok(!below.ok && below.refusal.code === 'not-writable')
})

test('folders on the way are made, and pieces arrive in order', () => {
  const path = join(folder, 'a/b/c.txt')
  const pieces = Array.from({ length: 300_000 }, (_, at) => `${at}\n`)
  assert.ok(writeWhole(path, pieces).ok)
  assert.equal(readFileSync(path, 'utf8'), pieces.join(''))
  assert.ok(writeWhole(path, '').ok)
  assert.equal(readFileSync(path, 'utf8'), '')
})

test('of two exit codes the graver one counts', () => {
  assert.equal(worse(0, 4), 4)
  assert.equal(worse(3, 4), 3)
  assert.equal(worse(5, 3), 5)
  assert.equal(worse(1, 4), 4)
})
