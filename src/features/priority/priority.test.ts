import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PublicFacts } from '#features/catalog/facts.ts'
import { byPriority, compare, type Priority, prioritise, ranked } from './priority.ts'
import type { RankInput } from './rank-input.ts'

const bare: RankInput = {
  ...{ id: 'case_a', title: 'A flaw', cvss: [], evidence: 'E0', aliases: [] },
  ...{ reportsCount: 1, findersCount: 1 },
}
const unlisted: PublicFacts = {
  ...{ ids: ['CVE-2031-0001'], kev: 'not-listed', exploited: false, ssvc: {}, cvss: [] },
  ...{ fixedVersions: [], because: [] },
}
const listed: PublicFacts = { ...unlisted, kev: 'listed', exploited: true }
const wormable = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const local = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N'

const of = (more: Partial<RankInput>): Priority => prioritise({ ...bare, ...more })
const shown = ({ inputs }: Priority, name: string): string[] =>
  inputs.filter((input) => input.name === name).map(({ value, from }) => `${value}, ${from}`)

test('nothing known is not taken for harmless: each assumption is named with its source', () => {
  const found = of({})
  assert.equal(found.decision.deployer.outcome, 'scheduled')
  assert.equal(found.decision.directive.outcome, '14 days')
  assert.equal(found.decision.coordinator.outcome, 'track')
  assert.equal(found.band, 'planned')
  assert.ok(found.inputs.every(({ from, because }) => from === 'default' && because !== ''))
  assert.deepEqual(shown(found, 'Automatable'), ['yes, default', 'no, default'])
  assert.deepEqual(shown(found, 'In KEV'), ['no, default'])
  assert.deepEqual(found.decision.deployer.possible, [
    'defer',
    'scheduled',
    'out-of-cycle',
    'immediate',
  ])
})

test('a catalogue that does not list a flaw is a no; no catalogue is unknown', () => {
  assert.deepEqual(shown(of({ facts: unlisted }), 'In KEV'), ['no, given'])
  assert.deepEqual(shown(of({ facts: { ...unlisted, kev: 'unknown' } }), 'In KEV'), ['no, default'])
  const said = of({ exploited: true })
  assert.deepEqual(shown(said, 'In KEV'), ['yes, derived'])
  assert.deepEqual(shown(said, 'Exploitation'), ['active, given'])
})

test('KEV entries get no defaults under BOD 26-04: the worst, until the metadata are known', () => {
  const { decision, inputs } = of({ facts: listed })
  assert.equal(decision.directive.outcome, '3 days & forensic investigation')
  assert.equal(decision.directive.row, 15)
  const open = inputs.filter(({ rules }) => rules.some((rule) => rule.startsWith('CISA BOD')))
  const impact = open.find(({ name }) => name === 'Technical Impact')
  assert.deepEqual([impact?.value, impact?.from], ['total', 'default'])
  assert.match(impact?.because ?? '', /no default for KEV entries; the worst, until/)
  const partial = { Automatable: 'no', 'Technical Impact': 'partial' }
  const known = of({ facts: { ...listed, ssvc: partial }, exposure: 'internal' })
  assert.equal(known.decision.directive.outcome, '14 days')
  assert.equal(known.decision.directive.row, 1)
  assert.match(known.decision.directive.rule, /cisa:DT_BOD2604:1\.0\.0\), row 1$/)
})

test('what a vector implies is derived, and a published judgement stands over it', () => {
  const derived = of({ cvss: [wormable] })
  assert.deepEqual(shown(derived, 'Automatable'), ['yes, derived'])
  assert.deepEqual(shown(derived, 'Technical Impact'), ['total, derived'])
  const ssvc = { Exploitation: 'none', Automatable: 'no', 'Technical Impact': 'partial' }
  const judged = of({ cvss: [wormable], facts: { ...unlisted, ssvc } })
  assert.deepEqual(shown(judged, 'Automatable'), ['no, given'])
  assert.deepEqual(shown(judged, 'Technical Impact'), ['partial, given'])
  const reported = of({ cvss: [wormable], ssvc: { Automatable: 'no' } })
  assert.deepEqual(shown(reported, 'Automatable'), ['no, given'])
  const published = of({ cvss: [wormable], facts: { ...unlisted, cvss: [local] } })
  assert.deepEqual(shown(published, 'Automatable'), ['no, derived'])
})

