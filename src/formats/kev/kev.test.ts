import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCsv } from '#formats/csv/parse.ts'
import { decodeKev, decodeKevMaterial, recogniseKev } from './kev.ts'

const entry = {
  cveID: 'CVE-2024-0001',
  vendorProject: 'Example',
  product: 'Gateway',
  vulnerabilityName: 'Example Gateway Overflow',
  dateAdded: '2024-03-01',
  shortDescription: 'A buffer overflows.',
  requiredAction: 'Update.',
  dueDate: '2024-03-22',
  knownRansomwareCampaignUse: 'Known',
  notes: 'See https://example.org/1 ; https://example.org/2; as well.',
  cwes: ['CWE-120', 'none'],
}

const expected = {
  cveId: 'CVE-2024-0001',
  vendor: 'Example',
  product: 'Gateway',
  name: 'Example Gateway Overflow',
  description: 'A buffer overflows.',
  dateAdded: '2024-03-01',
  dueDate: '2024-03-22',
  requiredAction: 'Update.',
  ransomware: 'known',
  cwe: [120],
  references: ['https://example.org/1', 'https://example.org/2'],
}

test('what is no catalogue says so', () => {
  for (const value of [null, [], 'x', {}, { vulnerabilities: 1 }]) {
    const { entries, problems } = decodeKev(value)
    assert.deepEqual(entries, [])
    assert.ok(problems.length > 0)
    assert.equal(recogniseKev({ kind: 'json', value, text: '' }), 0)
  }
  assert.equal(recogniseKev({ kind: 'text', text: '' }), 0)
})

test('an entry without a CVE or with a strange date costs itself or the date only', () => {
  const bad = [{ cveID: 'GHSA-1' }, { cveID: 'cve-2024-2', dueDate: 'soon' }, 7]
  const { entries, problems } = decodeKev({ vulnerabilities: bad })
  assert.deepEqual(entries, [{ cveId: 'CVE-2024-2', ransomware: 'unknown' }])
  assert.deepEqual(
    problems.map(({ code, pointer }) => [code, pointer]),
    [
      ['wrong-type', '/vulnerabilities/2'],
      ['missing-field', '/vulnerabilities/0/cveID'],
      ['bad-value', '/vulnerabilities/1/dueDate'],
    ],
  )
})

test('the catalogue is read from JSON and from CSV', () => {
  const value = { catalogVersion: '2024.03.01', vulnerabilities: [entry] }
  assert.deepEqual(decodeKev(value), { version: '2024.03.01', entries: [expected], problems: [] })
  const names = Object.keys(entry)
  const cells = Object.values(entry).map((cell) => `"${String(cell)}"`)
  const text = `${names.join(',')}\n${cells.join(',')}\nCVE-x${','.repeat(names.length - 1)}`
  const { table } = parseCsv(text)
  assert.ok(table)
  const material = { kind: 'table', table, text } as const
  assert.equal(recogniseKev(material), 3)
  const { entries, problems } = decodeKevMaterial(material)
  assert.deepEqual(entries, [expected])
  assert.deepEqual(
    problems.map(({ code, line }) => [code, line]),
    [['missing-field', 3]],
  )
})

test('no value makes it throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, inner) => {
      decodeKev(value)
      decodeKev({ vulnerabilities: [{ ...entry, notes: inner, cwes: inner, cveID: value }] })
    }),
  )
})
