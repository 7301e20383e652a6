import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cveDecoder } from '#formats/cve/decode.ts'
import { nvdDecoder } from '#formats/cve/nvd.ts'
import type { Decoder, Material } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { isWhole, rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

type Container = {
  readonly affected?: readonly {
    readonly vendor?: string
    readonly product?: string
    readonly packageName?: string
    readonly programFiles?: readonly string[]
    readonly versions?: readonly { readonly version: string; readonly status: string }[]
  }[]
  readonly problemTypes?: readonly {
    readonly descriptions: readonly { readonly cweId?: string }[]
  }[]
  readonly references?: readonly { readonly url: string }[]
}
type CveRecord = {
  readonly cveMetadata: { readonly cveId: string; readonly state: string }
  readonly containers: { readonly cna: Container; readonly adp?: readonly Container[] }
}

const isRecord = (value: unknown): value is CveRecord =>
  typeof value === 'object' && value !== null && 'cveMetadata' in value

/** Every text under a member of this name, anywhere in the record. */
function textsUnder(value: unknown, name: RegExp): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && name.test(key) ? [inner] : textsUnder(inner, name),
  )
}

/** What the record says, found straight in its JSON, against what was decoded. */
function compare(record: CveRecord, found: Finding): void {
  const { cveId, state } = record.cveMetadata
  assert.equal(found.nativeId, cveId)
  assert.equal(found.aliases?.[0], cveId)
  assert.equal(found.standing !== undefined, state === 'REJECTED', cveId)
  const parts = [record.containers.cna, ...(record.containers.adp ?? [])]
  const types = parts.flatMap((part) => part.problemTypes ?? [])
  for (const { cweId } of types.flatMap((type) => type.descriptions)) {
    const number = /^CWE-(\d+)/.exec(cweId ?? '')?.[1]
    if (number) assert.ok(found.cwe?.includes(Number(number)), `${cveId} ${cweId}`)
  }
  const links = new Set(
    parts.flatMap((part) => part.references ?? []).map((link) => link.url.trim()),
  )
  assert.equal(found.references?.length ?? 0, links.size, cveId)
  const metrics = parts.map((part) => ('metrics' in part ? part.metrics : undefined))
  const vectors = new Set(
    textsUnder(metrics, /^vectorString$/).filter((text) => text.trim() !== ''),
  )
  assert.deepEqual(new Set(found.cvss), vectors, cveId)
  const products = parts.flatMap((part) => part.affected ?? [])
  const isNamed = (text?: string): boolean =>
    text !== undefined && !/^\s*(n\/?a|unknown|unspecified|-|\*|)\s*$/i.test(text)
  const isAnyNamed = products.some((one) => isNamed(one.packageName) || isNamed(one.product))
  if (isAnyNamed) assert.ok(found.components, cveId)
  const files = new Set(
    products.flatMap((one) => one.programFiles ?? []).filter((file) => file.trim()),
  )
  assert.equal(found.locations?.length ?? 0, files.size, cveId)
}

const count = (findings: readonly Finding[], of: (one: Finding) => number | undefined): number =>
  findings.reduce((sum, one) => sum + (of(one) ?? 0), 0)

const corpus = sharedPath('corpora', 'cve5_vulnrichment.jsonl.gz')

test('CVE records of the corpus decode to what they say', { skip: skipWithout(corpus) }, () => {
  if (!corpus) return
  const rows = rowsOf(corpus, 3)
  const material = { kind: 'rows', rows, text: '' } as const
  assert.equal(cveDecoder.recognise(material), 3)
  const { findings, problems } = cveDecoder.decode(material)
  assert.equal(findings.length, rows.length)
  findings.forEach((found, index) => {
    const record = rows[index]?.value
    assert.ok(isRecord(record))
    assert.equal(found.original, record)
    compare(record, found)
  })
  const ssvc = findings.filter(({ ssvc }) => ssvc?.['Exploitation']).length
  const said = rows.filter(({ value }) => JSON.stringify(value).includes('"Exploitation":"')).length
  assert.equal(ssvc, said)
  const kev = rows.filter(({ value }) => JSON.stringify(value).includes('"type":"kev"')).length
  assert.equal(
    count(findings, (one) => (one.exploited ? 1 : 0)),
    kev,
  )
  console.log(`cve corpus (${isWhole ? 'whole' : 'every third'})`, {
    records: findings.length,
    problems: problems.length,
    components: count(findings, (one) => one.components?.length),
    ranges: count(findings, (one) => one.components?.flatMap((two) => two.ranges ?? []).length),
    cwe: count(findings, (one) => one.cwe?.length),
    cvss: count(findings, (one) => one.cvss?.length),
    ssvc,
    exploited: kev,
    rejected: count(findings, (one) => (one.standing ? 1 : 0)),
  })
})

const nvd = sharedPath('corpora', 'nvd11.jsonl.gz')

test('NVD 1.1 records of the corpus decode', { skip: skipWithout(nvd) }, () => {
  if (!nvd) return
  const rows = rowsOf(nvd, 25)
  const { findings, problems } = nvdDecoder.decode({ kind: 'rows', rows, text: '' })
  assert.deepEqual(problems, [])
  assert.equal(findings.length, rows.length)
  findings.forEach((found, index) => {
    const record = rows[index]?.value
    assert.equal(found.nativeId, textsUnder(record, /^ID$/)[0])
    assert.deepEqual(new Set(found.cvss), new Set(textsUnder(record, /^vectorString$/)))
    const isVulnerable = /"vulnerable":true,"cpe23Uri":"cpe:2.3:[aoh]:[^:]+:[^:-]/.test(
      JSON.stringify(record),
    )
    assert.equal(found.components !== undefined, isVulnerable, found.nativeId)
  })
  console.log(`nvd corpus (${isWhole ? 'whole' : 'every 25th'})`, { records: findings.length })
})

const fixtures = sharedPath('fixtures', 'osvdev', 'google__osv.dev', 'vulnfeeds', 'test_data')

function decodeAll(decoder: Decoder, pattern: string): { paths: string[]; findings: Finding[] } {
  const paths = globSync(pattern, { cwd: fixtures ?? '' }).sort()
  const findings = paths.flatMap((path) => {
    const text = readFileSync(join(fixtures ?? '', path), 'utf8')
    const material: Material = { kind: 'json', value: JSON.parse(text), text }
    assert.equal(decoder.recognise(material), 3, path)
    const { findings, problems } = decoder.decode(material)
    assert.deepEqual(problems, [], path)
    assert.ok(findings.length > 0, path)
    return findings
  })
  return { paths, findings }
}

test('CVE and NVD samples of osv.dev decode', { skip: skipWithout(fixtures) }, () => {
  const cve = decodeAll(cveDecoder, '{cve5,cvelistV5}/**/*.json')
  assert.ok(cve.paths.length >= 22)
  for (const found of cve.findings) {
    assert.ok(isRecord(found.original))
    compare(found.original, found)
  }
  const api = decodeAll(nvdDecoder, 'nvdcve-2.0/*.json')
  assert.ok(api.paths.length >= 23)
  for (const { components, original, nativeId } of api.findings) {
    const isVulnerable = JSON.stringify(original).includes('"vulnerable":true')
    assert.equal(components !== undefined, isVulnerable, nativeId)
  }
  const feed = decodeAll(nvdDecoder, 'nvdcve-1.1-test-data.json')
  console.log('osv.dev samples', {
    cve5: cve.findings.length,
    nvd2: api.findings.length,
    nvd11: feed.findings.length,
  })
})
