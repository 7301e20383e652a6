import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Sample } from '../sample.ts'
import { Journal, type JournalLine, readJournal } from './journal.ts'
import type { RunPlan } from './plan.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-journal-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const fresh = (): string => join(folder, `${made++}.jsonl`)

const digest = 'a'.repeat(64)
const plan: RunPlan = {
  pack: { name: 'toys', version: '1.0.0', label: 'TLP:CLEAR', digest },
  ...{ model: 'larch', at: null, scaffold: { name: 'plain', digest }, declaration: null },
  ...{ epochs: 1, seed: 's', tokenBudget: null, microUsdMax: null },
  tasks: [{ id: 'one', tokenLimit: 1_000, position: null }],
}
const at = '2026-11-22T10:00:00.000Z'
const begun: JournalLine = { is: 'begun', at, plan }
const name = { task: 'one', epoch: 1 }
const sample: Sample = {
  ...{ ...name, family: 'f', difficulty: 1, outcome: 'failure', reward: 0, why: null },
  ...{ tokens: { input: 1, output: 1 }, tokenLimit: 9, turns: 1, microUsd: 0, startedAt: at },
  ...{ endedAt: at, workingMs: 1, contaminations: [], transcriptSha256: digest, events: 1 },
}
const lines: readonly JournalLine[] = [
  begun,
  { is: 'asking', ...name, request: 'one.1.1', input: 100, output: 50, at },
  { is: 'settled', ...name, request: 'one.1.1', input: 90, output: 5, isLost: false },
  { is: 'asking', ...name, request: 'one.1.2', input: 120, output: 50 },
  { is: 'finished', sample },
  { is: 'closed', at, why: 'over' },
]
const textOf = (some: readonly JournalLine[]): string =>
  some.map((line) => `${JSON.stringify(line)}\n`).join('')

for (const [what, text, expected] of [
  [
    'a line in the middle that is none',
    `${textOf([begun])}{"is":\n${textOf(lines.slice(1))}`,
    /line 2 is damaged/,
  ],
  ['a line of no kind', `${textOf([begun])}{"is":"spent"}\n`, /line 2 is damaged/],
  ['a beginning that is none', textOf(lines.slice(1)), /line 1 is out of place/],
  ['two beginnings', textOf([begun, begun]), /line 2 is out of place/],
] as const) {
  test(`${what} is refused, with its line`, () => {
    const read = readJournal(text)
    assert.match(read.ok ? '' : read.refusal, expected)
  })
}

test('cut at any byte, it says what its whole lines say', () => {
  const whole = textOf(lines)
  fc.assert(
    fc.property(fc.nat(whole.length), (end) => {
      const read = readJournal(whole.slice(0, end))
      assert.ok(read.ok)
      const count = whole.slice(0, end).split('\n').length - 1
      const expected = readJournal(textOf(lines.slice(0, count)))
      assert.deepEqual(read, expected)
    }),
  )
})

test('what was asked for and not settled stays on record', () => {
  const read = readJournal(textOf(lines.slice(0, 4)))
  const account = read.ok && read.value?.memory.accounts.get('one 1')
  assert.ok(account)
  assert.equal(account.firstAskedAt, at)
  assert.deepEqual(account.charged, [{ tokens: { input: 90, output: 5 }, isLost: false }])
  assert.deepEqual([...account.open], [['one.1.2', { input: 120, output: 50 }]])
  assert.deepEqual([...account.names], ['one.1.1', 'one.1.2'])
})

test('a torn line is taken away before the next one is written', async () => {
  const path = fresh()
  writeFileSync(path, textOf(lines.slice(0, 2)))
  truncateSync(path, textOf(lines.slice(0, 2)).length - 5)
  const opened = await Journal.open(path)
  assert.ok(opened.ok)
  await opened.value.journal.add({ is: 'finished', sample })
  await opened.value.journal.close()
  const read = readJournal(readFileSync(path, 'utf8'))
  assert.deepEqual(read.ok && read.value && [...read.value.memory.finished.keys()], ['one 1'])
})

test('lines of many at once all stand there, in the order in which they were added', async () => {
  const path = fresh()
  const opened = await Journal.open(path)
  assert.ok(opened.ok && opened.value.memory === null)
  const { journal } = opened.value
  const all = Array.from(
    { length: 200 },
    (_, index): JournalLine => ({
      ...{ is: 'asking', ...name, request: `one.1.${index}`, input: index, output: 1 },
    }),
  )
  await Promise.all([begun, ...all].map((line) => journal.add(line)))
  await journal.close()
  assert.equal(readFileSync(path, 'utf8'), textOf([begun, ...all]))
})

test('a damaged journal is refused and left as it is', async () => {
  const path = fresh()
  writeFileSync(path, 'no journal\n')
  appendFileSync(path, textOf(lines))
  const opened = await Journal.open(path)
  assert.match(opened.ok ? '' : opened.refusal.why, /line 1 is damaged/)
  assert.match(readFileSync(path, 'utf8'), /^no journal\n/)
})

test('once a line could not be written, nothing more is', async () => {
  const path = fresh()
  const opened = await Journal.open(path)
  assert.ok(opened.ok)
  const { journal } = opened.value
  await journal.close()
  await assert.rejects(journal.add(begun), /EBADF|closed/)
  await assert.rejects(journal.add(begun), /EBADF|closed/)
  assert.equal(readFileSync(path, 'utf8'), '')
})
