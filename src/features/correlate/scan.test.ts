import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from './evidence.ts'
import { equalResults, scanLinks, scanMergeMin, scanSuggestMin } from './scan.ts'
import { scanReasons } from './scan-reason.ts'
import { type ScanRule, scanRuleOf, scanRules } from './scan-rule.ts'
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
/** The same of another tool, told in its own words. */
const other = (more: Partial<Evidence>): Evidence =>
  result({ tool: 'beta', rule: 'beta/overflow', title: 'Buffer overflow found', ...more })

const at = (file: string, line?: number, name?: string): Evidence['locations'] => [
  { file, ...(line !== undefined && { line }), ...(name !== undefined && { function: name }) },
]
const column = (number: number): Evidence['locations'] => [
  { file: 'src/a.js', line: 1, column: number },
]

const crash = (...names: string[]): NonNullable<Evidence['crash']> => ({
  kind: 'heap-buffer-overflow',
  frames: names.map((name) => ({ function: name })),
})
const crashed = (line: number, ...names: string[]): Partial<Evidence> => ({
  cwe: [],
  title: '',
  crash: {
    kind: 'SEGV',
    frames: names.map((name, depth) => ({ function: name, file: 'a.c', line: line + depth })),
  },
})

const lookedUp = (component: string, ...aliases: string[]): Partial<Evidence> => ({
  ...{ listed: true, locations: [], cwe: [], aliases, packages: [component] },
})

