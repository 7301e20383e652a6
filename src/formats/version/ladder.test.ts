import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, isVersion } from './compare.ts'
import { type VersionScheme, versionSchemes } from './scheme.ts'

/** Texts that are no version of the scheme. */
const none: Partial<Record<VersionScheme, readonly string[]>> = {
  cpan: ['latest', '1.x', 'v', '.', '1-2'],
  cran: ['1.a', '1..2', '-', 'devel'],
  datetime: [
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-02-30T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:00+24:00',
    'yesterday',
  ],
  gem: ['', '.', '!'],
  generic: ['', 'latest', 'unknown', '...'],
  gentoo: ['', 'a', '1.0-rc1', '1.0_foo', '1..0', '1.0-r'],
  golang: ['', 'latest', 'main', 'go'],
  hackage: ['', '1.0-1', '1.x', '.1'],
  intdot: ['', 'v1', '.1'],
  npm: ['', 'latest', '*', 'x', 'next'],
  openssl: ['', 'a', '1.0.2-', '1.0_1'],
  semver: ['', 'v', '-1.0', 'abc1'],
}

test('a text that is no version of the scheme has no place in its order', () => {
  for (const scheme of versionSchemes) {
    for (const text of none[scheme] ?? []) {
      assert.equal(isVersion(scheme, text), false, `${scheme} ${text}`)
      assert.equal(compareVersions(scheme, text, '1'), null)
      assert.equal(compareVersions(scheme, text, text), null)
    }
  }
})

/** Versions of a scheme from old to new; those in one array are the same version. */
type Ladder = readonly (string | readonly string[])[]

