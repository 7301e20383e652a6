import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Unreadable } from './input.ts'
import { decodeText } from './text.ts'

const wide = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')
const oddities = (bytes: Buffer): string[] =>
  decodeText(bytes).problems.map(({ why, line }) => `${line}: ${why}`)

test('UTF-32 is refused, not read as something else', () => {
  assert.throws(() => decodeText(Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0])), Unreadable)
  assert.throws(() => decodeText(Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x41])), Unreadable)
})

test('bytes that are no UTF-8 are named by offset, value, count and line, and replaced', () => {
  const bytes = Buffer.from('ok\nbad \xe9 and \xff\nrest', 'latin1')
  assert.equal(decodeText(bytes).text, 'ok\nbad \ufffd and \ufffd\nrest')
  assert.deepEqual(oddities(bytes), [
    '2: has 2 bytes that are not UTF-8, first 0xe9 at byte offset 7; read as U+FFFD',
  ])
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from([0x41, 0xc0])])
  assert.deepEqual(oddities(marked), [
    '1: has one byte that is not UTF-8, first 0xc0 at byte offset 4; read as U+FFFD',
  ])
})

test('NUL characters are kept and told', () => {
  const bytes = Buffer.from('a\nb\0\0')
  assert.equal(decodeText(bytes).text, 'a\nb\0\0')
  assert.deepEqual(oddities(bytes), ['2: holds 2 NUL characters, the first here'])
})

test('half characters of UTF-16 are told', () => {
  assert.deepEqual(oddities(wide('a\n\ud800b')), ['2: holds half a UTF-16 pair, read as U+FFFD'])
  const odd = Buffer.concat([wide('ab'), Buffer.from([0x41])])
  assert.equal(decodeText(odd).text, 'ab')
  assert.match(oddities(odd)[0] ?? '', /half a UTF-16 character/)
})

test('UTF-8 and UTF-16 of both orders read alike, with no remark', () => {
  const well = fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\ufeff]/.test(text))
  fc.assert(
    fc.property(well, (text) => {
      const little = wide(text)
      const big = Buffer.from(little).swap16()
      for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), little, big]) {
        assert.deepEqual(decodeText(bytes), { text, problems: [] })
      }
    }),
  )
})

test('any bytes decode, and a remark is made exactly when a byte was replaced', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
      const bytes = Buffer.from([0x41, ...random])
      const { text, problems } = decodeText(bytes)
      const isReplaced = !Buffer.from(text).equals(bytes)
      assert.equal(
        problems.some(({ why }) => why.includes('not UTF-8')),
        isReplaced,
      )
    }),
  )
})

test('XML in an older encoding that it declares is read in it', () => {
  const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\xe9</a>'
  assert.match(decodeText(Buffer.from(xml, 'latin1')).text, /café/)
  const unknown = xml.replace('8859-1', '8859-99')
  assert.equal(decodeText(Buffer.from(unknown, 'latin1')).problems.length, 1)
})
