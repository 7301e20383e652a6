import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Finding } from '#formats/finding/finding.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { rowsOf } from './records.ts'
import { sharedPath, skipWithout } from './shared.ts'

type Event = {
  readonly introduced?: string
  readonly fixed?: string
  readonly last_affected?: string
}
type OsvRecord = {
  readonly id: string
  readonly aliases?: readonly string[]
  readonly withdrawn?: string
  readonly severity?: readonly { readonly score: string }[]
  readonly affected?: readonly {
    readonly package?: { readonly name: string; readonly ecosystem: string; readonly purl?: string }
    readonly ranges?: readonly {
      readonly type: string
      readonly repo?: string
      readonly events: readonly Event[]
    }[]
    readonly versions?: readonly string[]
  }[]
  readonly references?: readonly { readonly type: string; readonly url: string }[]
  readonly database_specific?: { readonly cwe_ids?: readonly string[] }
}

const isRecord = (value: unknown): value is OsvRecord =>
  typeof value === 'object' && value !== null && 'id' in value && 'modified' in value

/** What the record says, counted straight from its JSON, against what was decoded. */
function compare(record: OsvRecord, found: Finding): void {
  assert.equal(found.nativeId, record.id)
  assert.deepEqual(found.aliases, [...new Set([record.id, ...(record.aliases ?? [])])])
  assert.equal(found.standing !== undefined, record.withdrawn !== undefined)
  assert.ok(found.title.length > 0 && !found.title.includes('\n'))
  assert.equal(found.original, record)
  for (const { score } of record.severity ?? []) assert.ok(found.cvss?.includes(score), record.id)
  for (const id of record.database_specific?.cwe_ids ?? []) {
    assert.ok(found.cwe?.includes(Number(id.slice(4))), record.id)
  }
  const links = new Set(record.references?.map(({ url }) => url))
  assert.equal(found.references?.length ?? 0, links.size, record.id)
  const affected = record.affected ?? []
  const packages = affected.flatMap((one) => one.package ?? [])
  const repos = affected.flatMap((one) => one.ranges ?? []).flatMap((range) => range.repo ?? [])
  const names = new Set(packages.map((one) => [one.ecosystem, one.name, one.purl].join(' ')))
  const expected = names.size + new Set(repos.map((repo) => repo.replace(/(\.git)?\/*$/, ''))).size
  assert.equal(found.components?.length ?? 0, expected, record.id)
  const ranges = (found.components ?? []).flatMap((one) => one.ranges ?? [])
  const has = (key: 'introduced' | 'fixed' | 'lastAffected', version: string): boolean =>
    ranges.some((range) => range[key] === version)
  for (const event of affected.flatMap((one) => one.ranges ?? []).flatMap((one) => one.events)) {
    if (event.introduced) assert.ok(has('introduced', event.introduced), record.id)
    if (event.fixed) assert.ok(has('fixed', event.fixed), record.id)
    if (event.last_affected) assert.ok(has('lastAffected', event.last_affected), record.id)
  }
}

const corpus = sharedPath('corpora', 'osv.jsonl.gz')

test('every OSV record of the corpus decodes to what it says', {
  skip: skipWithout(corpus),
}, () => {
  if (!corpus) return
  const rows = rowsOf(corpus)
  const material = { kind: 'rows', rows, text: '' } as const
  assert.equal(osvDecoder.recognise(material), 3)
  const { findings, problems } = osvDecoder.decode(material)
  assert.deepEqual(problems, [])
  assert.equal(findings.length, rows.length)
  findings.forEach((found, index) => {
    const record = rows[index]?.value
    assert.ok(isRecord(record))
    assert.equal(found.at.line, rows[index]?.line)
    compare(record, found)
  })
  const count = (of: (one: Finding) => number | undefined): number =>
    findings.reduce((sum, one) => sum + (of(one) ?? 0), 0)
  console.log('osv corpus', {
    records: findings.length,
    components: count((one) => one.components?.length),
    cwe: count((one) => one.cwe?.length),
    symbols: count((one) => one.symbols?.length),
    fixCommits: count((one) => one.fixCommits?.length),
    crashes: count((one) => (one.crash ? 1 : 0)),
    withdrawn: count((one) => (one.standing ? 1 : 0)),
  })
})

const folders = ['osv_schema', 'osvdev/google__osv.dev/gcp/website']
const fixtures = sharedPath('fixtures')

test('the OSV documents of the schema and of osv.dev decode', {
  skip: skipWithout(fixtures),
}, () => {
  if (!fixtures) return
  const paths = folders.flatMap((folder) =>
    globSync(`${folder}/**/testdata/**/*.json`, { cwd: fixtures }),
  )
  assert.ok(paths.length >= 30)
  for (const path of paths) {
    const text = readFileSync(join(fixtures, path), 'utf8')
    const value: unknown = JSON.parse(text)
    assert.ok(isRecord(value), path)
    const material = { kind: 'json', value, text } as const
    assert.ok(osvDecoder.recognise(material) >= 2, path)
    const { findings, problems } = osvDecoder.decode(material)
    assert.equal(findings.length, 1, path)
    assert.deepEqual(problems, [], path)
    for (const found of findings) compare(value, found)
  }
  console.log(`osv fixtures ${paths.length}`)
})
