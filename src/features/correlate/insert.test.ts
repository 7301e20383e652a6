import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameReports } from '../../../test/correlate/reports.ts'
import { Inserter } from './insert.ts'
import { knowledgeOf } from './knowledge.ts'
import { MemoryIndex } from './memory-index.ts'

const knowledge = await knowledgeOf('prose')

test('the first report is alone and has no nearest', () => {
  const inserter = new Inserter(knowledge, new MemoryIndex())
  const [first] = frameReports
  assert.ok(first)
  const placed = inserter.insert(first)
  assert.equal(placed.decision, 'alone')
  assert.equal(placed.nearest, null)
})

test('the nearest report is the other telling of the same flaw', () => {
  const inserter = new Inserter(knowledge, new MemoryIndex())
  const placed = frameReports.map((report) => inserter.insert(report))
  assert.equal(placed[1]?.nearest?.report, 0)
  assert.equal(placed[3]?.nearest?.report, 2)
})

test('sources declared free of duplicates are never joined with themselves', () => {
  const index = new MemoryIndex()
  const inserter = new Inserter(knowledge, index, true)
  for (const report of [...frameReports, ...frameReports])
    inserter.insert({ ...report, source: 's' })
  assert.equal(new Set([...Array(index.size).keys()].map(index.groupOf)).size, index.size)
})

test('a report forgets its least similar neighbours, not its best', () => {
  const index = new MemoryIndex()
  const inserter = new Inserter(knowledge, index)
  for (let copy = 0; copy < 60; copy++) for (const report of frameReports) inserter.insert(report)
  for (let report = 0; report < index.size; report++) {
    assert.ok(index.neighbours(report).length <= 24)
    assert.ok(index.neighbours(report).some(({ similarity }) => similarity > 1))
  }
})
