import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Affected, type Agreement, isAffected, rangesAgree } from './affected.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'

test('what cannot be known is neither affected nor unaffected', () => {
  const range: Affected = { ranges: [{ introduced: '1.0.0', fixed: '2.0.0' }] }
  assert.equal(isAffected({}, '1.0.0', 'npm'), null)
  assert.equal(isAffected({ ranges: [], versions: [] }, '1.0.0', 'npm'), null)
  assert.equal(isAffected({ ranges: [{}] }, '1.0.0', 'npm'), null)
  assert.equal(isAffected(range, '1.0.0', null), null)
  for (const version of ['', 'latest', 'unknown', commit])
    assert.equal(isAffected(range, version, 'npm'), null, version)
  const bad: Affected[] = [
    { ranges: [{ introduced: commit }] },
    { ranges: [{ introduced: '0', fixed: commit }] },
    { ranges: [{ introduced: 'next', fixed: '2.0.0' }] },
    { ranges: [{ introduced: '3.0.0' }, { introduced: 'next' }] },
    { versions: ['3.0.0', 'nightly'] },
  ]
  for (const affected of bad) assert.equal(isAffected(affected, '1.5.0', 'npm'), null)
  // PEP 440 knows no such version; its place before all others would say "fixed" of every one.
  assert.equal(isAffected({ ranges: [{ fixed: '8.3.0-11.1' }] }, '8.2.0', 'pypi'), null)
  assert.equal(isAffected({ ranges: [{ fixed: '1.2.x' }] }, '1.1-r0', 'apk'), null)
})

const npm: readonly (readonly [Affected, affected: string, unaffected: string])[] = [
  [{ ranges: [{ introduced: '0' }] }, '0.0.1 9.9.9 0.0.0-0', ''],
  [{ ranges: [{ fixed: '2.0.0' }] }, '0.1.0 2.0.0-rc.1', '2.0.0 2.0.1'],
  [{ ranges: [{ introduced: '0.0.0-0', fixed: '1.0.0' }] }, '0.0.0-0 0.9.0', '1.0.0'],
  [{ ranges: [{ introduced: '1.0.0', fixed: '2.0.0' }] }, '1.0.0 v1.9.9', '0.9.0 2.0.0'],
  [{ ranges: [{ introduced: '1.0.0', lastAffected: '2.0.0' }] }, '2.0.0', '2.0.1 0.1.0'],
  [{ ranges: [{ lastAffected: '3.0.0', fixed: '2.0.0' }] }, '1.9.0', '2.0.0 2.5.0'],
  [
    {
      ranges: [
        { introduced: '1.0.0', fixed: '1.5.0' },
        { introduced: '2.0.0', fixed: '2.5.0' },
      ],
    },
    '1.2.0 2.0.0',
    '0.1.0 1.5.0 3.0.0',
  ],
  [{ versions: ['1.0.0', '1.0.2'] }, '1.0.0 v1.0.2 1.0', '1.0.1'],
  [{ versions: ['4.0.0'], ranges: [{ fixed: '2.0.0' }] }, '4.0.0 1.0.0', '3.0.0'],
  // A bound that excludes the version decides, though the other one cannot be compared.
  [{ ranges: [{ introduced: 'next', fixed: '2.0.0' }] }, '', '2.0.0'],
  [{ ranges: [{ introduced: '3.0.0', fixed: commit }] }, '', '2.0.0'],
]

test('a version is affected where an interval holds it or a list names it', () => {
  for (const [affected, yes, no] of npm) {
    for (const version of yes.split(' ').filter(Boolean))
      assert.equal(isAffected(affected, version, 'npm'), true, JSON.stringify([affected, version]))
    for (const version of no.split(' ').filter(Boolean))
      assert.equal(isAffected(affected, version, 'npm'), false, JSON.stringify([affected, version]))
  }
  assert.equal(isAffected({ versions: ['weird build'] }, 'weird build', null), true)
  assert.equal(isAffected({ ranges: [{ fixed: '1.0-2' }] }, '1.0-2~bpo1', 'deb'), true)
  assert.equal(isAffected({ ranges: [{ fixed: '1.10' }] }, '1.9', 'pypi'), true)
})