const exploitations: readonly (readonly [says: string, Partial<RankInput>, expected: string])[] = [
  ['nothing at all', {}, 'none, default'],
  ['a reference without an exploit', { references: ['https://a.example/poche'] }, 'none, default'],
  [
    'an exploit site',
    { references: ['https://www.exploit-db.com/exploits/9'] },
    'public poc, derived',
  ],
  [
    'an address that says so',
    { references: ['https://a.example/x/poc.py'] },
    'public poc, derived',
  ],
  ['an attached proof', { hasProof: true }, 'public poc, derived'],
  ['artifacts', { evidence: 'E2' }, 'public poc, derived'],
  ['a judgement of none', { ssvc: { Exploitation: 'none' } }, 'none, given'],
  [
    'a proof beside a judgement',
    { hasProof: true, ssvc: { Exploitation: 'none' } },
    'public poc, derived',
  ],
  ['CVSS 3 exploit maturity', { cvss: [`${local}/E:F`] }, 'public poc, given'],
  [
    'CVSS 4 attacked',
    { cvss: ['CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/E:A'] },
    'active, given',
  ],
  ['the catalogue', { facts: listed, ssvc: { Exploitation: 'none' } }, 'active, given'],
  ['a value nobody knows', { ssvc: { Exploitation: 'rumoured' } }, 'none, default'],
]

for (const [says, more, expected] of exploitations) {
  test(`exploitation from ${says}: ${expected}`, () => {
    assert.deepEqual(shown(of(more), 'Exploitation'), [expected])
  })
}

/** Each pair: what stands above, what stands below, and what the sentence must name. */
const whys: readonly (readonly [Partial<RankInput>, Partial<RankInput>, RegExp])[] = [
  [
    { facts: listed },
    { facts: unlisted },
    /^SSVC deployer decision: out-of-cycle against scheduled, because Exploitation is active aga/,
  ],
  [
    { cvss: [wormable] },
    {},
    /^BOD 26-04 deadline: 3 days against 14 days, because Automatable is yes against no \(assum/,
  ],
  [
    { hasProof: true },
    {},
    /^CISA level: track\* against track, because Exploitation is public poc/,
  ],
  [
    { touchesInventory: true, epss: 0 },
    { touchesInventory: false, epss: 0.9 },
    /^your inventory: touched against not known/,
  ],
  [{ epss: 0.0001 }, {}, /^EPSS: 0.0001 against not known$/],
  [{ epss: 0.5 }, { epss: 0.4 }, /^EPSS: 0.5 against 0.4$/],
  [{ score: 9 }, { severity: 'high' }, /^CVSS score: 9.0 against "high" without a score$/],
  [{ severity: 'info' }, {}, /^CVSS score: "info" without a score against no score$/],
  [{ evidence: 'E1' }, {}, /^evidence level: E1 against E0$/],
  [{ findersCount: 3 }, { reportsCount: 900 }, /^independent finders: 3 against 1$/],
  [{ ssvc: { Exploitation: 'none' } }, {}, /^inputs that had to be assumed: 4 against 5$/],
  [
    { published: '2031-01-01' },
    { published: '2031-01-02T00:00:00Z' },
    /^first reported: 2031-01-01 against/,
  ],
  [{ published: '2031-01-01' }, {}, /^first reported: 2031-01-01 against no date$/],
  [{}, {}, /identifiers decide/],
]

for (const [upper, lower, because] of whys) {
  test(`why above: ${because.source.slice(1, 60)}`, () => {
    const [one, other] = [of({ ...upper, id: 'case_a' }), of({ ...lower, id: 'case_b' })]
    for (const found of [compare(one, other), compare(other, one)]) {
      assert.equal(found.above, 'case_a')
      assert.match(found.because, because)
    }
  })
}

const metric = <const T extends string>(...values: readonly T[]) => fc.constantFrom(...values)
/** Most severe value first in each metric, so that a smaller index is a worse flaw. */
const metrics = [
  ...[['AV', 'NALP'] as const, ['AC', 'LH'] as const, ['PR', 'NLH'] as const],
  ...[['UI', 'NR'] as const, ['C', 'HLN'] as const, ['I', 'HLN'] as const, ['A', 'HLN'] as const],
]
const grades = fc.tuple(...metrics.map(([, values]) => fc.nat(values.length - 1)))
const vectorOf = (chosen: readonly number[]): string =>
  ['CVSS:3.1/S:U', ...metrics.map(([name, all], at) => `${name}:${all[chosen[at] ?? 0]}`)].join('/')

const probability = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined })
const facts: fc.Arbitrary<PublicFacts> = fc.record({
  kev: metric('listed', 'not-listed', 'unknown'),
  exploited: fc.boolean(),
  ssvc: fc.constantFrom(
    {},
    { Automatable: 'no' },
    { 'Technical Impact': 'total' },
    { Exploitation: 'none', Automatable: 'yes', 'Technical Impact': 'partial' },
  ),
  epss: fc.double({ min: 0, max: 1, noNaN: true }),
  cvss: fc.constant([]),
  ids: fc.constant([]),
  fixedVersions: fc.constant([]),
  because: fc.constant([]),
})

