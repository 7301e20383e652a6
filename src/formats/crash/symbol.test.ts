import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placeOf, symbolAndPlace } from './frame.ts'
import { nativeFrame } from './frame-native.ts'
import { goSymbolOf, symbolOf } from './symbol.ts'

test('a symbol loses arguments, offsets and marks of compilers, and keeps its templates', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['pear_open', 'pear_open'],
    ['pear::Reader::row(int, char const*) const', 'pear::Reader::row'],
    ['std::vector<int, std::allocator<int> >::at(unsigned long)', ''],
    ['(anonymous namespace)::Helper::run()', 'Helper::run'],
    ["`anonymous namespace'::run", 'run'],
    ['operator()(int) const', 'operator()'],
    ['pear::operator<<(std::ostream&)', 'pear::operator<<'],
    ['pear::operator->()', 'pear::operator->'],
    ['walk.constprop.0', 'walk'],
    ['walk.isra.0.part.1', 'walk'],
    ['walk.cold', 'walk'],
    ['walk(int) [clone .cold]', 'walk'],
    ['walk+0x1f/0x20', 'walk'],
    ['memcpy@@GLIBC_2.14', 'memcpy'],
    ['grape::stem::h0123456789abcdef', 'grape::stem'],
    ['_ZN2ui10FlingCurveC2ERKN3gfx9Vector2dFE', 'ui::FlingCurve::FlingCurve'],
    ['_ZN4core9panicking5panic17h0123456789abcdefE', 'core::panicking::panic'],
    ['_ZNSt6vectorIiSaIiEE2atEm', '_ZNSt6vectorIiSaIiEE2atEm'],
    ['', ''],
  ]
  for (const [printed, wanted] of cases) {
    const expected =
      wanted === '' && printed !== '' ? printed.slice(0, printed.indexOf('(')) : wanted
    assert.equal(symbolOf(printed), expected, printed)
  }
  assert.equal(goSymbolOf('encoding/json.(*decodeState).object'), 'json.(*decodeState).object')
  assert.equal(goSymbolOf('a.org/x/y.Map[a.org/z.K]'), 'y.Map[a.org/z.K]')
})

test('a place is a path with or without a line', () => {
  const cases: readonly (readonly [string, ReturnType<typeof placeOf>])[] = [
    ['', null],
    ['const', null],
    ['12:3', null],
    ['f(int)', null],
    ['src/a.c:12:3', { file: 'src/a.c', line: 12 }],
    ['C:\\src\\a.cc:4', { file: 'C:/src/a.cc', line: 4 }],
    ['/abs/a.rs', { file: '/abs/a.rs' }],
    ['a.cc:0', { file: 'a.cc' }],
    ['??:0', {}],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(placeOf(text), wanted, text)
})

test('symbol, place and module come apart', () => {
  assert.deepEqual(symbolAndPlace('f(int (*)(char)) const src/a b.cc:3:1'), {
    symbol: 'f(int (*)(char)) const src/a',
    file: 'b.cc',
    line: 3,
  })
  assert.deepEqual(symbolAndPlace('f C:\\Program Files\\x\\a.cc:3'), {
    symbol: 'f',
    file: 'C:/Program Files/x/a.cc',
    line: 3,
  })
  assert.deepEqual(symbolAndPlace('(/usr/bin/fig+0x4a) (BuildId: 12ab)'), {
    symbol: '',
    module: '/usr/bin/fig+0x4a',
  })
})

test('frames of every native style', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['#2 NEW cov: 5', null],
    ['#0 0x4f (<unknown module>)', { function: '<unknown module>', index: 0, bare: true }],
    ['#1 0x4f in f a.c:3', { function: 'f', file: 'a.c', line: 3, index: 1 }],
    ['#1  <signal handler called>', { function: '<signal handler called>', index: 1 }],
    ['#2  0x00007 in f (x=1) from /lib/x.so', { function: 'f', index: 2 }],
    ['#0 /srv/a.php(12): Parser->read()', null],
    ['@     0x5605333e2ca0  fig::Open()', { function: 'fig::Open' }],
    ['/bin/fig(open_it+0x12)[0x7f12]', { function: 'open_it' }],
    ['/bin/fig(+0x12)[0x7f12]', { function: '/bin/fig+0x12', bare: true }],
    ['3   Fig   0x000000010cbf477a open_it + 698', { function: 'open_it', index: 3 }],
    [
      'fig::Open [0x61B0EB84+292] (src\\fig.cc:5)',
      { function: 'fig::Open', file: 'src/fig.cc', line: 5 },
    ],
    ['at 0x4005: f (a.c:12)', { function: 'f', file: 'a.c', line: 12 }],
    ['by 0x4006: ??? (in /bin/a)', { function: '/bin/a', bare: true }],
  ]
  for (const [line, wanted] of cases) {
    if (line.includes('.php')) {
      assert.deepEqual(nativeFrame(line), {
        function: 'Parser->read',
        file: '/srv/a.php',
        line: 12,
        index: 0,
      })
    } else assert.deepEqual(nativeFrame(line), wanted, line)
  }
})

test('what was normalised stays as it is when it is normalised again', () => {
  const piece = fc.constantFrom(
    ...['pear', '::', 'row', '<int>', '<a<b> >', '(int)', '(anonymous namespace)::', ' const'],
    ...['operator()', 'operator<', '.cold', '.isra.0', '+0x1f', ' + 19', '@plt', '[abi:cxx11]'],
    ...[
      '_ZN3a',
      '1bE',
      '::h0123456789abcdef',
      '(*T).',
      ' ',
      '{anonymous}::',
      '`anonymous namespace',
    ],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const once = symbolOf(pieces.join(''))
      assert.equal(symbolOf(once), once)
    }),
    { numRuns: 2000 },
  )
})

test('no symbol is too strange to be cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab()<>:~ .+0x[]'`_ZNE5operator") }),
      (text) => {
        assert.ok(symbolOf(text).length <= text.length + 40)
        assert.equal(typeof symbolAndPlace(text).symbol, 'string')
      },
    ),
  )
})
