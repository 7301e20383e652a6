import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { emptyDictionary, mutants } from './mutate.ts'
import { dictionaryIn } from './neighbours.ts'
import { scrub } from './scrub.ts'
import { environmentSeen } from './toolchain.ts'
import { mutantsOf } from './variants.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const names = (text: string, countMax = 40): readonly string[] =>
  mutantsOf({ input: bytes(text), exchange: [] }, emptyDictionary, countMax).map(({ feed }) =>
    Buffer.from(feed.input ?? []).toString('latin1'),
  )

test('mutants are the same each time, all differ, and are few', () => {
  const any = fc.string({ unit: 'binary', maxLength: 60 })
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 30 }), (text, countMax) => {
      const found = names(text, countMax)
      assert.deepEqual(found, names(text, countMax))
      assert.equal(
        new Set([...found, Buffer.from(bytes(text)).toString('latin1')]).size,
        found.length + 1,
      )
      assert.ok(found.length <= countMax)
    }),
  )
})

describe('mutants are of many kinds among the first', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a run', 'AAAAAAAA\n', ['AAAAAAAAA\n', 'BBBBBBBB\n', `${'A'.repeat(16)}\n`]],
    ['numbers', '70000 70000\n', ['70001 70000\n', '70000 70001\n']],
    [
      'a path',
      '../private/key\n',
      ['./../private/key\n', '..//private/key\n'.replace('..//', '../'), '../private//key\n'],
    ],
    ['JSON', '{"a":1}\n', ['{"\\u0061":1}\n', '{"a": 1}\n']],
  ]
  for (const [name, text, wanted] of cases) {
    test(name, () => {
      const found = names(text, 30)
      const missing = wanted.filter((one) => one !== text && !found.includes(one))
      assert.deepEqual(missing, [])
    })
  }
  test('words and numbers of the code at the cause', () => {
    const dictionary = dictionaryIn("if (size > 4096 && role === 'admin') return 0x10")
    assert.deepEqual(dictionary, { numbers: [4096, 16], words: ['admin'] })
    const found = [...mutants('guest 7', dictionary)].map(({ text }) => text)
    for (const one of ['admin 7', 'guest 4095', 'guest 4097']) assert.ok(found.includes(one), one)
  })
})

test('requests are changed in path, query, header and body', () => {
  const step = {
    ...{ method: 'POST', path: '/notes/2?sort=up', headers: { 'X-User': 'ada' } },
    body: bytes('{"id":2}'),
  }
  const feed = { input: null, exchange: [{ ...step, path: '/login' }, step] }
  const found = mutantsOf(feed, emptyDictionary, 40)
  const lasts = found.map((one) => one.feed.exchange.at(-1))
  assert.ok(found.every((one) => one.feed.exchange[0]?.path === '/login'))
  assert.ok(lasts.some((one) => one?.path.startsWith('/notes/3?')))
  assert.ok(lasts.some((one) => one?.path === '/notes/2?sort=up&parley=1'))
  assert.ok(lasts.some((one) => one?.headers['X-USER'] === 'ada'))
  assert.ok(lasts.some((one) => Buffer.from(one?.body ?? []).toString() === '{"id":3}'))
  assert.ok(lasts.every((one) => !/[\r\n ]/.test(one?.path ?? '')))
})

describe('output that is kept', () => {
  const all = { hidden: ['/srv/parley/state'], lengthMax: 200 }
  const cases: readonly (readonly [string, string, string])[] = [
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['titles', '\u001b]0;title\u0007text', 'text'],
    ['controls', 'a\u0000b\u202ec', 'a\ufffdb\ufffdc'],
    ['folders of the machine', 'at /srv/parley/state/x', 'at [folder]/x'],
    ['homes', '/home/ada/src/a.c:3 and /root', '[home]/src/a.c:3 and [home]'],
    ['keys', `AKIA${'A'.repeat(16)} ghp_${'a'.repeat(36)}`, '[key of AWS] [token of GitHub]'],
    ['passwords in addresses', 'https://ada:pw@a.example/', 'https://[secret]@a.example/'],
    [
      'private keys',
      '-----BEGIN RSA PRIVATE KEY-----\nAA\n-----END RSA PRIVATE KEY-----',
      '[private key]',
    ],
  ]
  for (const [name, text, shown] of cases) test(name, () => assert.equal(scrub(text, all), shown))
  test('is bounded, with its beginning and its end', () => {
    const shown = scrub(`begin${'x'.repeat(10_000)}end`, all)
    assert.ok(shown.length < 260)
    assert.match(shown, /^begin.*end$/s)
  })
  test('holds nothing that acts on a terminal, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(
          scrub(`\u001b[${text}\u001b]`, all),
          /[\u0000-\u0008\u000b-\u001f\u007f]/,
        )
      }),
    )
  })
})

test('versions are read behind what the packager says, and compared from the front', () => {
  const said =
    'Debian\n= gcc\ngcc (Debian 12.2.0-14+deb12u1) 12.2.0\n' +
    '= go\ngo version go1.26.8 linux/amd64\n= nope\n'
  const lacks = (tools: Readonly<Record<string, string>>): number =>
    environmentSeen({ kind: 'host', tools }, said).lacks.length
  assert.equal(lacks({ gcc: '12', go: '1.26' }), 0)
  assert.equal(lacks({ gcc: '13', go: '1.2.6', nope: '1' }), 3)
})
