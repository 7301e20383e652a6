import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnsIn, recordsOf } from './record.ts'

const table = {
  header: ['Title', 'note', '', 'Note', '__proto__'],
  rows: [
    { line: 2, cells: ['a', ' ', 'x', ' b ', 'p', 'more'] },
    { line: 3, cells: ['', '  ', ''] },
    { line: 5, cells: ['c'] },
  ],
}

test('cells are found by name in any case, the first that is not blank', () => {
  const [first, second] = recordsOf(table)
  assert.equal(first?.cell('TITLE'), 'a')
  assert.equal(first.cell('note'), 'b')
  assert.equal(first.cell('nothing', 'Title'), 'a')
  assert.equal(first.cell('nothing'), undefined)
  assert.equal(second?.line, 5)
  assert.equal(second.cell('Note'), undefined)
})

test('no cell is lost, whatever its column is called', () => {
  assert.deepEqual(Object.entries(recordsOf(table)[0]?.original ?? {}), [
    ['Title', 'a'],
    ['note', ' '],
    ['column 3', 'x'],
    ['Note 4', ' b '],
    ['__proto__', 'p'],
    ['column 6', 'more'],
  ])
})

test('columns are counted whatever their case', () => {
  assert.equal(columnsIn(table, ['title', 'NOTE', 'severity']), 2)
})
