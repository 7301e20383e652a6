import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse as referenceCsv } from 'csv-parse/sync'
import { brakemanDecoder } from '#formats/brakeman/decode.ts'
import { burpDecoder } from '#formats/burp/decode.ts'
import { cargoAuditDecoder } from '#formats/cargo-audit/decode.ts'
import { parseCsv } from '#formats/csv/parse.ts'
import { defectdojoDecoder } from '#formats/defectdojo/decode.ts'
import type { Decoder, Material } from '#formats/finding/decoder.ts'
import { garakDecoder } from '#formats/garak/decode.ts'
import { gitlabDecoder } from '#formats/gitlab/decode.ts'
import { gosecDecoder } from '#formats/gosec/decode.ts'
import { govulncheckDecoder } from '#formats/govulncheck/decode.ts'
import { grypeDecoder } from '#formats/grype/decode.ts'
import { parseJson } from '#formats/json/parse.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { nessusDecoder } from '#formats/nessus/decode.ts'
import { npmAuditDecoder } from '#formats/npm-audit/decode.ts'
import { nucleiDecoder } from '#formats/nuclei/decode.ts'
import { osvScannerDecoder } from '#formats/osv-scanner/decode.ts'
import { pipAuditDecoder } from '#formats/pip-audit/decode.ts'
import { promptfooDecoder } from '#formats/promptfoo/decode.ts'
import { semgrepDecoder } from '#formats/semgrep/decode.ts'
import { snykDecoder } from '#formats/snyk/decode.ts'
import { trivyDecoder } from '#formats/trivy/decode.ts'
import { parseXml } from '#formats/xml/parse.ts'
import { assertSound } from '../formats/total.ts'
import { sharedPath } from './shared.ts'

const scans = ['fixtures', 'scans', 'DefectDojo__django-DefectDojo', 'unittests', 'scans'] as const

/**
 * Folders of real reports, one a tool: those of the measuring data, and a further one of the same
 * layout (the scans of DefectDojo's own tests) that `PARLEY_SCANS` may name.
 */
const roots = [sharedPath(...scans), process.env['PARLEY_SCANS'] ?? null].flatMap(
  (one) => one ?? [],
)

type Truth = {
  readonly decoder: Decoder
  readonly folder: string
  /** How many findings a report holds, counted without the code under test. */
  readonly count: (text: string) => number
  /** Reports of the folder that no content gives away: empty ones, or parts of a document. */
  readonly bare?: readonly string[]
}

const listAt = (value: unknown, ...keys: readonly string[]): readonly unknown[] => {
  const found = keys.reduce<unknown>((now, key) => (isObject(now) ? now[key] : undefined), value)
  return isArray(found) ? found : []
}

const has = (value: unknown, ...keys: readonly string[]): boolean =>
  isObject(value) && keys.some((key) => key in value)

/** All documents in a text: one, the members of an array, or one a line. */
function documentsIn(text: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(text)
    return isArray(whole) ? [...whole] : [whole]
  } catch {
    return text.split('\n').flatMap((line): unknown[] => (line.trim() ? [JSON.parse(line)] : []))
  }
}

/** Every list of a given name anywhere in a value. */
function* listsOf(value: unknown, name: string): Generator<readonly unknown[]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === name && isArray(inner)) yield inner
    yield* listsOf(inner, name)
  }
}

function trivyCount(text: string): number {
  const whole: unknown = JSON.parse(text)
  const all = (name: string): unknown[] => [...listsOf(whole, name)].flat()
  return (
    all('Vulnerabilities').filter((one) => has(one, 'VulnerabilityID', 'PkgName')).length +
    all('Misconfigurations').filter((one) => has(one, 'ID') && JSON.stringify(one).includes('FAIL'))
      .length +
    all('Secrets').length +
    all('Licenses').length
  )
}

function osvScannerCount(text: string): number {
  const packages = [...listsOf(JSON.parse(text), 'packages')].flat()
  return packages.reduce<number>((sum, one) => {
    const groups = listAt(one, 'groups')
    const grouped = new Set(groups.flatMap((group) => listAt(group, 'ids')))
    const single = listAt(one, 'vulnerabilities').filter(
      (flaw) => isObject(flaw) && !grouped.has(flaw['id']),
    )
    return sum + groups.length + single.length
  }, 0)
}

const listed = (text: string, key: string): number => listAt(JSON.parse(text), key).length

/** Each flaw of each package version once, whatever the paths to it. */
function snykCount(text: string): number {
  const projects = documentsIn(text).flatMap((one) => [one, ...listAt(one, 'applications')])
  return projects.reduce<number>((sum, project) => {
    const keys = listAt(project, 'vulnerabilities').map((one) =>
      isObject(one) ? `${one['id']} ${one['packageName']} ${one['version']}` : '',
    )
    const ignored = listAt(project, 'filtered', 'ignore').length
    return sum + new Set(keys).size + ignored
  }, 0)
}

