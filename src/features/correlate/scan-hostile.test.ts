import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Evidence } from './evidence.ts'
import { knowledgeOf } from './knowledge.ts'
import { correlateMixed } from './mixed.ts'
import { equalResults, scanLinks, scanMergeMin } from './scan.ts'
import { scanRuleOf, scanRules } from './scan-rule.ts'
import { seenOf } from './scan-seen.ts'

const knowledge = {
  advisory: await knowledgeOf('advisory'),
  prose: await knowledgeOf('prose'),
}

const result = (more: Partial<Evidence>): Evidence => ({
  domain: 'scan',
  packages: [],
  title: 'Heap overflow in the reader of chunks',
  body: 'The length of a chunk is used before it is checked.',
  ranges: [],
  cwe: [122],
  cvss: [],
  symbols: [],
  references: [],
  aliases: [],
  locations: [{ file: 'src/chunk.c', line: 40, function: 'read_chunk' }],
  tool: 'alpha',
  rule: 'alpha/overflow',
  fingerprints: { place: '5f1c' },
  ...more,
})

const probabilityOf = (a: Evidence, b: Evidence): number => {
  const rule = scanRuleOf(seenOf(a), seenOf(b))
  return rule === null ? 0 : scanRules[rule]
}

const genuine = result({})

const copies: readonly [string, Partial<Evidence>][] = [
  ['that tells of another weakness', { title: 'SQL injection in the login form', body: '' }],
  ['that says something else', { title: 'All is well here', body: 'Nothing to see.' }],
  ['from another tool', { tool: 'mine', title: 'Odd code', body: 'Trust me.' }],
  [
    'under a rule of its own, of another weakness',
    { tool: 'mine', rule: 'mine/1', title: 'Session fixation', body: '' },
  ],
  ['from another tool, of another weakness', { tool: 'mine', title: 'Session fixation', body: '' }],
  ['at another line', { locations: [{ file: 'src/chunk.c', line: 44, function: 'read_chunk' }] }],
]

for (const [name, more] of copies) {
  test(`a copy of fingerprints, rule, file, function and class ${name} is for a person`, () => {
    const copy = result(more)
    assert.ok(probabilityOf(genuine, copy) < scanMergeMin)
    assert.equal(new Set(equalResults([genuine, copy])).size, 2)
    const { groups } = correlateMixed([genuine, copy], knowledge)
    assert.equal(groups.length, 2)
  })
}

test('a fingerprint joins nothing by itself', () => {
  const elsewhere = { file: 'lib/other.c', line: 40, function: 'other' }
  const copy = result({ locations: [elsewhere], title: 'Race in the writer', cwe: [362] })
  assert.equal(probabilityOf(genuine, copy), 0)
})

test('results that their tool keeps apart by fingerprint or column are not equal', () => {
  const twin = result({ fingerprints: { place: '9a02' } })
  const aside = result({ locations: [{ file: 'src/chunk.c', line: 40, column: 9 }] })
  assert.equal(new Set(equalResults([genuine, twin, aside])).size, 3)
})

test('a false report under a rule of its own is merged as any other, and kept whole', () => {
  const untrue = result({ tool: 'mine', rule: 'mine/1', title: 'Odd code', body: 'Trust me.' })
  const { groups } = correlateMixed([untrue, genuine], knowledge)
  // One file, function and class merge, whoever says so; both reports stay in the case.
  assert.deepEqual(
    groups.map((members) => [...members].sort()),
    [[0, 1]],
  )
})

test('a report that claims the places of two cases cannot glue them', () => {
  const second = result({
    ...{ title: 'Overflow in the writer', body: 'The copy trusts the header.', rule: 'alpha/copy' },
    locations: [{ file: 'src/chunk.c', line: 46, function: 'write_chunk' }],
  })
  const bridge = result({
    ...{ tool: 'mine', rule: 'mine/1', title: 'Overflow', body: '' },
    locations: [...genuine.locations, ...second.locations],
    symbols: ['read_chunk', 'write_chunk'],
  })
  const { groups } = correlateMixed([genuine, second, bridge], knowledge)
  assert.ok(!groups.some((members) => members.includes(0) && members.includes(1)))
})

test('an umbrella that lists the identifiers of two cases cannot glue them', () => {
  const listed = (...aliases: string[]): Evidence =>
    result({ ...{ listed: true, packages: ['libx'], locations: [], cwe: [], rule: '' }, aliases })
  const [first, second] = [listed('CVE-2031-1'), listed('CVE-2031-2')]
  const umbrella = listed('CVE-2031-1', 'CVE-2031-2')
  const { groups, suggestions } = correlateMixed([first, second, umbrella], knowledge)
  assert.equal(groups.length, 3)
  assert.ok(suggestions.length > 0)
})

test('an identifier that a reporter claims joins no case of a scanner by itself', () => {
  const found = result({
    ...{ listed: true, packages: ['libx'], locations: [] },
    aliases: ['CVE-2031-1'],
  })
  const { rule: _, ...rest } = found
  const claim = { ...rest, listed: false, title: 'Everything is broken', body: '', tool: 'me' }
  const { groups, suggestions } = correlateMixed([found, claim], knowledge)
  assert.equal(groups.length, 2)
  assert.equal(suggestions.length, 1)
})

const many = 10_000
const times = (more: (number: number) => Partial<Evidence>): Evidence[] =>
  Array.from({ length: many }, (_, number) =>
    result({ title: `Overflow ${number}`, body: '', ...more(number) }),
  )
const line = (number: number): Evidence['locations'] => [{ file: 'src/a.c', line: number }]

test('ten thousand copies are one class and need no links', () => {
  const batch = times(() => ({ title: 'Overflow' }))
  assert.equal(new Set(equalResults(batch)).size, 1)
})

const floods: readonly [string, (number: number) => Partial<Evidence>][] = [
  [
    'on one line',
    (number) => ({ locations: line(1), tool: `tool${number % 2}`, rule: `r${number}` }),
  ],
  ['on one line by one rule', () => ({ locations: line(1) })],
  [
    'in one file',
    (number) => ({ locations: line(number), tool: `tool${number % 2}`, rule: `r${number}` }),
  ],
  ['with one identifier', (number) => ({ aliases: ['CVE-2031-1'], packages: [`p${number}`] })],
  [
    'with one fault',
    (number) => ({
      locations: [],
      crash: {
        kind: 'SEGV',
        frames: Array.from({ length: 30 }, (_, depth) => ({
          function: depth === 0 ? 'copy' : `caller_${number}_${depth}`,
          file: 'a.c',
          line: number,
        })),
      },
    }),
  ],
]

for (const [name, more] of floods) {
  test(`ten thousand results ${name} make a bounded number of links in bounded time`, () => {
    const batch = times(more)
    const started = performance.now()
    equalResults(batch)
    const links = scanLinks(batch)
    assert.ok(links.length < many * 60, `${links.length} links`)
    // A second on an idle machine; comparing all with all would take minutes.
    assert.ok(performance.now() - started < 20_000)
  })
}
