import assert from 'node:assert/strict'
import { test } from 'node:test'
import calculator from 'ae-cvss-calculator'
import fc from 'fast-check'
import { cvssOf, cvssScore, metricsOf, parseCvss, severityOfCvss } from './cvss.ts'
import { type CvssVersion, metricsByVersion } from './metric.ts'

const base31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
const base40 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N'
const base20 = 'AV:N/AC:L/Au:N/C:P/I:P/A:P'

const refusals: readonly (readonly [vector: string, why: RegExp, at?: string])[] = [
  ['', /empty text/],
  ['   ', /empty text/],
  ['not a vector', /"not a vector" is no metric of CVSS 2.0/, 'character 1'],
  ['CVSS:3.1', /"CVSS:3.1" is not a version/],
  ['CVSS:5.0/AV:N', /is not a version of CVSS/],
  ['CVSS:3.1/', /an empty metric/, 'character 10'],
  [`${base31}/`, /an empty metric/, 'character 46'],
  [base31.replace('AV:N', 'AV:Q'), /Attack Vector \(AV\) is "Q".* N, A, L, P/, 'character 10'],
  [base31.replace('AV:N', 'av:n'), /"av:n" is no metric of CVSS 3.1/, 'character 10'],
  [base31.replace('AV:N/', ''), /Attack Vector \(AV\): missing/],
  [base31.replace('S:U/C:H/', ''), /Scope \(S\), Confidentiality \(C\): missing/],
  [`${base31}/C:H`, /Confidentiality \(C\) is given twice/, 'character 46'],
  [`${base31}/AT:N`, /"AT:N" is no metric of CVSS 3.1/],
  [base40.replace('AT:N/', ''), /Attack Requirements \(AT\): missing/],
  [base40.replace('SI:N', 'SI:S'), /Subsequent System Integrity \(SI\) is "S"/],
  [`${base40}/S:C`, /Safety \(S\) is "C"/],
  ['CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', /"S:U|Safety \(S\) is "U"/],
  ['AV:N/AC:L/Au:N/C:H/I:P/A:P', /Confidentiality Impact \(C\) is "H"/, 'character 16'],
  ['AV:N/AC:L/C:P/I:P/A:P', /Authentication \(Au\): missing/],
  [`${base31}/__proto__:X`, /"__proto__:X" is no metric/],
  [`${base31}/constructor`, /"constructor" is no metric/],
  [`${base31}${'/E:X'.repeat(200)}`, /longer than 512/],
]

for (const [vector, why, at] of refusals) {
  test(`refused: ${vector.slice(0, 60) || 'nothing'}`, () => {
    const parsed = parseCvss(vector)
    assert.ok(!parsed.ok)
    assert.equal(parsed.refusal.code, 'malformed')
    assert.match(parsed.refusal.why, why)
    if (at !== undefined) assert.equal(parsed.refusal.at, at)
    assert.equal(cvssScore(vector), null)
    assert.deepEqual(metricsOf(vector), {})
  })
}

const scored = [
  [base31, '3.1', 9.8, 'critical'],
  ['CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', '3.1', 7.8, 'high'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', '3.1', 0, 'info'],
  ['CVSS:3.0/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N', '3.0', 5.4, 'medium'],
  [`${base31}/E:U/RL:O/RC:U`, '3.1', 7.8, 'high'],
  [`${base31}/MAV:P`, '3.1', 6.8, 'medium'],
  [base40, '4.0', 9.3, 'critical'],
  [`${base40}/E:U`, '4.0', 8.1, 'high'],
  [`${base40}/E:X/MSI:S`, '4.0', 10, 'critical'],
  [base20, '2.0', 7.5, 'high'],
  [`(${base20})`, '2.0', 7.5, 'high'],
  [`CVSS2#${base20}`, '2.0', 7.5, 'high'],
  [`CVSS:2.0/${base20}`, '2.0', 7.5, 'high'],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C', '2.0', 10, 'high'],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:N', '2.0', 0, 'low'],
] as const

for (const [vector, version, score, severity] of scored) {
  test(`${vector} scores ${score}, ${severity}`, () => {
    const found = cvssOf(vector)
    assert.ok(found)
    assert.deepEqual([found.version, found.score, found.severity], [version, score, severity])
    assert.equal(cvssScore(vector), score)
  })
}

test('a vector of version 4 out of order is understood, and said to be out of order', () => {
  const found = cvssOf('CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N')
  assert.equal(found?.isInOrder, false)
  assert.equal(found?.score, 9.3)
  assert.equal(cvssOf(base40)?.isInOrder, true)
  const free = cvssOf('CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H')
  assert.equal(free?.isInOrder, true, 'version 3 leaves the order free')
})

test('a group of metrics scores only where one of it is defined', () => {
  assert.deepEqual(cvssOf(`${base20}/E:ND/CDP:ND`)?.scores, { base: 7.5 })
  assert.deepEqual(cvssOf(`${base20}/E:U`)?.scores, { base: 7.5, threat: 6.4 })
  assert.deepEqual(cvssOf(`${base40}/E:X/CR:X`)?.scores, { base: 9.3 })
  const changed = cvssOf('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H')
  assert.equal(changed?.scores.environment, 9.7, 'the formula of 3.1 differs with nothing defined')
  assert.equal(changed?.score, 9.6, 'but then it is not the score')
})

test('the bands of severity begin where the specifications say', () => {
  const bandAt = (score: number): string => severityOfCvss(score, '3.1')
  assert.deepEqual([0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10].map(bandAt), [
    'info',
    'low',
    'low',
    'medium',
    'medium',
    'high',
    'high',
    'critical',
    'critical',
  ])
})

test('supplemental metrics of version 4 are read and change no score', () => {
  const found = cvssOf(`${base40}/S:P/AU:Y/R:I/V:C/RE:H/U:Amber`)
  assert.equal(found?.score, 9.3)
  assert.equal(metricsOf(`${base40}/AU:Y`)['AU'], 'Y')
})

/** A valid vector of a version: base metrics, and any others. */
const vectorOf = (version: CvssVersion): fc.Arbitrary<string> => {
  const parts = [...metricsByVersion[version].values()].map(({ name, values, group }) => {
    const written = fc.constantFrom(...values).map((value) => `${name}:${value}`)
    return group === 'base' ? written : fc.option(written, { nil: '' })
  })
  const prefix = version === '2.0' ? '' : `CVSS:${version}/`
  return fc.tuple(...parts).map((all) => prefix + all.filter((part) => part !== '').join('/'))
}

const versions: readonly CvssVersion[] = ['2.0', '3.0', '3.1', '4.0']

for (const version of versions) {
  test(`every valid vector of ${version} scores 0 to 10 in tenths, whatever its order`, () => {
    fc.assert(
      fc.property(vectorOf(version), (vector) => {
        const found = parseCvss(vector)
        assert.ok(found.ok, vector)
        const { scores, score, metrics } = found.value
        for (const one of [score, ...Object.values(scores)]) {
          assert.ok(one >= 0 && one <= 10 && Object.is(Math.round(one * 10) / 10, one), vector)
        }
        const turned = Object.entries(metrics).reverse()
        const prefix = version === '2.0' ? '' : `CVSS:${version}/`
        assert.equal(cvssScore(prefix + turned.map((pair) => pair.join(':')).join('/')), score)
      }),
      { numRuns: 300 },
    )
  })
}

/** Vectors with all requirements defined and mostly high impacts, where version 4 is intricate. */
const intricate: fc.Arbitrary<string> = fc
  .tuple(
    vectorOf('4.0'),
    fc.tuple(
      ...['VC', 'VI', 'VA'].map((name) => fc.constantFrom(...'HHHLN').map((one) => [name, one])),
    ),
    fc.tuple(
      ...['CR', 'IR', 'AR'].map((name) => fc.constantFrom(...'HMML').map((one) => [name, one])),
    ),
  )
  .map(([vector, impacts, needs]) => {
    const left = { ...metricsOf(vector), ...Object.fromEntries([...impacts, ...needs]) }
    const free = Object.entries(left).filter(([name]) => !/^M[VS]?[CIA]$/.test(name))
    return `CVSS:4.0/${free.map((pair) => pair.join(':')).join('/')}`
  })

/**
 * Another implementation scores the same. Of version 3.0 only base metrics are compared: it
 * multiplies in binary fractions, where 5.0 by 0.92 is more than 4.6 and so is rounded up to 4.7.
 */
const compared = [
  [
    '3.0',
    calculator.Cvss3P0,
    vectorOf('3.0').map((vector) => vector.split('/').slice(0, 9).join('/')),
  ],
  ['3.1', calculator.Cvss3P1, vectorOf('3.1')],
  ['4.0', calculator.Cvss4P0, vectorOf('4.0')],
  ['4.0 with requirements', calculator.Cvss4P0, intricate],
] as const

for (const [says, Other, vectors] of compared) {
  test(`another implementation scores vectors of ${says} the same`, () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const expected = new Other(vector).calculateScores(false).overall
        assert.equal(cvssScore(vector), expected, vector)
      }),
      { numRuns: 300 },
    )
  })
}

