import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesPerTokenMax, costOf, judgeUsage, tokensOf } from './usage.ts'

const most = { input: 10_000, output: 1_000 }
const passed = { inputTextBytes: 4_000, outputTextBytes: 2_000, most, isMalformed: false }

for (const [what, told, doubt, charged] of [
  ['nothing told', { input: null, output: null }, 'missing', { input: 1_000, output: 500 }],
  ['no output told', { input: 900, output: null }, 'missing', { input: 900, output: 500 }],
  ['far too few out', { input: 900, output: 3 }, 'too-low', { input: 900, output: 500 }],
  ['far too few in', { input: 1, output: 400 }, 'too-low', { input: 1_000, output: 400 }],
  [
    'more than was asked for',
    { input: 900, output: 1_001 },
    'too-high',
    { input: 900, output: 1_001 },
  ],
  [
    'more than it takes',
    { input: 10_001, output: 4e2 },
    'too-high',
    { input: 10_001, output: 400 },
  ],
  ['what fits', { input: 900, output: 400 }, null, { input: 900, output: 400 }],
  ['reasoning that is not shown', { input: 900, output: 990 }, null, { input: 900, output: 990 }],
] as const) {
  test(`${what}: doubt is ${doubt}, and the larger is charged`, () => {
    const usage = judgeUsage(told, passed)
    assert.deepEqual([usage.doubt, usage.charged], [doubt, charged])
  })
}

test('a count that is no number is doubted, though the others fit', () => {
  assert.equal(
    judgeUsage({ input: 1, output: 1 }, { ...passed, isMalformed: true }).doubt,
    'malformed',
  )
})

test('no lie makes a request cheaper than a token for each 16 bytes of words', () => {
  const count = fc.option(fc.nat(2_000))
  fc.assert(
    fc.property(count, count, fc.nat(20_000), (input, output, outputTextBytes) => {
      const { charged } = judgeUsage({ input, output }, { ...passed, outputTextBytes })
      assert.ok(charged.output >= (output ?? 0) && charged.input >= (input ?? 0))
      if (outputTextBytes >= 512) assert.ok(charged.output * bytesPerTokenMax >= outputTextBytes)
    }),
  )
})

test('costs are rounded up, to the millionth of a dollar', () => {
  const price = { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 }
  assert.equal(costOf({ input: 1, output: 0 }, { inputMicroUsd: 1, outputMicroUsd: 0 }), 1)
  assert.equal(costOf({ input: 1_000_000, output: 1_000_000 }, price), 18_000_000)
  assert.equal(costOf({ input: 0, output: 0 }, price), 0)
  assert.equal(tokensOf(9), 3)
})
