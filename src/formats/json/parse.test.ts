import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Parsed, parseJson } from './parse.ts'

const valuesOf = ({ documents }: Parsed): unknown[] => documents.map(({ value }) => value)
const codesOf = ({ problems }: Parsed): string[] =>
  problems.map(({ code, pointer, line }) => `${code} ${pointer ?? '-'} ${line ?? '-'}`)

test('a blank text has no document and says so', () => {
  for (const text of ['', ' \n\t ', '\ufeff', '\u0000']) {
    assert.deepEqual(valuesOf(parseJson(text)), [])
    assert.deepEqual(codesOf(parseJson(text)), ['malformed - -'])
  }
})

const mended: readonly [why: string, text: string, value: unknown, problems: string[]][] = [
  ['a duplicate key', '{"a":1,\n"a":2}', { a: 2 }, ['duplicate-key /a 2']],
  [
    'a key twice, deep',
    '{"r":[{},{"a~/b":1,"a~/b":2}]}',
    { r: [{}, { 'a~/b': 2 }] },
    ['duplicate-key /r/1/a~0~1b 1'],
  ],
  ['NaN', '[1,\nNaN,3]', [1, null, 3], ['malformed /1 2']],
  ['a missing value', '{"a":,"b":2}', { a: null, b: 2 }, ['malformed /a 1']],
  ['a comma too many', '[{"a":1,},{"b":2},]', [{ a: 1 }, { b: 2 }], ['malformed /0 1']],
  ['a comma too few', '[{"a":1 "b":2}\n{"c":3}]', [{ a: 1, b: 2 }, { c: 3 }], ['malformed /0 1']],
  ['comments', '// x\n{"a":1 /* "b": */}', { a: 1 }, ['malformed - 1', 'malformed  2']],
  ['a name without quotes', '[{a: 1}]', [{ a: 1 }], ['malformed /0 1']],
  ['single quotes', "{'a': 'b\\'c'}", { a: "b'c" }, ['malformed  1']],
  ['words of another language', '[True, None]', [true, null], ['malformed /0 1', 'malformed /1 1']],
  ['a bad escape', '{"a":"C:\\path\\n"}', { a: 'C:\\path\n' }, ['malformed /a 1']],
  ['a raw line break', '{"a":"x\ny"}', { a: 'x\ny' }, ['malformed /a 1']],
  ['a raw NUL in a string', '{"a":"x\u0000y"}', { a: 'x\u0000y' }, ['malformed /a 1']],
  ['a NUL between', '{"a":\u00001}', { a: 1 }, ['malformed /a 1']],
  ['an open string', '[\n{"a":"x,\n"b":1},\n{"c":2}]', [null, { c: 2 }], ['malformed /0/a 2']],
  ['a bracket left open', '{"a":[1,2}', { a: [1, 2] }, ['malformed /a 1']],
  ['a colon left out', '[{"a" 1},{"b":2}]', [null, { b: 2 }], ['malformed /0 1']],
  ['too many digits', '{"a":9007199254740993}', { a: 9007199254740992 }, ['bad-value - 1']],
  [
    'a member named __proto__ twice',
    '{"__proto__":1,"__proto__":2}',
    JSON.parse('{"__proto__":2}'),
    ['duplicate-key /__proto__ 1'],
  ],
  ['nothing complete', '[{"a":', [{}], ['truncated /0/a 1']],
  ['a cut string', '[1,\n{"a":"b","c":"d', [1, { a: 'b' }], ['truncated /1/c 2']],
  ['a cut number', '[1,23', [1], ['truncated /1 1']],
]

for (const [why, text, value, problems] of mended) {
  test(`${why} is mended: ${text.replaceAll('\n', '⏎')}`, () => {
    const parsed = parseJson(text)
    assert.deepEqual(valuesOf(parsed), [value])
    assert.deepEqual(codesOf(parsed).slice(0, problems.length), problems)
  })
}

const several: readonly [text: string, values: unknown[], lines: number[], problems: string[]][] = [
  ['{"a":1}{"b":2}', [{ a: 1 }, { b: 2 }], [1, 1], []],
  ['{\n"a":1\n}\n{\n"b":2}', [{ a: 1 }, { b: 2 }], [1, 4], []],
  ['\u001e{"a":1}\n\u001e{"b":2}\n', [{ a: 1 }, { b: 2 }], [1, 2], []],
  ['{"a":1}\r\n\r\n{"b":2}\r\n', [{ a: 1 }, { b: 2 }], [1, 3], []],
  ['{"a":1}\nrubbish\n{"b":2}\n', [{ a: 1 }, { b: 2 }], [1, 3], ['malformed - 2']],
  ['{"a":\n{"b":2}\n{"c":3}\n', [{}, { b: 2 }, { c: 3 }], [1, 2, 3], ['truncated /a 1']],
  ['note\n{"a":1}\nend', [{ a: 1 }], [2], ['malformed - 1', 'malformed - 3']],
  ['{"a":[1}}{"b":2}', [{ a: [1] }, { b: 2 }], [1, 1], ['malformed /a 1', 'malformed - 1']],
]

for (const [text, values, lines, problems] of several) {
  test(`several documents: ${JSON.stringify(text)}`, () => {
    const parsed = parseJson(text)
    assert.deepEqual(valuesOf(parsed), values)
    assert.deepEqual(
      parsed.documents.map(({ line }) => line),
      lines,
    )
    assert.deepEqual(codesOf(parsed), problems)
  })
}

