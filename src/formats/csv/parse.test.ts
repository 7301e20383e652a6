import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse as reference } from 'csv-parse/sync'
import fc from 'fast-check'
import { parseCsv } from './parse.ts'

const cellsOf = (text: string, delimiter?: string): string[][] => {
  const { table } = parseCsv(text, delimiter === undefined ? {} : { delimiter })
  return table ? [[...table.header], ...table.rows.map(({ cells }) => [...cells])] : []
}

const complaints = (text: string): string[] =>
  parseCsv(text).problems.map(({ code, line, lost }) => `${code}@${line}${lost ? ' lost' : ''}`)

test('what holds no table says so', () => {
  for (const text of ['', '\ufeff', '\n\n', 'just one line of prose', 'a\nb\nc', '"only"']) {
    const { table, problems } = parseCsv(text)
    assert.equal(table, null, JSON.stringify(text))
    assert.equal(problems[0]?.lost, true)
  }
})

test('rows that do not line up are kept, with the line that is to blame', () => {
  const text = 'a,b,c\n1,2\n"x\ny",2,3\n1,2,3,4\n'
  assert.deepEqual(cellsOf(text).slice(1), [
    ['1', '2'],
    ['x\ny', '2', '3'],
    ['1', '2', '3', '4'],
  ])
  assert.deepEqual(complaints(text), ['malformed@2', 'malformed@5'])
})

test('a broken quote costs its own cell, not the rows behind it', () => {
  const never = 'a,b\n1,"x\n2,y\n3,z\n'
  assert.deepEqual(cellsOf(never).slice(1), [
    ['1', '"x'],
    ['2', 'y'],
    ['3', 'z'],
  ])
  assert.deepEqual(complaints(never), ['malformed@2'])
  const swallowing = 'a,b\n"x,1\n"y",2\n"z",3\n'
  assert.deepEqual(cellsOf(swallowing).slice(1), [
    ['"x', '1'],
    ['y', '2'],
    ['z', '3'],
  ])
  assert.deepEqual(complaints(swallowing), ['malformed@2'])
})

test('quotes that are not doubled are characters', () => {
  assert.deepEqual(cellsOf('a,b\n"he said "hi" there",2\n')[1], ['he said "hi" there', '2'])
  assert.deepEqual(cellsOf('a,b\n"foo" bar,"baz"\n')[1], ['"foo" bar', 'baz'])
  assert.deepEqual(cellsOf('a,b\nit is 5" wide,2\n')[1], ['it is 5" wide', '2'])
  assert.deepEqual(complaints('a,b\n1,2\n"he "hi" there",2\n'), ['malformed@3'])
})

test('a text that ends inside a cell keeps what is there', () => {
  const text = 'a,b\n1,"two\nlines and the ""end'
  assert.deepEqual(cellsOf(text)[1], ['1', 'two\nlines and the "end'])
  assert.deepEqual(complaints(text), ['truncated@2 lost'])
})

test('bounds on rows, cells and characters are told', () => {
  const cut = parseCsv('a,b,c\nlong,2,3\n4,5,6\n', { rowsMax: 1, cellsMax: 2, cellCharsMax: 3 })
  assert.deepEqual(cut.table?.rows, [{ line: 2, cells: ['lon', '2'] }])
  assert.deepEqual(cut.table.header, ['a', 'b'])
  assert.ok(cut.problems.every(({ code, lost }) => code === 'too-large' && lost))
  assert.deepEqual(
    cut.problems.map(({ line }) => line),
    [1, 2, 2, 3, 3],
  )
})

test('problems beyond a hundred are counted', () => {
  const { table, problems } = parseCsv(`a,b\n${'1\n'.repeat(150)}`)
  assert.equal(table?.rows.length, 150)
  assert.equal(problems.length, 101)
  assert.match(problems[100]?.why ?? '', /^50 more/)
})

