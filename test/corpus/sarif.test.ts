import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJson } from '#formats/json/parse.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import { sarifDecoder } from '#formats/sarif/sarif.ts'
import { sharedPath, skipWithout } from './shared.ts'

const fixtures = sharedPath('fixtures')
const skip = skipWithout(fixtures)

/** Real logs: every `.sarif` file of the fixtures, and scanner outputs that are SARIF inside. */
const logs = (): { path: string; value: unknown; text: string }[] => {
  const folder = fixtures ?? ''
  const paths = [
    ...globSync('**/*.sarif', { cwd: folder }),
    ...globSync('scans/**/{sarif,flawfinder,cppcheck,mayhem}/*.json', { cwd: folder }),
  ]
  return paths.sort().map((path) => {
    const text = readFileSync(join(folder, path), 'utf8')
    const [document] = parseJson(text).documents
    return { path, text, value: document?.value ?? null }
  })
}

/** Counts results without any code of the decoder. */
function countResults(log: unknown): number {
  if (!isObject(log) || !isArray(log['runs'])) return 0
  const no = new Set<unknown>(['pass', 'notApplicable'])
  let count = 0
  for (const run of log['runs']) {
    if (!isObject(run) || !isArray(run['results'])) continue
    for (const result of run['results']) {
      if (isObject(result) && !no.has(result['kind']) && !no.has(result['level'])) count++
    }
  }
  return count
}

test('every real SARIF log gives a finding a result', { skip }, (context) => {
  const totals = { logs: 0, results: 0, located: 0, weak: 0, ruled: 0, flows: 0, suppressed: 0 }
  const versions: Record<string, number> = {}
  for (const { path, value, text } of logs()) {
    const material = { kind: 'json', value, text } as const
    const hasRuns = isObject(value) && isArray(value['runs'])
    assert.ok(!hasRuns || sarifDecoder.recognise(material) >= 2, `${path} is not recognised`)
    const { findings, spec = 'none' } = sarifDecoder.decode(material)
    assert.equal(findings.length, countResults(value), path)
    totals.logs++
    totals.results += findings.length
    versions[spec] = (versions[spec] ?? 0) + 1
    for (const { title, at, locations, cwe, rule, standing } of findings) {
      assert.match(title, /^\S.*$/, path)
      assert.match(at.pointer ?? '', /^\/runs\/\d+\/results\/\d+$/)
      if (locations?.length) totals.located++
      if (cwe) totals.weak++
      if (rule) totals.ruled++
      if (locations?.some(({ role }) => role === 'flow')) totals.flows++
      if (standing) totals.suppressed++
    }
  }
  context.diagnostic(`${JSON.stringify(totals)} ${JSON.stringify(versions)}`)
  assert.ok(totals.results > 5_000)
})