/** The most severe vector of each level of each equivalence set: it scores what the table says. */
const levels = [
  ['AV:N/PR:N/UI:N', 'AV:A/PR:N/UI:N', 'AV:P/PR:N/UI:N'],
  ['AC:L/AT:N', 'AC:H/AT:N'],
  [
    'VC:H/VI:H/VA:H/CR:H/IR:H/AR:H',
    'VC:H/VI:H/VA:L/CR:M/IR:M/AR:H',
    'VC:L/VI:H/VA:H/CR:H/IR:H/AR:H',
    'VC:L/VI:H/VA:L/CR:H/IR:M/AR:H',
    'VC:L/VI:L/VA:L/CR:H/IR:H/AR:H',
  ],
  ['SC:H/SI:N/SA:N/MSI:S/MSA:S', 'SC:H/SI:H/SA:H', 'SC:L/SI:L/SA:L'],
  ['E:A', 'E:P', 'E:U'],
]

test('each of the 270 macro vectors of version 4 scores as in another implementation', () => {
  const all = levels.reduce<string[]>(
    (left, level) => left.flatMap((one) => level.map((part) => `${one}/${part}`)),
    ['CVSS:4.0'],
  )
  assert.equal(all.length, 270)
  for (const vector of all) {
    const expected = new calculator.Cvss4P0(vector).calculateScores(false).overall
    assert.equal(cvssScore(vector), expected, vector)
  }
})

test('version 3.0 rounds the exact value, not a binary fraction that is near it', () => {
  assert.equal(cvssScore('CVSS:3.0/AV:P/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:H/RC:U'), 4.6)
})

test('no text whatever makes the reader throw', () => {
  const pieces = fc.constantFrom('CVSS:', '4.0', '/', ':', 'AV', 'N', 'Au', '(', ')', 'X', '\0')
  const near = fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 }))).map((all) => all.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      const parsed = parseCvss(text)
      assert.ok(parsed.ok || parsed.refusal.why !== '')
      assert.equal(cvssOf(text) === null, !parsed.ok)
      assert.equal(cvssOf(text) === null, !parsed.ok, 'remembered')
    }),
  )
})

test('more vectors than are remembered stay right', () => {
  for (let at = 0; at < 20_000; at += 1) assert.equal(cvssScore(`not a vector ${at}`), null)
  assert.equal(cvssScore(base31), 9.8)
})
