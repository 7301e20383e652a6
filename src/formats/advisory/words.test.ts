import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isCommitAddress } from './commits.ts'
import { cweNumber, cweNumbersIn, distinct, publicIds } from './identifiers.ts'
import { oneLine, paragraphs, titleFrom } from './prose.ts'
import { isCvssVector, severityOf } from './severity.ts'

for (const text of [
  '',
  'CWE',
  'CWE-',
  'CWE-0',
  'NVD-CWE-noinfo',
  'NVD-CWE-Other',
  '1.2',
  '79a',
  'x-79',
]) {
  test(`"${text}" is no weakness`, () => assert.equal(cweNumber(text), undefined))
}

for (const text of ['CWE-79', 'cwe-79', 'CWE 79', 'CWE-79: Cross-site', '79', ' CWE_79 ', 79]) {
  test(`"${text}" is weakness 79`, () => assert.equal(cweNumber(text), 79))
}

test('identifiers keep the form of their database, once each', () => {
  const found = publicIds([
    'cve-2024-1',
    ' CVE-2024-1',
    undefined,
    '',
    'ghsa-AB-cd',
    'PYSEC-1',
    'usn-1',
  ])
  assert.deepEqual(found, ['CVE-2024-1', 'GHSA-ab-cd', 'PYSEC-1', 'usn-1'])
  assert.deepEqual(cweNumbersIn('see CWE-20, cwe-79 and CWE-20; not CWES-1'), [20, 79])
  assert.deepEqual(distinct(['a ', 'a', '', undefined]), ['a'])
})

test('words of no scale are no severity', () => {
  for (const word of [undefined, '', 'unknown', 'constructor', '7.5']) {
    assert.equal(severityOf(word), undefined)
  }
  assert.deepEqual(['Important', ' MODERATE', 'none'].map(severityOf), ['high', 'medium', 'info'])
})

test('vectors of every version are told from numbers', () => {
  const vectors = ['CVSS:3.1/AV:N', 'AV:N/AC:L/Au:N/C:P/I:P/A:P', '(AV:N/AC:L/Au:N/C:C/I:C/A:C)']
  assert.deepEqual(vectors.map(isCvssVector), [true, true, true])
  assert.deepEqual(['7.5', 'high', ''].map(isCvssVector), [false, false, false])
})

const commits: readonly [string, boolean][] = [
  ['https://github.com/o/n/commit/a1b2c3d', true],
  ['https://gitlab.com/o/n/-/commit/a1b2c3d4e5', true],
  ['https://git.kernel.org/stable/c/a1b2c3d4e5', true],
  ['https://git.example.org/n.git/commit/?id=a1b2c3d4e5', true],
  ['https://x.googlesource.com/n/+/a1b2c3d4e5', true],
  ['https://gitweb.example.org/?p=n.git;a=commit;h=a1b2c3d4e5', true],
  ['https://github.com/o/n/pull/12345678', false],
  ['https://github.com/o/n/commits/main', false],
  ['https://github.com/o/n/commit/xyz', false],
]

for (const [address, expected] of commits) {
  test(`${address} is ${expected ? 'a' : 'no'} commit`, () =>
    assert.equal(isCommitAddress(address), expected))
}

const titles: readonly [string, string | undefined][] = [
  ['', undefined],
  ['\n---\n## \n', undefined],
  ['# Summary\n\nIt overflows. Then it crashes.', 'It overflows. Then it crashes'],
  [
    'The JSON parser of a library overflows. It then crashes.',
    'The JSON parser of a library overflows',
  ],
  ['```\ncode\n```', 'code'],
  ['**Bold** claim', 'Bold claim'],
  ['x'.repeat(300), `${'x'.repeat(159)}…`],
]

for (const [prose, expected] of titles) {
  test(`the title of ${JSON.stringify(prose.slice(0, 40))}`, () =>
    assert.equal(titleFrom(prose), expected))
}

test('any prose gives one line or none, in linear time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (prose) => {
      const title = titleFrom(prose)
      assert.ok(title === undefined || (oneLine(title) !== '' && title.length <= 160))
    }),
  )
  assert.equal(titleFrom('#\n'.repeat(100_000)), undefined)
  assert.equal(titleFrom(`${'*'.repeat(100_000)}\nfound`), 'found')
})

test('paragraphs skip what is blank', () => {
  assert.equal(paragraphs([undefined, ' ']), undefined)
  assert.equal(paragraphs(['a', '', 'b']), 'a\n\nb')
})
