import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { decodeEnvelope, openEnvelope, parsePublicKey } from '#formats/attestation/dsse.ts'
import { decodeStatement, type Statement } from '#formats/attestation/statement.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { print, tell } from './output.ts'
import { textOf, unreadable } from './small-file.ts'

export type VerifyAttestationOptions = {
  /** The file with the public key of the worker, in PEM. */
  readonly key: string
  /** The archive that it has to be about. */
  readonly proof?: string
}

/** `parley proof verify-attestation FILE`: whether a worker signed it, and what it says then. */
export async function runVerifyAttestation(
  path: string,
  options: VerifyAttestationOptions,
): Promise<ExitCode> {
  const read = await verified(path, options)
  if (!read.ok) {
    const { why, at = path, hint, code } = read.refusal
    tell([`parley: ${at}: ${why}`, ...(hint === undefined ? [] : [`  ${hint}`])])
    return exitCodeFor(code)
  }
  print(linesOf(path, read.value))
  return 0
}

async function verified(
  path: string,
  { key, proof }: VerifyAttestationOptions,
): Promise<Result<Statement>> {
  const pem = await textOf(key)
  if (!pem.ok) return pem
  const publicKey = parsePublicKey(pem.value)
  if (!publicKey.ok) return no({ ...publicKey.refusal, at: key })
  const text = await textOf(path)
  if (!text.ok) return text
  const envelope = decodeEnvelope(text.value)
  if (!envelope.ok) return envelope
  const opened = openEnvelope(envelope.value, [publicKey.value])
  if (!opened.ok) return opened
  const statement = decodeStatement(opened.value)
  if (!statement.ok || proof === undefined) return statement
  const digest = await digestOf(proof)
  if (!digest.ok) return digest
  const isAbout = statement.value.subject.some((one) => one.digest.sha256 === digest.value)
  if (isAbout) return statement
  const why = 'is not what the attestation is about: no subject has its SHA-256'
  return no({ code: 'malformed', why, at: proof, hint: `it has ${digest.value}` })
}

async function digestOf(path: string): Promise<Result<string>> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    return unreadable(error, path)
  }
  return yes(hash.digest('hex'))
}

function linesOf(path: string, { subject, predicateType, predicate }: Statement): string[] {
  const said = Object.entries(predicate).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `  ${name}: ${text}`
  })
  return [
    `${path} is signed by this key.`,
    ...subject.map(({ name, digest }) => `  about: ${name}, SHA-256 ${digest.sha256}`),
    `  says: ${predicateType}`,
    ...said,
  ]
}
