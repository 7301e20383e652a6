import assert from 'node:assert/strict'
import { test } from 'node:test'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { jsonParts, renderJson } from './json.ts'

/** The same value with the members of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(
    entries.map(([name, member]) => [name, name === 'original' ? member : reversed(member)]),
  )
}

test('the document says what the triage says, hostile texts included', () => {
  const triage = syntheticTriage({ cases: 20, hostile: true })
  assert.deepEqual(JSON.parse(renderJson(triage)), JSON.parse(JSON.stringify(triage)))
})

test('the order in which members were made does not change a byte', () => {
  const triage = syntheticTriage({ cases: 12, hostile: true })
  const turned = Object.assign({ ...triage }, reversed(triage))
  assert.notEqual(JSON.stringify(turned), JSON.stringify(triage))
  assert.equal(renderJson(turned), renderJson(triage))
})

test('an original record keeps the order of its document', () => {
  const triage = syntheticTriage({ cases: 1 })
  const [found] = triage.cases
  const [report] = found?.reports ?? []
  assert.ok(found && report)
  const original = { z: 1, a: new Map([['m', { title: 1, id: 2 }]]) }
  const changed = { ...report, finding: { ...report.finding, original } }
  const text = renderJson({ ...triage, cases: [{ ...found, reports: [changed] }] })
  assert.ok(text.includes('"original":{"z":1,"a":{"m":{"title":1,"id":2}}}'))
})

test('each item has a line of its own and the document ends with a line feed', () => {
  const triage = syntheticTriage({ cases: 15 })
  const lines = renderJson(triage).split('\n')
  assert.equal(lines.at(-1), '')
  for (const { id } of triage.cases) {
    const own = lines.filter((line) => line.includes(`{"id":"${id}","rank"`))
    assert.equal(own.length, 1)
  }
})

test('a triage without anything is still a document', () => {
  const triage = { ...syntheticTriage({ cases: 0 }), files: [] }
  assert.deepEqual(JSON.parse(renderJson(triage)).cases, [])
})

test('the parts together are the document, so that a long one can be written in pieces', () => {
  const triage = syntheticTriage({ cases: 30 })
  const parts = [...jsonParts(triage)]
  assert.equal(parts.join(''), renderJson(triage))
  assert.ok(Math.max(...parts.map(({ length }) => length)) < renderJson(triage).length / 5)
})
