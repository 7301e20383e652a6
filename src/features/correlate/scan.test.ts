import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from './evidence.ts'
import {
  equalResults,
  type ScanRule,
  scanLinks,
  scanMergeMin,
  scanRuleOf,
  scanRules,
} from './scan.ts'
import { seenOf } from './scan-seen.ts'

const result = (more: Partial<Evidence>): Evidence => ({
  domain: 'scan',
  packages: [],
  title: 'Possible overflow',
  body: '',
  ranges: [],
  cwe: [121],
  cvss: [],
  symbols: [],
  references: [],
  aliases: [],
  locations: [{ file: 'src/a.c', line: 10, function: 'read' }],
  tool: 'alpha',
  rule: 'alpha/1',
  ...more,
})

const at = (file: string, line: number, name?: string): Evidence['locations'] => [
  { file, line, ...(name === undefined ? {} : { function: name }) },
]

const crash = (...names: string[]): NonNullable<Evidence['crash']> => ({
  kind: 'heap-buffer-overflow',
  frames: names.map((name) => ({ function: name })),
})

const one = result({})
const cases: readonly [string, Evidence, Evidence, ScanRule | null][] = [
  ['another file', one, result({ tool: 'beta', locations: at('src/b.c', 10, 'read') }), null],
  [
    'another function on near lines',
    one,
    result({ tool: 'beta', locations: at('src/a.c', 12, 'write') }),
    null,
  ],
  ['another weakness', one, result({ tool: 'beta', cwe: [79] }), null],
  [
    'two lines in one list without functions',
    result({ locations: at('a.c', 1) }),
    result({ locations: at('a.c', 2) }),
    null,
  ],
  [
    'two lines of one function in one list',
    one,
    result({ locations: at('src/a.c', 14, 'read') }),
    'same-function-and-class',
  ],
  [
    'one function, far lines',
    one,
    result({ tool: 'beta', locations: at('src/a.c', 90, 'read') }),
    'same-function-and-class',
  ],
  [
    'near lines, no function',
    result({ locations: at('a.c', 1) }),
    result({ tool: 'beta', locations: at('a.c', 9) }),
    'near-lines-and-class',
  ],
  [
    'one line, no function',
    result({ locations: at('a.c', 1) }),
    result({ tool: 'beta', locations: at('a.c', 2) }),
    'same-line-and-class',
  ],
  [
    'an identifier that is only claimed',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    result({ domain: 'prose', aliases: ['CVE-2031-1'], packages: ['x'] }),
    'same-identifier',
  ],
  [
    'an identifier in another component',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    result({ aliases: ['CVE-2031-1'], packages: ['y'] }),
    'same-identifier',
  ],
  [
    'file, function and class',
    one,
    result({ tool: 'beta', rule: 'b', locations: at('build/src/a.c', 12, 'read') }),
    null,
  ],
  [
    'file, function and class, one root',
    one,
    result({ tool: 'beta', rule: 'b', locations: at('src/a.c', 12, 'ns::read') }),
    'same-file-function-and-class',
  ],
  [
    'identifier and component',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    result({ aliases: ['CVE-2031-1'], packages: ['X'], tool: 'beta' }),
    'same-identifier-and-component',
  ],
  [
    'crash',
    result({ crash: crash('copy', 'read', 'main') }),
    result({ tool: 'beta', cwe: [], crash: crash('copy', 'read', 'main') }),
    'same-crash',
  ],
  ['the very same result', one, result({}), 'identical-result'],
]

for (const [name, a, b, rule] of cases) {
  test(`${name}: ${rule ?? 'nothing in common'}`, () => {
    assert.equal(scanRuleOf(seenOf(a), seenOf(b)), rule)
    assert.equal(scanRuleOf(seenOf(b), seenOf(a)), rule)
  })
}

test('only equalities and file, function and class merge by themselves', () => {
  const merging = Object.entries(scanRules).filter(([, probability]) => probability >= scanMergeMin)
  assert.deepEqual(
    merging.map(([rule]) => rule),
    [
      ...['identical-result', 'same-identifier-and-component', 'same-crash'],
      'same-file-function-and-class',
    ],
  )
})

test('ten thousand copies are one class and need no links', () => {
  const batch = Array.from({ length: 10_000 }, () => one)
  assert.equal(new Set(equalResults(batch)).size, 1)
})

test('ten thousand results in one file make a bounded number of links', () => {
  const batch = Array.from({ length: 10_000 }, (_, line) =>
    result({ tool: `tool-${line % 2}`, locations: at('src/a.c', line) }),
  )
  assert.ok(scanLinks(batch).length < 10_000 * 45)
})
