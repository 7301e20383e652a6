import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { agreement, endOf, pathOf, wholePath } from './scan-path.ts'

const agree = (a: string, b: string): 'same' | 'perhaps' | null => {
  const [x, y] = [pathOf(a), pathOf(b)]
  return x && y && agreement(x, y)
}

const pairs: readonly [string, string, 'same' | 'perhaps' | null][] = [
  ['', 'a.c', null],
  ['./', 'a.c', null],
  ['src/a.c', 'src/b.c', null],
  ['src/a.c', 'lib/a.c', null],
  ['packages/one/src/lib/index.ts', 'packages/two/src/lib/index.ts', null],
  ['src/lib/index.ts', 'packages/two/src/lib/index.js', null],
  ['/build/one/a.c', '/build/two/a.c', null],
  ['/build/x/src/a.c', 'lib/a.c', null],
  ['a.c', 'src/a.c', 'perhaps'],
  ['a.c', '/build/x/src/a.c', 'perhaps'],
  ['src/a.c', 'packages/two/src/a.c', 'perhaps'],
  ['/build/x/src/a.c', '/home/me/src/a.c', 'perhaps'],
  ['/w/one/src/lib/a.c', 'two/src/lib/a.c', 'perhaps'],
  ['a.c', 'a.c', 'same'],
  ['src/a.c', './src/a.c', 'same'],
  ['src/lib/../a.c', 'src/a.c', 'same'],
  ['/build/x/src/a.c', 'src/a.c', 'same'],
  ['C:\\build\\x\\src\\a.c', 'src/a.c', 'same'],
  ['file:///C:/build/x/src/a.c', 'C:\\build\\x\\src\\a.c', 'same'],
  ['SRC\\A.C', 'src/a.c', 'same'],
  ['app/src/lib/a.c', 'src/lib/a.c', 'same'],
  ['/ci/1/app/src/lib/a.c', '/ci/2/app/src/lib/a.c', 'same'],
]

for (const [a, b, wanted] of pairs) {
  test(`"${a}" and "${b}": ${wanted ?? 'two files'}`, () => {
    assert.equal(agree(a, b), wanted)
    assert.equal(agree(b, a), wanted)
  })
}

test('agreement is symmetric and holds of a path with itself', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'src', '..', '.', 'x.c'), { maxLength: 8 })
  const written = fc.tuple(fc.constantFrom('', '/', 'c:/', '\\'), path).map(([root, parts]) => {
    return root + parts.join('/')
  })
  fc.assert(
    fc.property(written, written, (a, b) => {
      assert.equal(agree(a, b), agree(b, a))
      if (pathOf(a)) assert.equal(agree(a, a), 'same')
    }),
  )
})

test('an end has as many parts as asked for, or there is none', () => {
  const path = pathOf('/build/x/src/a.c')
  assert.ok(path)
  assert.equal(endOf(path, 2), 'src/a.c')
  assert.equal(endOf(path, 5), null)
})

test('equal results may differ in the root of the machine and in nothing else', () => {
  const whole = (file: string): string => {
    const path = pathOf(file)
    return path ? wholePath(path) : ''
  }
  assert.equal(whole('/ci/17/app/src/lib/a.c'), whole('/ci/18/app/src/lib/a.c'))
  assert.notEqual(whole('/ci/17/one/src/lib/a.c'), whole('/ci/17/two/src/lib/a.c'))
  assert.notEqual(whole('one/src/lib/a.c'), whole('two/src/lib/a.c'))
})
