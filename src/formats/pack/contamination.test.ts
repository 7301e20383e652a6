import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contaminationsIn } from './contamination.ts'

const canary = '8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b'
const tasks = [
  { id: 'one', canary },
  { id: 'two', canary: '00000000-0000-4000-8000-000000000001' },
]

for (const [what, text] of [
  ['nothing', ''],
  ['half of it', canary.slice(0, 20)],
  ['halves that lie apart', `${canary.slice(0, 18)} and then some words -${canary.slice(19)}`],
  ['another one', canary.replace('8d', '9d')],
] as const) {
  test(`${what} of a canary is none`, () => assert.deepEqual(contaminationsIn(text, tasks), []))
}

for (const [what, text] of [
  ['as it stands', `It said ${canary}.`],
  ['in capitals', canary.toUpperCase()],
  ['without hyphens', canary.replaceAll('-', '')],
  ['with blanks', canary.replaceAll('-', ' - ')],
  ['in a JSON text in a JSON text', JSON.stringify(JSON.stringify({ a: canary }))],
] as const) {
  test(`a canary is found ${what}`, () => {
    const [found, ...rest] = contaminationsIn(text, tasks)
    assert.deepEqual([found?.id, found?.canary, rest], ['one', canary, []])
  })
}

test('a canary is found in any text, with its place', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const [found] = contaminationsIn(`${before} ${canary} ${after}`, tasks)
      assert.equal(found?.id, 'one')
      assert.equal(found.at, before.length + 1)
    }),
  )
})
