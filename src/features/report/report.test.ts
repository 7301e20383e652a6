import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { ReportId, reportsOf } from './report.ts'

const origin = { file: 'scan.json', sha256: 'a'.repeat(64) }
const finding = (pointer: string, more: Partial<Finding> = {}): Finding => ({
  at: { pointer },
  title: 'Overflow in tf_read',
  original: null,
  ...more,
})
const idsOf = (...args: Parameters<typeof reportsOf>): string[] =>
  reportsOf(...args).map((r) => r.id)

test('no id is shared by two places, copies, documents or findings of one place', () => {
  const ids = [
    ...idsOf(origin, [finding('/1'), finding('/2'), finding('/2')]),
    ...idsOf({ ...origin, copy: 1 }, [finding('/1'), finding('/2')]),
    ...idsOf({ ...origin, sha256: 'b'.repeat(64) }, [finding('/1')]),
  ]
  assert.equal(new Set(ids).size, ids.length)
})

test('an id depends on the bytes and the place only', () => {
  const [one] = idsOf(origin, [finding('/1')])
  const [other] = idsOf({ ...origin, file: 'renamed.json' }, [finding('/1', { title: 'Other' })])
  assert.equal(one, other)
  assert.equal(one, 'report_lik5w57q3xfhw7rwbq4d')
  assert.ok(ReportId.parse(one ?? ''))
})

for (const [what, more, finders, source] of [
  ['the file', {}, ['scan.json'], 'scan.json'],
  ['the tool', { tool: { name: 'Probe' } }, ['Probe'], 'Probe'],
  ['the people, once each', { finders: [' Ada ', 'Ada', 'Bo', ' '] }, ['Ada', 'Bo'], 'scan.json'],
  ['the people before the tool', { tool: { name: 'P' }, finders: ['Ada'] }, ['Ada'], 'P'],
  ['the tool when no name is left', { tool: { name: 'P' }, finders: [' '] }, ['P'], 'P'],
] as const) {
  test(`credit goes to ${what}`, () => {
    const [report] = reportsOf(origin, [finding('/1', more)])
    assert.deepEqual([report?.finders, report?.source], [finders, source])
  })
}

test('who sent a document is credited for findings that name nobody, and only for those', () => {
  const sent = { ...origin, senders: ['Ada'] }
  const found = [finding('/1', { tool: { name: 'P' } }), finding('/2', { finders: ['Bo'] })]
  assert.deepEqual(
    reportsOf(sent, found).map(({ finders, source }) => [finders, source]),
    [
      [['Ada'], 'P'],
      [['Bo'], 'scan.json'],
    ],
  )
})
