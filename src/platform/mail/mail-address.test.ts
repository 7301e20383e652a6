import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseMailAddress, parseSender } from './mail-address.ts'

const refused: readonly string[] = [
  ...['', '@', 'a', 'a@', '@a.example', 'a@@b.example', 'a b@c.example', 'a@b c.example'],
  ...['.a@b.example', 'a.@b.example', 'a..b@c.example', 'a@.b.example', 'a@b..example'],
  ...['a@-b.example', 'a@b-.example', 'a@b_c.example', 'a@[127.0.0.1]', 'a@[IPv6:::1]'],
  ...[
    'a@127.0.0.1',
    'a@0x7f.1',
    'a@b.example:25',
    'a@b.example/x',
    'a@b.example?x',
    'a%b@c@d.example',
  ],
  ...['"a b"@c.example', '<a@b.example>', 'A <a@b.example>', 'a@b.example,c@d.example'],
  ...['a@b.example;c@d.example', 'a@b.example\r\nBcc: c@d.example', 'a\n@b.example'],
  ...['a@b.example\0', 'a@b.example ', ' a@b.example', 'a\u00a0@b.example', 'ü@b.example'],
  ...['a(comment)@b.example', 'a@b.example\u2028', 'a@%62.example'],
  ...[`${'a'.repeat(65)}@b.example`, `a@${'b'.repeat(64)}.example`, `a@${'b.'.repeat(130)}example`],
]

for (const text of refused) {
  test(`no mailbox: ${JSON.stringify(text.slice(0, 60))}`, () => {
    assert.equal(parseMailAddress(text), null)
  })
}

const accepted: readonly (readonly [text: string, address: string])[] = [
  ['a@b.example', 'a@b.example'],
  ["o'neil+tag=x.y_z@Sub.Example.ORG", "o'neil+tag=x.y_z@sub.example.org"],
  ['root@localhost', 'root@localhost'],
  ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
]

for (const [text, address] of accepted) {
  test(`a mailbox: ${text}`, () => assert.equal(parseMailAddress(text), address))
}

test('what is a mailbox holds nothing by which a header or a command could end', () => {
  const parts = fc.constantFrom(
    'a',
    '.',
    '@',
    'b.example',
    '\r\n',
    '\0',
    '<',
    '>',
    ',',
    ' ',
    'ü',
    '"',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (chosen) => {
      const address = parseMailAddress(chosen.join(''))
      if (address !== null) assert.match(address, /^[!-~]+@[a-z0-9.-]+$/)
      if (address !== null) assert.doesNotMatch(address, /[<>,;:"()\\]/)
    }),
  )
})

test('a sender is a mailbox, with a name if there is one', () => {
  assert.deepEqual(parseSender('a@b.example'), { name: '', address: 'a@b.example' })
  assert.deepEqual(parseSender('"Team, Ü" <a@b.example>'), {
    name: 'Team, Ü',
    address: 'a@b.example',
  })
  assert.deepEqual(parseSender('Team <a@b.example>'), { name: 'Team', address: 'a@b.example' })
  for (const text of ['', 'Team', 'Team <>', 'a <b@c.example> d', 'T\r\nX: y <a@b.example>']) {
    assert.equal(parseSender(text), null, text)
  }
})
