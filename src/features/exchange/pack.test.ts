import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { pack, Slice } from './pack.ts'
import { unpacker } from './page/unpack.ts'

/** Packs, writes, parses and unpacks. */
function roundTrip(roots: readonly unknown[]): unknown[] {
  const packed = pack(roots)
  const unpack = unpacker({
    shapes: JSON.parse(packed.shapes),
    table: packed.table.map((json) => JSON.parse(json)),
  })
  return packed.roots.map((root) => unpack(JSON.parse(root)))
}

const sizeOf = (value: unknown): number => {
  const { shapes, table, roots } = pack([value])
  return shapes.length + table.join(',').length + roots.join('').length
}

test('any JSON value comes back as it was, keys that are names of the prototype included', () => {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 6 }),
    fc.dictionary(fc.constantFrom('__proto__', 'constructor', '~', '', '0'), fc.jsonValue()),
    fc.array(fc.constantFrom('~', '~~', '~0', '~0:1:2', '"~:0:1"0', '[0', 'null', '\ud800')),
  )
  fc.assert(
    fc.property(fc.array(values), (roots) => {
      assert.deepEqual(roundTrip(roots), JSON.parse(JSON.stringify(roots)))
    }),
    { numRuns: 500 },
  )
})

test('what JSON cannot say is written as JSON.stringify does; a Map is its entries', () => {
  const value = { a: undefined, b: [undefined, Number.NaN], c: -0, d: new Map([['x', 1]]) }
  assert.deepEqual(roundTrip([value]), [{ b: [null, null], c: 0, d: { x: 1 } }])
})

test('a hostile triage comes back whole', () => {
  const triage = syntheticTriage({ cases: 30, hostile: true })
  assert.deepEqual(roundTrip([triage]), JSON.parse(JSON.stringify([triage])))
})

test('a text stands once, however often it occurs and wherever', () => {
  const text = 'The header is read before its length is known. '.repeat(20)
  const copies = Array.from({ length: 500 }, (_, at) => ({ at, details: text, deep: [[text]] }))
  assert.ok(sizeOf(copies) < text.length + 500 * 40, `${sizeOf(copies)} characters`)
  assert.deepEqual(roundTrip(copies), copies)
})

test('a slice of a text costs a reference and comes back as the part it names', () => {
  const whole = `# Title\n\n${'One more sentence. '.repeat(100)}`
  const value = { original: whole, details: new Slice(whole, 9, 100) }
  assert.ok(sizeOf(value) < whole.length + 80)
  assert.deepEqual(roundTrip([value]), [{ original: whole, details: whole.slice(9, 109) }])
})

test('a long text under deep nesting is not copied once for each level', () => {
  const deep = (depth: number): unknown => {
    let value: unknown = 'x'.repeat(1_000_000)
    for (let level = 0; level < depth; level++) value = { in: [value, level] }
    return value
  }
  assert.ok(sizeOf(deep(400)) < 1_100_000)
  assert.deepEqual(roundTrip([deep(400)]), [deep(400)])
})
