import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { draftOf } from './draft.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-draft-'))
after(() => rmSync(folder, { recursive: true }))

test('a folder, a file on the way and a folder that cannot be made are refused at once', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  assert.throws(() => draftOf(folder), /is a folder/)
  assert.throws(() => draftOf(join(file, 'x')), /ENOTDIR|is no folder/)
  if (existsSync('/proc/self')) assert.throws(() => draftOf('/proc/no/such'), /ENOENT/)
})

test('what is no file is written as it is and not replaced', {
  skip: !existsSync('/dev/full'),
}, () => {
  assert.equal(draftOf('/dev/full').path, '/dev/full')
  draftOf('/dev/full').drop()
  assert.ok(lstatSync('/dev/full').isCharacterDevice())
})

test('a link stays a link', () => {
  mkdirSync(join(folder, 'there'))
  const [real, link] = [join(folder, 'there/real'), join(folder, 'link')]
  writeFileSync(real, 'old')
  symlinkSync(real, link)
  const draft = draftOf(link)
  writeFileSync(draft.path, 'new')
  assert.equal(readFileSync(real, 'utf8'), 'old')
  draft.keep()
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.equal(readFileSync(real, 'utf8'), 'new')
})

test('a draft that is dropped leaves nothing, and dropping never fails', () => {
  const draft = draftOf(join(folder, 'none'))
  writeFileSync(draft.path, 'x')
  draft.drop()
  draft.drop()
  assert.ok(!existsSync(draft.path) && !existsSync(join(folder, 'none')))
})
