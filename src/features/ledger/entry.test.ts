import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  canonicalJson,
  commitmentOf,
  openEntry,
  parseFields,
  parseLeaf,
  sealEntry,
  type WholeEntry,
} from './entry.ts'

const entry: WholeEntry = {
  at: new Date('2026-03-01T10:00:00Z'),
  actor: { person: 'person_aaaaaaaa', organisation: 'org_aaaaaaaa', role: 'coordinator' },
  ...{ action: 'case.decide', kind: 'case', record: 'case_aaaaaaaa' },
  ...{ digest: '00'.repeat(32), reason: 'a twin', fields: { decision: 'merge' } },
}

function leafOf(sealed: { readonly leaf: string }) {
  const parsed = parseLeaf(sealed.leaf)
  assert.ok(parsed.ok)
  return parsed.value
}

const sealed = sealEntry(entry)

describe('the bytes of an entry', () => {
  for (const [why, text] of [
    ['no JSON', '{'],
    ['a space', sealed.leaf.replace(',', ', ')],
    ['another order', sealed.leaf.replace(/^\{(.*),("v":1)\}$/, '{$2,$1}')],
    ['a member more', sealed.leaf.replace('{', '{"a":1,')],
    ['a name twice', sealed.leaf.replace('{', '{"action":"case.read",')],
    ['an unknown action', sealed.leaf.replace('case.decide', 'case.erase')],
    ['a later version', sealed.leaf.replace('"v":1', '"v":2')],
    ['a commitment that is none', sealed.leaf.replace(/"actor":"[0-9a-f]{8}/, '"actor":"')],
  ] as const) {
    test(`are refused with ${why}`, () => {
      assert.notEqual(text, sealed.leaf)
      assert.equal(parseLeaf(text).ok, false)
    })
  }

  test('show no value that may have to go', () => {
    for (const value of ['person_aaaaaaaa', 'case_aaaaaaaa', 'a twin', 'merge', '00'.repeat(32)]) {
      assert.equal(sealed.leaf.includes(value), false, value)
    }
  })

  test('tell nothing about whether two entries are of one record', () => {
    const other = leafOf(sealEntry(entry))
    const own = leafOf(sealed)
    assert.notEqual(own.actor, other.actor)
    assert.notEqual(own.record.id, other.record.id)
    assert.notEqual(own.digest, other.digest)
  })

  test('are as written down', () => {
    const salt = (): Buffer => Buffer.alloc(16, 1)
    const { leaf } = sealEntry({ ...entry, fields: {} }, salt)
    const of = (value: string) => commitmentOf({ salt: '01'.repeat(16), value })
    assert.equal(
      leaf,
      '{"actingFor":{"organisation":"org_aaaaaaaa","role":"coordinator"},"action":"case.decide",' +
        `"actor":"${of('person_aaaaaaaa')}","at":"2026-03-01T10:00:00.000Z","digest":` +
        `"${of('00'.repeat(32))}","fields":{},"reason":"${of('a twin')}",` +
        `"record":{"id":"${of('case_aaaaaaaa')}","kind":"case"},"v":1}`,
    )
  })

  test('stay small, whatever is said', () => {
    const long = sealEntry({ ...entry, reason: 'x'.repeat(1_000_000) })
    assert.ok(Buffer.byteLength(long.leaf) < 1_000)
  })
})

describe('what lies beside an entry', () => {
  test('shows when a value or its salt was changed, put in or taken away', () => {
    const leaf = leafOf(sealed)
    const { reason, ...others } = sealed.fields
    assert.ok(reason)
    const changed = { ...others, reason: { ...reason, value: 'a twin!' } }
    assert.deepEqual(openEntry(leaf, changed).wrong, ['reason'])
    const salted = { ...others, reason: { ...reason, salt: '00'.repeat(16) } }
    assert.deepEqual(openEntry(leaf, salted).wrong, ['reason'])
    assert.deepEqual(openEntry(leaf, { ...sealed.fields, more: reason }).wrong, ['more'])
    const taken = openEntry(leaf, others)
    assert.deepEqual([taken.wrong, taken.redacted], [[], ['reason']])
    assert.equal(taken.values.get('actor'), 'person_aaaaaaaa')
    const swapped = { ...sealed.fields, actor: reason }
    assert.deepEqual(openEntry(leaf, swapped).wrong, ['actor'])
  })

  test('is refused in another shape', () => {
    for (const wrong of [null, [], { a: 'b' }, { a: { salt: 'xyz', value: '' } }]) {
      assert.equal(parseFields(wrong), null)
    }
  })

  test('opens to what was recorded', () => {
    const words = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(words, words, words, (reason, of, person) => {
        const actor = { ...entry.actor, person }
        const made = sealEntry({ ...entry, actor, reason, fields: { of } })
        const kept = parseFields(JSON.parse(JSON.stringify(made.fields)))
        assert.ok(kept)
        const { values, wrong, redacted } = openEntry(leafOf(made), kept)
        assert.deepEqual([wrong, redacted], [[], []])
        const shown = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')
        assert.equal(values.get('reason'), shown(reason))
        assert.equal(values.get('fields.of'), shown(of))
        assert.equal(values.get('actor'), shown(person))
      }),
    )
  })
})

test('canonical JSON is one text for equal values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      assert.equal(canonicalJson(JSON.parse(text)), text)
    }),
  )
})
