import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomKey } from '#platform/crypto/keys.ts'
import { markerFor, noMarker, readMarks, readWords, watermarkKeys } from './watermark.ts'
import { codeIn, symbolsFor, symbolsNeeded } from './watermark-code.ts'
import { placesIn, unmarked } from './watermark-prose.ts'
import { textOf } from './watermark-source.ts'
import { handling } from './watermark-words.ts'

const keys = watermarkKeys({ is: 'root', all: [randomKey()] })
const strangers = watermarkKeys({ is: 'root', all: [randomKey()] })

const small = ['the', 'of', 'to', 'in', 'is', 'and', 'that', 'which', 'with', 'from', 'by', 'it']
const large = [
  ...['length', 'buffer', 'parser', 'reads', 'header', 'signed', 'number', 'attacker', 'sends'],
  ...['memory', 'behind', 'field', 'value', 'checked', 'server', 'crashes', 'overflow', 'packet'],
]
/** Sentences as people write them: four words in ten are small ones. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...small) },
  { weight: 6, arbitrary: fc.constantFrom(...large) },
)
const sentence = fc
  .array(word, { minLength: 8, maxLength: 18 })
  .map((words) => `${words.join(' ').replace(/^./, (first) => first.toUpperCase())}.`)
const paragraph = fc.array(sentence, { minLength: 20, maxLength: 30 }).map((all) => all.join(' '))
const code = fc.uint8Array({ minLength: 5, maxLength: 5 }).map((bytes) => Buffer.from(bytes))
const trials = { numRuns: 60 }

const tracedIn = (text: string): string[] =>
  readMarks(text, keys).traces.map((trace) => trace.code.toString('hex'))
const marked = (own: Buffer, text: string): string => markerFor(own, keys).prose(text)

const untouched = [
  'int main(void) { return the_length of in; }',
  'for item in the list of all that is in it:\n    print(item)',
  '```\nthe length of the buffer is in the header and that is it\n```',
  'Run this:\n\n    the length of the buffer is in the header and that is it',
  'diff --git a/x b/x\n+the length of the buffer is in the header\n\nand that is the rest of it',
  '--- a/README\n+++ b/README\n@@ -1 +1 @@\n the length of the buffer is in the header',
  'https://example.org/the-length-of-the-buffer/is/in?the=header&and=that',
  '| the | length | of the buffer | is in the header and that is it |',
  '<pre>the length of the buffer is in the header and that is it</pre>',
  'tf_read tf_write CVE-2031-1111 pkg:npm/kestrel@1.0.0 case_aaaaaaaa',
  '-----BEGIN PGP MESSAGE-----\n\nthe length of the buffer is in the header and that is it',
  '{"the": "length of the buffer is in the header and that is it"}',
]
for (const text of untouched) {
  test(`${JSON.stringify(text.slice(0, 40))} carries no mark`, () => {
    assert.equal(marked(randomBytes(5), text), text)
  })
}

test('code and names inside of prose stay as they are', () => {
  const verbatim = [
    '`the value of the length in it`',
    '"the value of the length in it"',
    'https://example.org/of/the/',
    'tf_read',
    'CVE-2031-1111',
    'kestrel',
    '/usr/lib/of/the',
  ]
  const text = `The length that is read by ${verbatim.join(' and in ')} is the one of the header.`
  const told = marked(randomBytes(5), text)
  assert.notEqual(told, text)
  for (const one of verbatim) assert.ok(told.includes(one), one)
})

test('a text without marks is the same to the byte, and a marked one is once they are gone', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), paragraph), code, (text, own) => {
      assert.equal(noMarker.prose(text), text)
      assert.equal(unmarked(marked(own, unmarked(text))), unmarked(text))
    }),
    trials,
  )
})

test('any 15 of the 31 symbols give the code back, 14 and a wrong one do not', () => {
  fc.assert(
    fc.property(code, fc.shuffledSubarray([...Array(31).keys()], { minLength: 15 }), (own, at) => {
      const key = keys.newest.secret
      const symbols = symbolsFor(own, key)
      const placed = at.map((index) => ({ index, value: symbols[index] ?? 0 }))
      assert.deepEqual(codeIn(placed, [key]), own)
      const [first, ...rest] = placed.slice(0, symbolsNeeded)
      assert.ok(first)
      assert.equal(codeIn([{ ...first, value: first.value ^ 1 }, ...rest], [key]), null)
    }),
    trials,
  )
})

/** What happens to a text on its way: all but the last keep every sign. */
const ways: readonly (readonly [string, (text: string) => string])[] = [
  ['NFC', (text) => text.normalize('NFC')],
  ['NFD', (text) => text.normalize('NFD')],
  ['NFKC', (text) => text.normalize('NFKC')],
  ['lines wrapped at 60', (text) => text.replaceAll(/(.{50,60}) /g, '$1\n')],
  ['lines joined', (text) => text.replaceAll(/\s+/g, ' ')],
  ['two spaces after a sentence', (text) => text.replaceAll('. ', '.  ')],
  ['quoted in a mail', (text) => text.replaceAll(/(.{50,60}) /g, '$1\n').replaceAll(/^/gm, '> ')],
  ['JSON with escapes', (text) => JSON.stringify(text).replaceAll(/[^ -~]/g, escapeOf)],
  [
    'HTML with entities',
    (text) => text.replaceAll(/[^ -~]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  ],
  ['a mail in base64', (text) => mailOf('base64', Buffer.from(text).toString('base64'))],
  ['a mail in quoted-printable', (text) => mailOf('quoted-printable', quotedOf(text))],
  ['every seventh word gone', (text) => text.replaceAll(/((?:\S+ ){6})\S+ /g, '$1')],
]
const escapeOf = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

const mailOf = (encoding: string, body: string): string =>
  ['To: x@example.org', `Content-Transfer-Encoding: ${encoding}`, '', body].join('\r\n')
const quotedOf = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte > 126 || byte === 61 ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
    )
    .join('')