const input: fc.Arbitrary<RankInput> = fc
  .record({
    id: fc.constantFrom('case_a', 'case_b', 'case_c', 'case_d', 'case_e'),
    title: fc.constant('A flaw'),
    severity: fc.option(metric('critical', 'high', 'low', 'info'), { nil: undefined }),
    cvss: fc.oneof(
      fc.constant([]),
      fc.constant(['nonsense']),
      grades.map((all) => [vectorOf(all)]),
    ),
    score: fc.option(fc.nat(10), { nil: undefined }),
    evidence: metric('E0', 'E1', 'E2'),
    aliases: fc.constant([]),
    facts: fc.option(facts, { nil: undefined }),
    touchesInventory: fc.option(fc.boolean(), { nil: undefined }),
    reportsCount: fc.nat(9),
    findersCount: fc.nat(3),
    exposure: fc.option(metric('public', 'internal'), { nil: undefined }),
    published: fc.option(metric('2030', '2031-05-01', 'no date'), { nil: undefined }),
    hasProof: fc.boolean(),
    exploited: fc.boolean(),
    epss: probability,
  })
  .map((all) => withoutUndefined(all))

function withoutUndefined<T extends object>(all: T): RankInput & T
function withoutUndefined(all: object): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

test('the order is total: whatever order cases come in, the queue is the same', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
      const all = inputs.map((one, at) => prioritise({ ...one, id: `${one.id}_${at}` }))
      const queue = ranked(all).map(({ id }) => id)
      assert.deepEqual(
        ranked(all.toReversed()).map(({ id }) => id),
        queue,
      )
      for (const one of all) {
        assert.equal(byPriority(one, one), 0)
        for (const other of all) {
          assert.equal(Math.sign(byPriority(one, other)), -Math.sign(byPriority(other, one)) || 0)
          const isAbove = queue.indexOf(one.id) <= queue.indexOf(other.id)
          assert.equal(byPriority(one, other) <= 0, isAbove)
          assert.equal(compare(one, other).above, isAbove ? one.id : other.id)
        }
      }
    }),
  )
})

/** `raised` must not stand below `plain`, both under one id. */
const neverLower = (raised: RankInput, plain: RankInput): void =>
  assert.ok(byPriority(prioritise(raised), prioritise(plain)) <= 0)

test('a listing in KEV never lowers a case', () => {
  fc.assert(
    fc.property(input, facts, (one, known) => {
      const plain = { ...one, facts: { ...known, kev: 'not-listed', exploited: false } as const }
      neverLower({ ...plain, facts: { ...plain.facts, kev: 'listed', exploited: true } }, plain)
      const { facts: _, ...unread } = one
      neverLower({ ...unread, facts: { ...listed, ids: [] } }, unread)
      neverLower({ ...one, exploited: true }, { ...one, exploited: false })
    }),
  )
})

test('a higher score, EPSS or evidence level, more finders, a proof never lower a case', () => {
  fc.assert(
    fc.property(input, fc.nat(10), fc.nat(10), (one, low, more) => {
      const plain = { ...one, score: low }
      neverLower({ ...plain, score: Math.min(10, low + more) }, plain)
      neverLower({ ...one, epss: Math.min(1, (one.epss ?? 0) + more / 10) }, one)
      neverLower({ ...one, findersCount: one.findersCount + more }, one)
      neverLower({ ...one, touchesInventory: true }, one)
      neverLower({ ...one, hasProof: true }, one)
      neverLower({ ...one, evidence: 'E2' }, { ...one, evidence: 'E1' })
      neverLower({ ...one, evidence: 'E1' }, { ...one, evidence: 'E0' })
    }),
  )
})

test('a vector that is worse in every metric never lowers a case', () => {
  fc.assert(
    fc.property(input, grades, grades, (one, left, right) => {
      const worst = left.map((grade, at) => Math.min(grade, right[at] ?? grade))
      neverLower({ ...one, cvss: [vectorOf(worst)] }, { ...one, cvss: [vectorOf(left)] })
    }),
  )
})

test('unknown never stands above known to be worst', () => {
  const worst = { Exploitation: 'active', Automatable: 'yes', 'Technical Impact': 'total' }
  fc.assert(
    fc.property(input, fc.subarray(Object.entries(worst), { minLength: 1 }), (one, some) => {
      const { ssvc: _, ...unknown } = one
      neverLower({ ...unknown, ssvc: Object.fromEntries(some) }, unknown)
      neverLower({ ...unknown, exposure: 'public' }, withoutExposure(unknown))
      neverLower({ ...unknown, epss: 1 }, unknown)
      neverLower({ ...unknown, score: 10 }, unknown)
    }),
  )
})

const withoutExposure = ({ exposure: _, ...one }: RankInput): RankInput => one

test('the same input gives the same answer, and every input of it is shown', () => {
  fc.assert(
    fc.property(input, (one) => {
      const found = prioritise(one)
      assert.equal(JSON.stringify(prioritise(structuredClone(one))), JSON.stringify(found))
      assert.ok(found.key.every(Number.isFinite))
      for (const ruling of Object.values(found.decision)) {
        assert.ok(ruling.urgency >= 0)
        assert.ok(ruling.possible.includes(ruling.outcome))
        for (const { name, value } of ruling.inputs) {
          const isShown = found.inputs.some(
            (each) =>
              each.name === name && each.value === value && each.rules.includes(ruling.rule),
          )
          assert.ok(isShown, name)
        }
      }
    }),
  )
})
