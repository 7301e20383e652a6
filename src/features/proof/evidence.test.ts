import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decideEvidence, isSameParty, levels, type Seen } from './evidence.ts'
import type { Judgement } from './oracle.ts'
import {
  type Compared,
  decideVerdict,
  type PatchRuns,
  type PatchSeen,
  verdicts,
} from './verdict.ts'

const judged = (is: Judgement['is']): Judgement => ({ is, why: `it is ${is}`, crash: null })
const met = judged('met')
const fixes: PatchSeen = { verdict: 'fixes', why: 'gone', lacks: [], notes: [] }

const whole: Seen = {
  located: { is: 'there', why: 'main is in a.c', file: 'a.c' },
  lacks: [],
  finder: { name: 'Ada', model: 'm-1' },
  verifier: { name: 'Grace', model: null },
  runs: [met, met, met],
  runsAsked: 3,
  notRun: null,
  benign: judged('not-met'),
  failedVariants: [],
  patch: fixes,
}

describe('a step that is missing holds the level below it, and says what is missing', () => {
  const cases: readonly (readonly [string, Partial<Seen>, string, RegExp])[] = [
    [
      'a place that is not there',
      { located: { is: 'missing', why: 'no b.c at 1.2' } },
      'E0',
      /no b\.c/,
    ],
    [
      'code that cannot be looked at',
      { located: { is: 'unknown', why: 'no mirror' } },
      'E0',
      /no mirror/,
    ],
    ['a file that is missing', { lacks: ['the input'] }, 'E1', /the input/],
    ['nothing run', { runs: [] }, 'E2', /3 fresh runs have to show it/],
    [
      'a build that fails',
      { runs: [], notRun: 'build step 1 failed' },
      'E2',
      /build step 1 failed/,
    ],
    [
      'a flaky proof',
      { runs: [met, met, judged('not-met')] },
      'E2',
      /^2 of 3 fresh runs showed it: it is not-met$/,
    ],
    ['a run that says nothing', { runs: [met, met, judged('unclear')] }, 'E2', /^2 of 3/],
    ['fewer runs than asked', { runs: [met, met] }, 'E2', /2 of 3 runs showed it, and not all/],
    ['no benign control', { benign: null }, 'E2', /a benign control/],
    ['a benign control that shows it', { benign: met }, 'E2', /benign control shows the flaw/],
    ['a benign control that hangs', { benign: judged('unclear') }, 'E2', /says nothing/],
    ['the finder as verifier', { verifier: { name: ' ada', model: null } }, 'E2', /the same/],
    [
      'the same model for another person',
      { verifier: { name: 'Grace', model: 'M-1' } },
      'E2',
      /the same/,
    ],
    ['no patch', { patch: null }, 'E3', /a patch/],
    [
      'a patch that breaks',
      { patch: { ...fixes, verdict: 'breaks tests', why: 'red' } },
      'E3',
      /red/,
    ],
    [
      'a patch that does not apply',
      { patch: { ...fixes, verdict: null, why: 'not there' } },
      'E3',
      /not there/,
    ],
    ['a patch without variants', { patch: { ...fixes, lacks: ['a variant'] } }, 'E3', /a variant/],
    ['a variant that shows nothing', { failedVariants: ['b: nothing'] }, 'E3', /b: nothing/],
  ]
  for (const [name, fields, level, missing] of cases) {
    test(`${name}: ${level}`, () => {
      const found = decideEvidence({ ...whole, ...fields })
      assert.equal(found.level, level, found.missing.join('; '))
      assert.match(found.missing.join('; '), missing)
    })
  }
})

test('everything there is E4, with nothing missing', () => {
  const found = decideEvidence(whole)
  assert.deepEqual([found.level, found.missing, found.runs], ['E4', [], { met: 3, of: 3 }])
  assert.ok(found.steps.every(({ isReached }) => isReached))
})

