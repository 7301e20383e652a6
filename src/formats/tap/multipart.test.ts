import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { multipartBody } from '../../../test/formats/tap-report.ts'
import { partsMax, splitMultipart } from './multipart.ts'

/** The contents of the parts, or why there are none. */
function contentsOf(body: string | Uint8Array, boundary = 'edge'): string[] | string {
  const split = splitMultipart(Buffer.from(body), boundary)
  if (!split.ok) return split.refusal.why
  return split.value.map(({ content }) => Buffer.from(content).toString('latin1'))
}

const refused: readonly (readonly [what: string, body: string, why: RegExp])[] = [
  ['nothing', '', /closing boundary is missing/],
  ['no boundary', 'A: b\r\n\r\nx', /closing boundary is missing/],
  ['another boundary', '--other\r\n\r\nx\r\n--other--', /closing boundary is missing/],
  ['only an end', '--edge--\r\n', /no part/],
  ['no end', '--edge\r\n\r\nx\r\n', /closing boundary is missing/],
  ['an end within a line', '--edge\r\n\r\nx--edge--', /closing boundary is missing/],
  ['half an end', '--edge\r\n\r\nx\r\n--edge', /begins with the boundary and goes on/],
  ['half an end, one dash', '--edge\r\n\r\nx\r\n--edge-', /begins with the boundary and goes on/],
  ['text behind a boundary', '--edge x\r\n\r\nx\r\n--edge--', /begins with the boundary and goes/],
  ['text behind the end', '--edge\r\n\r\nx\r\n--edge--x', /begins with the boundary and goes on/],
  ['a longer boundary', '--edge\r\n\r\nx\r\n--edges\r\n\r\ny\r\n--edge--', /goes on/],
  ['bare line feeds', '--edge\n\nx\n--edge--\n', /goes on/],
  ['a bare line feed before a boundary', '--edge\r\n\r\nx\n--edge--', /bare line feed/],
  ['one before the first', 'x\n--edge\r\n\r\nx\r\n--edge--', /bare line feed/],
  ['no empty line', '--edge\r\nA: b\r\n--edge--', /no empty line follows/],
  ['an empty part without headers', '--edge\r\n--edge--', /no empty line follows/],
  ['a header without a colon', '--edge\r\nA\r\n\r\nx\r\n--edge--', /garbled/],
  ['a header without a name', '--edge\r\n: b\r\n\r\nx\r\n--edge--', /garbled/],
  ['a space before a colon', '--edge\r\nA : b\r\n\r\nx\r\n--edge--', /garbled/],
  ['a folded header', '--edge\r\nA: b\r\n c\r\n\r\nx\r\n--edge--', /garbled/],
  ['a bare line feed in a header', '--edge\r\nA: b\nC: d\r\n\r\nx\r\n--edge--', /garbled/],
  ['a bare carriage return in one', '--edge\r\nA: b\rC: d\r\n\r\nx\r\n--edge--', /garbled/],
  ['33 headers', `--edge\r\n${'A: b\r\n'.repeat(33)}\r\nx\r\n--edge--`, /more than 32 headers/],
  ['headers of 16 KiB', `--edge\r\nA: ${'b'.repeat(16_384)}\r\n\r\nx\r\n--edge--`, /longer than/],
]
for (const [what, body, why] of refused) {
  test(`${what} is refused`, () => assert.match(String(contentsOf(body)), why))
}

test('headers that are not UTF-8 are refused', () => {
  const body = Buffer.from('--edge\r\nA: \xff\r\n\r\nx\r\n--edge--', 'latin1')
  assert.match(String(contentsOf(body)), /not UTF-8/)
})

