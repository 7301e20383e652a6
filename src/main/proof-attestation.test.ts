import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { seal } from '#formats/attestation/dsse.ts'
import { sigstoreBundle } from '#formats/attestation/sigstore-bundle.ts'
import { encodeStatement, statementType } from '#formats/attestation/statement.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'parley.mjs')
const folder = mkdtempSync(join(tmpdir(), 'parley-attestation-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const pemOf = (key: ReturnType<typeof generateKeyPairSync>['publicKey']): string =>
  key.export({ format: 'pem', type: 'spki' }).toString()

const worker = generateKeyPairSync('ed25519')
const key = put('worker.pem', pemOf(worker.publicKey))
const otherKey = put('other.pem', pemOf(generateKeyPairSync('ed25519').publicKey))
const archive = put('proof.tar', 'the archive')
const sha256 = createHash('sha256').update('the archive').digest('hex')
const envelope = seal(
  worker.privateKey,
  encodeStatement({
    ...{ _type: statementType, predicateType: 'urn:parley:attestation:proof-run:v1' },
    subject: [{ name: 'proof', digest: { sha256 } }],
    predicate: { level: 'E3', runs: { met: 3, of: 3 } },
  }),
)
const attestation = put('run.json', JSON.stringify(sigstoreBundle(envelope)))

const asked = (...words: readonly string[]): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    const all = [launcher, 'proof', 'verify-attestation', ...words]
    execFile(process.execPath, all, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: out + err })
    })
  })

const refused: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ['no key', [attestation], 2, /--key/],
  ['a key that is not there', [attestation, '--key', 'none.pem'], 3, /none\.pem: is not there/],
  ['a file that is no key', [attestation, '--key', archive], 4, /is no key in PEM/],
  ['an attestation that is not there', ['none.json', '--key', key], 3, /none\.json: is not there/],
  ['no attestation', [archive, '--key', key], 4, /proof\.tar: is not JSON/],
  ['the key of another', [attestation, '--key', otherKey], 4, /signed by none of the given keys/],
  ['another archive', [attestation, '--key', key, '--proof', key], 4, /is not what the attest/],
]
for (const [name, words, code, says] of refused) {
  test(`${name} is refused, with its place`, async () => {
    const told = await asked(...words)
    assert.equal(told.code, code, told.text)
    assert.match(told.text, says)
  })
}

test('what a worker signed is told, for the archive that it ran', async () => {
  const told = await asked(attestation, '--key', key, '--proof', archive)
  assert.equal(told.code, 0, told.text)
  assert.match(told.text, /is signed by this key\./)
  assert.match(told.text, new RegExp(`about: proof, SHA-256 ${sha256}`))
  assert.match(told.text, /level: E3\n {2}runs: \{"met":3,"of":3\}/)
})