test('a proof that names no place is judged by its runs', () => {
  const found = decideEvidence({ ...whole, located: { is: 'not-named', why: 'no place' } })
  assert.equal(found.level, 'E4')
})

test('names are compared as people read them', () => {
  const one = { name: 'Zoë  Security', model: null }
  assert.ok(isSameParty(one, { name: 'zoe security', model: null }))
  assert.ok(!isSameParty(one, { name: 'Zoë Safety', model: null }))
  assert.ok(!isSameParty({ name: 'a', model: null }, { name: 'b', model: null }))
})

const judgements = fc.constantFrom(met, met, met, judged('not-met'), judged('unclear'))
const benigns = fc.constantFrom(judged('not-met'), judged('not-met'), met, judged('unclear'))

test('no level above E2 without n of n runs, another party and a benign control', () => {
  fc.assert(
    fc.property(
      fc.array(judgements, { minLength: 2, maxLength: 4 }),
      benigns,
      fc.boolean(),
      (runs, benign, same) => {
        const verifier = same ? { name: 'Ada', model: null } : whole.verifier
        const { level } = decideEvidence({ ...whole, runs, benign, verifier })
        const isShown = runs.length >= 3 && runs.every(({ is }) => is === 'met')
        const isAbove = levels.indexOf(level) > levels.indexOf('E2')
        assert.equal(isAbove, isShown && benign.is === 'not-met' && !same)
      },
    ),
  )
})

const compared = (fields: Partial<Compared> = {}): Compared => ({
  ...{ name: 'it', isShown: false, unclear: null, differs: null, added: [] },
  ...fields,
})
const good: PatchRuns = {
  buildFailed: null,
  proof: [compared()],
  benign: compared(),
  tests: compared(),
  testsFailed: null,
  variants: [compared()],
  bystanders: [compared()],
}
const added = [{ key: 'k', kind: null, words: 'it died' }]

describe('verdicts over a patch', () => {
  const cases: readonly (readonly [string, Partial<PatchRuns>, string | null])[] = [
    ['a build that fails', { buildFailed: 'no', proof: [] }, 'breaks build'],
    [
      'a proof that shows it once',
      { proof: [compared(), compared({ isShown: true })] },
      'does not fix',
    ],
    ['a proof that fails otherwise', { proof: [compared({ added })] }, 'adds a failure'],
    ['a benign control that fails', { benign: compared({ added }) }, 'adds a failure'],
    [
      'tests that end in a failure',
      { tests: compared({ added }), testsFailed: 'red' },
      'adds a failure',
    ],
    ['a mutant that fails', { bystanders: [compared({ added })] }, 'adds a failure'],
    ['a variant that fails otherwise', { variants: [compared({ added })] }, 'adds a failure'],
    ['tests that fail', { testsFailed: 'red' }, 'breaks tests'],
    [
      'a benign control that ends otherwise',
      { benign: compared({ differs: 'ended' }) },
      'breaks tests',
    ],
    [
      'a variant that shows it',
      { variants: [compared({ isShown: true })] },
      'fixes this input only',
    ],
    [
      'a variant that shows it beside a mutant that fails by chance',
      { variants: [compared({ isShown: true })], bystanders: [compared({ added })] },
      'fixes this input only',
    ],
    ['a proof that hangs', { proof: [compared({ unclear: 'hangs' })] }, null],
    ['nothing against it', {}, 'fixes'],
  ]
  for (const [name, fields, verdict] of cases) {
    test(`${name}: ${verdict}`, () =>
      assert.equal(decideVerdict({ ...good, ...fields }).verdict, verdict))
  }

  test('each verdict is reached', () => {
    const reached = cases.map(([, , verdict]) => verdict)
    assert.deepEqual(
      verdicts.filter((one) => !reached.includes(one)),
      [],
    )
  })

  test('what is not there to be tried is missing for the level', () => {
    const found = decideVerdict({ ...good, benign: null, tests: null, variants: [] })
    assert.equal(found.verdict, 'fixes')
    assert.equal(found.lacks.length, 3)
  })
})
