import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { selectionsOf } from '#formats/ssvc/selection.ts'
import type { DecisionTable } from '#formats/ssvc/table.ts'
import { coordinatorTriage } from '#formats/ssvc/table-triage.ts'
import {
  bod2604,
  cisaCoordinator,
  coordinatorPublish,
  deployer,
  humanImpactTable,
  publicSafetyTable,
  supplier,
  tables,
  utilityTable,
} from '#formats/ssvc/tables.ts'
import { sharedPath, skipWithout } from './shared.ts'

const folder = sharedPath('fixtures', 'ssvc', 'CERTCC__SSVC', 'data', 'csv')
const judged = sharedPath('corpora', 'ssvc_vulnrichment.csv.gz')

const files: readonly (readonly [path: string, table: DecisionTable, rows: number])[] = [
  ['ssvc/deployer_patch_application_priority_1_0_0.csv', deployer, 72],
  ['ssvc/supplier_patch_development_priority_1_0_0.csv', supplier, 36],
  ['ssvc/coordinator_triage_1_0_0.csv', coordinatorTriage, 192],
  ['ssvc/coordinator_publish_decision_table_1_0_0.csv', coordinatorPublish, 27],
  ['ssvc/human_impact_1_0_0.csv', humanImpactTable, 16],
  ['ssvc/utility_1_0_0.csv', utilityTable, 4],
  ['ssvc/public_safety_impact_1_0_0.csv', publicSafetyTable, 4],
  ['cisa/cisa_coordinator_2_0_3.csv', cisaCoordinator, 36],
  ['cisa/cisa_bod_26_04_1_0_0.csv', bod2604, 16],
]

/** The only quoted cells are headings with commas. */
const cellsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|[^,]+/g) ?? []).map((cell) => cell.replace(/^"|"$/g, ''))

const skip = skipWithout(folder)

for (const [path, table, count] of files) {
  test(`${path}: all ${count} rows stand in our table under their numbers`, { skip }, () => {
    const [head = '', ...lines] = readFileSync(`${folder}/${path}`, 'utf8').trim().split(/\r?\n/)
    const [, ...headings] = cellsOf(head)
    assert.deepEqual(
      headings.map((heading) => heading.replace(/ v\d.*$/, '')),
      [...table.inputs.map(({ name }) => name), table.outcome.name],
    )
    assert.equal(lines.length, count)
    const ours = table.rows.map(({ row, values, outcome }) => [`${row}`, ...values, outcome])
    assert.deepEqual(ours, lines.map(cellsOf))
  })
}

test('every table of ours is compared with a published one', { skip }, () => {
  assert.deepEqual(new Set(files.map(([, table]) => table)), new Set(tables))
})

test('every value of 44,000 judged CVE records is read', { skip: skipWithout(judged) }, () => {
  const [, ...lines] = gunzipSync(readFileSync(judged ?? ''))
    .toString('utf8')
    .trim()
    .split('\n')
  assert.ok(lines.length > 44_000)
  for (const line of lines) {
    const [cve, exploitation = '', automatable = '', impact = ''] = line.split(',')
    const named = {
      Exploitation: exploitation,
      Automatable: automatable,
      'Technical Impact': impact,
    }
    const { values, problems } = selectionsOf(named)
    assert.deepEqual(problems, [], cve)
    assert.equal(Object.keys(values).length, 3, cve)
  }
})
