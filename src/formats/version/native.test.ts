import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import semver from 'semver'
import { rangeFromNative } from './native.ts'
import { type VersionScheme, versionSchemes } from './scheme.ts'
import { formatVers, versContains } from './vers.ts'

const refused: readonly (readonly [scheme: VersionScheme, text: string])[] = [
  ['npm', 'latest'],
  ['npm', '>=1.x.2.y'],
  ['npm', '1.2.3.4'],
  ['npm', '>= '],
  ['npm', '^^1'],
  ['npm', '1 - 2 - 3'],
  ['pypi', '>= one two <'],
  ['nuget', '[1.0'],
  ['nuget', '(1.0)'],
  ['maven', '[1.0,2.0,3.0]'],
  ['nginx', '1.0.x'],
  ['openssl', '1.0.2, and later'],
  ['gentoo', '>=1.0_odd'],
]

test('a notation that is not understood gives no range', () => {
  for (const [scheme, text] of refused) assert.equal(rangeFromNative(scheme, text), null, text)
})

const cases: readonly (readonly [scheme: VersionScheme, native: string, vers: string])[] = [
  ['npm', '', '*'],
  ['npm', '*', '*'],
  ['npm', '1.2.3', '1.2.3'],
  ['npm', '=v1.2.3+build', '1.2.3'],
  ['npm', '^1.4.0', '>=1.4.0|<2.0.0'],
  ['npm', '^0.4.2', '>=0.4.2|<0.5.0'],
  ['npm', '^0.0.3', '>=0.0.3|<0.0.4'],
  ['npm', '^0.0', '>=0.0.0|<0.1.0'],
  ['npm', '~1', '>=1.0.0|<2.0.0'],
  ['npm', '~1.4', '>=1.4.0|<1.5.0'],
  ['npm', '1.x', '>=1.0.0|<2.0.0'],
  ['npm', '> 1.x', '>=2.0.0'],
  ['npm', '<= 1.4.x', '<1.5.0'],
  ['npm', '1.2 - 3.4.5', '>=1.2.0|<=3.4.5'],
  ['npm', '>=1.0.0, <1.5.0 || >2.0.0', '>=1.0.0|<1.5.0|>2.0.0'],
  // Side by side these bounds would end at 3.0.0.
  ['npm', '>=1.0.0 <3.0.0 || >=2.0.0', '>=1.0.0'],
  ['npm', '>=1.0.0 <3.0.0 || >=2.0.0 <4.0.0', '>=1.0.0|>=2.0.0|<3.0.0|<4.0.0'],
  ['cargo', '1.4', '>=1.4.0|<2.0.0'],
  ['cargo', '=1.4.2', '1.4.2'],
  ['cargo', '>=1.0, <1.5', '>=1.0.0|<1.5.0'],
  ['composer', '~1.2', '>=1.2.0|<2.0.0'],
  ['composer', '~1.2.3', '>=1.2.3|<1.3.0'],
  ['composer', '>=1.0,<1.5|>=2.0,<2.3', '>=1.0.0|<1.5.0|>=2.0.0|<2.3.0'],
  ['composer', '1.0.*', '>=1.0.0|<1.1.0'],
  ['conan', '', ''],
  ['conan', '[>1 <2.0]', '>1|<2.0'],
  ['conan', '~2.5.1-', '>=2.5.1|<2.6-'],
  ['conan', '^0.3', '>=0.3|<0.4-'],
  ['conan', '>=1.2, include_prerelease', '>=1.2'],
  ['gem', '~> 3.1', '>=3.1|<4'],
  ['gem', '>= 1.0, < 2.0, != 1.5', '>=1.0|!=1.5|<2.0'],
  ['hex', '~> 2.0 and != 2.0.4 or >= 3.0.0', '>=2.0|!=2.0.4|<3|>=3.0.0'],
  ['pypi', '~=1.4.2', '>=1.4.2|<1.5'],
  ['pypi', '==1.4.*', '>=1.4|<1.5'],
  ['pypi', '!=1.4.*', '<1.4|>=1.5'],
  ['pypi', '>=1.0,!=1.3,<2', '>=1.0|!=1.3|<2'],
  ['maven', '[1.0,2.0),[3.0,)', '>=1.0|<2.0|>=3.0'],
  ['maven', '(,1.0]', '<=1.0'],
  ['maven', '[1.5]', '1.5'],
  ['maven', '(,)', '*'],
  ['maven', '>= 1.0, < 2.0', '>=1.0|<2.0'],
  ['nuget', '1.0', '>=1.0'],
  ['nuget', '(1.0,2.0]', '>1.0|<=2.0'],
  ['nginx', '1.5.0+, 1.4.1+', '>=1.4.1|<1.5.0|>=1.5.0'],
  ['nginx', '0.6.18-1.20.0', '>=0.6.18|<=1.20.0'],
  ['nginx', 'all', '*'],
  ['openssl', '3.0.0, 1.1.1a', '1.1.1a|3.0.0'],
  ['deb', '>> 1.0-1, << 1.2', '>1.0-1|<1.2'],
  ['golang', '>= 1.21.0 && < 1.21.5', '>=1.21.0|<1.21.5'],
  ['rpm', '< 2:1.0-3', '<2:1.0-3'],
]