const taken: readonly (readonly [what: string, body: string, contents: readonly string[]])[] = [
  ['one part', '--edge\r\n\r\nx\r\n--edge--', ['x']],
  ['two parts', '--edge\r\n\r\nx\r\n--edge\r\n\r\ny\r\n--edge--\r\n', ['x', 'y']],
  ['an empty part', '--edge\r\n\r\n\r\n--edge--', ['']],
  ['a part that is a line break', '--edge\r\n\r\n\r\n\r\n--edge--', ['\r\n']],
  ['text before the first boundary', 'Hello\r\n--edge\r\n\r\nx\r\n--edge--', ['x']],
  ['an empty line before it', '\r\n--edge\r\n\r\nx\r\n--edge--', ['x']],
  ['text behind the last boundary', '--edge\r\n\r\nx\r\n--edge--\r\nBye\r\n--edge\r\n', ['x']],
  ['white space behind boundaries', '--edge \t\r\n\r\nx\r\n--edge-- \r\n', ['x']],
  ['the boundary within a line', '--edge\r\n\r\na --edge-- b\r\n--edge--', ['a --edge-- b']],
  ['lines that begin with dashes', '--edge\r\n\r\n--\r\n--edg\r\n--edge--', ['--\r\n--edg']],
  ['a content with bare line feeds', '--edge\r\n\r\na\nb\n\r\n--edge--', ['a\nb\n']],
  ['a carriage return before a boundary', '--edge\r\n\r\nx\r\r\n--edge--', ['x\r']],
]
for (const [what, body, contents] of taken) {
  test(`${what} is read`, () => assert.deepEqual(contentsOf(body), contents))
}

test('names of headers lose their case, values the white space around them', () => {
  const split = splitMultipart(
    Buffer.from('--edge\r\nX-A: \t b c \r\nY:\r\n\r\nx\r\n--edge--'),
    'edge',
  )
  assert.deepEqual(split.ok && split.value[0]?.headers, [
    ['x-a', 'b c'],
    ['y', ''],
  ])
})

test('a boundary may have 70 characters and signs of regular expressions', () => {
  for (const boundary of ['x'.repeat(70), '(a.+b)?', '-'.repeat(70), "'()+_,-./:=? x"]) {
    const body = multipartBody([{ headers: [], content: '--\r\n' }], boundary)
    assert.deepEqual(contentsOf(body, boundary), ['--\r\n'])
  }
})

test('ten thousand parts are refused fast, as are three mebibytes of almost boundaries', () => {
  const many = multipartBody(Array(10_000).fill({ headers: ['A: b'], content: 'x' }))
  const begin = performance.now()
  assert.match(String(contentsOf(many)), new RegExp(`more than ${partsMax} parts`))
  for (const piece of ['-', '\r\n--edg', '\r\n', '\n-', '--edge', '\r\n--edge--']) {
    const body = piece.repeat((3 * 1024 * 1024) / piece.length)
    contentsOf(body)
    contentsOf(`--edge\r\n\r\n${body}`)
    contentsOf(`--edge\r\n\r\n${body}`, '-'.repeat(70))
  }
  assert.ok(performance.now() - begin < 2_000)
})

test('what is drawn by the RFC is read to the byte', () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .array(fc.constantFrom('\r', '-', '--edge', 'x', ' '), { maxLength: 8 })
      .map((pieces) => Buffer.from(pieces.join(''))),
  )
  // A line of the content must not begin with the boundary: RFC 2046 leaves that to the sender.
  const mine = content.filter(
    (bytes) => !Buffer.from(bytes).toString('latin1').startsWith('--edge'),
  )
  const property = fc.property(
    fc.array(mine, { minLength: 1, maxLength: partsMax }),
    (contents) => {
      const body = multipartBody(contents.map((each) => ({ headers: ['A: b'], content: each })))
      const expected = contents.map((each) => Buffer.from(each).toString('latin1'))
      assert.deepEqual(contentsOf(body), expected)
    },
  )
  fc.assert(property, { numRuns: 2_000 })
})

test('no bytes whatever make it throw', () => {
  const piece = fc.constantFrom('--edge', '--', '\r\n', '\r', '\n', ' ', ':', 'A', '\0', '\u00ff')
  const property = fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    contentsOf(pieces.join(''))
  })
  fc.assert(property, { numRuns: 20_000 })
})
