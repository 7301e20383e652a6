import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare as comparePep440 } from '@renovatebot/pep440'
import fc from 'fast-check'
import semver from 'semver'
import { compareVersions, isVersion } from './compare.ts'
import { type VersionScheme, versionSchemes } from './scheme.ts'

const pieces = ['0', '1', '2', '10', '01', '.', '-', '_', '~', '^', '+', ':', '!', 'v', 'p', '-r1']
const words = ['a', 'b', 'rc', 'alpha', 'dev', 'post', 'pre', 'sp', 'final', 'x', 'Z', 'é', ' ']
const versionLike = fc
  .array(fc.constantFrom(...pieces, ...pieces, ...words), { maxLength: 6 })
  .map((parts) => `1${parts.join('')}`)
const instant = fc
  .record({
    at: fc.date({ min: new Date(0), max: new Date('2040-01-01'), noInvalidDate: true }),
    zone: fc.constantFrom('Z', '+02:00', '-05:00'),
  })
  .map(({ at, zone }) => at.toISOString().replace('Z', zone))
const candidate = (scheme: VersionScheme): fc.Arbitrary<string> =>
  scheme === 'datetime' ? instant : fc.oneof(versionLike, fc.string({ unit: 'binary' }))

/** Not transitive by their own definition; see `compareVersions`. */
const loose = new Set<VersionScheme>(['alpm', 'maven'])

test('every order is reflexive and antisymmetric on whatever texts', () => {
  for (const scheme of versionSchemes) {
    const text = candidate(scheme)
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(compareVersions(scheme, a, a), isVersion(scheme, a) ? 0 : null)
        const sign = compareVersions(scheme, a, b)
        assert.equal(sign === null, !isVersion(scheme, a) || !isVersion(scheme, b))
        const back = compareVersions(scheme, b, a)
        assert.equal(back, sign === null || sign === 0 ? sign : -sign)
      }),
      { numRuns: 300 },
    )
  }
})

test('the orders that say so are transitive', () => {
  for (const scheme of versionSchemes.filter((one) => !loose.has(one))) {
    const text = candidate(scheme).filter((one) => isVersion(scheme, one))
    fc.assert(
      fc.property(fc.array(text, { minLength: 3, maxLength: 5 }), (all) => {
        const sorted = all.toSorted((a, b) => compareVersions(scheme, a, b) ?? 0)
        for (const [low, a] of sorted.entries())
          for (const b of sorted.slice(low + 1))
            assert.ok((compareVersions(scheme, a, b) ?? 1) <= 0, `${scheme}: ${sorted.join(' | ')}`)
      }),
      { numRuns: 200 },
    )
  }
})

test('the orders that are not transitive are so where their definitions are', () => {
  const cycle = (scheme: VersionScheme, [a, b, c]: readonly [string, string, string]): void => {
    assert.ok((compareVersions(scheme, a, b) ?? 1) <= 0)
    assert.ok((compareVersions(scheme, b, c) ?? 1) <= 0)
    assert.equal(compareVersions(scheme, a, c), 1)
  }
  cycle('alpm', ['1-2', '1', '1-1'])
  cycle('maven', ['1-alpha', '1', '1.foo'])
  cycle('composer', ['1.2.1', '1.2.#', '1.2'])
})

const number = fc.nat({ max: 20 }).map(String)
const identifier = fc.oneof(number, fc.stringMatching(/^[a-z-]{1,3}$/))
const dotted = (part: fc.Arbitrary<string>, most: number): fc.Arbitrary<string> =>
  fc.array(part, { minLength: 1, maxLength: most }).map((parts) => parts.join('.'))
const optional = (mark: string, part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.option(part, { nil: '' }).map((text) => (text === '' ? '' : `${mark}${text}`))

test('semver agrees with the semver package', () => {
  const version = fc
    .tuple(number, number, number, optional('-', dotted(identifier, 3)), optional('+', identifier))
    .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`)
    .filter((text) => semver.valid(text) !== null)
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(compareVersions('npm', a, b), semver.compare(a, b))
    }),
    { numRuns: 2000 },
  )
})

test('pypi agrees with the pep440 package', () => {
  const phase = fc.constantFrom('a', 'b', 'rc', 'alpha', 'c', '.pre')
  const version = fc
    .tuple(
      fc.constantFrom('', '', '1!'),
      dotted(number, 3),
      optional(
        '',
        fc.tuple(phase, number).map((parts) => parts.join('')),
      ),
      optional('.post', number),
      optional('.dev', number),
      optional('+', dotted(fc.oneof(number, fc.constantFrom('a', 'ubuntu')), 2)),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(compareVersions('pypi', a, b), Math.sign(comparePep440(a, b)), `${a} ${b}`)
    }),
    { numRuns: 2000 },
  )
})

test('absurd versions are answered at once', () => {
  const digits = '9'.repeat(10_000)
  for (const scheme of versionSchemes) {
    if (scheme !== 'datetime') {
      assert.equal(compareVersions(scheme, `${digits}8`, `${digits}9`), -1, scheme)
      assert.equal(compareVersions(scheme, digits, digits), 0)
    }
    for (const unit of [
      ...pieces,
      ...words,
      '9',
      '1.',
      '1-',
      '_p1',
      '.0',
      '-0',
      '\u{1f600}',
      '\0',
    ]) {
      const long = `1${unit.repeat(20_000)}`
      const sign = compareVersions(scheme, long, `${long}1`)
      assert.ok(sign === null || Math.abs(sign) <= 1)
      isVersion(scheme, unit.repeat(20_000))
    }
  }
})
