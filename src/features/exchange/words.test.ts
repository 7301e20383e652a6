import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, countSentence, grouped, outcomeOf, percent } from './words.ts'

for (const [share, words] of [
  [0, '0 %'],
  [0.0001, '1 %'],
  [0.5, '50 %'],
  [0.9999, '99 %'],
  [1, '100 %'],
] as const) {
  test(`${share} is ${words}: only certainty is written as certainty`, () =>
    assert.equal(percent(share), words))
}

for (const [count, written] of [
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
] as const) {
  test(`${count} is written ${written}`, () => assert.equal(grouped(count), written))
}

test('one is one and not ones', () => {
  assert.equal(counted(1, 'report'), '1 report')
  assert.equal(counted(2, 'vulnerability'), '2 vulnerabilities')
  assert.equal(counted(2, 'key'), '2 keys')
  assert.equal(
    countSentence({ reports: 1, files: 1, cases: 1 }),
    '1 report from 1 file is 1 distinct vulnerability.',
  )
})

test('an outcome that is not known is shown as it is, also if a prototype has its name', () => {
  assert.deepEqual(outcomeOf('constructor'), { word: 'constructor', means: '', level: 0 })
})
