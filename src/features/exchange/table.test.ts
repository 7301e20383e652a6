import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { widthOf } from '#platform/terminal/width.ts'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { renderTable } from './table.ts'
import type { Triage } from './triage.ts'

const linesOf = (triage: Triage, width: number): string[] =>
  renderTable(triage, { width, colour: false }).split('\n')

test('no line is wider than the screen, from 40 to 200 cells, whatever the texts', () => {
  const triages = [
    syntheticTriage({ cases: 30 }),
    syntheticTriage({ cases: 40, hostile: true }),
    syntheticTriage({ cases: 1_200 }),
  ]
  for (const triage of triages) {
    for (const width of [40, 41, 55, 56, 65, 66, 75, 76, 80, 89, 90, 109, 110, 120, 160, 200]) {
      for (const line of linesOf(triage, width)) {
        assert.ok(widthOf(line) <= width, `${widthOf(line)} cells at ${width}: ${line}`)
      }
    }
  }
})

test('nothing of a report can act on the terminal', () => {
  const text = renderTable(syntheticTriage({ cases: 60, hostile: true }), {
    width: 120,
    colour: false,
  })
  assert.ok(!/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', '')))
})

test('colour adds nothing but colour', () => {
  const triage = syntheticTriage({ cases: 20, hostile: true })
  const plain = renderTable(triage, { width: 100, colour: false })
  const coloured = renderTable(triage, { width: 100, colour: true })
  assert.notEqual(coloured, plain)
  assert.equal(stripVTControlCharacters(coloured), plain)
})

for (const [width, shown] of [
  [40, ['Decision', 'Title']],
  [60, ['Decision', 'Severity', 'Title']],
  [80, ['Decision', 'Severity', 'Title', 'Evidence', 'Reports']],
  [120, ['Decision', 'Severity', 'Title', 'Where', 'Evidence', 'Known', 'Reports']],
] as const) {
  test(`at ${width} cells the columns are ${shown.join(', ')}`, () => {
    const [header = ''] = linesOf(syntheticTriage({ cases: 9 }), width)
    assert.deepEqual(header.trim().split(/\s{2,}/), ['#', ...shown])
  })
}

test('the summary counts, and says what waits for a person', () => {
  const lines = linesOf(syntheticTriage({ cases: 40 }), 120)
  assert.ok(lines.includes('60 reports from 20 files are 40 distinct vulnerabilities.'))
  assert.ok(lines.includes('3 pairs may be one vulnerability: a person decides.'))
})

test('what was lost is told first, and equal problems are told once', () => {
  const lines = linesOf(syntheticTriage({ cases: 40 }), 200)
  const start = lines.findIndex((line) => line.startsWith('8 problems while reading'))
  assert.match(lines[start + 1] ?? '', /^ {2}inbox\/notes\.bin, line 1: nothing in the file says/)
  assert.match(lines[start + 2] ?? '', /\(and 6 more places\)/)
  assert.equal(lines[start + 3], '')
})

test('only so many cases are listed as are asked for, and the others are counted', () => {
  const triage = syntheticTriage({ cases: 1_234 })
  const lines = renderTable(triage, { width: 80, colour: false, casesMax: 10 }).split('\n')
  assert.equal(lines[11], '… and 1,224 more cases')
})

test('without findings there is no empty table, but what was read and what was wrong', () => {
  const lines = linesOf(syntheticTriage({ cases: 0 }), 80)
  assert.equal(lines[0], '1 file holds no finding that could be read.')
  assert.match(lines.join('\n'), /notes\.bin/)
})