/** Flaw and module of each message, or the entries of a report of before protocol 1.0. */
function govulncheckCount(text: string): number {
  const { documents } = parseJson(text)
  const messages = documents.flatMap(({ value }) => (isArray(value) ? value : [value]))
  const keys = messages.flatMap((one) => {
    const finding = isObject(one) ? one['finding'] : undefined
    const [sink] = listAt(finding, 'trace')
    return isObject(finding) && isObject(sink) ? [`${finding['osv']} ${sink['module']}`] : []
  })
  const old = messages.flatMap((one) => listAt(one, 'Vulns'))
  return new Set(keys).size + old.length
}

/** Advisories: members of `advisories`, objects in `via`, rows of Yarn. */
function npmAuditCount(text: string): number {
  return documentsIn(text).reduce<number>((sum, one) => {
    if (!isObject(one)) return sum
    if (isObject(one['advisories'])) return sum + Object.keys(one['advisories']).length
    const via = [...listsOf(one, 'via')].flat().filter(isObject).length
    return sum + via + (one['type'] === 'auditAdvisory' || has(one, 'children') ? 1 : 0)
  }, 0)
}

/** Rows as a second implementation reads them; one broken quote is more than it forgives. */
const rowsWithCells = (text: string): number => {
  if (text.split('"').length % 2 === 0) return text.trimEnd().split('\n').length - 1
  const header = text.split('\n', 1)[0] ?? ''
  const delimiter = header.split(';').length > header.split(',').length ? ';' : ','
  const rows = referenceCsv(text, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    bom: true,
  })
  return rows.slice(1).filter((row) => row.some((cell) => cell.trim() !== '')).length
}

const truths: readonly Truth[] = [
  {
    decoder: grypeDecoder,
    folder: 'anchore_grype',
    count: (text) =>
      listAt(JSON.parse(text), 'matches').length +
      listAt(JSON.parse(text), 'ignoredMatches').length,
  },
  {
    decoder: trivyDecoder,
    folder: 'trivy',
    count: trivyCount,
    bare: ['legacy_no_vuln.json'],
  },
  { decoder: osvScannerDecoder, folder: 'osv_scanner', count: osvScannerCount },
  {
    decoder: semgrepDecoder,
    folder: 'semgrep',
    count: (text) =>
      listAt(JSON.parse(text), 'results').length + listAt(JSON.parse(text), 'vulns').length,
  },
  {
    decoder: semgrepDecoder,
    folder: 'semgrep_pro',
    count: (text) => listAt(JSON.parse(text), 'findings').length,
    bare: ['no_vuln.json'],
  },
  {
    decoder: nucleiDecoder,
    folder: 'nuclei',
    count: (text) =>
      documentsIn(text).filter((one) => isObject(one) && one['matcher-status'] !== false).length,
  },
  {
    decoder: nessusDecoder,
    folder: 'tenable',
    count: (text) =>
      text.startsWith('<') ? text.split('<ReportItem ').length - 1 : rowsWithCells(text),
  },
  {
    decoder: burpDecoder,
    folder: 'burp',
    count: (text) => text.split(/<issue>/).length - 1,
  },
  {
    decoder: garakDecoder,
    folder: 'garak',
    count: (text) => documentsIn(text).filter((one) => has(one, 'attempt_id')).length,
  },
  {
    decoder: promptfooDecoder,
    folder: 'promptfoo',
    count: (text) =>
      listAt(JSON.parse(text), 'results', 'results').filter(
        (one) => isObject(one) && one['success'] === false,
      ).length,
  },
  {
    decoder: defectdojoDecoder,
    folder: 'generic',
    count: (text) =>
      text.trimStart().startsWith('{')
        ? listAt(JSON.parse(text), 'findings').filter((one) => has(one, 'title')).length
        : rowsWithCells(text),
    bare: ['generic_empty.json', 'generic_invalid.json'],
  },
]

/** Audits and code checkers, in the folders of the measuring data and of DefectDojo's own tests. */
const more: readonly Truth[] = [
  { decoder: brakemanDecoder, folder: 'brakeman', count: (text) => listed(text, 'warnings') },
  {
    decoder: cargoAuditDecoder,
    folder: 'cargo_audit',
    count: (text) =>
      [...listsOf(JSON.parse(text), 'list')].flat().length +
      [...listsOf(JSON.parse(text), 'unmaintained'), ...listsOf(JSON.parse(text), 'unsound')]
        .flat()
        .filter((one) => has(one, 'advisory')).length,
  },
  { decoder: gosecDecoder, folder: 'gosec', count: (text) => listed(text, 'Issues') },
  {
    decoder: govulncheckDecoder,
    folder: 'govulncheck',
    count: govulncheckCount,
    bare: ['issue_15033_sarif.json'],
  },
  {
    decoder: pipAuditDecoder,
    folder: 'pip_audit',
    count: (text) => [...listsOf(JSON.parse(text), 'vulns')].flat().length,
    bare: ['empty.json', 'empty_new.json'],
  },
  {
    decoder: snykDecoder,
    folder: 'snyk',
    count: snykCount,
    bare: ['snykcode_issue_9270.json'],
  },
  ...['npm_audit', 'npm_audit_7_plus', 'pnpm_audit', 'yarn_audit'].map((folder) => ({
    ...{ decoder: npmAuditDecoder, folder, count: npmAuditCount },
    bare: ['empty_with_error.json'],
  })),
  ...['sast', 'dep_scan', 'container_scan', 'secret_detection_report', 'api_fuzzing'].map(
    (kind) => ({
      ...{ decoder: gitlabDecoder, folder: `gitlab_${kind}` },
      count: (text: string) => listed(text, 'vulnerabilities'),
      bare: ['gitlab_api_fuzzing_invalid.json'],
    }),
  ),
]