test('each ecosystem writes ranges in its own way', () => {
  for (const [scheme, native, expected] of cases) {
    const found = rangeFromNative(scheme, native)
    assert.equal(found && formatVers(found), `vers:${scheme}/${expected}`, `${scheme} ${native}`)
  }
})

test('a range of npm holds the versions that npm says it holds', () => {
  const number = fc.nat({ max: 4 })
  const version = fc.tuple(number, number, number).map((parts) => parts.join('.'))
  const comparator = fc
    .tuple(fc.constantFrom('', '=', '^', '~', '>=', '<'), version)
    .map((parts) => parts.join(''))
  const bounds = fc
    .tuple(fc.constantFrom('>', '>='), version, fc.constantFrom('<', '<='), version)
    .filter(([, low, , high]) => semver.lt(low, high))
    .map(([from, low, to, high]) => `${from}${low} ${to}${high}`)
  const wild = fc.constantFrom(
    '1.x',
    '*',
    '2.*',
    '1.2.x',
    '<2.x',
    '>1.x',
    '1.0.0 - 2.1',
    '^0',
    '~3',
  )
  const alternative = fc.oneof(comparator, bounds, wild)
  const range = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((all) => all.join(' || '))
  fc.assert(
    fc.property(range, version, (text, one) => {
      const found = rangeFromNative('npm', text)
      assert.ok(found, text)
      // Ends like `- 2.1` stand for all of 2.1 to npm and for 2.1.0 in vers.
      if (text.includes('- 2.1') && one.startsWith('2.1.')) return
      assert.equal(versContains(found, one), semver.satisfies(one, text), `${text} ${one}`)
    }),
    { numRuns: 3000 },
  )
})

test('no text makes a reader throw or hang', () => {
  const piece = fc.constantFrom(
    '>=',
    '<',
    '^',
    '~',
    '~>',
    '[',
    ')',
    ',',
    '||',
    ' - ',
    '1.0',
    'x',
    '*',
    '-',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 10 }).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  )
  for (const scheme of versionSchemes) {
    fc.assert(
      fc.property(text, (given) => {
        const found = rangeFromNative(scheme, given)
        if (found) versContains(found, '1.0')
      }),
      { numRuns: 150 },
    )
    for (const unit of ['[', '[ ', '1.0,', '>=', ' ', '1 - ', '1', '1.', '||', 'x', ',', '~>1 '])
      for (const start of ['', '[', '>=']) rangeFromNative(scheme, `${start}${unit.repeat(3000)}`)
  }
})
