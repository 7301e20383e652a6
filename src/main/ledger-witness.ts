import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { checkpointPath } from '#features/ledger/ledger-folder.ts'
import { verifyLedger } from '#features/ledger/verify.ts'
import { cosigned, cosignedAt } from '#formats/tlog/cosignature.ts'
import {
  type Note,
  type NoteSigner,
  type NoteVerifier,
  noteText,
  parseNote,
  parseSigner,
  parseVerifier,
  signerOf,
  signerText,
  verifierText,
} from '#formats/tlog/note.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { folderAt, problemLine, readOr, refused } from './ledger.ts'
import { print, tell } from './output.ts'

/** `parley ledger witness-key NAME FILE`: a key to cosign with; the file is the secret. */
export async function runLedgerWitnessKey(name: string, file: string): Promise<ExitCode> {
  const at = resolve(file)
  if (!/^[^\s+\p{Cc}]{1,200}$/u.test(name)) {
    tell(['parley: a witness is named without spaces and plus signs, such as example.org/witness'])
    return 2
  }
  const signer = signerOf(name, randomBytes(32), 4)
  try {
    await writeFile(at, `${signerText(signer)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    return refused(writeRefusal(error, at))
  }
  print([verifierText(signer)])
  return 0
}

export type LedgerCosignOptions = {
  /** The file of the witness's key. */
  readonly key: string
  /** The verifier key of the log. */
  readonly log: string
  /** The file in which the witness keeps the last checkpoint that it cosigned. */
  readonly state: string
}

/**
 * `parley ledger cosign DIR`: says as a witness that this ledger is whole and continues what the
 * witness saw before. What it saw is kept before the signature is given out.
 */
export async function runLedgerCosign(
  from: string,
  options: LedgerCosignOptions,
): Promise<ExitCode> {
  const folder = resolve(from)
  const asked = await askedOf(options)
  if (!asked.ok) return refused(asked.refusal)
  const { signer, log, state, kept } = asked.value
  const report = await verifyLedger({
    ...{ folder: folderAt(folder), key: log },
    ...(kept && { since: kept }),
  })
  if (!report.ok) return refused(report.refusal)
  const { problems, size, note } = report.value
  if (problems.length > 0) {
    tell([...problems.slice(0, 20).map(problemLine), 'parley: nothing was cosigned'])
    return exitCodeFor('malformed')
  }
  try {
    await writeFile(`${state}.new`, noteText(note), { mode: 0o600, flush: true })
    await rename(`${state}.new`, state)
  } catch (error) {
    return refused(writeRefusal(error, state))
  }
  const whole = cosigned(note, signer, systemClock.now())
  const line = whole.signatures.at(-1)
  print([noteText({ text: '\n', signatures: line ? [line] : [] }).trim()])
  tell([`Cosigned ${size} entries as ${signer.name}; hand the line on, it is added by`])
  tell([`parley ledger add-cosignature DIR FILE --witness '${verifierText(signer)}'`])
  return 0
}

type Asked = {
  readonly signer: NoteSigner
  readonly log: NoteVerifier
  readonly state: string
  readonly kept: Buffer | null
}

async function askedOf({ key, log, state }: LedgerCosignOptions): Promise<Result<Asked>> {
  const text = (await readOr(key))?.toString() ?? null
  if (text === null)
    return no({ code: 'not-found', why: 'is not there, or may not be read', at: key })
  const signer = parseSigner(text.trimEnd())
  if (!signer.ok) return no({ ...signer.refusal, at: key })
  if (signer.value.algorithm !== 4) {
    return no({ code: 'malformed', why: 'is not the key of a witness', at: key })
  }
  const verifier = parseVerifier(log)
  if (!verifier.ok) return no({ ...verifier.refusal, code: 'bad-usage', at: '--log' })
  const at = resolve(state)
  const kept = await keptAt(at)
  return kept.ok
    ? yes({ signer: signer.value, log: verifier.value, state: at, kept: kept.value })
    : kept
}

/** Null where the witness saw nothing yet; a file that is there and unreadable is no such thing. */
async function keptAt(at: string): Promise<Result<Buffer | null>> {
  try {
    return yes(await readFile(at))
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? yes(null) : no({ code: 'not-readable', why: 'cannot be read', at })
  }
}

async function noteAt(at: string): Promise<Result<Note>> {
  const bytes = await readOr(at)
  if (bytes === null) return no({ code: 'not-found', why: 'is missing', at })
  const note = parseNote(bytes)
  return note.ok ? note : no({ ...note.refusal, at })
}

export type LedgerAddOptions = { readonly witness: string }

/** `parley ledger add-cosignature DIR FILE`: puts the line of a witness below the checkpoint. */
export async function runLedgerAdd(
  from: string,
  file: string,
  { witness }: LedgerAddOptions,
): Promise<ExitCode> {
  const verifier = parseVerifier(witness)
  if (!verifier.ok) return refused({ ...verifier.refusal, code: 'bad-usage', at: '--witness' })
  const at = join(resolve(from), checkpointPath)
  const note = await noteAt(at)
  if (!note.ok) return refused(note.refusal)
  const lines = (await readOr(file))?.toString() ?? null
  if (lines === null) return refused({ code: 'not-found', why: 'is not there', at: file })
  const given = parseNote(Buffer.from(`x\n\n${lines.trim()}\n`))
  if (!given.ok)
    return refused({ code: 'malformed', why: 'holds no line of a signature', at: file })
  const { text, signatures } = note.value
  const known = new Set(signatures.map(({ signature }) => signature.toString('hex')))
  const added = given.value.signatures.filter((one) => !known.has(one.signature.toString('hex')))
  const seen = cosignedAt({ text, signatures: given.value.signatures }, verifier.value)
  if (seen === null) {
    const why = `is no cosignature of ${verifier.value.name} on this checkpoint`
    return refused({ code: 'malformed', why, at: file })
  }
  try {
    await writeFile(at, noteText({ text, signatures: [...signatures, ...added] }), { flush: true })
  } catch (error) {
    return refused(writeRefusal(error, at))
  }
  print([`${verifier.value.name} saw this checkpoint at ${seen.toISOString()}`])
  return 0
}
