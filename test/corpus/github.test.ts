import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Material } from '#formats/finding/decoder.ts'
import { githubDecoder } from '#formats/github/decode.ts'
import { sharedPath, skipWithout } from './shared.ts'

const folder = sharedPath(
  ...['fixtures', 'scans', 'DefectDojo__django-DefectDojo', 'unittests', 'scans'],
  'github_vulnerability',
)

test('every export of GitHub in the fixtures decodes', { skip: skipWithout(folder) }, () => {
  if (!folder) return
  let alerts = 0
  const names = globSync('*.json', { cwd: folder }).sort()
  assert.equal(names.length, 15)
  for (const name of names) {
    const text: string = readFileSync(join(folder, name), 'utf8')
    const material: Material = { kind: 'json', value: JSON.parse(text), text }
    assert.equal(githubDecoder.recognise(material), 3, name)
    const { findings, problems } = githubDecoder.decode(material)
    assert.deepEqual(problems, [], name)
    const expected = text.match(/"(securityVulnerability|most_recent_instance)"/g)?.length ?? 0
    assert.equal(findings.length, expected, name)
    const cves = new Set(text.match(/(?<="value":\s*")CVE-\d+-\d+/g))
    assert.ok(
      [...cves].every((id) => findings.some(({ aliases }) => aliases?.includes(id))),
      name,
    )
    alerts += findings.length
  }
  console.log(`github: ${alerts} alerts in ${names.length} files`)
})
