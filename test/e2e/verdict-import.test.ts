import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crossedVerdictRoutes } from '#features/evaluation/crossed-verdict.routes.ts'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { bundleWording, type VerdictBundle } from '#features/evaluation/verdict-bundle.ts'
import { signedVerdict } from '#features/evaluation/verdict-crossing.ts'
import { verdictKeyRoutes } from '#features/evaluation/verdict-key.routes.ts'
import { makeToken } from '#features/org/org.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { DeskWorld, evaluator, personOf } from '../engagement/desk-world.ts'
import { parley } from './parley.ts'

let desk: DeskWorld
let token = ''
const folder = mkdtempSync(join(tmpdir(), 'parley-import-'))
before(async () => {
  desk = await DeskWorld.open(({ pool }, keys) => {
    const parts = { pool, keys: evaluationKeysOf(keys) }
    return [...verdictKeyRoutes(parts), ...crossedVerdictRoutes(parts)]
  })
  const wish = { name: 'eve', organisation: evaluator, owner: personOf('eve'), days: 30 }
  await asActor(desk.server.database.app, systemActor, async (tx) => {
    token = (await makeToken(tx, { ...wish, role: 'evaluator' }, desk.server.now)).token
  })
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await desk[Symbol.asyncDispose]()
})

const signers = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
const fileOf = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const bundled = (): VerdictBundle => ({
  ...{ kind: 'verdict-bundle', version: 1, engagement: 'cd'.repeat(32), number: 3 },
  ...{ issued: desk.server.now.toISOString().slice(0, 10), capability: 'cyber' },
  ...{ verdict: 'COVERED', wording: bundleWording('cyber', 'COVERED'), pack: 'ab'.repeat(32) },
  commitments: { declaration: '1'.repeat(64), results: '2'.repeat(64) },
})
const signed = (bundle: VerdictBundle) =>
  signedVerdict(
    bundle,
    signers.map(({ privateKey }) => privateKey),
  )
const imported = (file: string, with_: string = token) =>
  parley(['verdict', 'import', file], {
    env: { PARLEY_URL: desk.server.url, PARLEY_TOKEN: with_ },
  })

test('a bundle is imported by the keys that an administrator trusts, once, and whole', async () => {
  const file = fileOf('verdict.json', signed(bundled()))
  assert.match((await imported(file)).err, /has to trust the keys of 2 people first/)
  for (const [at, { publicKey }] of signers.entries()) {
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
    const body = { pem, holder: `signer ${at}` }
    const told = await desk.as('cora', 'POST /v1/verdict-keys', { body })
    assert.equal(told.status, 201, told.text)
  }
  for (const [name, text, says] of [
    ['more.json', signed({ ...bundled(), ...{ score: 0.9 } }), /\/bundle: The bundle holds someth/],
    ['one.json', signed(bundled()).replace('COVERED', ''), /^(?!.*taken as)/],
    ['none.json', '', /is not JSON/],
  ] as const) {
    const told = await imported(fileOf(name, name === 'one.json' ? text.slice(0, -9) : text))
    assert.equal(told.code, 4, told.out)
    assert.match(told.err, says)
  }
  assert.match((await imported(join(folder, 'nowhere'))).err, /is not there/)
  const told = await imported(file)
  assert.equal(told.code, 0, told.err)
  assert.match(told.out, /verdict\.json: COVERED, taken as crossed_/)
  assert.match(told.out, /signed by +signer [01]; signer [01]/)
  assert.match(told.out, /nothing here holds, delays or permits a release/)
  const again = await imported(file)
  assert.equal(again.code, 4)
  assert.match(again.err, /was taken before/)
})
