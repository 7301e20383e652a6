import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { pipAuditDecoder } from './decode.ts'

const flaw = {
  id: 'PYSEC-2024-1',
  fix_versions: ['3.7.4'],
  aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
  description: 'fetcher is an HTTP client. A crafted link leads elsewhere.',
}
const packages = [
  { name: 'fetcher', version: '3.6.2', vulns: [flaw, { id: 'PYSEC-2024-2', fix_versions: [] }] },
  { name: 'mine', skip_reason: 'Dependency not found: mine (0.1)' },
  { name: 'clean', version: '1.0', vulns: [] },
]
const document = { dependencies: packages, fixes: [] }

test('what is no pip-audit report is not taken for one', () => {
  const others = [
    {},
    { dependencies: [] },
    { dependencies: {} },
    { dependencies: [{ name: 'x', version: '1', resolved: 'y' }] },
    { name: 'x', version: '1' },
    { vulns: [flaw] },
  ]
  for (const value of others) assert.equal(pipAuditDecoder.recognise(json(value)), 0)
  for (const value of [document, packages]) assert.equal(pipAuditDecoder.recognise(json(value)), 3)
  assert.equal(pipAuditDecoder.recognise(json([packages[2]])), 2)
  assert.equal(pipAuditDecoder.recognise(json({ dependencies: [], fixes: [] })), 2)
})

test('a flaw says everything the report says of it', () => {
  const { findings, problems } = pipAuditDecoder.decode(json(document))
  assert.deepEqual(findings[0], {
    at: { pointer: '/dependencies/0/vulns/0' },
    title: 'A crafted link leads elsewhere',
    details: flaw.description,
    tool: { name: 'pip-audit' },
    aliases: ['PYSEC-2024-1', 'CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
    components: [
      { name: 'fetcher', ecosystem: 'PyPI', version: '3.6.2', ranges: [{ fixed: '3.7.4' }] },
    ],
    fix: 'Upgrade fetcher to 3.7.4',
    original: flaw,
  })
  assert.equal(findings[1]?.title, 'PYSEC-2024-2 in fetcher')
  assert.deepEqual(
    problems.map(({ pointer, why, lost }) => [pointer, why, lost]),
    [['/dependencies/1', 'Dependency not found: mine (0.1)', false]],
  )
})

test('the bare list of before 2.0 reads as well', () => {
  const { findings } = pipAuditDecoder.decode(json(packages))
  assert.deepEqual(
    findings.map(({ at }) => at.pointer),
    ['/0/vulns/0', '/0/vulns/1'],
  )
})

test('any broken member costs itself only', () => {
  assertTotal(pipAuditDecoder, [document])
  assertIndependent(pipAuditDecoder, document, '/dependencies/0/vulns')
})
