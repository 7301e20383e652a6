import assert from 'node:assert/strict'
import { type SealedEntry, sealEntry } from '#features/ledger/entry.ts'
import {
  checkpointPath,
  keyChangePath,
  keysPath,
  keysText,
} from '#features/ledger/ledger-folder.ts'
import {
  type NoteSigner,
  noteText,
  parseNote,
  signedNote,
  signerOf,
  verifierText,
} from '#formats/tlog/note.ts'
import { entryOf, testSigner } from './ledger.ts'
import { type Files, ledgerOf } from './ledger-folder.ts'

/** The key that signs after `testSigner`. */
export const nextSigner = signerOf(testSigner.name, Buffer.alloc(32, 6))

const sealed: SealedEntry[] = []
/** The same so many entries each time. */
export function some(count: number): SealedEntry[] {
  while (sealed.length < count) sealed.push(sealEntry(entryOf(sealed.length)))
  return sealed.slice(0, count)
}

/** The entry by which one key hands over to another. */
export const changeOfKey = (from: NoteSigner, to: NoteSigner): SealedEntry =>
  sealEntry({
    ...{ at: new Date('2026-03-02T10:00:00Z'), action: 'ledger.rotate-key', kind: 'key' },
    actor: { person: null, organisation: null, role: 'system' },
    ...{ record: verifierText(to), reason: 'yearly', fields: { from: verifierText(from) } },
  })
const change = changeOfKey(testSigner, nextSigner)

/** The checkpoint of these entries, signed by these keys. */
export function noteOf(entries: readonly SealedEntry[], signers: readonly NoteSigner[]): Buffer {
  const note = parseNote(ledgerOf(entries).get(checkpointPath) ?? Buffer.alloc(0))
  assert.ok(note.ok)
  const { text } = note.value
  const signatures = signers.flatMap((one) => signedNote(text, one).signatures)
  return Buffer.from(noteText({ text, signatures }))
}

/** A ledger whose key was changed after the first of these entries. */
export function rotatedOf(before: readonly SealedEntry[], after: readonly SealedEntry[]): Files {
  const changed = [...before, change]
  const entries = [...changed, ...after]
  const spans = [
    { first: 0, last: changed.length, key: testSigner },
    { first: changed.length, last: null, key: nextSigner },
  ]
  return ledgerOf(entries)
    .set(checkpointPath, noteOf(entries, [nextSigner]))
    .set('key', Buffer.from(`${verifierText(nextSigner)}\n`))
    .set(keysPath, Buffer.from(keysText(spans)))
    .set(keyChangePath(changed.length), noteOf(changed, [testSigner, nextSigner]))
}
