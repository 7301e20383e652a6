import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { addKey, openKeyFile } from './key-file.ts'
import { keysFor } from './keys.ts'
import { seal, unseal } from './sealed-value.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-keys-'))
after(() => rm(folder, { recursive: true }))
let count = 0
const fresh = (): string => join(folder, `key-${count++}`)

/** The text of a genuine key file. */
const model = fresh()
await openKeyFile(model, { create: true })
const text = await readFile(model, 'utf8')
const secret = /"secret": "([^"]+)"/.exec(text)?.[1] ?? ''
const entry = /\{\s*"id"[^}]*\}/.exec(text)?.[0] ?? ''

const otherFirst = secret.startsWith('A') ? 'B' : 'A'
const refused: readonly (readonly [why: string, text: string, code: string])[] = [
  ['empty', '', 'malformed'],
  ['no JSON', 'secret', 'malformed'],
  ['cut off', text.slice(0, -20), 'malformed'],
  ['no keys', '{"version":1,"keys":[]}', 'malformed'],
  ['a key too many members', text.replace('"id"', '"more": 1, "id"'), 'malformed'],
  [
    'one character of a key changed',
    text.replace(secret, otherFirst + secret.slice(1)),
    'malformed',
  ],
  ['a shorter key', text.replace(secret, secret.slice(4)), 'malformed'],
  ['white space in a key', text.replace(secret, ` ${secret}`), 'malformed'],
  ['the same key twice', text.replace(entry, `${entry},${entry}`), 'malformed'],
  ['a newer version', text.replace('"version": 1', '"version": 2'), 'newer-version'],
  ['too large', text + ' '.repeat(70_000), 'malformed'],
]

for (const [why, content, code] of refused) {
  test(`refused: ${why}`, async () => {
    const path = fresh()
    await writeFile(path, content, { mode: 0o600 })
    const found = await openKeyFile(path, { create: true })
    assert.equal(found.ok ? 'opened' : found.refusal.code, code)
    assert.ok(!JSON.stringify(found).includes(secret.slice(4, 20)))
    assert.equal(await readFile(path, 'utf8'), content)
  })
}

for (const mode of [0o604, 0o640, 0o620, 0o602, 0o601, 0o644, 0o666]) {
  test(`refused: mode ${mode.toString(8)}`, { skip: process.platform === 'win32' }, async () => {
    const path = fresh()
    await writeFile(path, text)
    await chmod(path, mode)
    const found = await openKeyFile(path, { create: true })
    assert.equal(found.ok ? 'opened' : found.refusal.code, 'not-readable')
  })
}

test('refused: missing, when content was sealed with it', async () => {
  const path = fresh()
  const found = await openKeyFile(path, { create: false })
  assert.equal(found.ok ? 'opened' : found.refusal.code, 'not-found')
  assert.ok(!(await readdir(folder)).some((name) => path.endsWith(name)))
})

test('refused: a folder in its place, or no folder to make it in', async () => {
  const path = fresh()
  await mkdir(path, { mode: 0o700 })
  assert.equal((await openKeyFile(path, { create: true })).ok, false)
  const nowhere = await openKeyFile(join(folder, 'no', 'such'), { create: true })
  assert.equal(nowhere.ok ? 'opened' : nowhere.refusal.code, 'not-writable')
})

test('it is made once, for this user only, and opened from then on', async () => {
  const path = fresh()
  const made = await openKeyFile(path, { create: true })
  const again = await openKeyFile(path, { create: true })
  const known = await openKeyFile(path, { create: false })
  assert.ok(made.ok && again.ok && known.ok)
  assert.equal(again.value.all[0].id, made.value.all[0].id)
  assert.equal(known.value.all[0].id, made.value.all[0].id)
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.ok(!(await readdir(folder)).some((name) => name.endsWith('.draft')))
})

test('many that start at once all get the same key', async () => {
  const path = fresh()
  const opened = await Promise.all(
    Array.from({ length: 20 }, () => openKeyFile(path, { create: true })),
  )
  const ids = opened.map((found) => (found.ok ? found.value.all[0].id : 'refused'))
  assert.equal(new Set(ids).size, 1)
  assert.ok(!ids.includes('refused'))
})

test('many processes that start at once all get the same key', async () => {
  const path = fresh()
  const program = `
    import { openKeyFile } from ${JSON.stringify(import.meta.resolve('./key-file.ts'))}
    const found = await openKeyFile(process.argv[1], { create: true })
    console.log(found.ok ? found.value.all[0].id : 'refused')`
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, path])
  const answers = await Promise.all([run(), run(), run()])
  assert.equal(new Set(answers.map(({ stdout }) => stdout)).size, 1)
  assert.match(answers[0].stdout, /^[0-9a-f]{8}\n$/)
})

test('a key that is added seals, and the older one still opens', async () => {
  const path = fresh()
  const before = await openKeyFile(path, { create: true })
  const after = await addKey(path)
  assert.ok(before.ok && after.ok)
  assert.equal(after.value.all.length, 2)
  const old = seal(keysFor(before.value, 'p'), 'text', '')
  assert.ok(unseal(keysFor(after.value, 'p'), old, '').ok)
  assert.notEqual(keysFor(after.value, 'p').newest.id, before.value.all[0].id)
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
})
