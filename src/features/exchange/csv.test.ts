import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { renderCsv } from './csv.ts'
import type { Triage } from './triage.ts'

const rowsOf = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' })

/** A triage of one case with this title. */
function titled(title: string): Triage {
  const triage = syntheticTriage({ cases: 1 })
  return { ...triage, cases: triage.cases.map((found) => ({ ...found, title })) }
}

const titleOf = (triage: Triage): string => rowsOf(renderCsv(triage))[1]?.[2] ?? ''

for (const [title, written] of [
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1+1', "'=1+1"],
  ['\r\n=1+1', "'=1+1"],
  ['|calc', "'|calc"],
  ['＝1+1', "'＝1+1"],
  ['a=1', 'a=1'],
  ['a "quoted", b; c', 'a "quoted", b; c'],
  ['two\nlines', 'two lines'],
  ['nul\0', 'nul\\x00'],
  ['\u202etxt', '\\u202etxt'],
] as const) {
  test(`the title ${JSON.stringify(title)} is written as ${JSON.stringify(written)}`, () =>
    assert.equal(titleOf(titled(title)), written))
}

test('no text at all starts a formula, breaks a row or adds a column', () => {
  const width = rowsOf(renderCsv(titled('plain')))[0]?.length
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      const rows = rowsOf(renderCsv(titled(title)))
      assert.deepEqual(
        rows.map(({ length }) => length),
        [width, width],
      )
      assert.ok(!/^[=+\-@|\t\r\n]/.test(rows[1]?.[2] ?? ''))
    }),
  )
})

test('a hostile triage has one line a case', () => {
  const triage = syntheticTriage({ cases: 40, hostile: true })
  assert.equal(renderCsv(triage).split(/[\r\n]+/).length, 40 + 2)
  assert.equal(rowsOf(renderCsv(triage)).length, 41)
})

test('a row says what the case says', () => {
  const triage = syntheticTriage({ cases: 1 })
  const [names = [], row = []] = rowsOf(renderCsv(triage))
  const value = (name: string): string | undefined => row[names.indexOf(name)]
  const [found] = triage.cases
  assert.equal(value('case'), found?.id)
  assert.equal(value('decision'), 'immediate')
  assert.equal(value('reports'), '3')
  assert.equal(value('finders'), found?.finders.map(({ name }) => name).join('; '))
  assert.equal(value('report_ids')?.split('; ').length, 3)
  assert.equal(value('epss'), '', 'what is not known is empty, not zero')
})

test('a triage without cases is the row of names', () => {
  assert.equal(rowsOf(renderCsv(syntheticTriage({ cases: 0 }))).length, 1)
})
