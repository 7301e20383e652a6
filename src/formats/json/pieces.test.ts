import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JsonPieces, NotJson, type Piece, type Plan } from './pieces.ts'

const limits = { depthMax: 100, valueBytesMax: 1_000_000 }

/** All pieces of a text that comes in chunks of so many bytes. */
function piecesOf(text: string | Buffer, plan: Plan, chunkBytes = 7): Piece[] {
  const bytes = Buffer.from(text)
  const pieces = new JsonPieces(plan, limits)
  const found: Piece[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    found.push(...pieces.push(bytes.subarray(at, at + chunkBytes)))
  }
  return [...found, ...pieces.end()]
}

const looking: Plan = {
  members: new Map<string, Plan>([
    ['list', { each: 'take' }],
    ['away', 'skip'],
  ]),
  others: 'take',
}

const faults: readonly (readonly [string, string])[] = [
  ['', 'ends before its JSON does'],
  ['{"a": 1', 'ends before its JSON does'],
  ['{"list": [1, 2', 'ends before its JSON does'],
  ['{"a": "b\\"', 'ends before its JSON does'],
  ['{"list": [1,]}', 'is not JSON'],
  ['{"a" 1}', 'is not JSON'],
  ['{a: 1}', 'is not JSON'],
  ['{"list": [1}', 'is not JSON'],
  ['{"a": 1} {', 'goes on behind its end'],
  [`{"away": ${'['.repeat(200)}`, 'nests too deep'],
  ['{"\\u": 1}', 'has a name that is no text'],
]
for (const [text, why] of faults) {
  test(`${JSON.stringify(text.slice(0, 30))}: ${why}`, () => {
    assert.throws(
      () => piecesOf(text, looking),
      (error) => error instanceof NotJson && error.message === why,
    )
  })
}

test('a text that ends early tells where, and inside of what', () => {
  try {
    piecesOf('{"list": [1, {"a": ', looking)
    assert.fail('nothing was thrown')
  } catch (error) {
    assert.ok(error instanceof NotJson)
    assert.deepEqual([error.at, error.path, error.isCut], [19, ['list', '1'], true])
  }
})

test('values are handed out with their place, as the plan asks', () => {
  const text = '{"a": {"b": 1}, "list": [true, "x,]"], "away": [{}], "none": []}'
  const told = piecesOf(text, looking).map(({ path, is, bytes, from, to }) => [
    path.join('/'),
    is,
    is === 'taken' ? bytes.toString() : text.slice(from, to),
  ])
  assert.deepEqual(told, [
    ['a', 'taken', '{"b": 1}'],
    ['list/0', 'taken', 'true'],
    ['list/1', 'taken', '"x,]"'],
    ['list', 'closed', '[true, "x,]"]'],
    ['away', 'skipped', '[{}]'],
    ['none', 'taken', '[]'],
    ['', 'closed', text],
  ])
})

test('an empty list leaves no trace in the paths of what follows', () => {
  const told = piecesOf('{"list": [], "b": 1}', looking).map(({ path }) => path.join('/'))
  assert.deepEqual(told, ['list', 'b', ''])
})

test('a value over the limit is passed over and told', () => {
  const pieces = new JsonPieces(looking, { depthMax: 10, valueBytesMax: 5 })
  const found = pieces.push(Buffer.from('{"a": "much too long", "b": 1}'))
  assert.deepEqual(
    found.map(({ is }) => is),
    ['too-large', 'taken', 'closed'],
  )
})

test('a number may end the text', () => {
  assert.equal(piecesOf('  12.5', 'take')[0]?.bytes.toString(), '12.5')
})

test('whatever the chunks, the pieces are the members of the value', () => {
  const any = fc.jsonValue({ maxDepth: 4 })
  const member = fc.string().filter((name) => name !== 'list')
  fc.assert(
    fc.property(
      fc.dictionary(member, any),
      fc.array(any),
      fc.integer({ min: 1, max: 9 }),
      (others, list, chunkBytes) => {
        const plan: Plan = { members: new Map([['list', { each: 'take' }]]), others: 'take' }
        const text = JSON.stringify({ ...others, list })
        const found = piecesOf(text, plan, chunkBytes).filter(({ is }) => is === 'taken')
        const read = found.map(({ path, bytes }) => [path, JSON.parse(bytes.toString())])
        const wanted = [
          ...Object.entries(JSON.parse(text)).filter(([name]) => name !== 'list'),
        ].map(([name, value]) => [[name], value])
        const elements = JSON.parse(JSON.stringify(list))
        assert.deepEqual(read, [
          ...wanted,
          ...elements.map((value: unknown, index: number) => [['list', String(index)], value]),
        ])
      },
    ),
  )
})

test('a string ends at the quote that is none of its own, however long it is', () => {
  const part = fc.constantFrom('\\', '"', 'x'.repeat(31), 'y'.repeat(40), '\\"', ' ', 'é')
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(text), fc.integer({ min: 1, max: 200 }), (texts, chunkBytes) => {
      const found = piecesOf(JSON.stringify(texts), { each: 'take' }, chunkBytes)
      const read = found.filter(({ is }) => is === 'taken').map(({ bytes }) => bytes.toString())
      assert.deepEqual(
        read.map((one) => JSON.parse(one)),
        texts,
      )
    }),
  )
})
