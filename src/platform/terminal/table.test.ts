import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { painter, screenOf } from './screen.ts'
import { type Column, tableLines } from './table.ts'
import { manyLines, oneLine } from './visible.ts'
import { clip, pad, widthOf } from './width.ts'

const columns: readonly Column[] = [
  { title: '#', align: 'right', widthMin: 2 },
  { title: 'Title', widthMin: 8 },
  { title: 'Files', widthMin: 5, screenMin: 60 },
]

for (const [what, text, shown] of [
  ['colour', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['a title sequence', '\u001b]0;own\u0007', '\\x1b]0;own\\x07'],
  ['an eight bit control', 'a\u009b2Jb', 'a\\x9b2Jb'],
  ['a carriage return that overwrites', 'good\rbad', 'good bad'],
  ['a backspace', 'a\bb', 'a\\x08b'],
  ['reversed text', 'gpj.\u202eexe', 'gpj.\\u202eexe'],
  ['hidden letters', 'hi\u{e0041}', 'hi\\u{e0041}'],
  ['a line separator', 'a\u2028b', 'a b'],
  ['half a pair', 'a\ud800b', 'a\\ud800b'],
  ['a pile of marks', `a${'\u0301'.repeat(99)}`, `a${'\u0301'.repeat(4)}`],
] as const) {
  test(`${what} cannot reach the terminal`, () => assert.equal(oneLine(text), shown))
}

test('no text at all reaches the terminal with a character that acts on it', () => {
  const acting = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(!acting.test(oneLine(text)))
      assert.ok(!acting.test(manyLines(text).replace(/[\n\t]/g, '')))
      const [, row = ''] = tableLines([{ title: 'T', widthMin: 4 }], [[text]], { width: 40 })
      assert.ok(!acting.test(row))
    }),
  )
})

test('text of several lines keeps its lines and tabs', () => {
  assert.equal(manyLines('a\r\n\tb\u001b[m\rc'), 'a\n\tb\\x1b[m\nc')
})

for (const [text, width] of [
  ['', 0],
  ['plain', 5],
  ['e\u0301', 1],
  ['漢字', 4],
  ['ｶﾅ', 2],
  ['한국', 4],
  ['👩‍👩‍👧', 2],
  ['🇫🇷', 2],
  ['✔', 1],
  ['✔\ufe0f', 2],
  ['grün', 4],
  ['→…', 2],
] as const) {
  test(`${JSON.stringify(text)} takes ${width} cells`, () => assert.equal(widthOf(text), width))
}

test('clipped text never takes more room, and is whole when there is room', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '漢', '👩‍👩‍👧', 'e\u0301', ' ') })
  fc.assert(
    fc.property(texts, fc.nat({ max: 12 }), (text, width) => {
      const shown = clip(text, width)
      assert.ok(widthOf(shown) <= width)
      assert.equal(shown === text, widthOf(text) <= width)
      assert.equal(widthOf(pad(text, width, 'right')), width)
    }),
  )
})

test('a table fits its width: the widest column gives way, then columns are left out', () => {
  const rows = [
    ['1', 'Heap overflow in the frame reader', 'src/frame.c'],
    ['12', '漢字漢字漢字', { text: 'x.c', style: 'dim' }],
  ] as const
  assert.deepEqual(tableLines(columns, rows, { width: 60 }), [
    ' #  Title                              Files',
    ' 1  Heap overflow in the frame reader  src/frame.c',
    '12  漢字漢字漢字                       x.c',
  ])
  assert.deepEqual(tableLines(columns, rows, { width: 20 }), [
    ' #  Title',
    ' 1  Heap overflow i…',
    '12  漢字漢字漢字',
  ])
})

test('no line is wider than the screen unless every column is at its floor', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '漢', ' b'), maxLength: 80 })
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 20, max: 160 }), (found, width) => {
      const lines = tableLines(columns, found, { width })
      for (const line of lines) assert.ok(widthOf(line) <= width, line)
      assert.equal(lines.length, found.length + 1)
    }),
  )
})

test('colour is for screens that have it, and takes no room', () => {
  const settings = { isColourRefused: false, isColourForced: false }
  const terminal = { isTTY: true, columns: 80 }
  assert.equal(screenOf(terminal, settings).hasColour, true)
  assert.equal(screenOf({}, settings).hasColour, false)
  assert.equal(screenOf({}, { ...settings, isColourForced: true }).hasColour, true)
  const refused = { isColourRefused: true, isColourForced: true }
  assert.equal(screenOf(terminal, refused).hasColour, false)
  const rows = [['1', { text: 'bad', style: 'red' }, 'f']] as const
  const plain = tableLines(columns, rows, { width: 80 })
  const painted = tableLines(columns, rows, { width: 80, paint: painter({ hasColour: true }) })
  assert.ok(painted[1]?.includes('\u001b[31mbad'))
  assert.deepEqual(
    painted.map(stripVTControlCharacters).map((line) => line.trimEnd()),
    plain,
  )
})

test('the width is the terminal’s, else what COLUMNS says, else always the same', () => {
  const settings = { isColourRefused: false, isColourForced: false }
  assert.equal(screenOf({ isTTY: true, columns: 77 }, { ...settings, columns: 50 }).width, 77)
  assert.equal(screenOf({ columns: 77 }, { ...settings, columns: 50 }).width, 50)
  assert.equal(screenOf({}, settings).width, 120)
  assert.equal(screenOf({ isTTY: true, columns: 3 }, settings).width, 20)
})
