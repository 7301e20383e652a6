import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { frameReports, prose } from '../../../test/correlate/reports.ts'
import type { Evidence } from './evidence.ts'
import { knowledgeOf } from './knowledge.ts'
import { type Arrival, type Constraints, type Neighbour, type Placements, place } from './place.ts'

const mixed = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const free: Constraints = { areApart: () => false }

const header = { file: 'src/frame/header.c', line: 90, function: 'readFrameHeader' }
const palette = { file: 'src/image/palette.c', line: 31, function: 'applyPalette' }

/** A scanner's result at a place. */
const result = (tool: string, at: typeof header, more: Partial<Evidence> = {}): Evidence => ({
  ...prose(`Unchecked access in ${at.function}`, `${at.function} is flagged by ${tool}`, {
    cwe: [787],
  }),
  ...{ domain: 'scan', tool, rule: `${tool}/access`, locations: [at] },
  ...more,
})

/** What a container scanner looked up: the same numbers are one flaw beyond doubt. */
const lookedUp = (tool: string, name: string): Evidence => ({
  ...prose(`CVE-2031-0004 in ${name}`, `${name} 1.0 is affected`, { packages: [name] }),
  ...{ domain: 'scan', tool, listed: true, aliases: ['CVE-2031-0004'] },
})

const advisory = (title: string): Evidence => ({
  ...prose(title, 'tinyframe before 2.4.1 copies payloadLength bytes in readFrameHeader unchecked'),
  ...{ domain: 'advisory', ecosystem: 'npm', aliases: ['CVE-2031-0009'] },
  ranges: [{ introduced: '0', fixed: '2.4.1' }],
})

const one = lookedUp('first', 'libframe')
/** Reports of every kind, some of which are the same flaw. */
const pool: readonly Evidence[] = [
  ...frameReports,
  ...[result('first', header), result('second', header), result('first', palette)],
  ...[one, { ...one }, lookedUp('second', 'libframe2')],
  ...[advisory('Overflow in tinyframe'), advisory('tinyframe: heap overflow in the frame header')],
]

const arrivalOf = (
  arriving: readonly Evidence[],
  neighbours: readonly Neighbour[],
  constraints = free,
): Arrival => ({ arriving, neighbours, constraints })

const stored = (evidence: Evidence, of: string): Neighbour => ({ evidence, case: of })

const names = ['case_a', 'case_b', 'case_c', 'case_d']
const arrivals = fc
  .tuple(
    fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 8 }),
    fc.array(fc.tuple(fc.constantFrom(...pool), fc.constantFrom(...names)), { maxLength: 8 }),
  )
  .map(([arriving, known]) =>
    // What is seen of a report is remembered by identity, so no two reports share an object.
    arrivalOf(
      arriving.map((evidence) => ({ ...evidence })),
      known.map(([evidence, of]) => stored({ ...evidence }, of)),
    ),
  )

/** Where every report is after a placement: in a case, or in a group that becomes one. */
function places({ arriving, neighbours }: Arrival, placed: Placements): (report: number) => string {
  const joined = new Map(placed.joins.map((join) => [join.report, join.case]))
  const groups = new Map(
    placed.groups.flatMap(({ members }, at) => members.map((report) => [report, `group ${at}`])),
  )
  return (report) =>
    (report < arriving.length
      ? (joined.get(report) ?? groups.get(report))
      : neighbours[report - arriving.length]?.case) ?? 'nowhere'
}

describe('refused', () => {
  test('two cases said to be never one are not suggested again through a report like both', () => {
    const known = [stored(one, 'case_a'), stored({ ...one }, 'case_b')]
    const apart = { ...free, areCasesApart: () => true }
    assert.deepEqual(place(arrivalOf([{ ...one }], known, apart), mixed).suggestions, [])
    assert.equal(place(arrivalOf([{ ...one }], known), mixed).suggestions.length, 1)
  })

  test('copies of what stands in two cases are not taken into one of them together', () => {
    const known = [
      stored(result('first', header), 'case_a'),
      stored(result('second', header), 'case_b'),
    ]
    const copies = known.map(({ evidence }) => ({ ...evidence }))
    const placed = place(arrivalOf(copies, known), mixed)
    const of = places(arrivalOf(copies, known), placed)
    assert.deepEqual([of(0), of(1)], ['case_a', 'case_b'])
  })

  test('a hundred copies of one report raise one suggestion, not a hundred', () => {
    const known = [stored(one, 'case_a'), stored({ ...one }, 'case_b')]
    const copies = Array.from({ length: 100 }, () => ({ ...one }))
    const placed = place(arrivalOf(copies, known), mixed)
    assert.equal(placed.joins.length, 100)
    assert.equal(placed.suggestions.length, 1)
  })
})

test('a suggestion is about what arrives, never within a case, once for two places', () => {
  fc.assert(
    fc.property(arrivals, (arrival) => {
      const placed = place(arrival, mixed)
      const of = places(arrival, placed)
      const pairs = placed.suggestions.map(({ a, b }) => [of(a), of(b)].sort().join(' and '))
      assert.equal(new Set(pairs).size, pairs.length, pairs.join('; '))
      for (const { a, b, probability, because } of placed.suggestions) {
        assert.ok(Math.min(a, b) < arrival.arriving.length, 'both reports are stored already')
        assert.notEqual(of(a), of(b))
        assert.ok(probability > 0 && probability <= 1 && because.length <= 5)
      }
    }),
    { numRuns: 300 },
  )
})

test('cases that are said to be apart are never suggested to be one', () => {
  fc.assert(
    fc.property(arrivals, fc.nat(127), (arrival, mask) => {
      const areCasesApart = (x: string, y: string): boolean =>
        ((mask >> (names.indexOf(x) + names.indexOf(y))) & 1) === 1
      const placed = place({ ...arrival, constraints: { ...free, areCasesApart } }, mixed)
      const of = places(arrival, placed)
      for (const { a, b } of placed.suggestions) {
        const areCases = names.includes(of(a)) && names.includes(of(b))
        assert.ok(!areCases || !areCasesApart(of(a), of(b)), `${of(a)} and ${of(b)} are apart`)
      }
    }),
    { numRuns: 300 },
  )
})

test('neither the order of what comes nor that of its neighbours changes anything', () => {
  const shuffled = arrivals.chain((arrival) =>
    fc.tuple(
      fc.constant(arrival),
      fc.shuffledSubarray([...arrival.arriving], { minLength: arrival.arriving.length }),
      fc.shuffledSubarray([...arrival.neighbours], { minLength: arrival.neighbours.length }),
    ),
  )
  const told = (arrival: Arrival): string[] => {
    const of = places(arrival, place(arrival, mixed))
    return arrival.arriving
      .map((evidence, at) => `${JSON.stringify(evidence)} ${of(at).replace(/group.*/, 'group')}`)
      .sort()
  }
  fc.assert(
    fc.property(shuffled, ([arrival, arriving, neighbours]) => {
      assert.deepEqual(told({ ...arrival, arriving, neighbours }), told(arrival))
    }),
    { numRuns: 200 },
  )
})

test('placing the same again decides the same', () => {
  fc.assert(
    fc.property(arrivals, (arrival) => {
      const [first, second] = [place(arrival, mixed), place(arrival, mixed)]
      assert.deepEqual([second.groups, second.joins], [first.groups, first.joins])
      assert.deepEqual(second.suggestions, first.suggestions)
    }),
    { numRuns: 50 },
  )
})