const all = [...truths, ...more]
const decoders = [...new Set(all.map(({ decoder }) => decoder))]

/** The ways in which a text can be read, as the import tries them. */
function materialsOf(text: string): Material[] {
  const start = text.trimStart()[0]
  if (start === '{' || start === '[' || text.trim() === 'null') {
    const { documents } = parseJson(text)
    const rows = documents.map(({ line, value }) => ({ line, value }))
    const [first, second] = documents
    if (first && !second) return [{ kind: 'json', value: first.value, text }]
    return rows.length === 0 ? [] : [{ kind: 'rows', rows, text }]
  }
  if (start === '<') {
    const { root } = parseXml(text)
    return root ? [{ kind: 'xml', root, text }] : []
  }
  const { table } = parseCsv(text)
  const prose: Material = { kind: 'text', text }
  return table ? [{ kind: 'table', table, text }, prose] : [prose]
}

/** The value that a finding's place leads to in its document. */
function valueAt(material: Material, pointer: string, line: number | undefined): unknown {
  const rows = material.kind === 'rows' ? material.rows : []
  const whole =
    material.kind === 'json' ? material.value : rows.find((row) => row.line === line)?.value
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (now, step) => (Object(now) === now ? Object(now)[step] : now),
    whole,
  )
}

/** JSON findings keep the very value that stands at their place; nothing of it is lost. */
function assertLossless(decoder: Decoder, material: Material): void {
  if (material.kind === 'xml' || material.kind === 'table') return
  if ([osvScannerDecoder, govulncheckDecoder, snykDecoder].includes(decoder)) return
  for (const { at, original } of decoder.decode(material).findings) {
    assert.deepEqual(original, valueAt(material, at.pointer ?? '', at.line))
  }
}

const filesOf = (folder: string): string[] =>
  roots
    .map((root) => globSync(`${folder}/**/*`, { cwd: root }).map((path) => join(root, path)))
    .find((paths) => paths.length > 0)
    ?.filter((path) => statSync(path).isFile() && statSync(path).size > 0) ?? []

for (const { decoder, folder, count, bare = [] } of all) {
  const files = filesOf(folder)
  const skip = files.length === 0 && `no folder ${folder} beside the checkout`
  test(`real reports: ${decoder.name} (${folder})`, { skip }, () => {
    let findings = 0
    for (const path of files) {
      const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '')
      const [material] = materialsOf(text)
      assert.ok(material, path)
      const sure = decoder.recognise(material)
      if (bare.some((name) => path.endsWith(name))) assert.ok(sure <= 1, path)
      else assert.ok(sure >= 2, `${path}: ${sure}`)
      for (const other of decoders) {
        if (other !== decoder) assert.ok(other.recognise(material) < 2, `${path}: ${other.name}`)
      }
      if (sure === 0) continue
      const decoded = decoder.decode(material)
      assertSound(decoded)
      assert.deepEqual(
        decoded.problems.filter(({ lost }) => lost),
        [],
        path,
      )
      assert.equal(decoded.findings.length, count(text), path)
      assertLossless(decoder, material)
      findings += decoded.findings.length
    }
    console.log(`${decoder.name} (${folder}): ${files.length} files, ${findings} findings`)
  })
}

const fixtures = sharedPath('fixtures')

test('no document of another format is claimed', { skip: !fixtures }, () => {
  if (!fixtures) return
  const own = all.map(({ folder }) => `unittests/scans/${folder}/`)
  const paths = globSync('**/*.{json,sarif,xml,jsonl,csv,txt,spdx,yaml,md}', { cwd: fixtures })
    .filter((path) => !own.some((folder) => path.includes(folder)))
    .sort()
  const claimed: string[] = []
  let read = 0
  for (const path of paths) {
    const full = join(fixtures, path)
    if (!statSync(full).isFile() || statSync(full).size > 2_000_000) continue
    read += 1
    for (const material of materialsOf(readFileSync(full, 'utf8'))) {
      for (const decoder of decoders) {
        if (decoder.recognise(material) >= 2) claimed.push(`${path}: ${decoder.name}`)
      }
    }
  }
  assert.deepEqual(claimed, [])
  assert.ok(read > 500, `${read} documents`)
  console.log(`documents of other formats: ${read}, none claimed`)
})
