import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { parseColumns, parseWords, plainMapping } from './attempt-columns.ts'
import { attemptsOfCsv } from './attempt-csv.ts'
import { attemptsOfJsonLines } from './attempt-jsonl.ts'
import { rangeOf, tasksOf } from './task-result.ts'

const csv = (text: string, mapping = plainMapping) =>
  attemptsOfCsv({ name: 'a.csv', text }, mapping)
const lines = (text: string) => attemptsOfJsonLines({ name: 'a.jsonl', text }, plainMapping)
const whys = ({ problems }: ReturnType<typeof csv>): string[] =>
  problems.map(({ line, why }) => `${line} ${why}`)

describe('a row is refused, with its line', () => {
  const cases = [
    ['task,score\nt,\n', '2 task "t": neither an outcome nor a score is given'],
    ['task,score\nt,1.5\n', '2 task "t": the score 1.5 is not between 0 and 1'],
    ['task,score\nt,good\n', '2 column "score" says "good"'],
    ['task,score\n,1\n', '2 column "task" names no task'],
    ['task,outcome,score\nt,success,0\n', '2 task "t": a success has the score 0'],
    ['task,outcome,score\nt,failure,1\n', '2 task "t": a failure has the score 1'],
    ['task,score,minutes\nt,1,0\n', '2 column "minutes" says that the task takes no time'],
    ['task,score,tokens\nt,1,-3\n', '2 column "tokens" says "-3"'],
  ] as const
  for (const [text, why] of cases) {
    test(why, () => {
      const found = csv(text)
      assert.deepEqual(whys(found), [why])
      assert.deepEqual(found.attempts, [])
      assert.ok(found.problems.every(({ lost }) => lost))
    })
  }

  test('where its outcome is a word without a meaning', () => {
    const [why = ''] = whys(csv('task,outcome\na,success\nb,timeout\n'))
    assert.match(why, /^3 column "outcome" says "timeout", which is no outcome/)
  })

  test('where nothing was judged but marks are given', () => {
    const [why = ''] = whys(csv('task,outcome,score\nb,grader_error,1\n'))
    assert.match(
      why,
      /^2 task "b": the outcome grader_error has the score 1, but nothing was judged/,
    )
  })

  test('where the columns that are asked for are not there', () => {
    const [why = ''] = whys(csv('id,passed\n1,1\n'))
    assert.match(why, /^1 there is no column "task" among id, passed/)
  })

  test('in JSON Lines as in a table, and costs itself only', () => {
    const found = lines('{"task":"a","score":1}\n[]\n{"task":"b","score":{"x":1}}\n{"task":"c"}\n')
    assert.deepEqual(
      found.attempts.map(({ task, at }) => `${task}:${at.line}`),
      ['a:1'],
    )
    assert.deepEqual(
      found.problems.map(({ line }) => line),
      [2, 3, 4],
    )
  })
})

describe('a mapping', () => {
  test('is refused where it names what is not there', () => {
    for (const text of ['', 'task', 'nothing=x', 'task='])
      assert.equal(parseColumns(text).ok, false)
    for (const text of ['', 'timeout', 'timeout=tired']) assert.equal(parseWords(text).ok, false)
  })

  test('says which columns and words mean what', () => {
    const columns = parseColumns('task=task_id,outcome=mode,score=resolved')
    const words = parseWords('unset=score,timeout=budget_exhausted')
    assert.ok(columns.ok && words.ok)
    const mapping = { columns: columns.value, words: words.value }
    const text = 'task_id,mode,resolved\na,unset,1\nb,timeout,0\nc,unset,0\n'
    const found = csv(text, mapping)
    assert.deepEqual(found.problems, [])
    assert.deepEqual(
      found.attempts.map(({ task, outcome, score }) => [task, outcome, score]),
      [
        ['a', 'success', 1],
        ['b', 'budget_exhausted', 0],
        ['c', 'failure', 0],
      ],
    )
  })
})

describe('attempts', () => {
  const row = fc.record(
    {
      model: fc.constantFrom('one', 'two'),
      task: fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text.trim() === text),
      attempt: fc.constantFrom('1', '2'),
      outcome: fc.constantFrom(...outcomes),
      family: fc.constantFrom('f', 'g'),
      tokens: fc.nat(1_000_000),
    },
    { requiredKeys: ['model', 'task', 'attempt', 'outcome'] },
  )
  const quoted = (value: unknown): string => `"${String(value ?? '').replaceAll('"', '""')}"`

  test('are the same from a table and from JSON Lines', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const keys = ['model', 'task', 'attempt', 'outcome', 'family', 'tokens'] as const
        const table = [
          keys.join(','),
          ...rows.map((one) => keys.map((key) => quoted(one[key])).join()),
        ]
        const ofTable = csv(`${table.join('\n')}\n`)
        const ofLines = lines(rows.map((one) => JSON.stringify(one)).join('\n'))
        const plain = ({ attempts }: typeof ofTable) => attempts.map(({ at: _, ...rest }) => rest)
        assert.deepEqual([ofTable.problems, ofLines.problems], [[], []])
        assert.deepEqual(plain(ofTable), plain(ofLines))
      }),
    )
  })

  test('never throw, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        csv(`task,score\n${text}`)
        lines(text)
      }),
    )
  })

  test('that are there twice, or say two things of one task, contradict each other', () => {
    const text = 'task,attempt,score,family\na,1,1,f\na,1,0,f\nb,1,1,f\nb,2,1,g\n'
    const { contradictions } = tasksOf(csv(text).attempts)
    assert.deepEqual(
      contradictions.map(({ at, why }) => `${at.line} ${why}`),
      [
        '3 attempt "1" of a.csv at task "a" was there before, at a.csv:2',
        '5 task "b" has family g, and f at a.csv:4',
      ],
    )
  })

  test('that are missing leave a range, and those that never began widen it', () => {
    const { attempts } = csv('task,attempt,outcome\na,1,success\na,2,infra_error\na,3,failure\n')
    assert.deepEqual(rangeOf(attempts), { low: 1 / 3, high: 2 / 3 })
    assert.deepEqual(rangeOf(attempts, 4), { low: 0.25, high: 0.75 })
  })
})
