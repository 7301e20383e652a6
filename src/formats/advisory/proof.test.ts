import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { proofsIn } from './proof.ts'

const code = (...lines: readonly string[]): string => lines.join('\n')

test('code under no heading, under another one, or empty is no proof', () => {
  assert.deepEqual(proofsIn(undefined), [])
  assert.deepEqual(proofsIn(code('```', 'x', '```')), [])
  assert.deepEqual(proofsIn(code('## Patch', '```', 'x', '```')), [])
  assert.deepEqual(proofsIn(code('## PoC', '```', ' ', '```')), [])
  assert.deepEqual(proofsIn(code('## PoC', '## Fix', '```', 'x', '```')), [])
})

test('code under a heading that promises it is a proof, also when its end is missing', () => {
  const text = code(
    ...['## Steps To Reproduce:', '1. Run', '```python', 'a', '# PoC', '``', 'b', '```'],
    ...['**Proof of Concept**', '~~~~', 'c', '~~~', '~~~~', 'after', '```sh', 'd'],
  )
  assert.deepEqual(proofsIn(text), [
    { language: 'python', text: 'a\n# PoC\n``\nb' },
    { text: 'c\n~~~' },
    { language: 'sh', text: 'd' },
  ])
})

test('no text makes it throw', () => {
  const parts = fc.constantFrom('```', '~~~', '\n', '## PoC', '**steps**', 'x', '`', '#')
  fc.assert(fc.property(fc.array(parts), (chosen) => assert.ok(proofsIn(chosen.join('')))))
})
