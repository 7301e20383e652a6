import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEpss, recogniseEpss } from './epss.ts'

const remark = '#model_version:v2025.03.14,score_date:2025-08-26T12:55:00Z'

test('what is no such file says so', () => {
  for (const text of ['', 'x', 'cve;epss\nCVE-2024-1;0.1', '# only a remark', '{"cve":1}']) {
    const { scores, problems } = decodeEpss(text)
    assert.equal(scores.size, 0)
    assert.equal(problems[0]?.code, 'missing-field')
    assert.equal(recogniseEpss(text), 0)
  }
})

test('a file is read with its date and model', () => {
  const rows = ['cve,epss,percentile', 'CVE-1999-0001,0.01422,0.79921', 'CVE-1999-0002,1,1', '']
  const text = [remark, ...rows].join('\r\n')
  assert.equal(recogniseEpss(text), 3)
  const { scores, scoreDate, modelVersion, problems } = decodeEpss(text)
  assert.deepEqual(problems, [])
  assert.equal(scoreDate, '2025-08-26T12:55:00Z')
  assert.equal(modelVersion, 'v2025.03.14')
  assert.deepEqual(
    [...scores],
    [
      ['CVE-1999-0001', { epss: 0.01422, percentile: 0.79921 }],
      ['CVE-1999-0002', { epss: 1, percentile: 1 }],
    ],
  )
})

test('a file of the first model has neither remark nor percentile', () => {
  const { scores } = decodeEpss('\ufeffcve,epss\nCVE-2020-5902,0.65117')
  assert.deepEqual(scores.get('CVE-2020-5902'), { epss: 0.65117 })
})

const wrong: readonly string[] = [
  'CVE-2024-1,,0.5',
  'CVE-2024-1,1.5,0.5',
  'CVE-2024-1,-0.1,0.5',
  'CVE-2024-1,high,0.5',
  'CVE-2024-x,0.1,0.5',
  ',0.1,0.5',
  'CVE-2024-1',
]

for (const line of wrong) {
  test(`the line "${line}" costs itself only`, () => {
    const text = `${remark}\ncve,epss,percentile\n${line}\n\nCVE-2024-2,0.1,0.5`
    const { scores, problems } = decodeEpss(text)
    assert.deepEqual([...scores.keys()], ['CVE-2024-2'])
    assert.deepEqual(problems, [
      { code: 'bad-value', why: 'expected a CVE and its score from 0 to 1', line: 3, lost: true },
    ])
  })
}

test('many wrong lines are counted, not listed', () => {
  const { problems } = decodeEpss(`cve,epss\n${'x\n'.repeat(500)}`)
  assert.equal(problems.length, 21)
  assert.match(problems.at(-1)?.why ?? '', /480 more/)
})

test('every score that is written is read back', () => {
  const row = fc.record({
    year: fc.integer({ min: 1999, max: 2030 }),
    number: fc.nat({ max: 999_999 }),
    epss: fc.nat({ max: 100_000 }),
    percentile: fc.nat({ max: 100_000 }),
  })
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const lines = rows.map(
        ({ year, number, epss, percentile }) =>
          `CVE-${year}-${number},${epss / 100_000},${percentile / 100_000}`,
      )
      const { scores, problems } = decodeEpss(['cve,epss,percentile', ...lines].join('\n'))
      assert.deepEqual(problems, [])
      const last = new Map(rows.map((one) => [`CVE-${one.year}-${one.number}`, one.epss / 100_000]))
      assert.deepEqual(new Map([...scores].map(([cve, { epss }]) => [cve, epss])), last)
    }),
  )
})

test('no text makes it throw', () => {
  const part = fc.constantFrom('#', 'cve', ',', 'epss', '\n', 'CVE-2024-1', '0.5', '\r', '\ufeff')
  fc.assert(fc.property(fc.array(part), (parts) => assert.ok(decodeEpss(parts.join('')))))
})
