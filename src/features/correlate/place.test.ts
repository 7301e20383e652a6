import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameReports } from '../../../test/correlate/reports.ts'
import type { Evidence } from './evidence.ts'
import { knowledgeOf } from './knowledge.ts'
import { correlateMixed } from './mixed.ts'
import { type Neighbour, type Placements, place } from './place.ts'
import { Sketch } from './sketch.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const free = { areApart: () => false }

/** A scanner result at a line of a file. */
const result = (line: number, more: Partial<Evidence> = {}): Evidence => ({
  domain: 'scan',
  packages: [],
  title: 'Unchecked length in copy',
  body: 'The length of the copy is not checked.',
  ranges: [],
  cwe: [787],
  cvss: [],
  symbols: [],
  references: [],
  aliases: [],
  locations: [{ file: 'src/image/palette.c', line }],
  rule: 'c/unchecked-length',
  tool: 'Probe',
  ...more,
})

const placed = (
  arriving: readonly Evidence[],
  neighbours: readonly Neighbour[] = [],
  constraints = free,
): Placements => {
  const stored = new Set(neighbours.map(({ evidence }) => evidence))
  const population = new Sketch()
  const has = (one: Evidence): boolean => stored.has(one)
  return place({ arriving, neighbours, constraints }, knowledge, { population, has })
}

const everyReport = ({ groups, joins }: Placements): number[] =>
  [...groups.flatMap(({ members }) => members), ...joins.map(({ report }) => report)].sort(
    (x, y) => x - y,
  )

test('nothing that arrives is placed nowhere', () => {
  assert.deepEqual(everyReport(placed([])), [])
})

test('without neighbours a placement is what the laptop tool says, to the letter', () => {
  const pool = [...frameReports, result(3), result(3), result(90), result(91)]
  fc.assert(
    fc.property(fc.shuffledSubarray(pool), (batch) => {
      const expected = correlateMixed(batch, knowledge)
      const { groups, joins, suggestions } = placed(batch)
      assert.deepEqual(joins, [])
      const sorted = (all: readonly (readonly number[])[]): string[] =>
        all.map((members) => [...members].sort((x, y) => x - y).join()).sort()
      assert.deepEqual(sorted(groups.map(({ members }) => members)), sorted(expected.groups))
      assert.deepEqual(suggestions, expected.suggestions)
    }),
    { numRuns: 30 },
  )
})

test('every report that arrives is placed once, whatever is stored', () => {
  const pool = [...frameReports, result(3), result(3), result(90)]
  const some = fc.array(fc.constantFrom(...pool), { maxLength: 8 })
  fc.assert(
    fc.property(some, some, fc.nat(4), (arriving, stored, cases) => {
      const neighbours = stored.map((evidence, at) => ({
        evidence: { ...evidence },
        case: `case_${at % (cases + 1)}`,
      }))
      const found = placed(
        arriving.map((one) => ({ ...one })),
        neighbours,
      )
      assert.deepEqual(everyReport(found), [...arriving.keys()])
      const known = new Set(neighbours.map((one) => one.case))
      assert.ok(found.joins.every((join) => known.has(join.case)))
    }),
    { numRuns: 60 },
  )
})

test('a result that equals a stored one joins its case, however often it arrives', () => {
  const { joins, groups } = placed(
    [result(3), result(3)],
    [{ evidence: result(3), case: 'case_here' }],
  )
  assert.deepEqual(groups, [])
  assert.deepEqual(
    joins.map((join) => join.case),
    ['case_here', 'case_here'],
  )
  assert.ok(joins.every(({ because }) => because.length > 0))
})

test('two cases are never joined by what arrives: the other one is suggested', () => {
  const neighbours = [
    { evidence: result(3), case: 'case_one' },
    { evidence: result(3), case: 'case_two' },
  ]
  const { joins, groups, suggestions } = placed([result(3)], neighbours)
  assert.equal(joins.length, 1)
  assert.deepEqual(groups, [])
  assert.ok(suggestions.length > 0)
})

test('what a person said is never one vulnerability neither joins nor is suggested again', () => {
  const neighbours = [{ evidence: result(3), case: 'case_here' }]
  const { joins, groups, suggestions } = placed([result(3)], neighbours, { areApart: () => true })
  assert.deepEqual([joins, suggestions], [[], []])
  assert.deepEqual(
    groups.map(({ members }) => members),
    [[0]],
  )
})

test('prose does not join results by itself, however much it copies of them', () => {
  const copy: Evidence = { ...result(3), domain: 'prose', source: 'somebody' }
  const { joins, groups } = placed([copy], [{ evidence: result(3), case: 'case_here' }])
  assert.deepEqual(joins, [])
  assert.equal(groups.length, 1)
})
