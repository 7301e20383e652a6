import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { cargoAuditDecoder } from './decode.ts'

const flaw = {
  advisory: {
    id: 'RUSTSEC-2024-0001',
    package: 'padder',
    title: 'Padding dangles',
    description: 'The padding outlives its buffer.',
    date: '2024-02-01',
    aliases: ['CVE-2024-0001'],
    related: ['GHSA-aaaa-bbbb-cccc'],
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N',
    url: 'https://example.org/1',
    references: ['https://example.org/2'],
  },
  versions: { patched: ['>=1.1.0'], unaffected: ['<0.4.2'] },
  affected: { functions: { 'padder::Pad::deref': ['<1.1.0'] } },
  package: { name: 'padder', version: '0.4.7' },
}
const two = { ...flaw, versions: { patched: ['^0.4.8', '>=1.1.0'] }, affected: null }
const warning = { kind: 'unsound', package: { name: 'old' }, advisory: { id: 'RUSTSEC-2020-1' } }
const document = {
  database: { 'advisory-count': 2 },
  lockfile: { 'dependency-count': 1 },
  vulnerabilities: { found: true, count: 2, list: [flaw, two] },
  warnings: { unsound: [warning], yanked: [{ kind: 'yanked', package: { name: 'x' } }] },
}

test('what is no cargo-audit report is not taken for one', () => {
  const others = [
    {},
    { vulnerabilities: { list: [] } },
    { vulnerabilities: [], database: { 'advisory-count': 1 } },
    { database: { 'advisory-count': 1 }, lockfile: {} },
  ]
  for (const value of others) assert.equal(cargoAuditDecoder.recognise(json(value)), 0)
  assert.equal(cargoAuditDecoder.recognise(json(document)), 3)
})

test('an advisory says everything the report says of it', () => {
  const { findings, problems } = cargoAuditDecoder.decode(json(document))
  assert.deepEqual(problems, [])
  assert.deepEqual(findings[0], {
    at: { pointer: '/vulnerabilities/list/0' },
    title: 'Padding dangles',
    details: 'The padding outlives its buffer.',
    tool: { name: 'cargo-audit' },
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N'],
    aliases: ['RUSTSEC-2024-0001', 'CVE-2024-0001'],
    related: ['GHSA-aaaa-bbbb-cccc'],
    components: [
      { name: 'padder', ecosystem: 'crates.io', version: '0.4.7', ranges: [{ fixed: '1.1.0' }] },
    ],
    symbols: ['padder::Pad::deref'],
    references: ['https://example.org/1', 'https://example.org/2'],
    fix: 'Upgrade padder to 1.1.0',
    published: '2024-02-01',
    original: flaw,
  })
  assert.equal(findings[1]?.components?.[0]?.ranges, undefined, 'two branches are no one range')
  assert.equal(findings[1]?.fix, 'Upgrade padder to 0.4.8 or 1.1.0')
})

test('a warning with an advisory is informational, a yanked crate is no finding', () => {
  const { findings } = cargoAuditDecoder.decode(json(document))
  assert.equal(findings.length, 3)
  assert.equal(findings[2]?.severity, 'info')
  assert.deepEqual(findings[2]?.rule, { id: 'unsound' })
  assert.equal(findings[2]?.title, 'RUSTSEC-2020-1')
})

test('any broken member costs itself only', () => {
  assertTotal(cargoAuditDecoder, [document])
  assertIndependent(cargoAuditDecoder, document, '/vulnerabilities/list')
})