const one = result({})
const cases: readonly [string, Evidence, Evidence, ScanRule | null][] = [
  ['another file', one, other({ locations: at('src/b.c', 10, 'read') }), null],
  [
    'one end of two paths in one repository',
    result({ locations: at('packages/one/src/lib/a.c', 10, 'read') }),
    other({ locations: at('packages/two/src/lib/a.c', 10, 'read') }),
    null,
  ],
  ['another function on near lines', one, other({ locations: at('src/a.c', 12, 'write') }), null],
  ['another weakness', one, other({ cwe: [79], title: 'Script injection' }), null],
  [
    'one rule at two lines',
    result({ locations: at('a.c', 1) }),
    result({ locations: at('a.c', 2) }),
    null,
  ],
  [
    'one rule at two lines of one function',
    one,
    result({ locations: at('src/a.c', 14, 'read') }),
    null,
  ],
  [
    'one rule at two columns of a line',
    result({ locations: column(4) }),
    result({ locations: column(90) }),
    null,
  ],
  [
    'two advisories that one function runs into',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    result({ aliases: ['CVE-2031-2'], packages: ['x'] }),
    null,
  ],
  [
    'a library found at the place of a flaw',
    one,
    other({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    null,
  ],
  [
    'crashes that share the outer frames',
    result({ ...crashed(10, 'copy', 'parse', 'open', 'fuzz'), locations: at('a.c', 10) }),
    result({ ...crashed(50, 'scan', 'read', 'parse', 'open'), locations: at('a.c', 50) }),
    null,
  ],
  [
    'no line, other words',
    result({ locations: at('a.c'), title: 'One parameter is unused' }),
    result({ locations: at('a.c'), title: 'Another parameter is unused' }),
    null,
  ],
  [
    'a bare name against a path',
    one,
    other({ locations: at('a.c', 10, 'read') }),
    'perhaps-same-place',
  ],
  [
    'one function, far lines',
    one,
    other({ locations: at('src/a.c', 90, 'read') }),
    'same-function-and-class',
  ],
  [
    'an identifier that is only claimed',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    result({ domain: 'prose', aliases: ['CVE-2031-1'], packages: ['x'] }),
    'same-identifier',
  ],
  [
    'an identifier in another component, told by rules',
    result({ aliases: ['CVE-2031-1'], packages: ['x'] }),
    other({ aliases: ['CVE-2031-1'], packages: ['y'] }),
    'same-identifier',
  ],
  [
    'an identifier among others',
    result(lookedUp('x', 'CVE-2031-1')),
    other(lookedUp('x', 'CVE-2031-1', 'CVE-2031-2')),
    'same-identifier',
  ],
  [
    'one endpoint',
    result({ locations: [], endpoint: 'https://a.example/login' }),
    other({ locations: [], endpoint: 'https://a.example/login' }),
    'same-endpoint-and-class',
  ],
  [
    'one crash, other callers near the fault',
    result({ ...crashed(10, 'copy', 'parse', 'load'), locations: [] }),
    other({ ...crashed(12, 'copy', 'parse', 'open'), locations: [] }),
    'similar-crash',
  ],
  [
    'near lines, no function',
    result({ locations: at('a.c', 1) }),
    other({ locations: at('a.c', 19) }),
    'near-lines-and-class',
  ],
  [
    'one line, no function',
    result({ locations: at('a.c', 1) }),
    other({ locations: at('a.c', 2) }),
    'same-line-and-class',
  ],
  [
    'two rules of one tool on one line',
    result({ locations: at('a.c', 1) }),
    result({ locations: at('a.c', 1), rule: 'alpha/2', title: 'Overflow of a buffer' }),
    'same-line-and-class',
  ],
  [
    'one rule, one line, other words',
    result({ locations: at('a.c', 1), cwe: [] }),
    result({ locations: at('a.c', 1), cwe: [], title: 'Rule 1', tool: 'Alpha Pro' }),
    'same-rule-and-line',
  ],
  [
    'one rule, one line, the same words',
    result({ locations: at('/ci/7/src/a.c', 1) }),
    result({ locations: at('src/a.c', 1), body: 'more' }),
    'same-rule-line-and-text',
  ],
  [
    'one rule and text, no line',
    result({ locations: at('src/a.c', 7) }),
    result({ locations: at('src/a.c') }),
    'same-rule-and-text',
  ],
  [
    'two rules that say the same of one line',
    result({ cwe: [], title: 'Member "x" is missing here' }),
    result({ cwe: [], title: 'Member "x" is missing here', rule: 'alpha/2' }),
    'same-line-and-text',
  ],
  [
    'one fault, printed with what it returns',
    result({ ...crashed(10, 'ns::copy<int>', 'parse', 'load'), locations: [] }),
    other({ ...crashed(10, 'void ns::copy<int>', 'scan', 'open'), locations: [] }),
    'same-fault',
  ],
  [
    'one fault, other callers',
    result({ ...crashed(10, 'copy', 'parse', 'load'), locations: [] }),
    other({ ...crashed(10, 'copy', 'scan', 'open'), locations: [] }),
    'same-fault',
  ],
  [
    'file, function and class, one root',
    one,
    other({ locations: at('src/a.c', 12, 'ns::read(int, char*)') }),
    'same-file-function-and-class',
  ],
  [
    'file, function and class, on Windows',
    result({ locations: at('C:\\w\\src\\a.c', 12, 'Reader.read') }),
    other({ locations: at('src/a.c', 14, 'read') }),
    'same-file-function-and-class',
  ],
  [
    'file, function and class, no lines',
    result({ locations: at('src/a.c', undefined, 'read') }),
    other({ locations: at('src/a.c', 14, 'read') }),
    'same-file-function-and-class',
  ],
  [
    'an affected symbol against a logical location',
    result({ locations: at('src/a.c', 12), symbols: ['read'], tool: 'An AI', cwe: [787] }),
    other({ locations: at('/w/p/src/a.c', 14, 'ns::Reader::read') }),
    'same-file-function-and-class',
  ],
  [
    'identifier and component',
    result({ aliases: ['CVE-2031-1'], packages: ['@scope/x'] }),
    other({ aliases: ['CVE-2031-1', 'GHSA-aaaa-bbbb-cccc'], packages: ['@Scope:X'] }),
    'same-identifier-and-component',
  ],
  [
    'identifier, looked up in two packages',
    result(lookedUp('libx-dev', 'CVE-2031-1')),
    other(lookedUp('libx', 'CVE-2031-1', 'GHSA-aaaa-bbbb-cccc')),
    'same-listed-identifier',
  ],
  [
    'crash',
    result({ crash: crash('copy', 'read', 'main') }),
    other({ cwe: [], crash: crash('copy', 'read', 'main') }),
    'same-crash',
  ],
  ['the very same result', one, result({}), 'identical-result'],
  [
    'the very same result in another working folder',
    result({ locations: at('/ci/17/app/src/lib/a.c', 3) }),
    result({ locations: at('/ci/18/app/src/lib/a.c', 3) }),
    'identical-result',
  ],
]

for (const [name, a, b, rule] of cases) {
  test(`${name}: ${rule ?? 'nothing in common'}`, () => {
    assert.equal(scanRuleOf(seenOf(a), seenOf(b)), rule)
    assert.equal(scanRuleOf(seenOf(b), seenOf(a)), rule)
  })
}

test('every rule that holds says why, and where to look', () => {
  for (const [name, a, b, rule] of cases) {
    const [reason] = scanReasons(a, b)
    assert.equal(reason === undefined, rule === null, name)
    assert.doesNotMatch(reason?.says ?? '', /undefined|null|\?\?/, name)
  }
})

test('each rule is exercised above', () => {
  const seen = new Set(cases.map(([, , , rule]) => rule))
  assert.deepEqual(
    Object.keys(scanRules).filter((rule) => ![...seen].some((one) => one === rule)),
    [],
  )
})

test('only equalities and one file, function and class merge by themselves', () => {
  const merging = Object.entries(scanRules).filter(([, probability]) => probability >= scanMergeMin)
  assert.deepEqual(merging.map(([rule]) => rule).sort(), [
    'identical-result',
    'same-crash',
    'same-file-function-and-class',
    'same-identifier-and-component',
    'same-listed-identifier',
  ])
})

test('a pair is linked exactly where a rule holds between its results', () => {
  for (const [name, a, b, rule] of cases) {
    assert.deepEqual(
      scanLinks([a, b]).map((link) => link.rule),
      rule === null ? [] : [rule],
      name,
    )
  }
})

test('results without place, rule or words have nothing in common', () => {
  const bare = (title: string): Evidence => {
    const { rule: _, tool: __, ...rest } = result({ title, cwe: [], locations: [] })
    return rest
  }
  assert.deepEqual(scanLinks([bare('one thing'), bare('another'), bare('')]), [])
  assert.equal(new Set(equalResults([bare('one thing'), bare('another'), bare('')])).size, 3)
})

test('rule ids that a tool makes up for each result are no rule in common', () => {
  const made = Array.from({ length: 50 }, (_, number) =>
    result({
      rule: `finding-${number}`,
      title: `Finding ${number}`,
      cwe: [],
      locations: at('src/a.c', number + 1),
    }),
  )
  assert.deepEqual(scanLinks(made), [])
})

test('what is suggested stays below merging, and above silence', () => {
  for (const [rule, probability] of Object.entries(scanRules)) {
    assert.ok(probability >= scanSuggestMin && probability < 1, rule)
  }
})
