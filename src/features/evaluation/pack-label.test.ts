import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMarking } from '#features/label/label.ts'
import { markingOfPack } from './pack-label.ts'

for (const [label, marking] of [
  ['TLP:CLEAR', 'UNCLASSIFIED//TLP:CLEAR'],
  ['TLP:AMBER+STRICT', 'UNCLASSIFIED//TLP:AMBER+STRICT'],
  ['SECRET//TLP:RED', 'SECRET//TLP:RED'],
] as const) {
  test(`a gateway reads the label ${label} of a pack as ${marking}`, () => {
    assert.equal(markingOfPack(label), marking)
    assert.notEqual(parseMarking(marking), null)
  })
}

test('words that are no label stay as they are, for a gateway to refuse', () => {
  assert.equal(markingOfPack('TLP:MAUVE'), 'TLP:MAUVE')
})
