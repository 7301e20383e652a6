import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { csafDecoder } from '#formats/csaf/decode.ts'
import type { Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

type Vulnerability = {
  readonly cve?: string
  readonly cwe?: { readonly id: string }
  readonly product_status?: { readonly [status: string]: readonly string[] }
}
type Csaf = {
  readonly document: { readonly csaf_version: string }
  readonly vulnerabilities?: readonly Vulnerability[]
}

const isCsaf = (value: unknown): value is Csaf =>
  typeof value === 'object' && value !== null && 'document' in value

/** Every text under a member of this name, anywhere. */
function textsUnder(value: unknown, name: RegExp): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && name.test(key) ? [inner] : textsUnder(inner, name),
  )
}

function compare(vulnerability: Vulnerability, found: Finding): void {
  assert.equal(found.original, vulnerability)
  if (vulnerability.cve) assert.equal(found.aliases?.[0], vulnerability.cve)
  const cwe = Number(vulnerability.cwe?.id.replace('CWE-', ''))
  if (cwe > 0) assert.ok(found.cwe?.includes(cwe))
  const vectors = textsUnder(vulnerability, /^vectorString$/).filter((text) => text !== '')
  assert.deepEqual(new Set(found.cvss), new Set(vectors))
  const status = vulnerability.product_status ?? {}
  const mayBe = /^(known_affected|first_affected|last_affected|under_investigation|unknown)$/
  const isOpen = Object.keys(status).some((name) => mayBe.test(name))
  const isClosed = Object.keys(status).some((name) => /not_affected|fixed/.test(name))
  assert.equal(found.standing !== undefined, isClosed && !isOpen, vulnerability.cve)
}

const corpus = sharedPath('corpora', 'csaf_cisa.jsonl.gz')

test('every CSAF document of CISA decodes to what it says', { skip: skipWithout(corpus) }, () => {
  if (!corpus) return
  const rows = rowsOf(corpus)
  const counts = {
    documents: rows.length,
    findings: 0,
    components: 0,
    versions: 0,
    ranges: 0,
    ssvc: 0,
    credited: 0,
  }
  let without = 0
  for (const row of rows) {
    assert.ok(isCsaf(row.value))
    const material = { kind: 'rows', rows: [row], text: '' } as const
    assert.equal(csafDecoder.recognise(material), 3)
    const { findings, problems, spec } = csafDecoder.decode(material)
    assert.equal(spec, '2.0')
    assert.deepEqual(problems, [])
    const vulnerabilities = row.value.vulnerabilities ?? []
    assert.equal(findings.length, vulnerabilities.length)
    findings.forEach((found, index) => {
      const vulnerability = vulnerabilities[index]
      assert.ok(vulnerability)
      compare(vulnerability, found)
      counts.findings += 1
      counts.components += found.components?.length ?? 0
      counts.versions += found.components?.flatMap((one) => one.versions ?? []).length ?? 0
      counts.ranges += found.components?.flatMap((one) => one.ranges ?? []).length ?? 0
      counts.ssvc += found.ssvc ? 1 : 0
      counts.credited += found.finders ? 1 : 0
      if (!found.components) without += 1
    })
  }
  assert.equal(without, 0, 'every vulnerability of CISA names products')
  console.log('csaf corpus', counts)
})

const fixtures = sharedPath('fixtures', 'csaf')

test('every CSAF document of the test suite decodes', { skip: skipWithout(fixtures) }, () => {
  if (!fixtures) return
  const counts = { documents: 0, findings: 0, components: 0, notAffected: 0, problems: 0 }
  for (const path of globSync('**/*.json', { cwd: fixtures }).sort()) {
    const text: string = readFileSync(join(fixtures, path), 'utf8')
    const value: unknown = JSON.parse(text)
    const material: Material = { kind: 'json', value, text }
    const { findings, problems, components } = csafDecoder.decode(material)
    assert.deepEqual(components, [], path)
    if (!isCsaf(value) || typeof value.document.csaf_version !== 'string') continue
    assert.equal(csafDecoder.recognise(material), 3, path)
    assert.equal(findings.length, value.vulnerabilities?.length ?? 0, path)
    if (path.includes('/valid/')) assert.deepEqual(problems, [], path)
    findings.forEach((found, index) => {
      const vulnerability = value.vulnerabilities?.[index]
      assert.ok(vulnerability)
      compare(vulnerability, found)
    })
    counts.documents += 1
    counts.findings += findings.length
    counts.components += findings.flatMap((found) => found.components ?? []).length
    counts.notAffected += findings.filter(({ standing }) => standing?.is === 'not-affected').length
    counts.problems += problems.length
  }
  assert.ok(counts.documents > 1000)
  console.log('csaf fixtures', counts)
})
