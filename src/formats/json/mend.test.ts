import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mend } from './mend.ts'
import { linesOf } from './outline.ts'
import { parseJson } from './parse.ts'
import { isArray, isObject } from './reader.ts'

const resultsMade = 1_000
const brokenAt = 432

const resultOf = (number: number) => ({
  ruleId: `R${number % 7}`,
  message: { text: `finding ${number}, "quoted" {braces} [brackets]` },
  locations: [{ physicalLocation: { artifactLocation: { uri: `src/f${number}.c` } } }],
  properties: { tags: ['security', 'c'] },
})

/** A log of many results of which one is spoilt as text. */
function spoilt(indent: number, spoil: (result: string) => string): string {
  const results = Array.from({ length: resultsMade }, (_, number) =>
    JSON.stringify(resultOf(number), null, indent),
  )
  results[brokenAt] = spoil(results[brokenAt] ?? '')
  const run = `{"tool":{"driver":{"name":"x"}},"results":[${results.join(',\n')}],"after":1}`
  return `{"version":"2.1.0","runs":[${run}],"properties":{"end":true}}`
}

function resultsOf(value: unknown): readonly unknown[] {
  const runs = isObject(value) && isArray(value['runs']) ? value['runs'] : []
  const [run] = runs
  return isObject(run) && isArray(run['results']) ? run['results'] : []
}

const spoilers: readonly [string, (result: string) => string][] = [
  ['NaN for a value', (text) => text.replace('"security"', 'NaN')],
  ['a word without quotes', (text) => text.replace('"security"', 'security')],
  ['a trailing comma', (text) => text.replace('"c"', '"c",')],
  ['a key without quotes', (text) => text.replace('"ruleId"', 'ruleId')],
  ['a key without colon', (text) => text.replace(/"ruleId":/, '"ruleId"')],
  ['a key without value', (text) => text.replace(/"ruleId": ?"R\d"/, '"ruleId":')],
  ['a bad escape', (text) => text.replace('finding', 'find\\xing')],
  ['an unescaped quote', (text) => text.replace('finding', 'find"ing')],
  ['two unescaped quotes', (text) => text.replace('finding', 'a "finding", or')],
  ['no closing quote', (text) => text.replace('[brackets]"', '[brackets]')],
  ['no opening quote', (text) => text.replace('"src/', 'src/')],
  ['a comma too few', (text) => text.replace(/,(\s*)"locations"/, '$1"locations"')],
  ['a brace too many', (text) => `${text}}`],
  ['a bracket too many', (text) => text.replace(/\]\s*\}$/, ']]}')],
  ['the last brace missing', (text) => text.slice(0, -1).trimEnd()],
  ['an inner brace missing', (text) => text.replace(/\}(\s*\]\s*,\s*"properties")/, '$1')],
  ['two inner brackets missing', (text) => text.replace(/\}\s*\](\s*,\s*"properties")/, '$1')],
  ['an array left open', (text) => text.replace(/"c"\s*\]/, '"c"')],
  ['the first brace missing', (text) => text.slice(1)],
  ['no closing quote on a key', (text) => text.replace('"locations"', '"locations')],
  ['half of it gone', (text) => text.slice(0, text.length >> 1)],
  ['a NUL in it', (text) => text.replace('finding', 'find\u0000ing')],
  ['a quote for a comma', (text) => text.replace('","', '"""')],
  ['nesting 100,000 deep', (text) => text.replace('"security"', '['.repeat(1e5) + ']'.repeat(1e5))],
]

for (const [why, spoil] of spoilers) {
  for (const indent of [0, 2]) {
    test(`${why} in one of many results costs at most that one (indent ${indent})`, () => {
      const parsed = parseJson(spoilt(indent, spoil))
      const value = parsed.documents[0]?.value
      const found = resultsOf(value)
      const intact = new Set(found.map((result) => JSON.stringify(result)))
      const missing = Array.from({ length: resultsMade }, (_, number) => number).filter(
        (number) => !intact.has(JSON.stringify(resultOf(number))),
      )
      assert.deepEqual(
        missing.filter((number) => number !== brokenAt),
        [],
      )
      assert.ok(isObject(value) && isObject(value['properties']), 'what follows is lost')
      if (missing.length === 0) return
      assert.ok(parsed.problems.length > 0)
      assert.match(parsed.problems[0]?.pointer ?? '', /^\/runs\/0\/results(\/432|$)/)
    })
  }
}

