import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Change,
  decideChange,
  decideMerge,
  decideSplit,
  type Standing,
  type Status,
} from './decision.ts'

const of: Standing = {
  ...{ id: 'case_aaaaaaaa', version: 3, title: 'As reported', severity: 'high', edits: {} },
  ...{ status: 'open', verdict: 'open', hold: null, assignee: null, mergedInto: null, label: 1 },
}
const deciding = {
  by: 'person_ada00001',
  now: new Date('2026-11-21T12:00:00Z'),
  nameOf: (id: string) =>
    id === 'person_bo000001' ? 'Bo' : id === 'person_ada00001' ? 'Ada' : null,
}
const why = 'a reason'

for (const [what, change, field] of [
  ['nothing', {}, ''],
  ['what is so already', { status: 'open', verdict: 'open', assignee: null }, ''],
  ['only a reason', { why }, ''],
  ['waiting without a reason', { status: 'waiting', until: '2026-12-01T00:00:00Z' }, '/why'],
  ['waiting with a blank reason', { status: 'waiting', until: '2026-12-01', why: ' ' }, '/why'],
  ['waiting without an end', { status: 'waiting', why }, '/until'],
  [
    'waiting until a time that has passed',
    { status: 'waiting', why, until: '2026-11-20' },
    '/until',
  ],
  ['waiting for ever', { status: 'waiting', why, until: '2036-11-20' }, '/until'],
  ['waiting until what is no time', { status: 'waiting', why, until: 'soon' }, '/until'],
  ['closing without a reason', { status: 'closed' }, '/why'],
  ['an end without waiting', { until: '2026-12-01' }, '/until'],
  ['giving it to nobody known', { assignee: 'person_zoe00001' }, '/assignee'],
] satisfies readonly (readonly [string, Change, string])[]) {
  test(`${what} is declined`, () => {
    const decided = decideChange(of, change, deciding)
    assert.equal(decided.ok, false)
    assert.deepEqual(
      !decided.ok && decided.refusal.is === 'invalid' && decided.refusal.field,
      field,
    )
  })
}

test('a case that was merged away takes no decision', () => {
  const decided = decideChange({ ...of, mergedInto: 'case_b' }, { verdict: 'confirmed' }, deciding)
  assert.equal(!decided.ok && decided.refusal.is, 'state')
})

for (const [change, says, more] of [
  [{ title: 'Mine' }, 'set the title to “Mine”', { edits: { title: 'Mine' } }],
  [{ severity: 'low' }, 'set the severity to low', { edits: { severity: 'low' } }],
  [{ verdict: 'confirmed' }, 'confirmed the vulnerability', { verdict: 'confirmed' }],
  [{ assignee: 'person_ada00001' }, 'took the case', { assignee: 'person_ada00001' }],
  [{ assignee: 'person_bo000001' }, 'gave it to Bo', { assignee: 'person_bo000001' }],
  [
    { status: 'closed', why },
    'closed the case',
    { status: 'closed', hold: { why, owner: 'person_ada00001', until: null } },
  ],
  [
    { status: 'waiting', why, until: '2026-12-01T08:30:00Z' },
    'let the case wait until 2026-12-01 08:30 UTC',
    {
      status: 'waiting',
      hold: { why, owner: 'person_ada00001', until: '2026-12-01T08:30:00.000Z' },
    },
  ],
] satisfies readonly (readonly [Change, string, object])[]) {
  test(says, () => {
    const decided = decideChange(of, change, deciding)
    const reason = change.why ?? null
    assert.deepEqual(decided, { ok: true, value: { ...more, says, why: reason } })
  })
}

test('several changes are one decision', () => {
  const change = { title: 'T', severity: 'low', verdict: 'refuted', assignee: 'person_bo000001' }
  const decided = decideChange(of, { ...change, severity: 'low', verdict: 'refuted' }, deciding)
  const says = decided.ok && decided.value.says
  assert.equal(
    says,
    'set the title to “T” and set the severity to low, refuted the vulnerability and gave it to Bo',
  )
})

test('taking an edit back brings what the reports say', () => {
  const edited = { ...of, edits: { title: 'Mine', severity: 'low' } } as const
  const decided = decideChange(edited, { title: null }, deciding)
  assert.deepEqual(decided.ok && decided.value.edits, { severity: 'low' })
})

test('whatever waits or is closed has an owner and a reason, and waiting has an end', () => {
  const change = fc.record(
    {
      status: fc.constantFrom<Status>('open', 'waiting', 'closed'),
      why: fc.constantFrom('', ' ', why),
      until: fc.constantFrom('', '2026-12-24T00:00:00Z', '2020-01-01', 'never'),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(change, (wanted) => {
      const decided = decideChange(of, wanted, deciding)
      if (!decided.ok || decided.value.status === undefined) return
      const { status, hold } = decided.value
      if (status === 'open') assert.equal(hold, null)
      else assert.ok(hold?.owner && hold.why.trim())
      assert.equal(status === 'waiting', Boolean(hold?.until))
    }),
  )
})

const other: Standing = { ...of, id: 'case_bbbbbbbb' }
for (const [what, merging, is] of [
  ['a case with itself', { into: of, others: [of], apart: [] }, 'invalid'],
  [
    'into what was merged away',
    { into: { ...of, mergedInto: 'x' }, others: [other], apart: [] },
    'state',
  ],
  [
    'what was merged away',
    { into: of, others: [{ ...other, mergedInto: 'x' }], apart: [] },
    'state',
  ],
  [
    'what somebody said is never one',
    {
      into: of,
      others: [other],
      apart: [{ cases: [of.id, other.id] as const, event: 'event_aaaaaaaa' }],
    },
    'state',
  ],
] as const) {
  test(`merging ${what} is declined`, () => assert.equal(decideMerge(merging)?.is, is))
}

test('two cases become one', () => {
  assert.equal(decideMerge({ into: of, others: [other], apart: [] }), null)
})

for (const [what, leaving, field] of [
  ['a report of another case', ['a', 'z'], '/reports/1'],
  ['all reports', ['a', 'b'], '/reports'],
  ['all reports, one of them twice', ['a', 'b', 'a'], '/reports'],
] as const) {
  test(`splitting off ${what} is declined`, () => {
    const decline = decideSplit(of, ['a', 'b'], leaving)
    assert.equal(decline?.is === 'invalid' && decline.field, field)
  })
}

test('one of two reports leaves', () => assert.equal(decideSplit(of, ['a', 'b'], ['b']), null))
