import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoders } from '#features/exchange/decoders.ts'
import { readText } from '#features/exchange/recognise.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { sharedPath, skipWithout } from './shared.ts'

/** What the folders of the corpus hold, by the names of the decoders; others may be anything. */
const expected: readonly (readonly [RegExp, string])[] = [
  [/\/scans\/sarif\//, 'sarif'],
  [/\/scans\/semgrep\//, 'semgrep'],
  [/\/scans\/anchore_grype\//, 'grype'],
  [/\/scans\/garak\//, 'garak'],
  [/\/scans\/promptfoo\//, 'promptfoo'],
  [/\/scans\/snyk\/(?!snykcode)/, 'snyk'],
  [/\/scans\/csaf\//, 'csaf'],
  [/\/sbom\/cdx/, 'cyclonedx'],
  [/\/sbom\/spdx/, 'spdx'],
]

for (const name of ['scans', 'sbom', 'osvdev', 'osv_schema', 'sarif_sdk', 'stix', 'lockfiles']) {
  const folder = sharedPath('fixtures', name)
  const skip = skipWithout(folder)
  test(`no real file of ${name} is in two formats, or in a wrong one`, {
    skip,
  }, async () => {
    const wrong: string[] = []
    let read = 0
    for await (const input of documentsOf(folder === null ? [] : [folder])) {
      if (input.is === 'refused' || input.text === '') continue
      read++
      const { format, decoded } = readText(input.text, { decoders })
      const [, wanted] = expected.find(([place]) => place.test(input.name)) ?? []
      const isWrong = format !== null && wanted !== undefined && format !== wanted
      if (isWrong) wrong.push(`${input.name}: ${format}`)
      for (const { code, why, hint } of decoded.problems) {
        const isBad = code === 'ambiguous-format' || (hint ?? '').includes('defect in Parley')
        if (isBad) wrong.push(`${input.name}: ${why}`)
      }
    }
    assert.deepEqual(wrong, [])
    assert.ok(read > 0)
  })
}
