import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isObject } from '#formats/json/reader.ts'
import { parley, scratch } from './parley.ts'

const { folder, put } = scratch()

const report = (access: string, name: string): string =>
  `==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014 at pc 0x4f
${access} of size 4 at 0x602000000014 thread T0
    #0 0x4f1a2b in ${name} /src/pear.c:41:9
    #1 0x4f2000 in main /src/main.c:9:3
`

test('what cannot be read or is wrongly asked is told, with a code', async () => {
  const missing = await parley(['crash', join(folder, 'none.log')])
  assert.deepEqual([missing.code, missing.out], [3, ''])
  assert.match(missing.err, /none\.log: does not exist/)
  const top = await parley(['crash', '--top', 'ten', '-'])
  assert.deepEqual([top.code, top.out], [2, ''])
  assert.match(top.err, /--top takes a number, not "ten"/)
  const unwritable = await parley(['crash', '-', '--json', folder], { input: report('READ', 'a') })
  assert.equal(unwritable.code, 5)
})

test('nothing in a log is no error', async () => {
  const { code, out } = await parley(['crash', '-'], { input: 'all is well\n' })
  assert.deepEqual([code, out], [0, 'No crash in 1 file.\n'])
})

test('a folder, a gzip file and bytes of any kind are ranked together', async () => {
  mkdirSync(join(folder, 'logs'))
  put('logs/a.log', report('READ', 'fig'))
  put('logs/b.log.gz', gzipSync(report('READ', 'fig')))
  put(
    'logs/c.bin',
    Buffer.concat([Buffer.from([0, 255, 254, 10]), Buffer.from(report('WRITE', 'x'))]),
  )
  put('logs/input.png', Buffer.from([137, 80, 78, 71, 0, 1, 2, 3]))
  const { code, out, err } = await parley(['crash', join(folder, 'logs')])
  assert.deepEqual([code, err], [0, ''])
  const lines = out.trimEnd().split('\n')
  assert.match(lines[0] ?? '', /^1 {2}exploitable {2}heap-buffer-overflow \(write of 4\), 1 crash$/)
  assert.match(lines[3] ?? '', /c\.bin:2$/)
  assert.match(lines[4] ?? '', /^2 {2}not-exploitable .* 2 crashes in 2 files$/)
  assert.equal(lines.at(-1), '3 crashes in 4 files; 1 holds none; 2 clusters.')
})

test('JSON holds every cluster with its files and reason', async () => {
  const { code, out } = await parley(['crash', '-', '--json', '-'], {
    input: report('WRITE', 'fig'),
  })
  const found: unknown = JSON.parse(out)
  assert.equal(code, 0)
  assert.ok(isObject(found) && Array.isArray(found['clusters']))
  const [cluster] = found['clusters']
  assert.ok(isObject(cluster))
  const { kind, access, state, place, files } = cluster
  assert.deepEqual([kind, access, state], ['heap-buffer-overflow', 'write', ['fig']])
  assert.deepEqual(place, { function: 'fig', file: '/src/pear.c', line: 41 })
  assert.deepEqual(files, [{ name: '-', line: 1, crashes: 1 }])
  const judged = cluster['exploitability']
  assert.ok(isObject(judged) && judged['condition'] === 'heap-buffer-overflow(write)')
})

test('a log that is too long is read by its two ends, and that is said', async () => {
  async function* long(): AsyncGenerator<Buffer> {
    yield Buffer.from(report('READ', 'first'))
    const noise = Buffer.alloc(2 ** 20, 'x\n')
    for (let at = 0; at < 90; at++) yield noise
    yield Buffer.from(report('WRITE', 'last'))
  }
  const { code, out, err } = await parley(['crash', '-'], { input: long() })
  assert.equal(code, 4)
  assert.match(err, /is 90 MiB long: its first and its last 32 MiB are read, 26 MiB between/)
  assert.match(out, /^1 {2}exploitable/)
  // Four lines of the first report, 90 times 2^19 of noise, and then the last report.
  assert.match(out, new RegExp(`-:${4 + 90 * 2 ** 19 + 1}\n`))
  assert.match(out, /2 crashes in 1 file; 2 clusters/)
})
