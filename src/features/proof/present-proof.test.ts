import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shownOf } from './present-proof.ts'
import { toldWords } from './scrub.ts'

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\u001b', '[', '3', 'm', '\n', '\u202e', '\ud800', 'a', '\0'),
  }),
)

test('words that are told are one line, bounded, and act on nothing', () => {
  fc.assert(
    fc.property(odd, fc.integer({ min: 1, max: 40 }), (text, lengthMax) => {
      const told = toldWords(text, lengthMax)
      assert.ok(told.length <= lengthMax && told.isWellFormed())
      assert.doesNotMatch(told, /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('what a program named is kept as such words, wherever it stands', () => {
  const name = '\u001b[2Jread\u202e\nchunk'
  const shown = shownOf({
    ...{ level: 'E3', runs: { met: 3, of: 3 }, missing: [name], environment: 'x' },
    ...{ isolation: null, steps: [{ level: 'E1', isReached: true, why: name }] },
    attempts: [
      ...[{ name, purpose: 'proof', isPatched: false, is: 'met', why: name, tookMs: 1 } as const],
    ].map((one) => ({ ...one, output: '' })),
    crash: { kind: name, frames: [{ function: name, file: name, line: 3 }] },
    patch: { verdict: null, why: name, notes: [name] },
  })
  assert.doesNotMatch(JSON.stringify(shown), /u001b|\u202e|\\n/)
  assert.equal(shown.crash?.frames[0]?.function, 'read\ufffd chunk')
})