const ladders: Partial<Record<VersionScheme, Ladder>> = {
  alpm: ['1.0alpha', '1.0beta', '1.0rc2', ['1.0', '0:1.0'], '1.0.a', '1.0.1', '1.2', '1:0.1'],
  apk: [
    '1.2_alpha',
    '1.2_alpha3',
    '1.2_rc1',
    ['1.2', '1.2-r0', '1.2~c0ffee'],
    '1.2-r2',
    '1.2_p1',
    '1.2a',
    '1.2.01',
    '1.2.1',
    '1.10',
    '1.10.2|',
    '2',
  ],
  composer: [
    'dev-main',
    '1.0-dev',
    ['1.0a1', 'v1.0-alpha.1'],
    '1.0b2',
    ['1.0RC1', '1.0-rc1'],
    ['1.0', 'V1.0'],
    '1.0.0',
    '1.0.0pl1',
    '1.0.1',
    '1.10',
  ],
  conan: [
    '1.0-',
    '1.0-alpha',
    '1.0-alpha.3',
    ['1', '1.0', '1.0.0'],
    '1+b1',
    ['1+b2', '1.0+b2.0'],
    '1.2',
    '1.2a',
    '1.9',
    '1.10',
    '1.a',
  ],
  cpan: [['1.01', 'v1.10'], '1.1', ['1.2', '1.200', 'v1.200.0'], '1.21', 'v1.211', '2'],
  cran: ['0.9', '0.10', '1.0', ['1.0.0', '1.0-0'], '1.0-2', '1.1'],
  datetime: [
    '0099-12-31T23:59:59Z',
    '1999-12-31T23:59:59Z',
    ['2024-01-01T00:00:00Z', '2024-01-01t01:30:00+01:30', '2023-12-31T19:00:00.000-05:00'],
    '2024-01-01T00:00:00.09Z',
    ['2024-01-01T00:00:00.1Z', '2024-01-01T00:00:00.100Z'],
    '2024-02-29T12:00:00Z',
  ],
  deb: [
    '1.0~~',
    '1.0~rc1',
    ['1.0', '0:1.0', '1.0-0', '1.00'],
    '1.0-1~bpo1',
    '1.0-1',
    '1.0-1a',
    '1.0-1+b1',
    '1.0a',
    '1.0+dfsg-1',
    '1.0.1',
    '1.9',
    '1.10-1',
    '2:0.1',
  ],
  gem: [
    '1.0.a2',
    ['1.0.a.10', '1.0.a10', '1.a.10'],
    '1.0.b1',
    ['1.0-1', '1.0.pre.1'],
    ['1', '1.0', '1.0.0'],
    '1.0.1.beta',
    '1.0.1',
    '1.2',
    '1.10',
  ],
  generic: [
    '1.0-dev',
    '1.0alpha1',
    '1.0b2',
    '1.0-rc.1',
    ['1', '1.0', 'v1.0.0', '1.0-final', 'Release 1.0'],
    ['1.0p1', '1.0-patch1'],
    '1.0p2',
    '1.0a',
    '1.0b',
    '1.0.1',
    '1.2',
    '1.10',
    '2024.05',
  ],
  gentoo: [
    '1',
    '1.0_alpha',
    '1.0_alpha2',
    '1.0_beta_p1',
    '1.0_pre',
    '1.0_rc',
    ['1.0', '1.0-r0'],
    '1.0-r1',
    '1.0_p1',
    '1.0b',
    '1.0.0',
    '1.01',
    ['1.010.1', '1.01.1'],
    '1.1',
    '1.2',
    '1.10',
  ],
  golang: [
    'v0.0.0-20200101000000-abcdefabcdef',
    'v0.1.0',
    ['v1.0.0', '1.0.0', 'v1.0.0+incompatible'],
    ['go1.22rc1', '1.22.0-rc1'],
    ['go1.22', 'v1.22.0'],
    'go1.22.3',
  ],
  hackage: ['0', '0.1', '0.1.0', '0.1.0.0', '0.2', '0.10', '1'],
  intdot: ['0', ['1', '01.0', '1.0 beta'], '1.2', '1.10', '10'],
  lexicographic: ['1', '10', '2', 'A', 'a', 'é', '\uffff', '\u{1f600}'],
  maven: [
    ['1-alpha-1', '1alpha1', '1.0-a1'],
    '1-beta',
    ['1-milestone-2', '1m2'],
    ['1-rc', '1-CR'],
    '1-SNAPSHOT',
    ['1', '1.0', '1.0.0', '1-ga', '1.0.Final', '1-release'],
    '1-sp',
    '1-foo',
    '1-goo',
    '1-1',
    '1-2',
    '1.1',
    '1.2-alpha',
    '1.2',
    '1.10',
  ],
  nginx: ['0.7.52', '0.8.9', '0.8.40', '1.4.1', '1.10.0'],
  npm: [
    '0.0.0-0',
    '0.9.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    ['1.0.0-rc.1', '1.0.0-rc.1+sha'],
    ['1.0.0', '1', 'v1.0', '=1.0.0', '1.0.0+build', '1.0.0.0'],
    '1.0.0.1',
    '1.0.1',
    '1.2.0',
    '1.10.0',
  ],
  nuget: [
    ['1.0-ALPHA', '1.0.0-alpha'],
    '1.0-alpha.2',
    '1.0-beta',
    ['1.0', '1.0.0.0', '1.0+x'],
    '1.0.0.1-pre',
    '1.0.0.1',
    '1.0.1',
  ],
  opam: ['1.0~beta', '1.0', '1.0+1', '1.0-1', '1.0.1', '1.10'],
  openssl: [
    '0.9.8',
    '0.9.8z',
    '0.9.8za',
    '1.0.2-beta1',
    '1.0.2',
    '1.0.2a',
    '1.1.1',
    '3.0.0-alpha2',
    '3.0.0',
    '3.0.10',
  ],
  pub: ['1.0.0-dev', '1.0.0', '1.0.0+1', '1.0.0+2', '1.0.0+10', '1.0.0+a', '1.0.1-0', '1.0.1'],
  pypi: [
    'some-old-thing',
    '1.0-pichu',
    '1.0.dev1',
    '1.0a1.dev2',
    ['1.0a1', '1.0-alpha-1', '1.0.A.1'],
    ['1.0b', '1.0b0', '1.0beta'],
    ['1.0rc1', '1.0c1', '1.0-pre1', '1.0.preview_1'],
    ['1', '1.0', 'v1.0.0', ' 1.00 '],
    '1.0+ubuntu',
    '1.0+ubuntu.1',
    ['1.0+1', '1.0+01'],
    '1.0.post1.dev0',
    ['1.0.post1', '1.0-1', '1.0r1', '1.0-rev1'],
    '1.0.1',
    '1.10',
    '1!0.1',
  ],
  rpm: [
    '1.0~rc1',
    '1.0~rc1^git1',
    ['1.0', '0:1.0', '1_0', '1.00'],
    '1.0-1',
    '1.0-1.el8',
    '1.0-1.el10',
    '1.0-1.1',
    '1.0-2',
    '1.0^git1',
    '1.0a',
    '1.0.1',
    '1.10',
    '1:0.1',
  ],
}

for (const [same, as] of [
  ['semver', 'npm'],
  ['cargo', 'npm'],
  ['hex', 'npm'],
  ['julia', 'npm'],
  ['swift', 'npm'],
] as const)
  ladders[same] = ladders[as] ?? []

test('each scheme puts every version of its ladder before all that follow', () => {
  assert.deepEqual(Object.keys(ladders).sort(), [...versionSchemes])
  for (const scheme of versionSchemes) {
    const rungs = (ladders[scheme] ?? []).map((rung) => [rung].flat())
    for (const [low, rung] of rungs.entries()) {
      for (const a of rung) {
        for (const b of rung) assert.equal(compareVersions(scheme, a, b), 0, `${scheme} ${a} ${b}`)
        for (const b of rungs.slice(low + 1).flat()) {
          assert.equal(compareVersions(scheme, a, b), -1, `${scheme} ${a} < ${b}`)
          assert.equal(compareVersions(scheme, b, a), 1, `${scheme} ${b} > ${a}`)
        }
      }
    }
  }
})