const agreements: readonly (readonly [Affected, Affected, Agreement])[] = [
  [{}, {}, 'unknown'],
  [{ ranges: [{ fixed: '1.0.0' }] }, {}, 'unknown'],
  [{ ranges: [{ fixed: '1.0.0' }] }, { ranges: [{ fixed: commit }] }, 'unknown'],
  [{ ranges: [{ introduced: '2.0.0', fixed: '1.0.0' }] }, { versions: ['1.0.0'] }, 'unknown'],
  [{ ranges: [{ fixed: '1.0' }] }, { ranges: [{ introduced: '0', fixed: 'v1.0.0' }] }, 'same'],
  [
    {
      ranges: [
        { introduced: '1.0.0', fixed: '2.0.0' },
        { introduced: '2.0.0', fixed: '3.0.0' },
      ],
    },
    { ranges: [{ introduced: '1.0.0', fixed: '3.0.0' }] },
    'same',
  ],
  [{ versions: ['1.0.0', '1.1.0'] }, { versions: ['1.1.0', '1.0.0', '1.0.0'] }, 'same'],
  [{ versions: ['1.0.0'] }, { ranges: [{ introduced: '1.0.0', lastAffected: '1.0.0' }] }, 'same'],
  [{ ranges: [{ fixed: '2.0.0' }] }, { ranges: [{ introduced: '1.0.0' }] }, 'overlap'],
  [{ ranges: [{ lastAffected: '2.0.0' }] }, { ranges: [{ fixed: '2.0.0' }] }, 'overlap'],
  [{ versions: ['1.5.0', '9.0.0'] }, { ranges: [{ fixed: '2.0.0' }] }, 'overlap'],
  [{ ranges: [{ fixed: '2.0.0' }] }, { ranges: [{ introduced: '2.0.0' }] }, 'contradict'],
  [{ ranges: [{ lastAffected: '2.0.0' }] }, { versions: ['2.0.1'] }, 'contradict'],
  [{ versions: ['1.0.0'] }, { versions: ['2.0.0'] }, 'contradict'],
]

test('two documents agree, overlap or contradict, whichever comes first', () => {
  for (const [a, b, expected] of agreements) {
    assert.equal(rangesAgree(a, b, 'npm'), expected, JSON.stringify([a, b]))
    assert.equal(rangesAgree(b, a, 'npm'), expected)
  }
  assert.equal(rangesAgree({ versions: ['1'] }, { versions: ['1'] }, null), 'unknown')
})

const version = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).map((parts) => parts.join('.'))
const interval = fc.record(
  { introduced: version, fixed: version, lastAffected: version },
  { requiredKeys: [] },
)
const affected = fc.oneof(
  fc.record({ ranges: fc.array(interval, { minLength: 1, maxLength: 3 }) }),
  fc.record({ versions: fc.array(version, { minLength: 1, maxLength: 4 }) }),
)
/** Every version that the generators make, and one before each and behind the last. */
const all = [0, 1, 2, 3].flatMap((major) =>
  [0, 1, 2, 3].flatMap((minor) => [`${major}.${minor}.0-a`, `${major}.${minor}`, '3.3.5']),
)

test('the agreement of two documents is that of the versions they affect', () => {
  fc.assert(
    fc.property(affected, affected, (a, b) => {
      const agreement = rangesAgree(a, b, 'npm')
      assert.equal(rangesAgree(b, a, 'npm'), agreement)
      if (agreement === 'unknown') return
      const [left, right] = [a, b].map((one) => all.map((each) => isAffected(one, each, 'npm')))
      const both = all.some((_, index) => left?.[index] && right?.[index])
      assert.equal(agreement !== 'contradict', both, JSON.stringify([a, b]))
      if (agreement === 'same') assert.deepEqual(left, right)
      else assert.notDeepEqual(left, right)
    }),
    { numRuns: 4000 },
  )
})
