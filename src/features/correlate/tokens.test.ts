import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { tokensOf } from './tokens.ts'

const cases: readonly [string, string, string][] = [
  ['attacker', 'word', 'attacker'],
  ['(see', 'word', 'see'],
  ['readFrameHeader', 'identifier', 'readFrameHeader'],
  ['png_read_row()', 'identifier', 'png_read_row'],
  ['std::vector', 'identifier', 'std::vector'],
  ['1.2.3-rc1', 'version', '1.2.3-rc1'],
  ['v2.0', 'version', 'v2.0'],
  ['4096', 'number', '4096'],
  ['src/image/palette.c', 'path', 'src/image/palette.c'],
  ['palette.c#L31', 'path', 'palette.c#L31'],
]

for (const [text, kind, expected] of cases) {
  test(`${text} is a ${kind}`, () => {
    assert.deepEqual(tokensOf(`the ${text}, then`)[1], { kind, text: expected })
  })
}

test('regression: a long run that only looks like a version takes no time', () => {
  const started = performance.now()
  for (const run of ['1.1', '1.1-a', '1.x_', '1.1a1a']) tokensOf(`${run.repeat(60)}!`.repeat(200))
  assert.ok(performance.now() - started < 2_000)
})

test('no token is empty, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(tokensOf(text).every((token) => token.text !== ''))
    }),
  )
})
