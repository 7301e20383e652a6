import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decideAcknowledgement,
  decideAssignment,
  decideEnd,
  decideGate,
  decideNomination,
  decideRefusal,
  decideTier,
  endingsSaid,
  gates,
  gatesMissing,
  isOpen,
  isSeeing,
  type PersonFacts,
  papers,
  prerequisitesMissing,
  type ReadIn,
  stateOf,
} from './read-in.ts'
import {
  covers,
  emergencyMs,
  noMoments,
  readInParts,
  readInTiers,
  tierRules,
  windowOf,
} from './read-in-tier.ts'

const start = Date.parse('2026-11-21T12:00:00Z')
const at = (hours: number): Date => new Date(start + hours * 3_600_000)
const moments = {
  ...{ analysisAt: at(0), upstreamAt: at(10), disclosureAt: at(400), goLiveAt: at(200) },
}
const good: PersonFacts = {
  ...{ organisation: 'org_reg', hasPasskey: true, isSponsorActive: true },
  ...{ papers, exclusion: null },
}
const wish = {
  ...{ id: 'readin_1', case: 'case_1', person: 'person_nan', organisation: 'org_reg' },
  ...({ sponsor: 'person_spo', tier: '1', role: 'test', isEmergency: false } as const),
  ...{ need: 'Only they can rebuild it.', by: 'person_ada' },
}

function must<T>(result: { ok: true; value: T } | { ok: false; refusal: { why: string } }): T {
  assert.ok(result.ok, result.ok ? '' : result.refusal.why)
  return result.value
}
const codeOf = (result: { ok: boolean; refusal?: { code: string } }): string | null =>
  result.refusal?.code ?? null

const nominated = (more: { readonly isEmergency?: boolean } = {}): ReadIn =>
  must(decideNomination({ ...wish, ...more }, []))
const gated = (readIn: ReadIn): ReadIn =>
  gates.reduce(
    (one, gate) =>
      must(decideGate(one, { gate, isPassed: true, by: 'person_ada', at: at(0) }, null)),
    readIn,
  )
const assigning = { by: 'person_ada', now: at(1), moments, facts: good, until: null }
const assigned = (): ReadIn => must(decideAssignment(gated(nominated()), assigning))
const acknowledging = {
  ...{ by: 'person_nan', isInPerson: true, now: at(2), facts: good, agreed: [] },
}
const active = (): ReadIn => must(decideAcknowledgement(assigned(), acknowledging))
const asking = {
  ...({ person: 'person_nan', organisation: 'org_reg', via: 'session', now: at(3) } as const),
  facts: good,
}

test('nominations without need, of oneself, without another sponsor or twice are refused', () => {
  assert.equal(codeOf(decideNomination({ ...wish, need: '  ' }, [])), 'invalid')
  assert.equal(codeOf(decideNomination({ ...wish, by: wish.person }, [])), 'not-allowed')
  assert.equal(codeOf(decideNomination({ ...wish, sponsor: wish.person }, [])), 'invalid')
  assert.equal(codeOf(decideNomination(wish, [active()])), 'not-in-this-state')
  const ended = must(decideEnd(active(), { at: at(4), why: 'task-done' }))
  assert.equal(codeOf(decideNomination(wish, [ended])), null)
  assert.equal(codeOf(decideNomination(wish, [{ ...active(), case: 'case_2' }])), null)
})

for (const missing of gates) {
  test(`without gate ${missing} nothing is assigned, however often it failed`, () => {
    const decide = (one: ReadIn, gate: (typeof gates)[number], isPassed: boolean): ReadIn =>
      must(decideGate(one, { gate, isPassed, by: 'person_ada', at: at(0) }, null))
    const others = gates.filter((gate) => gate !== missing)
    const some = others.reduce((one, gate) => decide(one, gate, true), nominated())
    assert.equal(codeOf(decideAssignment(some, assigning)), 'not-in-this-state')
    const failed = decide(decide(some, missing, true), missing, false)
    assert.equal(codeOf(decideAssignment(failed, assigning)), 'not-in-this-state')
    assert.equal(failed.gates.length, 4)
    assert.equal(codeOf(decideAssignment(decide(failed, missing, true), assigning)), null)
  })
}

test('the third gate fails for whoever is shut out, and shutting out later stops the rest', () => {
  const decision = { gate: 3, isPassed: true, by: 'person_ada', at: at(0) } as const
  const tried = must(decideGate(nominated(), decision, 'conflict of interest'))
  assert.deepEqual(gatesMissing(tried.gates), [1, 2, 3])
  const out = { ...good, exclusion: 'conflict of interest' }
  const late = decideAssignment(gated(nominated()), { ...assigning, facts: out })
  assert.equal(codeOf(late), 'excluded')
  const later = decideAcknowledgement(assigned(), { ...acknowledging, facts: out })
  assert.equal(codeOf(later), 'excluded')
})

