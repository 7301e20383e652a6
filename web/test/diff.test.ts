import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diffLines } from '../pages/proofs/diff.ts'

const kinds = (...lines: readonly string[]): string[] =>
  diffLines(lines.join('\n')).map(({ is }) => is)

test('what is no diff is shown as it is, and nothing of it counts as added', () => {
  assert.deepEqual(kinds('+ not in a hunk', '- neither'), ['head', 'head'])
  assert.deepEqual(kinds('@@ broken @@', '+x'), ['head', 'head'])
})

test('a removed line that looks like the head of a file is a removed line', () => {
  assert.deepEqual(
    kinds('--- a/x.sql', '+++ b/x.sql', '@@ -1,2 +1 @@', '-- a comment', ' select'),
    [...['head', 'head', 'place', 'removed', 'same']],
  )
})

test('after a hunk comes another one, or the head of the next file', () => {
  const hunk = ['@@ -1 +1 @@', '-a', '+b', '\\ No newline at end of file']
  const hunkKinds = ['place', 'removed', 'added', 'same']
  assert.deepEqual(kinds(...hunk, ...hunk), [...hunkKinds, ...hunkKinds])
  assert.deepEqual(kinds(...hunk, '--- a/y', '+++ b/y', ...hunk), [
    ...[...hunkKinds, 'head', 'head', ...hunkKinds],
  ])
})

const line = fc.oneof(
  fc.string({ unit: fc.constantFrom('+', '-', ' ', 'a', '\\') }),
  fc.constantFrom('@@ -1,2 +1,2 @@', '@@ -0,0 +1 @@', '--- a', '+++ b'),
)

test('no line is lost or changed, whatever the text is', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const text = lines.join('\n')
      assert.equal(
        diffLines(text)
          .map((one) => one.text)
          .join('\n'),
        text.replace(/\n$/, ''),
      )
    }),
  )
})
