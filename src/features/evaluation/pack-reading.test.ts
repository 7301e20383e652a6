import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { commitPack } from '#formats/pack/commitment.ts'
import { zipOf } from '../../../test/archive.ts'
import { type Tarred, tarOf } from '../../../test/tar.ts'
import { type OpenPack, openPack } from './pack-reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-packs-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const canary = '8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b'
const taskText = (more = '', one = canary): string => `parley: pack-task/1
title: Find the flaw
stratum: { family: find-flaw, difficulty: 2 }
canary: ${one}
instruction: Say the line.
files: files
tools: [shell]
verifier: { files: verifier, command: [sh, /parley/in/verify.sh] }
solution: { files: solution }
${more}`
const packText = (...tasks: readonly string[]): string => `parley: pack/1
name: toys
version: 1.0.0
label: TLP:CLEAR
tasks: [${tasks.join(', ')}]
`
type Files = Readonly<Record<string, string>>
const good: Files = {
  'pack.yaml': packText('one'),
  'README.md': 'Toys.',
  'tasks/one/task.yaml': taskText(),
  'tasks/one/files/a.txt': 'a',
  'tasks/one/verifier/verify.sh': 'echo 1',
  'tasks/one/solution/answer.txt': '3',
}

let made = 0
function written(files: Files): string {
  const place = join(folder, `${made++}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), text)
  }
  return place
}
const packed = (bytes: Buffer): string => {
  const place = join(folder, `${made++}.archive`)
  writeFileSync(place, bytes)
  return place
}
const entriesOf = (files: Files): Tarred[] =>
  Object.entries(files).map(([name, content]) => ({ name, content }))

/** What is told of a pack: why it is not read, or what is wrong with it, a line each. */
async function told(path: string): Promise<string> {
  const read = await openPack(path)
  if (read.ok) {
    await using pack = read.value
    return pack.problems
      .map((one) => `${one.file}:${one.line} ${one.pointer} ${one.why}`)
      .join('\n')
  }
  const { refusal } = read
  return refusal.is === 'archive'
    ? `${refusal.refusal.at}: ${refusal.refusal.why}`
    : refusal.problems.map((one) => `${one.file}:${one.line} ${one.pointer} ${one.why}`).join('\n')
}

const second = { ...good, 'pack.yaml': packText('one', 'two') }
const cases: readonly (readonly [string, Files, RegExp])[] = [
  ['no pack.yaml', { 'a.txt': '' }, /holds no pack\.yaml/],
  ['a task that is not there', second, /pack\.yaml:5 \/tasks\/1 names two, and there is no tasks/],
  [
    'a task that is wrong',
    { ...good, 'tasks/one/task.yaml': taskText('weigth: 2\n') },
    /tasks\/one\/task\.yaml:10 \/weigth is not a member/,
  ],
  ['a file of no task', { ...good, 'tasks/two/a': '' }, /tasks\/two\/a:null {2}belongs to no task/],
  ['a file beside', { ...good, 'notes.txt': '' }, /notes\.txt:null {2}belongs to no task/],
  [
    'no such folder',
    { ...good, 'tasks/one/task.yaml': taskText().replace('files: files', 'files: file') },
    /tasks\/one\/task\.yaml:6 \/files there is no folder file/,
  ],
  [
    'a verifier in what the agent finds',
    {
      ...good,
      'tasks/one/files/v/x': '',
      'tasks/one/task.yaml': taskText().replace('files: verifier', 'files: files/v'),
    },
    /:1 {2}files\/v lies inside of files/,
  ],
  [
    'one folder for two things',
    { ...good, 'tasks/one/task.yaml': taskText().replace('files: solution', 'files: files') },
    /:1 {2}files is named twice/,
  ],
  [
    'a folder among the files of a verifier',
    { ...good, 'tasks/one/verifier/deep/x': '' },
    /\/verifier\/files deep is a folder/,
  ],
  [
    'a name that no sandbox is given',
    { ...good, 'tasks/one/verifier/a b': '' },
    /\/verifier\/files a b is no plain name/,
  ],
  [
    'a canary in the instruction',
    { ...good, 'tasks/one/task.yaml': taskText().replace('Say', canary) },
    /:4 \/canary stands in the instruction/,
  ],
  [
    'a canary in what the agent finds',
    { ...good, 'tasks/one/files/b.txt': `x ${canary.toUpperCase()}` },
    /tasks\/one\/files\/b\.txt:null {2}holds the canary/,
  ],
  [
    'one canary for two tasks',
    {
      ...second,
      ...Object.fromEntries(
        Object.entries(good).map(([name, text]) => [name.replace('/one/', '/two/'), text]),
      ),
      'pack.yaml': packText('one', 'two'),
    },
    /tasks\/two\/task\.yaml:4 \/canary is that of one too/,
  ],
  [
    'a root file system that is not there',
    {
      ...good,
      'tasks/one/task.yaml': taskText(
        `environment: { kind: archive, path: root.tar, sha256: ${'ab'.repeat(32)} }\n`,
      ),
    },
    /:10 \/environment\/path there is no file root\.tar/,
  ],
  [
    'another root file system than is said',
    {
      ...good,
      'root.tar': 'x',
      'tasks/one/task.yaml': taskText(
        `environment: { kind: archive, path: root.tar, sha256: ${'ab'.repeat(32)} }\n`,
      ),
    },
    /:10 \/environment\/sha256 says abab/,
  ],
  ['nothing wrong', good, /^$/],
]
for (const [what, files, expected] of cases) {
  test(`of a pack with ${what} that is told`, async () => {
    assert.match(await told(written(files)), expected)
    assert.match(await told(packed(tarOf(entriesOf(files)))), expected)
  })
}

test('links, ways out and bombs are refused before anything is read', async () => {
  const linked = written(good)
  symlinkSync('/etc/passwd', join(linked, 'tasks/one/files/link'))
  assert.match(await told(linked), /tasks\/one\/files\/link: is a symbolic link/)
  const more = (one: Tarred): string => packed(tarOf([...entriesOf(good), one]))
  assert.match(await told(more({ name: '../out' })), /leads outside/)
  assert.match(await told(more({ name: '/etc/x' })), /is absolute/)
  assert.match(await told(more({ name: 'tasks/one/l', type: '2', link: '/etc' })), /link/)
  assert.match(await told(more({ name: 'tasks/one/TASK.yaml' })), /differs from .* only in case/)
  assert.match(await told(more({ name: 'pack.yaml' })), /is there twice/)
  const zeros = Buffer.alloc(128 << 20)
  const files = Object.entries(good).map(([name, content]) => ({ name, content }))
  assert.match(await told(packed(zipOf([...files, { name: 'z', content: zeros }]))), /bomb|unpack/)
  assert.match(await told(join(folder, 'none')), /none/)
})

async function rootOf(path: string): Promise<string> {
  const read = await openPack(path)
  assert.ok(read.ok)
  await using pack: OpenPack = read.value
  return Buffer.from(commitPack(pack.committed, [Buffer.alloc(32)]).root).toString('hex')
}

test('a folder, a tar and a zip archive of one pack have one root', async () => {
  const files = { ...good, 'tasks/one/files/sub/b.txt': 'b' }
  const expected = await rootOf(written(files))
  assert.equal(await rootOf(packed(tarOf(entriesOf(files)))), expected)
  const inFolder = Object.entries(files).map(([name, content]) => ({
    name: `toys/${name}`,
    content,
  }))
  assert.equal(await rootOf(packed(zipOf(inFolder))), expected)
  assert.equal(await rootOf(packed(tarOf(inFolder))), expected)
})

test('one byte of any file of a task makes another root', async () => {
  const expected = await rootOf(written(good))
  for (const name of Object.keys(good).filter((one) => one.startsWith('tasks/'))) {
    const changed = { ...good, [name]: `${good[name]}\n` }
    assert.notEqual(await rootOf(written(changed)), expected, name)
  }
})
