import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Location } from '#formats/proof/bundle.ts'
import { bareFunction, functionsIn } from './function-finder.ts'
import { locate } from './locate.ts'
import type { SourceTree } from './located.ts'

const treeOf = (files: Readonly<Record<string, string>>): SourceTree => ({
  name: 'app 1.2',
  paths: async () => Object.keys(files),
  read: async (path) => files[path] ?? null,
})
const at = (file: string, name: string | null = null, line: number | null = null): Location => ({
  ...{ file, function: name, line },
})

const body =
  '{\n  int total = 0;\n  for (int i = 0; i < n; i++) total += values[i];\n  return total;\n}\n'
const app = treeOf({
  'app-1.2/src/sum.c': `static int sum(const int *values, int n)\n${body}`,
  'app-1.2/src/main.c': 'int main(void) { return sum(0, 0); }\n',
  'app-1.2/lib/parse.c': 'int parse_header(char *text) { return text != 0; }\n',
})

describe('what is not there is missing', () => {
  const cases: readonly (readonly [string, Location, RegExp])[] = [
    ['a file', at('src/gone.c'), /no file src\/gone\.c in app 1\.2/],
    ['a function', at('src/main.c', 'nothing_like_it'), /no function nothing_like_it/],
    ['a line', at('src/main.c', null, 99), /has 2 lines, not 99/],
    [
      'a function that is only called there and nowhere defined',
      at('src/main.c', 'printf'),
      /no function/,
    ],
    ['a function of a file that is not there', at('src/gone.py', 'sum'), /no file/],
  ]
  for (const [name, location, why] of cases) {
    test(name, async () => {
      const found = await locate(location, app, null)
      assert.equal(found.is, 'missing', found.why)
      assert.match(found.why, why)
    })
  }
})

describe('what is there, or went elsewhere, is found', () => {
  const cases: readonly (readonly [string, Location, string])[] = [
    ['a function below the folder of the release', at('src/sum.c', 'sum'), 'there'],
    ['a file', at('lib/parse.c'), 'there'],
    ['a qualified name', at('src/sum.c', 'math::sum(int const*, int)'), 'there'],
    ['a function in another file', at('src/main.c', 'parse_header'), 'moved'],
    ['a file that moved', at('old/parse.c', 'parse_header'), 'moved'],
    ['a name written otherwise', at('lib/parse.c', 'parseHeaders'), 'moved'],
  ]
  for (const [name, location, is] of cases) {
    test(name, async () => assert.equal((await locate(location, app, null)).is, is))
  }
  test('a function with another name is known by its body in the version before', async () => {
    const before = treeOf({ 'src/sum.c': `int accumulate(const int *values, int n)\n${body}` })
    const found = await locate(at('src/sum.c', 'accumulate'), app, before)
    assert.equal(found.is === 'moved' && found.function, 'sum', found.why)
    assert.equal((await locate(at('src/sum.c', 'accumulate'), app, null)).is, 'missing')
  })
  test('no place at all', async () => assert.equal((await locate(null, app, null)).is, 'not-named'))
})

describe('functions are found in', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a.c',
      '/* f(x) { */\n#define M(x) {x}\nstatic char *f(int a)\n{\n if (a) { return "}"; }\n}\n' +
        'int g(void) {return 0;}\n',
      ['f', 'g'],
    ],
    [
      'a.cpp',
      "ns::Name::Name(int a) : b(a) {}\nauto T::go() const noexcept -> int { return 1'000; }\n" +
        'struct S { int h() { return 0; } };',
      ['Name', 'go', 'h'],
    ],
    [
      'a.go',
      'func Plain[T any](a T) {}\n' +
        'func (s *Srv) Method(x int) error { f := func() {}; f(); return nil }\n',
      ['Plain', 'Method'],
    ],
    [
      'a.rs',
      "pub fn one<'a>(x: &'a str) -> char { '{' }\nimpl S { fn two(&self) { let _ = r#\"}\"#; } }",
      ['one', 'two'],
    ],
    [
      'a.py',
      'async def one(a,\n    b):\n    def two():\n        pass\n    return 1\n\nx = 1\n',
      ['one', 'two'],
    ],
    [
      'a.ts',
      'export function one(): void {}\nconst two = async (a: number) => { return a }\n' +
        'class C { three() { if (x) { y() } } }\nx.four = function () {}',
      ['one', 'two', 'three', 'four'],
    ],
    [
      'A.java',
      '@Override public <T> List<T> one(int a) throws E { while (true) {} }\nclass B { B() {} }',
      ['one', 'B'],
    ],
    [
      'a.sh',
      'one() {\n  echo }\n}\nfunction two {\n  :\n}\nthree() { :; }\n',
      ['one', 'two', 'three'],
    ],
    ['tool', '#!/bin/sh\nlist() {\n :\n}\n', ['list']],
  ]
  for (const [file, text, names] of cases) {
    test(file, () =>
      assert.deepEqual(
        functionsIn(file, text).map(({ name }) => name),
        names,
      ),
    )
  }
  test('a Python function ends with its last line', () => {
    const [one] = functionsIn('a.py', 'def one():\n    if x:\n        y\n\n    return 1\n\nz = 2\n')
    assert.deepEqual([one?.startLine, one?.endLine], [1, 5])
  })
  test('any text, without a throw, in the order of its lines', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '"',
      "'",
      '`',
      '//',
      '/*',
      '*/',
      '\n',
      'f',
      'def f():',
      'func ',
      'fn ',
      'r#"',
      ' = ',
      '=>',
      ';',
      '@x',
    )
    const file = fc.constantFrom('a.c', 'a.go', 'a.rs', 'a.py', 'a.ts', 'A.java', 'a.sh')
    fc.assert(
      fc.property(file, fc.array(piece, { maxLength: 40 }), (name, pieces) => {
        for (const { startLine, endLine } of functionsIn(name, pieces.join(''))) {
          assert.ok(startLine <= endLine)
        }
      }),
    )
  })
  test('names without their class, package and parameters', () => {
    const names = ['a::b<int>(c)', 'a.b', 'A#b', 'pkg/b', 'b']
    assert.deepEqual(new Set(names.map(bareFunction)), new Set(['b']))
  })
})