for (const [what, facts] of [
  ['no way to sign in', { organisation: null }],
  ['another organisation', { organisation: 'org_x' }],
  ['no passkey', { hasPasskey: false }],
  ['no paper signed', { papers: [] }],
  ['a sponsor who left', { isSponsorActive: false }],
] as const) {
  test(`who has ${what} is neither assigned nor let in`, () => {
    const lacking = { ...good, ...facts }
    const tried = decideAssignment(gated(nominated()), { ...assigning, facts: lacking })
    assert.equal(codeOf(tried), 'not-in-this-state')
    const later = decideAcknowledgement(assigned(), { ...acknowledging, facts: lacking })
    assert.equal(codeOf(later), 'not-in-this-state')
  })
}

test('an emergency changes how papers and factor are met and lapses after 72 hours', () => {
  const bare = { ...good, hasPasskey: false, papers: [] }
  const urgent = gated(nominated({ isEmergency: true }))
  assert.deepEqual(prerequisitesMissing(urgent, bare), [])
  const given = must(decideAssignment(urgent, { ...assigning, facts: bare }))
  assert.equal(given.assigned?.until.getTime(), at(1).getTime() + emergencyMs)
  const asked = { ...acknowledging, facts: bare }
  assert.equal(codeOf(decideAcknowledgement(given, asked)), 'invalid')
  assert.equal(codeOf(decideAcknowledgement(given, { ...asked, agreed: papers })), null)
  const longer = {
    tier: '1' as const,
    until: at(74),
    by: 'person_ada',
    now: at(3),
    isApproved: true,
  }
  assert.equal(codeOf(decideTier(given, longer)), 'not-allowed')
  const gateless = nominated({ isEmergency: true })
  assert.equal(codeOf(decideAssignment(gateless, assigning)), 'not-in-this-state')
})

test('nobody decides about their own read-in, nor acknowledges that of another or by token', () => {
  const own = { ...assigning, by: wish.person }
  assert.equal(codeOf(decideAssignment(gated(nominated()), own)), 'not-allowed')
  const decision = { gate: 1, isPassed: true, by: wish.person, at: at(0) } as const
  assert.equal(codeOf(decideGate(nominated(), decision, null)), 'not-allowed')
  assert.equal(codeOf(decideRefusal(nominated(), wish.person)), 'not-allowed')
  const other = { ...acknowledging, by: 'person_ada' }
  assert.equal(codeOf(decideAcknowledgement(assigned(), other)), 'not-allowed')
  const token = { ...acknowledging, isInPerson: false }
  assert.equal(codeOf(decideAcknowledgement(assigned(), token)), 'not-allowed')
})

test('longer than the tier, or more, takes an approval; less holds at once', () => {
  const end = active().assigned?.until ?? at(0)
  const later = new Date(end.getTime() + 1)
  const by = { by: 'person_ada', now: at(3), isApproved: false }
  const ask = { ...assigning, until: later }
  assert.equal(codeOf(decideAssignment(gated(nominated()), ask)), 'needs-approval')
  assert.equal(codeOf(decideTier(active(), { ...by, tier: '1', until: later })), 'needs-approval')
  assert.equal(codeOf(decideTier(active(), { ...by, tier: '2', until: end })), 'needs-approval')
  assert.equal(codeOf(decideTier(active(), { ...by, tier: '3', until: end })), 'needs-approval')
  assert.equal(codeOf(decideTier(active(), { ...by, tier: '1', until: at(9) })), null)
  const wider = must(decideTier(active(), { ...by, tier: '2', until: end, isApproved: true }))
  assert.deepEqual([wider.part, stateOf(wider)], ['fix-and-timing', 'assigned'])
  const narrow = must(decideTier(wider, { ...by, tier: '1', until: at(9) }))
  assert.equal(narrow.part, 'fix-material')
})

test('a tier opens by the plan of the case and is not assigned before the plan says when', () => {
  for (const tier of readInTiers) {
    const asked = { ...assigning, moments: noMoments }
    const tried = decideAssignment({ ...gated(nominated()), tier }, asked)
    assert.equal(codeOf(tried), tier === '0' ? null : 'not-in-this-state')
  }
  const opens = (tier: (typeof readInTiers)[number]) =>
    windowOf(tier, { moments, isEmergency: false, now: at(1) })?.opensAt
  assert.deepEqual(readInTiers.map(opens), [at(1), at(1), at(10), at(64), at(32), at(176)])
})

test('parts hold what their tiers see, and nothing of the case but in tier 0', () => {
  const shown = readInTiers.map((tier) => tierRules[tier].part)
  assert.deepEqual(new Set(shown), new Set(readInParts))
  const covered = readInParts.flatMap((wide) =>
    readInParts.filter((one) => one !== wide && covers(wide, one)).map((one) => [wide, one]),
  )
  assert.deepEqual(covered, [
    ...[
      ['full', 'fix-material'],
      ['full', 'fix-and-timing'],
      ['full', 'artifact-and-time'],
    ],
    ['fix-and-timing', 'fix-material'],
  ])
})

