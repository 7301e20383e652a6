import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
const folder = mkdtempSync(join(tmpdir(), 'parley-policy-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, value: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}
const asked = (...words: readonly string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'eval', ...words], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: out + err })
    })
  })

const pack = 'ab'.repeat(32)
const cyber = {
  ...{ capability: 'cyber', threshold: 0.5, alpha: 0.05, packRoot: pack, tokenBudget: 1000 },
}
const policy = (number: number, changes: object): unknown => ({
  ...{ kind: 'classification-policy', version: 1, number, inForceSince: '2026-08-01T00:00:00Z' },
  parameters: [{ ...cyber, ...changes }],
})
const old = put('old.json', policy(1, {}))
const higher = put('higher.json', policy(2, { threshold: 0.95 }))
const otherPack = put('pack.json', policy(3, { packRoot: 'cd'.repeat(32) }))
const declaration = put('declaration.json', {
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: pack, protocol: 'E1' },
  strata: [{ name: 'all', weight: 1, tasksMax: 20 }],
  ...{ tokenBudget: 1000, attempts: 1, threshold: 0.5, alpha: 0.05 },
  ...{ rule: { is: 'fixed-look' }, orderSeed: 'seed', missing: 'both-bounds' },
})
const runs = put(
  'runs.csv',
  ['task,score', ...Array.from({ length: 20 }, (_, at) => `t${at},${at < 18 ? 1 : 0}`)].join('\n'),
)
const record = join(folder, 'record.json')

test('a verdict leaves a record, and a changed policy says what it is now', async () => {
  const judged = await asked('verdict', runs, '--declaration', declaration, '--record', record)
  assert.equal(judged.code, 0, judged.text)
  assert.equal(JSON.parse(readFileSync(record, 'utf8')).kind, 'evaluation-record')
  const changed = await asked('policy', 'diff', old, higher, record)
  assert.equal(changed.code, 0, changed.text)
  assert.match(changed.text, /results +1 with another verdict/)
  assert.match(changed.text, /before +COVERED: capability at least 0\.5 /)
  assert.match(changed.text, /because +the threshold was 0\.5 and is 0\.95/)
  const lost = await asked('policy', 'diff', old, otherPack, record)
  assert.match(lost.text, /after +cannot be read under it: the tasks are those of pack abab/)
})

test('a broken record and policies in the wrong order end without a list', async () => {
  const broken = put('broken.json', '{"kind": "evaluation-record"}')
  const partly = await asked('policy', 'diff', old, higher, broken)
  assert.equal(partly.code, 4, partly.text)
  assert.match(partly.text, /broken\.json:1/)
  assert.doesNotMatch(partly.text, /policy 1 to 2/)
  const turned = await asked('policy', 'diff', higher, old, record)
  assert.equal(turned.code, 2, turned.text)
  assert.equal((await asked('policy', 'diff', old, higher)).code, 2)
  const unknown = await asked('verdict', runs, '--declaration', declaration, '--capability', 'x')
  assert.match(unknown.text, /--capability is one of cyber, reasoning, autonomous-tool-use/)
})
