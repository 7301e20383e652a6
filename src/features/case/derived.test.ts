import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalog } from '#features/catalog/catalog.ts'
import { prioritise } from '#features/priority/priority.ts'
import { ReportId } from '#features/report/report.ts'
import { Chance } from '../../../test/synthetic/chance.ts'
import { reportOf, subjectOf } from '../../../test/synthetic/report.ts'
import { CaseId, caseOf } from './case.ts'
import { derive, totalsOf } from './derived.ts'
import { rankInputOf } from './known.ts'
import { foldedInto } from './rest.ts'
import { findingOf, type StoredReport, weighed, weightOf } from './stored-report.ts'

const id = CaseId.of('aaaaaaaa')

/** Reports of one invented flaw, as the database holds them. */
function storedReports(chance: Chance, count: number): StoredReport[] {
  const subject = subjectOf(chance)
  return Array.from({ length: count }, (_, at) => {
    const { finding, finders, file } = reportOf(chance, subject)
    return {
      ...{ id: ReportId.of(chance.digest(20)), no: at + 1, finding, finders, file, source: file },
      ...{ organisation: 'org_finder01', label: 1, goneAt: null },
      receivedAt: new Date('2026-11-20T10:00:00Z'),
      finding: { ...finding, ...(chance.is(0.2) && { exploited: true }) },
    }
  })
}

const noTies = { probability: () => 0, judgement: () => null }

test('a case in the service is what the laptop tool makes of the same reports', () => {
  const chance = new Chance(5)
  for (let round = 0; round < 200; round++) {
    const reports = storedReports(chance, chance.between(1, 5))
    const catalog = chance.is(0.5) ? new Catalog() : null
    const [alias] = reports.flatMap(({ finding }) => finding.aliases ?? [])
    if (catalog && alias) {
      catalog.addKev('kev.json', {
        entries: [{ cveId: alias, ransomware: 'unknown' }],
        problems: [],
      })
    }
    const of = { ...caseOf(reports, noTies), id }
    const facts = catalog && of.aliases.length > 0 ? catalog.factsOf(of.aliases) : null
    const laptop = prioritise(rankInputOf({ of, facts, touch: null, hasInventory: false }))
    const totals = totalsOf(reports)
    const { row } = derive({ id, reports, totals, edits: {}, catalog, record: 0 })
    assert.deepEqual(
      [row.title, row.severity, row.evidence, row.aliases, row.band, row.rank_key],
      [of.title, of.severity, of.evidence, of.aliases, laptop.band, laptop.key],
    )
    // What is kept of the input says everything again on the page of the case.
    const { title, aliases } = row
    const again = prioritise({ ...row.told.input, id, title, aliases })
    assert.deepEqual([again.inputs, again.rules], [laptop.inputs, laptop.rules])
  }
})

test('what a person sets stands above what the reports say, in the order as well', () => {
  const reports = storedReports(new Chance(7), 2)
  const material = { id, reports, totals: totalsOf(reports), catalog: null, record: 0 }
  const edits = { title: 'Mine', severity: 'low' } as const
  const { row } = derive({ ...material, edits })
  assert.deepEqual([row.title, row.severity], ['Mine', 'low'])
  const { row: reported } = derive({ ...material, edits: {} })
  assert.notDeepEqual(row.rank_key, reported.rank_key)
})

test('folding reports in twice, or in another order, changes nothing', () => {
  const findings = storedReports(new Chance(9), 6).map(({ finding }) => finding)
  const { ssvc: _ssvc, ...once } = foldedInto(undefined, findings)
  const { ssvc: _again, ...twice } = foldedInto(foldedInto(undefined, findings), findings)
  assert.deepEqual(twice, once)
})

test('a payload counts, and nothing of it is in what is kept', () => {
  const open = { at: {}, title: 'Overflow', original: null }
  const proofs = [{ text: 'printf secret-steps' }]
  const frames = [{ function: 'secret_frame' }]
  const whole = { ...open, proofs, crash: { kind: 'heap-use-after-free', frames } }
  const finding = weighed(findingOf(open), weightOf(whole))
  const [report] = storedReports(new Chance(1), 1)
  assert.ok(report)
  const reports = [{ ...report, finding }]
  const material = { id, reports, totals: totalsOf(reports), edits: {}, catalog: null, record: 0 }
  const { row } = derive(material)
  assert.deepEqual([row.evidence, row.severity], ['E2', 'high'])
  assert.doesNotMatch(JSON.stringify(row), /secret|use-after-free/)
})