test('byte order mark, sep line, line ends, blanks and blank lines', () => {
  assert.deepEqual(cellsOf('\ufeffa,b\r\n1,2\r\n'), [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.deepEqual(cellsOf('sep=|\na;x|b\n1;2|3\n'), [
    ['a;x', 'b'],
    ['1;2', '3'],
  ])
  assert.deepEqual(parseCsv('sep=;\r\na;b\r\n1;2').table?.rows, [{ line: 3, cells: ['1', '2'] }])
  assert.deepEqual(cellsOf('a,b\r1,2\r'), [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.deepEqual(cellsOf('a, "b"\n1 , "x, y" \n\n   \n2,3'), [
    ['a', 'b'],
    ['1 ', 'x, y'],
    ['2', '3'],
  ])
})

test('the delimiter is the one by which rows line up', () => {
  assert.deepEqual(cellsOf('a;b\n"x, y; z";1\n'), [
    ['a', 'b'],
    ['x, y; z', '1'],
  ])
  assert.deepEqual(cellsOf('a, or b\tc, or d\n1\t2\n')[1], ['1', '2'])
  assert.deepEqual(cellsOf('id|name|note\n1|x|a,b\n2|y|c,d,e\n')[2], ['2', 'y', 'c,d,e'])
})

const cell = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', ' ', 'a', 'é', '\u{1f600}'),
  }),
)
const tables = fc
  .record({ width: fc.integer({ min: 1, max: 5 }), height: fc.integer({ min: 1, max: 6 }) })
  .chain(({ width, height }) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  )
const delimiter = fc.constantFrom(',', ';', '\t', '|')

const needsQuotes = (text: string): boolean =>
  /[",;|\t\r\n]/.test(text) || text !== text.trim() || text === '' || text.startsWith('\ufeff')
const written = (rows: string[][], between: string, end: string): string =>
  rows
    .map((row) => row.map((one) => (needsQuotes(one) ? quoted(one) : one)).join(between) + end)
    .join('')
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

test('any table that is written as CSV reads back', () => {
  fc.assert(
    fc.property(tables, delimiter, fc.constantFrom('\n', '\r\n'), (rows, between, end) => {
      const text = written(rows, between, end)
      const [header = [], ...body] = rows
      fc.pre(!/^"?sep=/i.test(text))
      const { table, problems } = parseCsv(text, { delimiter: between })
      assert.deepEqual(problems, [])
      assert.deepEqual(
        table?.header,
        header.map((name) => name.trim()),
      )
      assert.deepEqual(
        table.rows.map(({ cells }) => cells),
        body,
      )
      table.rows.forEach(({ line }, index) => {
        const before = written(rows.slice(0, index + 1), between, end)
        assert.equal(line, before.split('\n').length)
      })
    }),
  )
})

test('a well-formed text reads as a second implementation reads it', () => {
  fc.assert(
    fc.property(tables, delimiter, (rows, between) => {
      const text = written(rows, between, '\n')
      fc.pre(!/^"?sep=/i.test(text))
      const expected = reference(text, { delimiter: between, relax_column_count: true })
      const [header = [], ...body] = expected
      assert.deepEqual(cellsOf(text, between), [header.map((name) => name.trim()), ...body])
    }),
  )
})

test('any text at all is read, and lines never run past its end', () => {
  const text = fc.string({
    unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'a', '\t', '""', ',"', '\n"'),
    maxLength: 200,
  })
  fc.assert(
    fc.property(text, (found) => {
      const lines = found.split(/\n|\r/).length
      const { table, problems } = parseCsv(found)
      for (const { line } of table?.rows ?? []) assert.ok(line <= lines)
      for (const { line } of problems) assert.ok((line ?? 0) >= 1 && (line ?? 0) <= lines)
    }),
    { numRuns: 2_000 },
  )
})

test('hostile quotes cost linear time', () => {
  const lines = ['"x', ',"', ',""""a', '"a""', '"""x,y', 'a,"b', '"', '""']
  for (const line of lines) {
    const text = `a,b\n${`${line}\n`.repeat(200_000)}`
    const start = performance.now()
    parseCsv(text)
    assert.ok(performance.now() - start < 3_000, JSON.stringify(line))
  }
})
