import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPack } from '#features/evaluation/pack-reading.ts'
import {
  openSeal,
  type PackContents,
  sealedBytesMax,
  sealPack,
} from '#features/evaluation/pack-seal.ts'
import { withScratch } from '#features/proof/scratch.ts'
import { type Commitment, verifyPack } from '#formats/pack/commitment.ts'
import { decodeCommitment, encodeSalts } from '#formats/pack/commitment-document.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Holder } from '#platform/crypto/pair-seal.ts'
import { writeState } from '#platform/files/archive-state.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from './exit.ts'
import { refused } from './ledger.ts'
import { print } from './output.ts'
import { refusedPack } from './pack-check.ts'
import { readSalts } from './pack-commit.ts'
import { readBytes, readNamed, requireEmpty, writeFiles } from './pack-files.ts'

export type PackSealOptions = {
  readonly salts: string
  readonly holder: readonly string[]
  readonly to: string
}

/** `parley pack seal PACK`: a folder that any two of the holders open. */
export async function runPackSeal(path: string, options: PackSealOptions): Promise<ExitCode> {
  const holders = holdersOf(options.holder)
  if (!holders.ok) return refused(holders.refusal)
  const full = await requireEmpty(options.to)
  if (full !== null) return refused(full)
  const read = await openPack(path)
  if (!read.ok) return refusedPack(read.refusal)
  await using pack = read.value
  if (pack.problems.length > 0) return refusedPack({ is: 'documents', problems: pack.problems })
  const salts = await readSalts(options.salts, pack)
  if (!salts.ok) return refused(salts.refusal)
  return withScratch(tmpdir(), async (scratch) => {
    const tar = join(scratch, 'pack.tar')
    const written = await writeState(pack.files, tar)
    if (!written.ok) return refused(written.refusal)
    const bytes = await readBytes(tar, sealedBytesMax)
    if (!bytes.ok) return refused({ ...bytes.refusal, at: path })
    const contents = { pack: bytes.value, salts: salts.value }
    const sealed = await sealPack(contents, holders.value)
    if (!sealed.ok) return refused({ code: 'bad-usage', why: sealed.refusal, at: '--holder' })
    const refusal = await writeFiles(options.to, sealed.value)
    if (refusal !== null) return refused(refusal)
    const names = holders.value.map(({ name }) => name).join(', ')
    print([oneLine(`Sealed ${path} in ${options.to}. It takes two of ${names} to open it.`)])
    return 0
  })
}

function holdersOf(words: readonly string[]): Result<readonly Holder[]> {
  const holders: Holder[] = []
  for (const word of words) {
    const [, name, recipient] = /^([^=]{1,300})=(\S+)$/.exec(word) ?? []
    if (name === undefined || recipient === undefined) {
      return no({ code: 'bad-usage', why: `"${word}" is not NAME=age1…`, at: '--holder' })
    }
    holders.push({ name, recipient })
  }
  return yes(holders)
}

export type PackOpenOptions = {
  readonly commitment: string
  readonly identity: readonly string[]
  readonly to: string
}

/** `parley pack open SEALED`: nothing is written where it is not what was committed to. */
export async function runPackOpen(folder: string, options: PackOpenOptions): Promise<ExitCode> {
  const { to } = options
  const full = await requireEmpty(to)
  if (full !== null) return refused(full)
  const commitment = await readNamed(options.commitment, decodeCommitment)
  if (!commitment.ok) return refused(commitment.refusal)
  const identities: string[] = []
  for (const path of options.identity) {
    const identity = await readNamed(path, identityIn)
    if (!identity.ok) return refused(identity.refusal)
    identities.push(identity.value)
  }
  const opened = await openSeal(async (name) => {
    const bytes = await readBytes(join(folder, name), 2 * sealedBytesMax)
    return bytes.ok ? bytes.value : null
  }, identities)
  if (!opened.ok) return refused({ code: 'malformed', why: opened.refusal, at: folder })
  const wrong = await compared(opened.value, commitment.value)
  if (wrong !== null) return refused({ ...wrong, at: folder })
  const { pack, salts } = opened.value
  const files = new Map<string, Uint8Array | string>([
    ['pack.tar', pack],
    ['salts.json', encodeSalts(salts)],
  ])
  const refusal = await writeFiles(to, files)
  if (refusal !== null) return refused(refusal)
  const { name, version, count } = commitment.value
  print([oneLine(`Opened ${name} ${version}, ${count} tasks as committed to: ${to}/pack.tar`)])
  return 0
}

/** The first line that is an identity; what age-keygen writes has comments before it. */
export function identityIn(text: string): Result<string, string> {
  const found = text.split(/\r?\n/).find((line) => /^AGE-SECRET-KEY-1/.test(line))
  return found === undefined ? no('holds no line AGE-SECRET-KEY-1…') : yes(found.trim())
}

/** Why what was opened is not the pack that was committed to; null where it is. */
function compared(contents: PackContents, commitment: Commitment): Promise<Refusal | null> {
  return withScratch(tmpdir(), async (scratch) => {
    const tar = join(scratch, 'pack.tar')
    await writeFile(tar, contents.pack, { flag: 'wx', mode: 0o600 })
    const read = await openPack(tar, { scratch })
    if (!read.ok) {
      const { refusal } = read
      const why = refusal.is === 'archive' ? refusal.refusal.why : 'its documents are wrong'
      return { code: 'malformed', why: `holds no pack: ${why}` }
    }
    await using pack = read.value
    const verified = verifyPack(commitment, pack.committed, contents.salts.salts)
    return verified.ok ? null : { code: 'malformed', why: verified.refusal }
  })
}
