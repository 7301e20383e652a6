import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parley, scratch } from './parley.ts'

const { folder, put } = scratch()

const declaration = {
  kind: 'evaluation-declaration',
  version: 1,
  bankRoot: '5a'.repeat(32),
  strata: [{ name: 'all', weight: 1, tasksMax: 12 }],
  protocol: 'shell',
  tokenBudget: 1000,
  attempts: 1,
  threshold: 0.5,
  alpha: 0.05,
  rule: { is: 'fixed-look' },
  orderSeed: 's',
  missing: 'both-bounds',
}
const declared = (name: string, change: object = {}): string =>
  put(name, JSON.stringify({ ...declaration, ...change }, null, 2))

const rows = (solved: number): string =>
  Array.from({ length: 12 }, (_, at) => `t${at},${at < solved ? 1 : 0},${2 ** at}`).join('\n')
const table = (solved: number): string => `task,score,minutes\n${rows(solved)}\n`

test('what cannot be read or is wrongly asked is told, with a code', async () => {
  const good = put('good.csv', table(11))
  const plain = declared('plain.json')
  const cases: [readonly string[], number, RegExp][] = [
    [['stats', join(folder, 'none.csv')], 3, /none\.csv: does not exist/],
    [['stats', good, '--columns', 'task=id'], 4, /good\.csv:1: there is no column "id" among task/],
    [['stats', good, '--columns', 'tasks=id'], 2, /--columns: "tasks" is no field/],
    [['stats', good, '--words', 'x=tired'], 2, /--words: "tired" is no outcome/],
    [['stats', good, '--paired', 'a', 'b'], 2, /--paired: no model is called "a"/],
    [['horizon', good, '--draws', 'many'], 2, /--draws takes a number/],
    [['verdict', good], 2, /required option '--declaration <file>'/],
    [['verdict', good, '--declaration', good], 4, /good\.csv/],
    [['verdict', good, '--declaration', plain, '--earlier-looks', '1'], 2, /looked at once before/],
    [['verdict', good, '--declaration', plain, '--model', 'x'], 2, /no model is called "x"/],
  ]
  for (const [args, code, why] of cases) {
    const ran = await parley(['eval', ...args])
    assert.deepEqual([ran.code, ran.out], [code, ''], `${args.join(' ')}: ${ran.err}`)
    assert.match(ran.err, why)
  }
})

test('a declaration that cannot hold is refused with the line of each fault', async () => {
  const bad = declared('bad.json', { threshold: 2, missing: 'drop' })
  const { code, err } = await parley(['eval', 'verdict', '-', '--declaration', bad], {
    input: table(11),
  })
  assert.equal(code, 4)
  assert.match(err, /bad\.json:15 \/threshold: /)
  assert.match(err, /bad\.json:21 \/missing: /)
})

test('a row that cannot be read keeps a verdict from being given, and is told', async () => {
  const half = put('half.csv', `${table(11)}t99,maybe,4\n`)
  const plain = declared('half.json', { strata: [{ name: 'all', weight: 1, tasksMax: 13 }] })
  const verdict = await parley(['eval', 'verdict', half, '--declaration', plain])
  assert.deepEqual([verdict.code, verdict.out], [4, ''])
  assert.match(verdict.err, /half\.csv:14: column "score" says "maybe"/)
  assert.match(verdict.err, /no verdict is given/)
  const stats = await parley(['eval', 'stats', half])
  assert.equal(stats.code, 4)
  assert.match(stats.out, /1 rows or files could not be read and are in none of these numbers\./)
})

test('each command says what it found, as text, as JSON and in pictures', async () => {
  const good = put('model.csv', table(11))
  const plain = declared('good.json')
  const plots = join(folder, 'plots')
  const verdict = await parley(['eval', 'verdict', good, '--declaration', plain, '--plots', plots])
  assert.equal(verdict.code, 0, verdict.err)
  assert.match(verdict.out, /model\.csv: COVERED\n/)
  assert.match(
    verdict.out,
    /capability at least 0\.5 under protocol "shell" and budget 1000 tokens/,
  )
  assert.match(verdict.out, /declaration {6}SHA-256 [0-9a-f]{64}\n/)
  assert.equal(readdirSync(plots).filter((name) => name.endsWith('.svg')).length, 2)
  const stats = await parley(['eval', 'stats', good, '--json', '-'])
  const found: unknown = JSON.parse(stats.out)
  assert.ok(JSON.stringify(found).includes('"successes":11,"trials":12'))
  const horizon = await parley(['eval', 'horizon', good, '--draws', '50'])
  assert.equal(horizon.code, 0, horizon.err)
  assert.match(horizon.out, /p50 +\d+\.\d{4} min/)
})

test('JSON Lines are read like a table, from standard input too', async () => {
  const input = '{"task":"a","score":1,"model":"m"}\n{"task":"b","score":0,"model":"m"}\n'
  const { code, out } = await parley(['eval', 'stats', '-'], { input })
  assert.equal(code, 0)
  assert.match(out, /^m: 2 tasks, 2 attempts\n {2}rate {13}0\.5000, /)
})

test('the page for the developer is written, or why it cannot be is told', async () => {
  const good = put('page.csv', table(11))
  const at = join(folder, 'result.html')
  const args = ['eval', 'verdict', good, '--declaration', declared('page.json'), '--page']
  const none = await parley([...args, join(good, 'below.html')])
  assert.equal(none.code, 5)
  const { code, out, err } = await parley([...args, at])
  assert.equal(code, 0)
  assert.match(out, /COVERED/)
  assert.match(err, /Wrote .*result\.html/)
  assert.match(readFileSync(at, 'utf8'), /<strong>COVERED<\/strong>/)
})
