import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Packed, zipOf } from '../../../test/archive.ts'
import { type Tarred, tarEntry, tarOf } from '../../../test/tar.ts'
import { openArchive } from './archive.ts'
import { archiveLimits } from './archive-entry.ts'
import { below, contentOf, openInside, soleFolder, writeState } from './archive-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley archive '))
after(() => rmSync(folder, { recursive: true }))
const scratch = join(folder, 'scratch')
mkdirSync(scratch)

let count = 0
function put(bytes: Buffer): string {
  const path = join(folder, `a${count++}`)
  writeFileSync(path, bytes)
  return path
}
const small = { ...archiveLimits, entriesMax: 50, totalBytesMax: 2 ** 21, namesBytesMax: 4096 }

/** Why an archive is refused, `entry: words`. */
async function refusalOf(path: string, limits = small): Promise<string> {
  const opened = await openArchive(path, { limits, scratch })
  if (opened.ok) {
    await opened.value[Symbol.asyncDispose]()
    return `read: ${[...opened.value.entries.keys()].join(' ')}`
  }
  assert.deepEqual(readdirSync(scratch), [], 'something was left behind')
  return `${opened.refusal.at?.replace(path, '')}: ${opened.refusal.why}`
}

/** The length counts itself, of two or three digits here. */
const recordOf = (record: string): string =>
  `${record.length + (record.length < 96 ? 4 : 5)} ${record}\n`
const pax = (type: string, ...records: readonly string[]): Tarred => ({
  ...{ name: 'pax', type },
  content: records.map(recordOf).join(''),
})
const plain = { name: 'b', content: 'b' }

