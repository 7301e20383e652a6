import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeKev, recogniseKev } from '#formats/kev/kev.ts'
import { sharedPath, skipWithout } from './shared.ts'

const path = sharedPath('corpora', 'kev.json')

test('every entry of the KEV catalogue decodes', { skip: skipWithout(path) }, () => {
  if (!path) return
  const text: string = readFileSync(path, 'utf8')
  const value: unknown = JSON.parse(text)
  assert.equal(recogniseKev({ kind: 'json', value, text }), 3)
  const { entries, problems, version } = decodeKev(value)
  assert.deepEqual(problems, [])
  assert.equal(version, '2025.08.25')
  const ids = text.match(/(?<="cveID":\s*")CVE-\d+-\d+/g)
  assert.deepEqual(
    entries.map(({ cveId }) => cveId),
    ids,
  )
  const known = text.match(/"knownRansomwareCampaignUse":\s*"Known"/g)?.length
  assert.equal(entries.filter(({ ransomware }) => ransomware === 'known').length, known)
  assert.ok(
    entries.every(({ dateAdded, dueDate, references }) => dateAdded && dueDate && references),
  )
  console.log(`kev: ${entries.length} entries, ${known} used by ransomware`)
})