test('one broken result of 10,000 leaves 9,999', () => {
  const results = Array.from({ length: 10_000 }, (_, number) => JSON.stringify(resultOf(number)))
  results[brokenAt] = '{"ruleId":"R1","message":{"text":"a" b},"locations":[}'
  const { documents, problems } = parseJson(`{"runs":[{"results":[${results.join(',')}]}]}`)
  const found = resultsOf(documents[0]?.value)
  assert.equal(found.length, 10_000)
  assert.equal(found.filter((result) => isObject(result)).length, 9_999)
  assert.equal(found[brokenAt], null)
  assert.match(problems[0]?.pointer ?? '', /^\/runs\/0\/results\/432(\/|$)/)
})

/** The start of an element, by which the next one is known again. */
const opening = '{"ruleId":'

test('an edit behind the start of one of many results costs at most that one', () => {
  const results = Array.from({ length: 30 }, (_, number) => JSON.stringify(resultOf(number)))
  const sign = fc.constantFrom(...'{}[]",:\\ax1\n ', '')
  const edit = fc.record({ which: fc.nat(29), at: fc.nat(1_000), skip: fc.nat(60), sign })
  const property = fc.property(edit, ({ which, at, skip, sign: by }) => {
    const edited = results.with(which, editedAt(results[which] ?? '', { at, skip, by }))
    const { documents, problems } = parseJson(`{"runs":[{"results":[${edited.join(',')}]}]}`)
    const found = new Set(resultsOf(documents[0]?.value).map((one) => JSON.stringify(one)))
    for (const [index, one] of results.entries()) {
      if (index !== which) assert.ok(found.has(one), `${edited[which]} costs ${index}`)
    }
    assert.ok(
      found.has(results[which] ?? '') || problems.length > 0 || isJson(`[${edited[which]}]`),
    )
  })
  fc.assert(property, { numRuns: 500, seed: 9 })
})

function editedAt(
  text: string,
  { at, skip, by }: { at: number; skip: number; by: string },
): string {
  const from = opening.length + (at % (text.length - opening.length))
  return text.slice(0, from) + by + text.slice(from + skip)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('what is JSON to the letter is read as JSON.parse reads it', () => {
  const property = fc.property(fc.jsonValue(), fc.constantFrom(0, 3), (value, indent) => {
    const text = JSON.stringify([value], null, indent)
    const setup = {
      text,
      strategy: { siblings: false, strays: 'some' } as const,
      depthMax: 200,
      lineOf: linesOf(text),
    }
    const found = mend(0, setup)
    assert.deepEqual(found.value, JSON.parse(text))
    assert.deepEqual(found.problems, [])
    assert.equal(found.end, text.length)
  })
  fc.assert(property, { numRuns: 500 })
})

test('time grows with the text, not with its square, however hostile it is', () => {
  const hostile = [
    '{]',
    '[{"a":"b" c"',
    '{"a":[1}',
    '[{"a":1],',
    '{"a": "x" y"}',
    '/*',
    '[/',
    '"\\',
    `[{"a":[}${' '.repeat(5_000)}`,
    '\n\n\n{',
    '{"a":1\n',
    "{'",
    '[\n"',
    ',"a',
    '"\n',
    '["a": "b" "c": ["',
  ]
  const runs = [`["${'\n'.repeat(200_000)}`, `["x" y${' '.repeat(200_000)}`]
  for (const part of [...hostile, ...runs]) {
    const text = part.repeat(Math.ceil(200_000 / part.length))
    const started = performance.now()
    parseJson(text)
    parseJson(`[${text}`)
    assert.ok(performance.now() - started < 3_000, `${JSON.stringify(part.slice(0, 20))} is slow`)
  }
})
