import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
const folder = mkdtempSync(join(tmpdir(), 'parley-dataset-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

type Said = { readonly code: number; readonly out: string; readonly err: string }
const parley = (...words: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'pack', ...words], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })

const question = { input: 'What is 6 x 7?', target: '42' }
const choice = { input: 'Which?', choices: ['red', 'green'], target: 'B' }
const lines = (samples: readonly object[]): string =>
  samples.map((each) => `${JSON.stringify(each)}\n`).join('')

test('a data set that cannot be kept as it is leaves nothing behind', async () => {
  writeFileSync(at('odd.jsonl'), lines([question, { ...choice, sandbox: 'docker', setup: 'x' }]))
  const { code, err, out } = await parley('convert', at('odd.jsonl'), '--to', at('odd'))
  assert.deepEqual([code, out], [4, ''])
  assert.match(err, /odd\.jsonl:2: sandbox asks for .*\n.*odd\.jsonl:2: setup is a script/)
  writeFileSync(at('latin.csv'), Buffer.from('input,target\n\xe9,x\n', 'latin1'))
  assert.match((await parley('convert', at('latin.csv'), '--to', at('odd'))).err, /is no UTF-8/)
  assert.equal((await parley('convert', at('none.json'), '--to', at('odd'))).code, 3)
  const graded = ['--to', at('odd'), '--scorer', 'model_graded_qa']
  assert.equal((await parley('convert', at('odd.jsonl'), ...graded)).code, 2)
  assert.ok(!existsSync(at('odd')))
})

test('another becomes a pack, which is whole', async () => {
  writeFileSync(at('quiz.json'), JSON.stringify([question, choice]))
  const args = ['convert', at('quiz.json'), '--to', at('quiz'), '--label', 'TLP:GREEN']
  const made = await parley(...args)
  assert.deepEqual([made.code, made.err], [0, ''])
  assert.match(made.out, /2 tasks, label TLP:GREEN\.\nnote: answers are compared/)
  const checked = await parley('check', at('quiz'))
  assert.deepEqual([checked.code, checked.err], [0, ''])
  assert.match(checked.out, /quiz 1\.0\.0 \(2 tasks in 1 families\) is whole/)
  assert.match(readFileSync(join(at('quiz'), 'pack.yaml'), 'utf8'), /label: TLP:GREEN/)
  assert.equal((await parley(...args)).code, 5)
})