test('who sees is the very person, for the organisation, in a session, in time', () => {
  assert.ok(isSeeing(active(), asking))
  const until = active().assigned?.until ?? at(0)
  const not: Partial<Parameters<typeof isSeeing>[1]>[] = [
    ...[{ person: 'person_ada' }, { organisation: 'org_x' }, { via: 'token' as const }],
    ...[{ now: at(0) }, { now: until }, { facts: { ...good, exclusion: 'x' } }],
    ...[{ facts: { ...good, organisation: null } }, { facts: { ...good, hasPasskey: false } }],
  ]
  for (const one of not) assert.equal(isSeeing(active(), { ...asking, ...one }), false)
  assert.equal(isSeeing(assigned(), asking), false)
})

type Step = { readonly what: string; readonly which: number; readonly is: boolean; h: number }

const steps = fc.array(
  fc.record({
    what: fc.constantFrom(
      ...['nominate', 'gate', 'gates', 'gates', 'refuse', 'assign', 'assign', 'assign'],
      ...[
        'acknowledge',
        'acknowledge',
        'acknowledge',
        'tier',
        'end',
        'exclude',
        'passkey',
        'leave',
      ],
    ),
    which: fc.nat(30),
    is: fc.boolean(),
    h: fc.nat(60),
  }),
  { minLength: 15, maxLength: 60, size: 'max' },
)

/** One person and two cases, and what a history of right and wrong steps makes of them. */
class History {
  readonly all: ReadIn[] = []
  facts: PersonFacts = good
  hours = 0

  run({ what, which, is, h }: Step): void {
    this.hours += h / 4
    const now = at(this.hours)
    const place = which % Math.max(1, this.all.length)
    const by = which % 5 === 0 ? 'person_nan' : 'person_ada'
    if (what === 'nominate') this.#nominate(which, is)
    if (what === 'exclude') this.facts = { ...this.facts, exclusion: is ? 'x' : null }
    if (what === 'passkey') this.facts = { ...this.facts, hasPasskey: is || which % 3 > 0 }
    if (what === 'leave') {
      this.facts = { ...this.facts, organisation: is || which % 3 > 0 ? 'org_reg' : null }
    }
    const one = this.all[place]
    const { facts } = this
    if (one === undefined || what === 'nominate') return
    if (what === 'gates' && one.assigned === null && isOpen(one) && !facts.exclusion) {
      this.all[place] = gated(one)
    }
    const gate = gates[which % 3] ?? 1
    const tier = readInTiers[which % 6] ?? '0'
    const until = which % 2 === 0 ? null : at(this.hours + which)
    const result =
      what === 'gate'
        ? decideGate(one, { gate, isPassed: is || h > 5, by, at: now }, facts.exclusion)
        : what === 'refuse' && is
          ? decideRefusal(one, by)
          : what === 'assign'
            ? decideAssignment(one, { by, now, moments, facts, until })
            : what === 'acknowledge'
              ? decideAcknowledgement(one, {
                  ...{ by: is ? 'person_nan' : by, isInPerson: h > 3, now, facts, agreed: papers },
                })
              : what === 'tier'
                ? decideTier(one, { tier, until: until ?? now, by, now, isApproved: is })
                : what === 'end' && is
                  ? decideEnd(one, { at: now, why: endingsSaid[which % 5] ?? 'breach' })
                  : null
    if (result?.ok) this.all[place] = result.value
  }

  #nominate(which: number, isEmergency: boolean): void {
    const tier = readInTiers[which % 6] ?? '0'
    const id = `readin_${this.all.length}`
    const of = { id, case: `case_${which % 2}`, tier, isEmergency }
    const result = decideNomination({ ...wish, ...of }, this.all)
    if (result.ok) this.all.push(result.value)
  }
}

test('no history shows anything without gates, prerequisites, acknowledgement and time', () => {
  let seen = 0
  fc.assert(
    fc.property(steps, (history) => {
      const world = new History()
      const ended = new Set<string>()
      for (const step of history) {
        world.run(step)
        const { facts } = world
        const now = at(world.hours)
        const seeing = world.all.filter((one) => isSeeing(one, { ...asking, now, facts }))
        for (const one of seeing) {
          seen++
          for (const gate of gates) {
            assert.ok(one.gates.findLast((decision) => decision.gate === gate)?.isPassed)
          }
          assert.ok(one.assigned && one.assigned.by !== one.person && one.acknowledgedAt)
          assert.ok(one.assigned.opensAt <= now && now < one.assigned.until)
          assert.deepEqual(prerequisitesMissing(one, { ...facts, papers }), [])
          assert.equal(facts.exclusion, null)
          assert.ok(!ended.has(one.id), 'nothing is seen after the end')
          const hours = (now.getTime() - one.assigned.at.getTime()) / 3_600_000
          assert.ok(!one.isEmergency || hours < 72)
        }
        for (const one of world.all) if (!isOpen(one)) ended.add(one.id)
        for (const id of ['case_0', 'case_1']) {
          assert.ok(world.all.filter((one) => one.case === id && isOpen(one)).length <= 1)
        }
      }
    }),
    { numRuns: 3_000, seed: 20_261_121 },
  )
  assert.ok(seen > 300, `only ${seen} looks: the histories do not reach far enough`)
})