for (const [way, change] of ways) {
  test(`a paragraph tells its export after: ${way}`, () => {
    fc.assert(
      fc.property(paragraph, code, (text, own) => {
        assert.deepEqual(tracedIn(textOf(change(marked(own, text)))), [own.toString('hex')])
      }),
      trials,
    )
  })
}

test('any 200 words of a longer text tell its export, also beside the words of another', () => {
  const texts = fc.array(paragraph, { minLength: 2, maxLength: 3 })
  fc.assert(
    fc.property(fc.record({ texts, own: code, other: code, at: fc.nat() }), (given) => {
      const { texts, own, other, at } = given
      fc.pre(!own.equals(other))
      const words = marked(own, texts.join('\n\n')).split(' ')
      const from = at % (words.length - 200)
      const part = words.slice(from, from + 200).join(' ')
      assert.deepEqual(tracedIn(part), [own.toString('hex')])
      const both = `${part}\n\n${marked(other, texts[0] ?? '')}`
      assert.deepEqual(new Set(tracedIn(both)), new Set([own, other].map((o) => o.toString('hex'))))
    }),
    trials,
  )
})

test('marks of another key, and marks at random, are nobody’s', () => {
  const signs = ['\u200b', '\u200c', '\u200d', '\u2060']
  const mark = fc.array(fc.constantFrom(...signs), { minLength: 5, maxLength: 5 })
  const noise = fc
    .array(mark, { maxLength: 200 })
    .map((all) => all.map((m) => m.join('')).join('x'))
  fc.assert(
    fc.property(paragraph, code, noise, (text, own, random) => {
      assert.deepEqual(tracedIn(markerFor(own, strangers).prose(text)), [])
      assert.deepEqual(tracedIn(random), [])
    }),
    trials,
  )
})

test('what is said of the chance is less than one in a million, and less with more marks', () => {
  const text = fc.sample(paragraph, { numRuns: 1, seed: 7 })[0] ?? ''
  const [trace] = readMarks(marked(randomBytes(5), text), keys).traces
  assert.ok(trace && trace.chance < -20, String(trace?.chance))
  assert.ok(placesIn(text).length > 60)
})

const wordingOf = (own: Buffer): string =>
  handling.map((one) => markerFor(own, keys).words(one)).join(' ')
const many = Array.from({ length: 500 }, () => randomBytes(5))

const stripped: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['in one case', (text) => text.toUpperCase()],
  ['wrapped', (text) => text.replaceAll(/(.{30,40}) /g, '$1\n')],
  ['quoted', (text) => text.replaceAll(/(.{30,40}) /g, '$1\n> ')],
  ['as Markdown escapes it', (text) => text.replaceAll(/[.;:?]/g, '\\$&')],
  ['among other words', (text) => `It was like this. ${text} And so on.`],
]
for (const [way, change] of stripped) {
  test(`without any invisible sign the wording tells the export: ${way}`, () => {
    for (const own of many.slice(0, 20)) {
      const told = readWords(change(unmarked(wordingOf(own))), many, keys)
      assert.ok(told.is === 'found' && told.code.equals(own), told.is)
      assert.ok(told.chance < -6)
    }
  })
}

test('the wording of no export of ours is nobody’s, and a few words are too few', () => {
  for (let at = 0; at < 200; at++) {
    assert.equal(readWords(wordingOf(randomBytes(5)), many, keys).is, 'none')
  }
  assert.equal(readWords(noMarker.words('share'), many, keys).is, 'too-few')
  assert.equal(readWords('The length is read.', many, keys).is, 'too-few')
})
