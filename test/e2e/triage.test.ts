import assert from 'node:assert/strict'
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Reader } from '#formats/json/reader.ts'
import { parley, record, scratch } from './parley.ts'

const { folder, put } = scratch()
const examples = fileURLToPath(new URL('../../examples/findings', import.meta.url))
const files = readdirSync(examples).map((name) => join(examples, name))

async function triaged(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await parley(['triage', ...args, '--json', '-'], { env })
  return { code, err, out, found: new Reader(out === '' ? {} : JSON.parse(out)) }
}

test('the same input gives the same bytes, in any place and language', async () => {
  const before = await triaged([examples])
  for (const env of [{}, { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }]) {
    assert.equal((await triaged([examples], env)).out, before.out)
  }
})

test('the order of the files changes the list of files and nothing else', async () => {
  const [one, other] = [await triaged(files), await triaged([...files].reverse())]
  for (const part of ['counts', 'cases', 'suggestions']) {
    assert.deepEqual(other.found.raw(part), one.found.raw(part))
  }
})

test('nothing is lost: each finding is in a case or set aside, with its finders', async () => {
  const { found } = await triaged([examples])
  const cases = found.objects('cases')
  const placed = [
    ...cases.flatMap((one) => one.objects('reports')),
    ...found.objects('setAside').map((one) => one.object('report')),
  ]
  const counts = found.objects('files').map((file) => file.number('findings') ?? 0)
  const read = counts.reduce((sum, count) => sum + count, 0)
  assert.ok(read > 30)
  assert.equal(new Set(placed.map((report) => report.text('id'))).size, read)
  assert.equal(found.object('counts').number('reports'), read)
  for (const one of cases) {
    const credited = one.objects('finders').map((finder) => finder.text('name'))
    for (const report of one.objects('reports')) {
      assert.ok(report.texts('finders').length > 0)
      for (const name of report.texts('finders')) assert.ok(credited.includes(name), name)
    }
  }
})

const scan = (line: number, count = 1): string => {
  const result = (at: number) => ({
    ...{ ruleId: 'overflow', message: { text: `The copy in line ${at} may overflow` } },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/decode.c' },
          region: { startLine: at, snippet: { text: 'memcpy(to, from, length)' } },
        },
      },
    ],
  })
  const results = Array.from({ length: count }, (_, at) => result(line + at))
  return JSON.stringify({
    ...{ version: '2.1.0', runs: [{ tool: { driver: { name: 'SableScan' } }, results }] },
  })
}

for (const [what, before, now, left] of [
  ['the same scan again leaves nothing', scan(10), scan(10), 0],
  ['a finding that moved down is known', scan(10), scan(14), 0],
  ['of two findings where one was known one is left', scan(10), scan(10, 2), 1],
] as const) {
  test(`with a baseline ${what}, from the scan and from its triage`, async () => {
    const past = put('past.sarif', before)
    const result = join(folder, 'past.json')
    await parley(['triage', past, '--json', result])
    for (const baseline of [past, result]) {
      const { code, found } = await triaged([put('now.sarif', now), '--baseline', baseline])
      assert.equal(code, 0)
      assert.equal(found.object('counts').number('cases'), left)
      const aside = found.objects('setAside').map((one) => one.text('why'))
      assert.ok(aside.length > 0 && aside.every((why) => why === 'the baseline has it'))
    }
  })
}

const good = put('good.json', JSON.stringify(record('QRSA-1', 'Overflow in tf_read')))

for (const [args, code, said] of [
  [['--json', '-', '--csv', '-'], 2, /only one of --json - and --csv - fits/],
  [['--why', '1'], 2, /--why takes two cases/],
  [['--why', '1', '1'], 2, /are the same case/],
  [['--why', '1', '7'], 3, /no case goes by "7"/],
  [['--fail-on', 'bad'], 2, /--fail-on takes one of critical/],
  [['--top', 'ten'], 2, /--top takes a number/],
  [['--out', good], 5, /cannot be written/],
  [['--json', folder], 5, /it is a folder/],
  [['--known', join(folder, 'none')], 3, /none: does not exist/],
  [['--baseline', join(folder, 'none')], 3, /none: does not exist/],
  [['--sbom', good], 0, /no component was found/],
] as const) {
  test(`"triage FILE ${args[0]} ${args.slice(1).length}" ends with ${code}`, async () => {
    const ran = await parley(['triage', good, ...args])
    assert.match(ran.err, said)
    assert.equal(ran.code, code)
    assert.ok(existsSync(good))
  })
}

test('a folder that no one can make is refused, and a device is not replaced', async (t) => {
  if (!existsSync('/proc/self') || !existsSync('/dev/full')) return t.skip('no such folders here')
  const denied = await parley(['triage', good, '--out', '/proc/none'])
  assert.equal(denied.code, 5)
  const full = await parley(['triage', good, '--json', '/dev/full'])
  assert.equal(full.code, 5)
  assert.ok(lstatSync('/dev/full').isCharacterDevice())
})

test('a result that is a link is written where it points to', async () => {
  const link = join(folder, 'link.json')
  symlinkSync(put('real.json', ''), link)
  assert.equal((await parley(['triage', good, '--json', link])).code, 0)
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.match(readFileSync(link, 'utf8'), /^\{"parley":/)
})

for (const width of [40, 80, 120, 200]) {
  test(`no line of the table is wider than ${width} cells`, async () => {
    const { out } = await parley(['triage', examples], { env: { COLUMNS: `${width}` } })
    assert.ok(out.split('\n').every((line) => [...line].length <= width))
    assert.ok(!out.includes('\u001b'))
  })
}
