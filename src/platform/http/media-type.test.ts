import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { disposition } from './download-route.ts'
import { mediaTypeOf } from './media-type.ts'

for (const header of [
  ...[
    '',
    'text',
    '/',
    'text/',
    '/plain',
    'text/plain,',
    'text/plain x',
    'text/plain; a',
    'a/b; c=',
  ],
  ...['a/b; c="', 'a/b; c=d e', 'a/b; c=1; C=2', 'a/b; c="d" e', 'a/b/c', 'ä/b'],
]) {
  test(`"${header}" is no media type`, () => assert.equal(mediaTypeOf(header), null))
}

for (const [header, essence, parameters] of [
  ['text/plain', 'text/plain', {}],
  ['Text/PLAIN ;', 'text/plain', {}],
  ['a/b;c=d;;E="f\\"; g"', 'a/b', { c: 'd', e: 'f"; g' }],
  ['multipart/mixed; boundary="x y"', 'multipart/mixed', { boundary: 'x y' }],
] as const) {
  test(`"${header}" is ${essence}`, () => {
    const found = mediaTypeOf(header)
    assert.equal(found?.essence, essence)
    assert.deepEqual(Object.fromEntries(found?.parameters ?? []), parameters)
  })
}

test('no header makes the parser throw or take long', () => {
  const text = fc.string({ unit: fc.constantFrom(...'a/;= "\\,\t'), maxLength: 60 })
  fc.assert(
    fc.property(text, (header) => void mediaTypeOf(header)),
    { numRuns: 1_000 },
  )
  const begun = performance.now()
  mediaTypeOf(`a/b${'; a="\\'.repeat(5_000)}`)
  mediaTypeOf(`a/b${' '.repeat(16_000)}x`)
  assert.ok(performance.now() - begun < 200)
})

test('the name of a file cannot leave its header, its folder or its direction', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const header = disposition(name)
      assert.match(
        header,
        /^attachment; filename="[^"\\/%]*"; filename\*=UTF-8''[\w.~%!#$&+^`|-]*$/,
      )
      const utf8 = decodeURIComponent(header.split("UTF-8''")[1] ?? '')
      assert.doesNotMatch(utf8, /[/\\\p{Cc}\u202a-\u202e]|^\./u)
    }),
  )
  assert.equal(
    disposition('résumé "x".zip'),
    `attachment; filename="r_sum_ _x_.zip"; filename*=UTF-8''r%C3%A9sum%C3%A9%20_x_.zip`,
  )
  assert.match(
    disposition('../../etc/passwd'),
    /filename="__?_.._etc_passwd"|filename="[^/]*passwd"/,
  )
})