test('brackets 100,000 deep cost themselves only', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const parsed = parseJson(`{"a":[1,\n${deep},2],"b":3}`)
  assert.deepEqual(parsed.problems.length, 1)
  assert.equal(parsed.problems[0]?.code, 'too-deep')
  assert.equal(parsed.problems[0]?.line, 2)
  assert.equal(parsed.problems[0]?.pointer, `/a/1${'/0'.repeat(198)}`)
  const rows = parseJson(`{"a":1}\n${'[{"a":'.repeat(50_000)}\n{"b":2}\n`)
  assert.deepEqual([rows.documents[0]?.value, rows.documents[2]?.value], [{ a: 1 }, { b: 2 }])
})

test('depth is refused past the limit, not at it', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  assert.deepEqual(codesOf(parseJson(nested(200))), [])
  assert.equal(parseJson(nested(201)).problems[0]?.code, 'too-deep')
  assert.equal(parseJson(nested(4), { depthMax: 3 }).problems[0]?.code, 'too-deep')
  assert.equal(parseJson(nested(5_000), { depthMax: 1e9 }).problems[0]?.code, 'too-deep')
})

test('the list of problems is bounded and says what it leaves out', () => {
  const { problems } = parseJson(`[${'NaN,'.repeat(5_000)}1]`)
  assert.equal(problems.length, 1_001)
  assert.match(problems.at(-1)?.why ?? '', /^4000 more problems/)
})

test('every value reads back as it was written, with its source text', () => {
  const property = fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
    const text = JSON.stringify(value, null, indent)
    const parsed = parseJson(text)
    assert.deepEqual(valuesOf(parsed), [JSON.parse(text)])
    assert.deepEqual(parsed.problems, [])
    assert.equal(parsed.documents[0]?.sliceOf(''), text)
  })
  fc.assert(property, { numRuns: 500 })
})

test('the source text of an element is exact to the character', () => {
  const text = '{"a/b": [ {"x" : 1.50, "y":"\\u0041"} , 2e0 ],\n "c": {"d": [true]}, "c": -0 }'
  const sliceOf = parseJson(text).documents[0]?.sliceOf
  assert.equal(sliceOf?.('/a~1b/0'), '{"x" : 1.50, "y":"\\u0041"}')
  assert.equal(sliceOf?.('/a~1b/0/y'), '"\\u0041"')
  assert.equal(sliceOf?.('/a~1b/1'), '2e0')
  assert.equal(sliceOf?.('/c'), '-0')
  for (const absent of ['/z', '/a~1b/2', '/c/d', '/a~1b/x']) assert.equal(sliceOf?.(absent), null)
})

/** Whether `part` is what is left of `whole` when its text is cut somewhere. */
function isPrefix(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part) && Array.isArray(whole)) {
    const last = part.length - 1
    return part.every((each, at) =>
      at === last ? isPrefix(each, whole[at]) : isSame(each, whole[at]),
    )
  }
  if (typeof part === 'object' && part && typeof whole === 'object' && whole) {
    const [left, right] = [Object.entries(part), new Map(Object.entries(whole))]
    const last = left.length - 1
    return left.every(([name, each], at) =>
      at === last ? isPrefix(each, right.get(name)) : isSame(each, right.get(name)),
    )
  }
  return isSame(part, whole)
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

test('any cut of any text keeps a prefix of its values and says that it was cut', () => {
  const containers = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
  const property = fc.property(
    containers,
    fc.nat(),
    fc.constantFrom(0, 1),
    (value, nat, indent) => {
      const text = JSON.stringify(value, null, indent)
      const cut = text.slice(0, nat % text.length)
      const { documents, problems } = parseJson(cut)
      if (cut === '') return
      assert.equal(problems.at(-1)?.code, 'truncated')
      // Rarely the rest looks as if a bracket inside were missing: then that is said as well.
      if (problems.length > 1) return
      assert.ok(isPrefix(documents[0]?.value, JSON.parse(text)), cut)
    },
  )
  fc.assert(property, { numRuns: 1_000 })
})

const jsonish = fc.array(
  fc.constantFrom(...'{}[]:,"\'\\/*\n \u0000\ufeffau1-.e', '"a":', '{"b":', 'null', 'NaN', '\\u00'),
  { maxLength: 60 },
)

test('no text whatever makes it throw, and each problem says what and where', () => {
  const check = (text: string): void => {
    for (const { why, lost, line } of parseJson(text).problems) {
      assert.ok(why.length > 0)
      assert.ok(!lost || (line !== undefined && line >= 1))
    }
    for (const { start, end, sliceOf } of parseJson(text).documents) {
      assert.ok(0 <= start && start < end && end <= text.length)
      sliceOf('/0/b')
    }
  }
  fc.assert(
    fc.property(jsonish, (parts) => check(parts.join(''))),
    { numRuns: 5_000 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), check))
})

test('one wrong character in a text never makes it throw', () => {
  const property = fc.property(
    fc.jsonValue(),
    fc.nat(),
    fc.string({ maxLength: 2 }),
    (value, nat, by) => {
      const text = JSON.stringify(value)
      const at = nat % text.length
      for (const skip of [0, 1]) parseJson(text.slice(0, at) + by + text.slice(at + skip))
    },
  )
  fc.assert(property, { numRuns: 1_000 })
})
