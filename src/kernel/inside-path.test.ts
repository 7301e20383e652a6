import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { insidePathPattern, pathFault } from './inside-path.ts'

for (const [path, fault] of [
  ['', /is empty/],
  ['/etc/passwd', /is absolute/],
  ['../up', /leads outside/],
  ['a/../../up', /leads outside/],
  ['a/..', /leads outside/],
  ['..', /leads outside/],
  ['.', /has a part "\."/],
  ['a//b', /empty part/],
  ['a/', /ends with/],
  ['a\\b', /backslash/],
  ['c:/x', /drive/],
  ['a\u0000b', /control character/],
  ['a\u2028b', /control character/],
  ['x'.repeat(256), /more than 255 bytes/],
  [`${'ä'.repeat(100)}/`.repeat(6).slice(0, -1), /longer than 1024 bytes/],
] as const) {
  test(`${JSON.stringify(path.slice(0, 20))} is no path inside`, () => {
    assert.match(pathFault(path) ?? '', fault)
  })
}

test('names with dots, blanks and letters of any script are paths inside', () => {
  for (const path of ['a', '.hidden', '..a', 'a..', '...', 'a b/ü', 'src/a.c']) {
    assert.equal(pathFault(path), null, path)
  }
})

test('the pattern and the rule agree on texts within the lengths', () => {
  const odd = ['C:', '.a', '\\', '\u0000', '\u0085', '\u2028', 'ü']
  const part = fc.constantFrom('', '.', '..', '...', 'a', ...odd)
  const pattern = new RegExp(insidePathPattern)
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const path = parts.join('/')
      assert.equal(pattern.test(path), pathFault(path) === null, path)
    }),
  )
})
