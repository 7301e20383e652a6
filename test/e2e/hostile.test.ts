import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Reader } from '#formats/json/reader.ts'
import { zipOf } from '../archive.ts'
import { otherUser, parley, type RunOptions, record, scratch } from './parley.ts'

const { folder, put } = scratch()
const asJson = ['--json', '-']
const good = put('good.json', JSON.stringify(record('QRSA-1', 'Overflow in tf_read')))

/** Input of one odd document and a good one: what is said, and how many reports are read. */
async function withGood(name: string, content: string | Buffer) {
  const { code, err, out } = await parley(['triage', put(name, content), good, ...asJson])
  return { code, err, reports: reportsIn(out) }
}

/** How many reports a triage holds that was written to standard output as JSON. */
function reportsIn(out: string): number | undefined {
  return new Reader(JSON.parse(out)).object('counts').number('reports')
}

const text = JSON.stringify(record('QRSA-2', 'Slow pattern in parseHeading'))
const xml = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'

for (const [what, name, content, place] of [
  ['an empty file', 'empty.json', '', /empty\.json: is empty/],
  ['a file of blanks', 'blank.json', ' \n'.repeat(9), /blank\.json: holds nothing but 18 bytes/],
  ['truncated JSON', 'cut.json', text.slice(0, -40), /cut\.json:1.*: .*(end|cut|trunc)/],
  ['JSON 100,000 deep', 'deep.json', '['.repeat(100_000), /deep\.json/],
  ['objects 100,000 deep', 'deep2.json', '{"a":'.repeat(100_000), /deep2\.json/],
  ['XML with entities', 'entities.xml', xml, /entities\.xml:1: .*entities/],
  ['XML 100,000 deep', 'deep.xml', '<a>'.repeat(100_000), /deep\.xml/],
  ['a picture', 'p.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1'), /p\.png: .*a PNG image/],
  ['random bytes', 'r.bin', Buffer.from(Array.from({ length: 999 }, noise)), /r\.bin.*binary/],
  ['UTF-32', 'u.json', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), /u\.json: is UTF-32/],
  ['broken gzip', 'b.gz', gzipSync(text).subarray(0, 30), /b\.gz/],
  [
    'broken zip',
    'b.zip',
    zipOf([{ name: 'a', content: text }]).subarray(0, -9),
    /b\.zip: .*damaged/,
  ],
] as const) {
  test(`${what} is told by name, and the rest is read`, async () => {
    const { code, err, reports } = await withGood(name, content)
    assert.equal(code, 4)
    assert.match(err, place)
    assert.ok(Number(reports) >= 1)
  })
}

function noise(_: unknown, at: number): number {
  return (at * 7919 + (at >> 3) * 104_729) & 0xff
}

