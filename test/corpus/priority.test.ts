import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from '#features/priority/judgement.ts'
import type { RankInput } from '#features/priority/rank-input.ts'
import { cveDecoder } from '#formats/cve/decode.ts'
import { selectionsOf } from '#formats/ssvc/selection.ts'
import { rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('corpora', 'cve5_vulnrichment.jsonl.gz')

const blank: RankInput = {
  ...{ id: 'case', title: 'A flaw', cvss: [], evidence: 'E0', aliases: [] },
  ...{ reportsCount: 1, findersCount: 1 },
}

/** Agreement measured over all 32,765 records with a vector: 0.960 and 0.941. */
test('what a vector implies is what CISA judged', { skip: skipWithout(path) }, (context) => {
  const rows = rowsOf(path ?? '', 10)
  const { findings } = cveDecoder.decode({ kind: 'rows', rows, text: '' })
  const agreed = { all: 0, automatable: 0, technicalImpact: 0 }
  for (const { ssvc = {}, cvss = [] } of findings) {
    const judged = selectionsOf(ssvc).values
    const found = judge({ ...blank, cvss: cvss.slice(0, 1) })
    if (found.automatable === undefined || judged['Automatable'] === undefined) continue
    agreed.all += 1
    if (found.automatable.value === judged['Automatable']) agreed.automatable += 1
    if (found.technicalImpact?.value === judged['Technical Impact']) agreed.technicalImpact += 1
  }
  assert.ok(agreed.all > 3000)
  context.diagnostic(JSON.stringify(agreed))
  assert.ok(agreed.automatable / agreed.all > 0.94)
  assert.ok(agreed.technicalImpact / agreed.all > 0.93)
})
