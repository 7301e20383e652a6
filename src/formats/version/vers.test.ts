import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ecosystems } from '#formats/purl/ecosystem.ts'
import { isVersionScheme, schemeOf, versionSchemes } from './scheme.ts'
import { canonicalVers, formatVers, parseVers, readVers, versContains } from './vers.ts'

const refused: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /vers:/],
  ['npm/1.0', /vers:/],
  ['vers:npm', /vers:/],
  ['vers:npm/', /vers:/],
  ['vers:1npm/1', /vers:/],
  ['VERS:npm/1', /lower case/],
  ['vers:NPM/1', /lower case/],
  ['vers:npm/>=1.0 |<2.0', /white space/],
  ['vers:npm/1.0|', /pipe/],
  ['vers:npm/|1.0', /pipe/],
  ['vers:npm/1.0||2.0', /pipe/],
  ['vers:npm/>=', /without a version/],
  ['vers:npm/=1.0', /without a sign/],
  ['vers:npm/>>1.0', /not escaped/],
  ['vers:npm/*|1.0', /asterisk/],
  ['vers:all/1.0', /asterisk/],
  ['vers:npm/2.0|1.0', /sorted/],
  ['vers:npm/1.0|1.0.0', /once/],
  ['vers:npm/>=1.0|>=2.0', /take turns/],
  ['vers:npm/<1.0|!=2.0|<3.0', /take turns/],
  ['vers:npm/1.0|<2.0', /for itself/],
  ['vers:npm/>=1.0|2.0', /for itself/],
  ['vers:npm/latest', /not a version/],
  ['vers:npm/1.0%', /percent/],
  ['vers:npm/1.0%2', /percent/],
  ['vers:npm/1.0%2d1', /percent/],
  ['vers:npm/1.0%2D1', /percent/],
  ['vers:npm/1.0%ff', /percent/],
  ['vers:datetime/2024-01-01t00:00:00Z', /upper case/],
  ['vers:npm/1.0-é', /ASCII/],
]

test('a range that is not canonical is refused with its reason', () => {
  for (const [text, why] of refused) {
    const found = parseVers(text)
    assert.ok(!found.ok, text)
    assert.match(found.refusal.why, why, text)
  }
})

const canonical = [
  'vers:npm/*',
  'vers:all/*',
  'vers:none/*',
  'vers:npm/1.2.3',
  'vers:npm/!=1.2.3',
  'vers:npm/<1.0.0|!=1.5.0|>=2.0.0|<3.0.0|4.0.0|>=5.0.0',
  'vers:deb/>=1:1.0-1|<1:1.2~rc1',
  'vers:generic/1.0%25',
  'vers:lexicographic/a%20b|%C3%A9',
  'vers:made-up/zzz|aaa',
]

test('a canonical range is read and written the same', () => {
  for (const text of canonical) {
    const found = parseVers(text)
    assert.ok(found.ok, text)
    assert.equal(formatVers(found.value), text)
    assert.equal(canonicalVers(text), text)
  }
  const found = parseVers('vers:npm/>=1.0.0|<2.0.0-a%2A')
  assert.deepEqual(found.ok && found.value, {
    type: 'npm',
    constraints: [
      { comparator: '>=', version: '1.0.0' },
      { comparator: '<', version: '2.0.0-a*' },
    ],
  })
})

test('a careless range is put in order', () => {
  assert.equal(
    canonicalVers('VERS:NPM/ <2.0.0 | =1.5.0 | | >=1.0.0'),
    'vers:npm/>=1.0.0|1.5.0|<2.0.0',
  )
  assert.equal(canonicalVers('vers:npm/>=2.0.0|<2.0.0|>=1.0.0'), 'vers:npm/>=1.0.0|<2.0.0|>=2.0.0')
  for (const text of ['', 'vers:', 'vers:npm/|', 'vers:npm/*|1', 'vers:none/1'])
    assert.equal(canonicalVers(text), null, text)
})

