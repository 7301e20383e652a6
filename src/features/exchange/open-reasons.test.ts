import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openReasons, openTextsOf } from './open-reasons.ts'

const texts = openTextsOf([
  { no: 1, openText: '{"title":"overflow in parse_header of src/header.c","at":{"line":12}}' },
  { no: 2, openText: null },
])
const reason = (says: string, ...marks: string[]) => ({ says, marks, supports: true })

const sealed = [
  reason('Both use the rare words "canary"', 'canary'),
  reason('Both name "parse_header", "canary" (the rarest stands in 2 reports)', 'parse_header'),
  reason('The crashes run through different functions: canary and parse_header'),
  reason('Both point at src/header.c, line 13', 'src/header.c', 'L13'),
]
for (const one of sealed) {
  test(`what only a sealed part says is not quoted: ${one.says}`, () => {
    assert.deepEqual(openReasons([one], [1, 2], texts), [])
    assert.deepEqual(openReasons([one], [2, 1], texts), [])
    assert.deepEqual(openReasons([one], [2, 3], texts), [one])
  })
}

test('what is said openly is quoted', () => {
  const open = [
    reason('Both name "parse_header" (the rarest stands in 2 reports)', 'parse_header'),
    reason('Both point at src/header.c, line 12', 'src/header.c', 'L12'),
  ]
  assert.deepEqual(openReasons(open, [1, 2], texts), open)
})
