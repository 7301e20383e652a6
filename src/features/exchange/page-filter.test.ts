import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { type Address, fragmentOf, home, parseAddress, viewKeys } from './page/address.ts'
import { rowsOf } from './page/document.ts'
import { type Chosen, facetKeys, facets, narrow } from './page/facets.ts'
import { matches, searchable, termsOf } from './page/search.ts'

const triage = syntheticTriage({ cases: 300 })
const rows = rowsOf(triage)
const all = (): boolean => true
const countOf = (chosen: Chosen, key: string, value: string): number | undefined => {
  const at = facets.findIndex((facet) => facet.key === key)
  return narrow(rows, chosen, all).counts[at]?.find((one) => one.value === value)?.count
}

for (const [query, terms] of [
  ['', []],
  ['  Two  words ', ['two', 'words']],
  ['"one phrase" word', ['one phrase', 'word']],
  ['"never closed', ['never closed']],
  ['café CAFÉ', ['cafe', 'cafe']],
  ['""', []],
] as const) {
  test(`the query ${JSON.stringify(query)} asks for ${JSON.stringify(terms)}`, () =>
    assert.deepEqual(termsOf(query), terms))
}

test('every term must be found, in whatever text, and no term spans two texts', () => {
  const text = searchable(['Path traversal', 'Cafe\u0301', 'marmot-zip'])
  assert.ok(matches(text, termsOf('zip PATH café')))
  assert.ok(!matches(text, termsOf('path marmot-rar')))
  assert.ok(!matches(text, termsOf('"traversal cafe"')))
})

test('a search finds a case by any of its titles, names, files and finders', () => {
  for (const found of triage.cases.slice(0, 60)) {
    const row = rows[found.rank - 1]
    assert.ok(row)
    const text = searchable([row.title, ...row.aliases, ...row.components, ...row.finders])
    const more = searchable([...row.files, ...row.also])
    for (const { name } of found.finders) assert.ok(matches(text, termsOf(`"${name}"`)))
    for (const { finding, file } of found.reports) {
      assert.ok(matches(`${text}\n${more}`, termsOf(`"${finding.title}" "${file}"`)))
    }
  }
})

test('values of one facet are alternatives, facets together narrow', () => {
  const urgent: Chosen = { decision: ['immediate', 'out-of-cycle'] }
  const both: Chosen = { ...urgent, severity: ['critical'] }
  const shown = narrow(rows, urgent, all).shown
  assert.deepEqual(
    shown,
    rows.flatMap((row, at) => (/^(immediate|out-of-cycle)$/.test(row.deployer) ? [at] : [])),
  )
  assert.ok(narrow(rows, both, all).shown.every((at) => rows[at]?.severity === 'critical'))
})

test('a count says how many rows choosing that value as well shows', () => {
  const chosen: Chosen = { decision: ['scheduled'], known: ['public'] }
  for (const [key, value] of [
    ['severity', 'high'],
    ['evidence', 'E2'],
    ['format', 'sarif'],
  ] as const) {
    const more = narrow(rows, { ...chosen, [key]: [value] }, all).shown.length
    assert.equal(countOf(chosen, key, value), more)
  }
  const instead = narrow(rows, { ...chosen, decision: ['defer'] }, all).shown.length
  assert.equal(countOf(chosen, 'decision', 'defer'), instead, 'an alternative counts its own rows')
})

test('a chosen value that no row has is listed, so that it can be switched off', () => {
  assert.equal(countOf({ file: ['gone.json'] }, 'file', 'gone.json'), 0)
  assert.equal(narrow(rows, { file: ['gone.json'] }, all).shown.length, 0)
})

test('any address is read back as it was written', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  const address: fc.Arbitrary<Address> = fc.record(
    {
      view: fc.constantFrom(...viewKeys),
      open: fc.option(text),
      query: fc.string({ unit: 'grapheme' }),
      chosen: fc.dictionary(fc.constantFrom(...facetKeys), fc.array(text, { minLength: 1 }), {
        noNullPrototype: true,
      }),
      pair: fc.option(fc.tuple(text, text)),
    },
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(address, (found) => {
      assert.deepEqual(parseAddress(fragmentOf(found)), found)
    }),
  )
})

test('an address that nobody wrote leads home', () => {
  for (const fragment of ['', '#', '#view=nowhere', '#left=only', '#%E0%A4%A', '#constructor=1']) {
    assert.deepEqual(parseAddress(fragment), home)
  }
})