for (const [what, name, content] of [
  ['a NUL inside a text', 'nul.json', text.replace('Slow', 'Sl\\u0000ow')],
  ['UTF-16 with a byte order mark', 'u16.json', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16, the other order', 'u16be.json', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['UTF-8 with a byte order mark', 'bom.json', `\ufeff${text}`],
  ['an archive', 'two.zip', zipOf([{ name: 'a/b.json.gz', content: gzipSync(text) }])],
] as const) {
  test(`${what} is read`, async () => {
    const { code, reports } = await withGood(name, content)
    assert.deepEqual([code, reports], [0, 2])
  })
}

for (const [what, name, content, remark] of [
  [
    'bytes that are no UTF-8',
    'latin.json',
    Buffer.from(text.replace('Slow', '\n\u00e9\u00e9'), 'latin1'),
    /note: .*latin\.json:2.*2 bytes that are not UTF-8, first 0xe9 at byte offset \d+/,
  ],
  ['a NUL between documents', 'nul2.json', `\0${text}`, /note: .*nul2\.json:1.*NUL/],
  [
    'a key that is there twice',
    'twice.json',
    text.replace('"summary"', '"summary":"first","summary"'),
    /twice\.json.* at \/summary.*(twice|duplicate|again|repeat)/i,
  ],
] as const) {
  test(`${what} cost nothing, and are told with their place`, async () => {
    const { err, reports } = await withGood(name, content)
    assert.equal(reports, 2)
    assert.match(err, remark)
  })
}

/** Prints the most memory that the process ever held, in MiB. */
const weighed = {
  node: [
    '--import',
    `data:text/javascript,process.on("exit",()=>process.stderr.write(\`\\npeak \${
      process.resourceUsage().maxRSS>>10} MiB\`))`,
  ],
} satisfies RunOptions
const peakOf = (err: string): number => Number(/peak (\d+) MiB/.exec(err)?.[1])

test('a gigabyte of spaces is told to be empty, in seconds and little memory', async () => {
  async function* spaces(): AsyncGenerator<Buffer> {
    const piece = Buffer.alloc(2 ** 20, ' ')
    for (let at = 0; at < 1024; at++) yield piece
  }
  const ran = await parley(['triage', '-'], { input: spaces(), ...weighed })
  assert.equal(ran.code, 4)
  assert.match(ran.err, /-: holds nothing but 1024 MiB of blanks/)
  assert.ok(ran.seconds < 30, `${ran.seconds} s`)
  assert.ok(peakOf(ran.err) < 300, ran.err)
})

test('a gigabyte of nothing, as a file with a hole, likewise', async () => {
  const path = put('hole.json', '')
  truncateSync(path, 2 ** 30)
  const ran = await parley(['triage', path, good], weighed)
  assert.equal(ran.code, 4)
  assert.match(ran.err, /hole\.json: holds nothing but 1024 MiB of blanks/)
  assert.ok(ran.seconds < 30, `${ran.seconds} s`)
  assert.ok(peakOf(ran.err) < 300, ran.err)
})

test('bombs stop early: gzip, zip, a gzip inside a zip', async () => {
  const zeros = gzipSync(Buffer.alloc(2 ** 28))
  const bombs = [
    put('bomb.gz', zeros),
    put('bomb.zip', zipOf([{ name: 'z', content: Buffer.alloc(2 ** 27, 'a') }])),
    put('nested.zip', zipOf([{ name: 'z.gz', content: zeros }])),
  ]
  const ran = await parley(['triage', ...bombs, good, ...asJson], weighed)
  assert.equal(ran.code, 4)
  assert.equal(ran.err.match(/decompression bomb/g)?.length, 3, ran.err)
  assert.equal(reportsIn(ran.out), 1)
  assert.ok(peakOf(ran.err) < 400, ran.err)
})

test('a folder without rights is told, the files beside it are read', async (t) => {
  if (otherUser === null && process.getuid?.() === undefined) return t.skip('no rights here')
  const tree = join(folder, 'tree')
  for (const part of ['shut', 'open/shut']) mkdirSync(join(tree, part), { recursive: true })
  put('tree/open/a.json', text)
  chmodSync(put('tree/open/b.json', text), 0)
  for (const part of ['shut', 'open/shut']) chmodSync(join(tree, part), 0)
  chmodSync(folder, 0o755)
  const user = otherUser === null ? {} : { uid: otherUser }
  const named = [join(tree, 'shut'), join(tree, 'open')]
  const ran = await parley(['triage', ...named, ...asJson], { ...user, cwd: folder })
  for (const part of ['shut', 'open/shut']) chmodSync(join(tree, part), 0o755)
  assert.equal(ran.code, 3)
  assert.match(ran.err, /tree\/shut: may not be read/)
  assert.match(ran.err, /tree\/open\/shut: may not be read/)
  assert.match(ran.err, /tree\/open\/b\.json: may not be read/)
  assert.equal(reportsIn(ran.out), 1)
})

test('one bad result of 10,000 costs itself only', async () => {
  const results = Array.from({ length: 10_000 }, (_, at): unknown => ({
    ...{ ruleId: 'overflow', message: { text: `Overflow number ${at}` } },
    locations: [{ physicalLocation: { artifactLocation: { uri: `src/${at}.c` } } }],
  }))
  results[7777] = 'not a result'
  const run = { tool: { driver: { name: 'SableScan' } }, results }
  const path = put('many.sarif', JSON.stringify({ version: '2.1.0', runs: [run] }))
  const { code, err, out } = await parley(['triage', path, ...asJson])
  assert.match(err, /many\.sarif at \/runs\/0\/results\/7777: /)
  assert.equal(code, 4)
  assert.equal(reportsIn(out), 9999)
})

test('a document that is two formats at once is read as neither, and both are named', async () => {
  const sarif = { version: '2.1.0', runs: [{ tool: { driver: { name: 'S' } }, results: [] }] }
  const both = { ...record('QRSA-4', 'Overflow'), $schema: 'sarif-schema-2.1.0.json', ...sarif }
  const path = put('both.json', JSON.stringify(both))
  const { code, err, out } = await parley(['triage', path, good, ...asJson])
  assert.match(err, /both\.json: is in 2 formats at once: osv and sarif .*--format osv/)
  assert.deepEqual([code, reportsIn(out)], [4, 1])
  const forced = await parley(['triage', '--format', 'osv', path, ...asJson])
  assert.deepEqual([forced.code, reportsIn(forced.out)], [0, 1])
})

test('a report cannot write to the terminal', async () => {
  const evil = 'a\u001b]0;own\u0007\u001b[31m\u009b2J\u202e'
  const path = put(`n\u001b[2J.json`, JSON.stringify(record('QRSA-3', evil)))
  const odd = put('odd\nparley: all is well.json', `{"${evil}":1}`)
  const { out, err } = await parley(['triage', path, odd])
  assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(out + err))
  assert.ok(!/^parley: all is well/m.test(err))
})