for (const [what, entries, expected] of [
  ['a path that climbs', [{ name: '../up' }], /^!\.\.\/up: leads outside by "\.\."/],
  ['a path that climbs late', [{ name: 'a/../../up' }], /leads outside/],
  ['a path with a dot inside', [{ name: 'a/./b' }], /has a part "\."/],
  ['an absolute path', [{ name: '/etc/passwd' }], /^!\/etc\/passwd: is absolute/],
  ['a drive', [{ name: 'C:evil' }], /names a drive/],
  ['a backslash', [{ name: 'a\\..\\b' }], /has a backslash/],
  ['a line end in a name', [{ name: 'a\nb' }], /has a control character/],
  ['two slashes', [{ name: 'a//b' }], /has an empty part/],
  ['bytes that are no UTF-8', [{ name: Buffer.from([0x61, 0xff]) }], /not UTF-8/],
  ['a symbolic link', [{ name: 'l', type: '2', link: '/etc' }], /^!l: is a symbolic link/],
  ['a hard link', [{ name: 'l', type: '1', link: 'b' }], /^!l: is a hard link/],
  ['a character device', [{ name: 'null', type: '3' }], /is a device/],
  ['a block device', [{ name: 'sda', type: '4' }], /is a device/],
  ['a fifo', [{ name: 'pipe', type: '6' }], /is a pipe \(fifo\)/],
  ['a sparse file', [{ name: 's', type: 'S' }], /is a sparse file/],
  ['an unknown kind', [{ name: 's', type: 'Q' }], /is of the unknown kind "Q"/],
  ['a name twice', [plain, plain], /^!b: is there twice/],
  [
    'a folder twice',
    [
      { name: 'd/', type: '5' },
      { name: 'd', type: '5' },
    ],
    /is there twice/,
  ],
  ['names that differ in case', [{ name: 'Make' }, { name: 'make' }], /differs from Make only/],
  ['folders that do', [{ name: 'A/x' }, { name: 'a/y' }], /^!a\/y: differs from A only/],
  ['a name composed and taken apart', [{ name: 'é' }, { name: 'e\u0301' }], /differs from/],
  ['a sharp s and two', [{ name: 'STRASSE' }, { name: 'straße' }], /differs from/],
  ['a letter of full width', [{ name: 'a' }, { name: 'ａ' }], /differs from/],
  ['a joiner that nobody sees', [{ name: 'ab' }, { name: 'a\u200bb' }], /differs from/],
  ['a file below a file', [plain, { name: 'b/c' }], /is both a file and a folder/],
  ['a file as a folder', [{ name: 'b/c' }, { name: 'b' }], /is both a file and a folder/],
  ['a folder with bytes', [{ name: 'd/', content: 'x' }], /is a folder that has bytes/],
  ['a wrong checksum', [plain, { name: 'c', claims: { sum: 1 } }], /behind b: has a wrong check/],
  [
    'a size of GNU tar',
    [{ name: 'c', claims: { size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' } }],
    /no number/,
  ],
  ['a size beyond the end', [{ name: 'c', claims: { size: 9999 } }], /^!c: breaks off with/],
  ['a size beyond the bound', [{ name: 'c', claims: { size: 2 ** 32 } }], /over 2 MiB/],
  [
    'a long part',
    [{ name: 'x'.repeat(90), prefix: '' }, pax('x', `path=${'x'.repeat(300)}`), plain],
    /more than 255 bytes/,
  ],
  ['depth', [pax('x', `path=${'d/'.repeat(70)}x`), plain], /more than 64 folders deep/],
  ['a pax path that climbs', [pax('x', 'path=../up'), plain], /^!\.\.\/up: leads outside/],
  ['a pax path of all', [pax('g', 'path=up'), plain], /names or sizes all entries/],
  ['a pax path twice', [pax('x', 'path=u'), pax('x', 'path=v'), plain], /named or sized twice/],
  [
    'a pax path and a long one',
    [pax('x', 'path=u'), { name: 'L', type: 'L', content: 'v' }, plain],
    /sized twice/,
  ],
  ['a pax key twice', [pax('x', 'path=u', 'path=v'), plain], /damaged extended/],
  ['a sparse file of pax', [pax('x', 'GNU.sparse.name=u'), plain], /is a sparse file/],
  ['damaged pax', [{ name: 'p', type: 'x', content: '99 path=u\n' }, plain], /damaged extended/],
  ['a pax size that lies', [pax('x', 'size=99999'), plain], /breaks off/],
  ['pax for nothing', [plain, pax('x', 'path=u')], /^!u: has no entry of its own/],
  [
    'huge pax',
    [{ name: 'p', type: 'x', content: Buffer.alloc(70_000, 'x') }],
    /header of 70000 byt/,
  ],
] as const satisfies readonly (readonly [string, readonly Tarred[], RegExp])[]) {
  test(`a tar with ${what} is refused by name`, async () => {
    assert.match(await refusalOf(put(tarOf(entries))), expected)
    assert.match(await refusalOf(put(gzipSync(tarOf(entries)))), expected)
  })
}

const link = { mode: 0o120777 }
for (const [what, entries, expected] of [
  ['a path that climbs', [{ name: '../up', content: '' }], /^!\.\.\/up: leads outside/],
  ['an absolute path', [{ name: '/up', content: '' }], /is absolute/],
  ['a backslash', [{ name: 'a\\b', content: '' }], /has a backslash/],
  ['a symbolic link', [{ name: 'l', content: '/etc', ...link }], /^!l: is a symbolic link/],
  ['a device', [{ name: 'l', content: '', mode: 0o020666 }], /is no plain file or folder/],
  ['a name twice', [plain, plain], /is there twice/],
  ['names that differ in case', [plain, { name: 'B', content: '' }], /differs from b only/],
  ['a password', [{ ...plain, isEncrypted: true }], /^!b: is encrypted/],
  ['a method of its own', [{ ...plain, method: 99 }], /zip method 99/],
  ['a wrong checksum', [{ ...plain, claims: { crc: 7 } }], /^!b: does not have the checksum/],
  ['a size that lies', [{ ...plain, claims: { size: 9 } }], /^!b: is a damaged zip/],
  ['a folder with bytes', [{ name: 'd/', content: 'x' }], /is a folder that has bytes/],
] as const satisfies readonly (readonly [string, readonly Zipped[], RegExp])[]) {
  test(`a zip with ${what} is refused by name`, async () => {
    assert.match(await refusalOf(put(zipped(entries))), expected)
  })
}

type Zipped = Packed & { readonly mode?: number }
/** A zip whose directory says modes of Unix (APPNOTE 4.4.15). */
function zipped(entries: readonly Zipped[]): Buffer {
  const bytes = zipOf(entries)
  let at = 0
  for (const { mode = 0 } of entries) {
    at = bytes.indexOf('PK\x01\x02', at, 'latin1')
    bytes.writeUInt32LE((mode << 16) >>> 0, at + 38)
    at++
  }
  return bytes
}

test('zip entries that share packed bytes are refused', async () => {
  const bytes = zipOf([
    { name: 'a', content: 'x'.repeat(5000) },
    { name: 'b', content: 'x'.repeat(5000) },
  ])
  const first = bytes.indexOf('PK\x01\x02', 0, 'latin1')
  const second = bytes.indexOf('PK\x01\x02', first + 1, 'latin1')
  bytes.writeUInt32LE(0, second + 42)
  assert.match(await refusalOf(put(bytes)), /^!(a|b): shares bytes of the archive with/)
})

test('a folder with links, pipes or a changed file is refused, .git is left out', async () => {
  const root = join(folder, 'tree')
  mkdirSync(join(root, '.git'), { recursive: true })
  writeFileSync(join(root, '.git/config'), 'x')
  writeFileSync(join(root, 'a'), 'a')
  assert.equal(await refusalOf(root), 'read: a')
  const opened = await openArchive(root)
  assert.ok(opened.ok)
  writeFileSync(join(root, 'a'), 'b')
  const read = await contentOf(opened.value, 'a', 100)
  assert.ok(!read.ok)
  assert.match(read.refusal.why, /changed while it was read/)
  symlinkSync('/etc/passwd', join(root, 'link'))
  assert.match(await refusalOf(root), /^!link: is a symbolic link/)
  rmSync(join(root, 'link'))
  symlinkSync('/etc', join(root, 'link'))
  assert.match(await refusalOf(root), /^!link: is a symbolic link/)
  rmSync(join(root, 'link'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  assert.match(await refusalOf(root), /^!pipe: is a pipe/)
})

test('bombs stop at their bounds', async () => {
  const limits = { ...small, totalBytesMax: 2 ** 40, ratioFreeBytes: 2 ** 16 }
  const zeros = Buffer.alloc(2 ** 22)
  const packed = put(gzipSync(tarOf([{ name: 'z', content: zeros }])))
  assert.match(await refusalOf(packed, limits), /unpacks to more than 250 times its size/)
  const zip = put(zipOf([{ name: 'z', content: zeros }]))
  assert.match(await refusalOf(zip, limits), /^!z: unpacks to more than 250 times/)
  assert.match(await refusalOf(zip), /^!z: takes the archive over 2 MiB/)
  const many = Array.from({ length: 51 }, (_, n) => ({ name: `${n}`, content: '' }))
  assert.match(await refusalOf(put(tarOf(many))), /^!50: is one more than 50 files and folders/)
  assert.match(await refusalOf(put(zipOf(many))), /holds 51 files, more than 50/)
  const deep = [
    { name: `${'d/'.repeat(49)}x`, content: '' },
    { name: `${'e/'.repeat(9)}x`, content: '' },
  ]
  assert.match(await refusalOf(put(tarOf(deep))), /is one more than 50/)
  const long = Array.from({ length: 49 }, (_, n) => ({
    name: `${n}${'x'.repeat(90)}`,
    content: '',
  }))
  assert.match(await refusalOf(put(tarOf(long))), /makes the names of all files too long/)
})

test('200,000 files are refused when the bound is met, in little memory', async () => {
  const piece = tarOf(
    Array.from({ length: 1000 }, (_, n) => ({ name: `${n}` })),
    Buffer.alloc(0),
  )
  const all = Array.from({ length: 200 }, (_, thousand) => {
    const bytes = Buffer.from(piece)
    for (let n = 0; n < 1000; n++) tarEntry({ name: `${thousand}-${n}` }).copy(bytes, n * 512)
    return bytes
  })
  const path = put(Buffer.concat(all))
  assert.match(await refusalOf(path, archiveLimits), /^!100-0: is one more than 100000 files/)
})

test('what is behind the end, cut or no archive at all is refused', async () => {
  const hidden = tarOf([plain], Buffer.concat([Buffer.alloc(1024), tarEntry({ name: 'hidden' })]))
  assert.match(await refusalOf(put(hidden)), /^!b: is followed by bytes behind the end/)
  assert.match(await refusalOf(put(tarOf([plain]).subarray(0, 700))), /^!b: breaks off/)
  assert.match(await refusalOf(put(gzipSync(tarOf([plain])).subarray(0, 40))), /ends in the middle/)
  assert.match(await refusalOf(put(Buffer.from('hello'))), /is no archive that is read/)
  assert.match(await refusalOf(put(Buffer.alloc(0))), /is no archive that is read/)
  assert.match(await refusalOf(join(folder, 'none')), /does not exist/)
  assert.match(await refusalOf('/dev/null'), /is neither a file nor a folder/)
})

test('no bytes make the reader throw, and nothing is left behind', async () => {
  const whole = tarOf([plain, pax('x', 'path=u'), { name: 'c', content: 'x'.repeat(600) }])
  const zip = zipOf([plain, { name: 'c', content: 'x'.repeat(600) }])
  const edit = fc.record({ at: fc.nat(2600), value: fc.nat(255) })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(whole, zip),
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      async (bytes, edits) => {
        const changed = Buffer.from(bytes)
        for (const { at, value } of edits) changed[at % changed.length] = value
        const path = join(folder, 'fuzz')
        writeFileSync(path, changed)
        assert.ok((await refusalOf(path)).length > 0)
        assert.deepEqual(readdirSync(scratch), [])
      },
    ),
    { numRuns: 300 },
  )
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const contents = [
  { name: 'src/main.c', content: 'int main(void){return 0;}\n' },
  { name: 'run.sh', content: '#!/bin/sh\n', mode: 0o755 },
  { name: 'empty', content: '' },
  { name: `${'long/'.repeat(30)}${'n'.repeat(120)}`, content: 'long' },
  { name: `${'deep/'.repeat(20)}file`, content: Buffer.alloc(700_000, 'z') },
]

test('folder, tar and zip of the same files give the same state, byte for byte', async () => {
  const root = join(folder, 'same')
  for (const { name, content, mode } of contents) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
    chmodSync(join(root, name), mode ?? 0o600)
  }
  linkSync(join(root, 'empty'), join(folder, 'outside'))
  execFileSync('tar', ['-cf', join(folder, 'gnu.tar'), '-C', root, '.'])
  execFileSync('tar', ['--format=pax', '-czf', join(folder, 'pax.tgz'), '-C', root, '.'])
  const zip = put(
    zipped([...contents].reverse().map((one) => ({ ...one, mode: one.mode ?? 0o644 }))),
  )
  const digests = new Set<string>()
  for (const path of [root, join(folder, 'gnu.tar'), join(folder, 'pax.tgz'), zip]) {
    const opened = await openArchive(path, { scratch })
    assert.ok(opened.ok, JSON.stringify(opened))
    await using archive = opened.value
    const out = `${path}.state`
    const state = await writeState(archive, out)
    assert.ok(state.ok)
    assert.equal(state.value.sha256, sha256(readFileSync(out)))
    assert.equal(state.value.files, contents.length)
    digests.add(state.value.sha256)
    const again = await writeState(archive, out)
    assert.ok(!again.ok, 'an older file was overwritten')
  }
  assert.equal(digests.size, 1)
  assert.deepEqual(readdirSync(scratch), [])
  const unpacked = join(folder, 'unpacked')
  mkdirSync(unpacked)
  execFileSync('tar', ['-xf', `${root}.state`, '-C', unpacked])
  execFileSync('diff', ['-r', root, unpacked])
})

test('a state is read back with the same digests', async () => {
  const opened = await openArchive(join(folder, 'same.state'), { scratch })
  assert.ok(opened.ok, JSON.stringify(opened))
  await using archive = opened.value
  for (const { name, content, mode } of contents) {
    const entry = archive.entries.get(name)
    assert.ok(entry?.kind === 'file')
    assert.deepEqual(
      [entry.sha256, entry.isProgram],
      [sha256(Buffer.from(content)), mode === 0o755],
    )
  }
})

test('an archive in an archive is opened, and its one folder is stepped into', async () => {
  const inner = gzipSync(tarOf([{ name: 'p-1.0/src/a.c', content: 'a' }]))
  const opened = await openArchive(put(tarOf([{ name: 'p.tgz', content: inner }])), { scratch })
  assert.ok(opened.ok)
  await using outer = opened.value
  assert.equal(soleFolder(outer), null)
  const inside = await openInside(outer, 'p.tgz', { scratch })
  assert.ok(inside.ok)
  await using packed = inside.value
  assert.equal(soleFolder(packed), 'p-1.0')
  const code = below(packed, 'p-1.0')
  assert.deepEqual([...code.entries.keys()], ['src', 'src/a.c'])
  const read = await contentOf(code, 'src/a.c', 10)
  assert.equal(read.ok && read.value.toString(), 'a')
  assert.equal((await contentOf(code, 'src/a.c', 0)).ok, false)
  assert.equal((await contentOf(code, 'src', 10)).ok, false)
})
