import {
  isSignedEd25519,
  keyIdOf,
  type Note,
  type NoteSigner,
  type NoteVerifier,
  signaturesOf,
  signEd25519,
} from './note.ts'

const timeBytes = 8
const signatureBytes = 64

/** What a witness signs: that at `seconds` of Unix time it saw this checkpoint to be consistent. */
const statement = (text: string, seconds: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)

/** Adds a witness's line to a checkpoint (c2sp.org/tlog-cosignature, Ed25519, type 0x04). */
export function cosigned(note: Note, witness: NoteSigner, at: Date): Note {
  if (witness.algorithm !== 4) throw new TypeError('not the key of a witness')
  const seconds = BigInt(Math.floor(at.getTime() / 1000))
  const time = Buffer.alloc(timeBytes)
  time.writeBigUInt64BE(seconds)
  const signature = Buffer.concat([time, signEd25519(witness, statement(note.text, seconds))])
  const line = { name: witness.name, keyId: keyIdOf(witness), signature }
  return { text: note.text, signatures: [...note.signatures, line] }
}

/**
 * When a witness says it saw this checkpoint, the latest where it did so more than once; null when
 * it did not, or when any line in its name is wrong.
 */
export function cosignedAt(note: Note, witness: NoteVerifier): Date | null {
  if (witness.algorithm !== 4) return null
  let latest: bigint | null = null
  for (const { signature } of signaturesOf(note.signatures, witness)) {
    if (signature.length !== timeBytes + signatureBytes) return null
    const seconds = signature.readBigUInt64BE()
    const message = statement(note.text, seconds)
    if (!isSignedEd25519(witness, message, signature.subarray(timeBytes))) return null
    if (latest === null || seconds > latest) latest = seconds
  }
  return latest === null ? null : dateOf(latest)
}

/** Null for a time that no calendar here goes to. */
function dateOf(seconds: bigint): Date | null {
  const date = new Date(Number(seconds) * 1000)
  return Number.isNaN(date.getTime()) ? null : date
}
