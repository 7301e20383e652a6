import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
const folder = mkdtempSync(join(tmpdir(), 'parley-verdict-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
function put(name: string, value: unknown): string {
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value))
  return at(name)
}
const asked = (...words: readonly string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...words], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: out + err })
    })
  })

for (const name of ['ann', 'bob']) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  put(`${name}.pem`, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  put(`${name}.pub`, publicKey.export({ format: 'pem', type: 'spki' }).toString())
}
const record = at('record.json')
const bundle = at('bundle.json')
const opening = at('opening.json')
const keys = ['--key', at('ann.pub'), at('bob.pub')]

before(async () => {
  const declaration = put('declaration.json', {
    ...{ kind: 'evaluation-declaration', version: 1, bankRoot: 'ab'.repeat(32), protocol: 'E1' },
    strata: [{ name: 'all', weight: 1, tasksMax: 20 }],
    ...{ tokenBudget: 1000, attempts: 1, threshold: 0.5, alpha: 0.05 },
    ...{ rule: { is: 'fixed-look' }, orderSeed: 'seed', missing: 'both-bounds' },
  })
  const rows = Array.from({ length: 20 }, (_, task) => `t${task},${task < 18 ? 1 : 0}`)
  const runs = put('runs.csv', ['task,score', ...rows].join('\n'))
  const judged = await asked(
    'eval',
    'verdict',
    runs,
    '--declaration',
    declaration,
    '--record',
    record,
  )
  assert.equal(judged.code, 0, judged.text)
})

const bundling = (...signers: readonly string[]): readonly string[] => [
  ...['verdict', 'bundle', record, '--engagement', 'cd'.repeat(32), '--number', '1'],
  ...['--out', bundle, '--opening', opening, '--sign-with', ...signers.map(at)],
]

test('one person alone, or one key twice, writes no bundle', async () => {
  for (const signers of [['ann.pem'], ['ann.pem', 'ann.pem']]) {
    const told = await asked(...bundling(...signers))
    assert.equal(told.code, 2, told.text)
    assert.match(told.text, /keys of two people/)
  }
})

test('a verdict crosses once, and says what it is about where the record may be seen', async () => {
  const made = await asked(...bundling('ann.pem', 'bob.pem'))
  assert.equal(made.code, 0, made.text)
  assert.match(made.text, /bundle\.json: COVERED/)
  const { payload } = JSON.parse(readFileSync(bundle, 'utf8'))
  assert.doesNotMatch(Buffer.from(payload, 'base64').toString('utf8'), /"E1"|0\.5/)
  const taken = ['--taken', at('taken.jsonl')]
  const opened = ['--record', record, '--opening', opening]
  const first = await asked('verdict', 'check', bundle, ...keys, ...taken, ...opened)
  assert.equal(first.code, 0, first.text)
  assert.match(first.text, /cyber capability of the committed threshold is shown/)
  assert.match(first.text, /it is about .*record\.json/)
  const again = await asked('verdict', 'check', bundle, ...keys, ...taken)
  assert.equal(again.code, 4, again.text)
  assert.match(again.text, /was taken before/)
  const one = await asked('verdict', 'check', bundle, '--key', at('ann.pub'))
  assert.match(one.text, /not trusted here/)
  const text = readFileSync(bundle, 'utf8')
  const longer = put('longer.json', text.replace('{', '{"note":"0.5",'))
  assert.equal((await asked('verdict', 'check', longer, ...keys)).code, 4)
})
