import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rangesOf } from './page/marks.ts'
import { blocksOf } from './page/prose.ts'
import { clip, visible, visibleLine } from './page/visible.ts'

const marked = (text: string, ...marks: string[]): string[] =>
  rangesOf(text, marks).map(([start, end]) => text.slice(start, end))

for (const [what, text, marks, found] of [
  ['a word', 'call read_row now', ['read_row'], ['read_row']],
  ['another case', 'Call Read_Row', ['read_row'], ['Read_Row']],
  ['no part of a word', 'width and id', ['id'], ['id']],
  ['no part of a name', 'my_read_row2', ['read_row'], []],
  ['a mark of signs', 'x(){ y(){', ['(){'], ['(){', '(){']],
  ['a path', 'in src/a.c:10', ['src/a.c'], ['src/a.c']],
  ['the longer of two', 'read_row_fast', ['read', 'read_row_fast'], ['read_row_fast']],
  ['the same once', 'abc abc', ['abc', 'abc'], ['abc', 'abc']],
  ['nothing for a letter', 'a b c', ['a'], []],
  ['nothing for blanks', 'a  b', ['  '], []],
  ['beside letters of other scripts', 'αread', ['read'], []],
  ['where case changes lengths', 'İ read_row', ['read_row'], ['read_row']],
] as const) {
  test(`marks ${what}`, () => assert.deepEqual(marked(text, ...marks), found))
}

test('marks are in order, apart, and inside the text', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '_', ' ', '(', 'É', '😀') })
  fc.assert(
    fc.property(texts, fc.array(texts, { maxLength: 5 }), (text, marks) => {
      let end = 0
      for (const [start, stop] of rangesOf(text, marks)) {
        assert.ok(start >= end && stop > start && stop <= text.length)
        end = stop
      }
    }),
  )
})

test('a mark that stands everywhere is drawn a bounded number of times, quickly', () => {
  const started = performance.now()
  assert.equal(rangesOf('ab '.repeat(200_000), ['ab', 'b', ' ']).length, 300)
  assert.ok(performance.now() - started < 1_000)
})

for (const [text, shown] of [
  ['a\u202eb', 'a[U+202E]b'],
  ['a\u2066b\u2069', 'a[U+2066]b[U+2069]'],
  ['\u001b[31m', '[U+001B][31m'],
  ['\0', '[U+0000]'],
  ['a\u200bb', 'a[U+200B]b'],
  ['hid\u{e0041}', 'hid[U+E0041]'],
  ['a\r\nb\rc\td', 'a\nb\nc\td'],
  ['👩‍👩‍👧 क्‍ष', '👩‍👩‍👧 क्‍ष'],
] as const) {
  test(`${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`, () =>
    assert.equal(visible(text), shown))
}

test('nothing that acts or hides is left in any text', () => {
  const acting = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(!acting.test(visible(text).replace(/[\n\t]/g, '')))
      assert.ok(!acting.test(visibleLine(text)))
    }),
  )
})

test('a clipped text is never cut inside a pair', () => {
  assert.equal(clip('a😀b', 2), 'a…')
  assert.equal(clip('a😀b', 3), 'a😀…')
  assert.equal(clip('abc', 3), 'abc')
})

test('prose is cut into paragraphs, headings and code, and nothing is dropped', () => {
  const prose = '# Title\nFirst\nline\n\n~~~sh\n# not a heading\n```\n~~~\n\n* item\n#hash'
  assert.deepEqual(blocksOf(prose), [
    { kind: 'heading', text: 'Title' },
    { kind: 'text', text: 'First\nline' },
    { kind: 'code', text: '# not a heading\n```', language: 'sh' },
    { kind: 'text', text: '* item\n#hash' },
  ])
})

test('code that is never closed is code to the end', () => {
  assert.deepEqual(blocksOf('a\n```js\nb\n\nc'), [
    { kind: 'text', text: 'a' },
    { kind: 'code', text: 'b\n\nc', language: 'js' },
  ])
})

test('every character but blank lines and the signs of structure comes out again', () => {
  const lines = fc.constantFrom(
    'text',
    '',
    '## h',
    '```',
    '````',
    '~~~',
    '    deep',
    '#',
    'a ``` b',
  )
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 30 }), (parts) => {
      const out = blocksOf(parts.join('\n'))
        .map(({ text }) => text)
        .join('\n')
      const count = (text: string, word: string): number => text.split(word).length
      for (const word of ['text', 'deep', 'a ``` b']) {
        assert.equal(count(out, word), count(parts.join('\n'), word))
      }
    }),
  )
})

test('a megabyte without any structure takes no longer than it should', () => {
  const started = performance.now()
  blocksOf('`'.repeat(500_000))
  blocksOf(' '.repeat(500_000))
  blocksOf('#'.repeat(500_000))
  assert.ok(performance.now() - started < 1_000)
})
