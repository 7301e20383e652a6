import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { valueIn } from './point.ts'
import { exploitation, missionImpact } from './points.ts'
import { selectionsIn, selectionsOf, selectionsOfVector } from './selection.ts'

test('what is no selection list is none', () => {
  for (const value of [null, 3, 'x', [], {}, { selections: 'x' }, { options: {} }]) {
    assert.equal(selectionsIn(value), null)
  }
  assert.equal(selectionsOfVector('CVSS:3.1/AV:N'), null)
  assert.equal(selectionsOfVector(''), null)
})

test('a value that its point does not have stays open and is named', () => {
  assert.deepEqual(selectionsOf({ Automatable: 'rapid', Exploitation: 'active' }), {
    values: { Exploitation: 'active' },
    problems: ['Automatable: "rapid" is none of its values'],
  })
})

test('several values for one point leave it open', () => {
  const list = {
    schemaVersion: '2.0.0',
    selections: [
      { namespace: 'ssvc', key: 'E', version: '1.1.0', values: [{ key: 'P' }, { key: 'A' }] },
      { namespace: 'ssvc', key: 'A', version: '2.0.0', values: [] },
      { namespace: 'ssvc', key: 'TI', version: '1.0.0', values: [{ key: 'T', name: 'Total' }] },
      { namespace: 'x_example.test#own', key: 'Q', version: '1.0.0', values: [{ key: 'T' }] },
    ],
  }
  assert.deepEqual(selectionsIn(list), {
    values: { 'Technical Impact': 'total' },
    problems: ['Exploitation: "P", "A" are left open', 'Automatable: no value is stated'],
  })
})

test('the spellings that CISA has published are read', () => {
  const spelled = [
    ['None', 'No', 'Total'],
    ['none', 'no', 'total'],
    ['N', 'N', 'T'],
  ] as const
  for (const [one, two, three] of spelled) {
    const named = { Exploitation: one, Automatable: two, 'Technical Impact': three }
    assert.deepEqual(selectionsOf(named).values, {
      Exploitation: 'none',
      Automatable: 'no',
      'Technical Impact': 'total',
    })
  }
  for (const text of ['poc', 'PoC', 'Public PoC', 'public_poc', 'PUBLIC-POC', 'P']) {
    assert.equal(valueIn(exploitation, text), 'public poc')
  }
  assert.equal(valueIn(missionImpact, 'MEF_Support  Crippled'), 'mef support crippled')
  assert.equal(valueIn(exploitation, '__proto__'), undefined)
})

test('older lists and vectors are read as far as their points still exist', () => {
  const older = {
    schemaVersion: '1-0-1',
    selections: [
      { namespace: 'ssvc', name: 'Exploitation', version: '1.1.0', values: ['Public PoC'] },
      { namespace: 'ssvc', name: 'Automatable', version: '2.0.0', values: ['Yes'] },
    ],
  }
  const expected = { Exploitation: 'public poc', Automatable: 'yes' }
  assert.deepEqual(selectionsIn(older)?.values, expected)
  const computed = {
    options: [
      { Exploitation: 'poc' },
      { Automatable: 'yes' },
      { 'Mission & Well-being': 'medium' },
      { 'Mission Prevalence': 'Minimal' },
    ],
  }
  const well = { ...expected, 'Mission and Well-Being Impact': 'medium' }
  assert.deepEqual(selectionsIn(computed)?.values, well)
  const vector = 'SSVCv2/E:P/A:Y/T:P/P:M/B:A/M:M/D:A/2031-01-01T00:00:00Z/'
  assert.deepEqual(selectionsOfVector(vector), {
    values: { ...expected, 'Technical Impact': 'partial' },
    problems: [],
  })
})

test('nothing that JSON can say makes the readers throw', () => {
  const names = fc.constantFrom('Exploitation', 'Automatable', 'key', 'name', 'values', 'x')
  const inner = fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())))
  fc.assert(
    fc.property(fc.array(fc.oneof(inner, fc.jsonValue())), (list) => {
      assert.ok(selectionsIn({ selections: list }) !== null)
      assert.ok(selectionsIn({ options: list }) !== null)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => void selectionsOfVector(`SSVCv2/${text}`)))
})