const contained: readonly (readonly [vers: string, inside: string, outside: string])[] = [
  ['vers:npm/1.2.3|2.0.0', '1.2.3 2.0 v2.0.0', '1.2.4 0.1.0 3.0.0'],
  ['vers:npm/!=1.2.3', '1.2.2 1.2.4', '1.2.3'],
  ['vers:npm/>=1.0.0|<2.0.0', '1.0.0 1.9.9 2.0.0-rc.1', '0.9.9 2.0.0 3.0.0 1.0.0-rc.1'],
  ['vers:npm/>1.0.0|<=2.0.0', '1.0.1 2.0.0', '1.0.0 2.0.1'],
  ['vers:npm/<1.0.0|>=2.0.0', '0.1.0 2.0.0 9.9.9', '1.0.0 1.9.9'],
  ['vers:npm/>=1.0.0|!=1.5.0|<2.0.0', '1.4.9 1.5.1', '1.5.0'],
  ['vers:npm/0.5.0|>=1.0.0|<2.0.0|>3.0.0', '0.5.0 1.0.0 3.0.1', '0.5.1 2.0.0 3.0.0'],
  ['vers:npm/>=1.0.0|>=1.5.0|<2.0.0|<3.0.0', '1.2.0 2.5.0', '0.9.0 3.0.0'],
  ['vers:deb/<1.2-3', '1.2-3~bpo1 1.2-2', '1.2-3 1:0'],
  ['vers:all/*', '1 x', ''],
  ['vers:none/*', '', '1 x'],
]

test('a version is inside or outside of a range', () => {
  const words = (text: string): string[] => text.split(' ').filter(Boolean)
  for (const [text, inside, outside] of contained) {
    const range = readVers(text)
    assert.ok(range)
    for (const one of words(inside)) assert.equal(versContains(range, one), true, `${text} ${one}`)
    for (const one of words(outside))
      assert.equal(versContains(range, one), false, `${text} ${one}`)
  }
})

test('a version that cannot be compared is neither inside nor outside', () => {
  for (const text of ['vers:npm/>=1.0.0', 'vers:made-up/1.0', 'vers:npm/>=latest']) {
    const range = readVers(text)
    assert.ok(range)
    assert.equal(versContains(range, 'latest'), null, text)
    assert.equal(text.includes('npm/>=1') || versContains(range, '1.0') === null, true)
  }
})

test('no text makes the reader throw, and its canonical form is a fixed point', () => {
  const piece = fc.constantFrom(
    'vers:',
    'npm',
    '/',
    '>=',
    '<',
    '=',
    '!=',
    '*',
    '|',
    '1.0',
    '2',
    '%25',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    fc.array(piece, { maxLength: 9 }).map((all) => `vers:npm/${all.join('')}`),
    fc.string({ unit: 'binary' }).map((rest) => `vers:generic/${rest}`),
  )
  fc.assert(
    fc.property(text, (given) => {
      const strict = parseVers(given)
      if (strict.ok) assert.equal(formatVers(strict.value), given)
      const found = readVers(given)
      if (strict.ok) assert.ok(found)
      if (!found) return
      const once = formatVers(found)
      assert.equal(canonicalVers(once), once)
      versContains(found, '1.0')
    }),
    { numRuns: 3000 },
  )
})

test('an endless range is answered at once', () => {
  for (const unit of ['|', '>', '%25', '1|', '=1', ' ', '*']) {
    const text = `vers:npm/${unit.repeat(20_000)}`
    assert.equal(typeof parseVers(text).ok, 'boolean')
    readVers(text)
  }
})

test('every ecosystem has a scheme, by any name of it', () => {
  for (const name of ecosystems) assert.ok(schemeOf(name), name)
  for (const scheme of versionSchemes)
    assert.ok(isVersionScheme(scheme) && schemeOf(scheme), scheme)
  const cases = [
    ['PyPI', 'pypi'],
    ['pip', 'pypi'],
    ['Debian:12', 'deb'],
    ['composer', 'composer'],
    ['RPM', 'rpm'],
    ['Red Hat', 'rpm'],
    ['crates.io', 'cargo'],
    ['Wolfi', 'apk'],
    ['no-such-thing', null],
    ['GIT', null],
    ['', null],
  ] as const
  for (const [name, scheme] of cases) assert.equal(schemeOf(name), scheme, name)
})
