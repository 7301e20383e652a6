import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type OpenPack, openPack } from '#features/evaluation/pack-reading.ts'
import {
  type Commitment,
  commitPack,
  type Opening,
  openingOf,
  saltBytes,
  verifyOpening,
  verifyPack,
} from '#formats/pack/commitment.ts'
import {
  decodeCommitment,
  decodeOpening,
  decodeSalts,
  encodeCommitment,
  encodeOpening,
  encodeSalts,
  type Salts,
} from '#formats/pack/commitment-document.ts'
import { isSameHash } from '#formats/tlog/hash.ts'
import { no, type Result } from '#kernel/result.ts'
import { openArchive } from '#platform/files/archive.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell, writeWhole } from './output.ts'
import { refusedPack } from './pack-check.ts'
import { readNamed } from './pack-files.ts'

export type PackCommitOptions = { readonly salts: string; readonly to: string }

/** `parley pack commit PACK`: salts are made anew, and never written over others. */
export async function runPackCommit(
  path: string,
  { salts: saltsPath, to }: PackCommitOptions,
): Promise<ExitCode> {
  const read = await openPack(path)
  if (!read.ok) return refusedPack(read.refusal)
  await using pack = read.value
  if (pack.problems.length > 0) {
    return refusedPack({ is: 'documents', problems: pack.problems })
  }
  if (existsSync(saltsPath)) {
    const hint = 'without them no task of an earlier commitment can be opened: name another file'
    return refused({ code: 'not-writable', why: 'is there already', at: saltsPath, hint })
  }
  const salts = pack.tasks.map(() => randomBytes(saltBytes))
  const commitment = commitPack(pack.committed, salts)
  const kept = writeWhole(saltsPath, encodeSalts({ root: commitment.root, salts }))
  if (!kept.ok) return refused(kept.refusal)
  const written = writeWhole(to, encodeCommitment(commitment))
  if (!written.ok) return refused(written.refusal)
  tell([`Committed to ${commitment.count} tasks: ${Buffer.from(commitment.root).toString('hex')}`])
  return 0
}

export type PackOpenTaskOptions = {
  readonly task: string
  readonly salts: string
  readonly to: string
}

/** `parley pack open-task PACK`: what shows that one task was in the pack that was committed to. */
export async function runPackOpenTask(
  path: string,
  { task, salts: saltsPath, to }: PackOpenTaskOptions,
): Promise<ExitCode> {
  const read = await openPack(path)
  if (!read.ok) return refusedPack(read.refusal)
  await using pack = read.value
  const salts = await readSalts(saltsPath, pack)
  if (!salts.ok) return refused(salts.refusal)
  const opening = await openingOf(pack.committed, salts.value.salts, task)
  if (opening === null) {
    const hint = `its tasks are ${pack.document.tasks.join(', ')}`
    return refused({ code: 'bad-usage', why: `has no task ${task}`, at: path, hint })
  }
  const written = writeWhole(to, encodeOpening(opening))
  return written.ok ? 0 : refused(written.refusal)
}

/** The salts of this very pack. */
export async function readSalts(path: string, { committed }: OpenPack): Promise<Result<Salts>> {
  const salts = await readNamed(path, decodeSalts)
  if (!salts.ok) return salts
  const wrong = (why: string): Result<never> => no({ code: 'malformed', why, at: path })
  const count = committed.tasks.length
  if (salts.value.salts.length !== count) {
    return wrong(`has ${salts.value.salts.length} salts, and the pack ${count} tasks`)
  }
  const { root } = commitPack(committed, salts.value.salts)
  return isSameHash(root, salts.value.root)
    ? salts
    : wrong('is of another pack: with these salts this one has another root')
}

export type PackVerifyOptions = {
  readonly commitment: string
  readonly salts?: string
  readonly opening?: string
}

/** `parley pack verify FOLDER`: 0 where it is what was committed to, 1 where it is not. */
export async function runPackVerify(path: string, options: PackVerifyOptions): Promise<ExitCode> {
  const { salts, opening } = options
  if ((salts === undefined) === (opening === undefined)) {
    tell(['parley: give --salts for a whole pack, or --opening for one task'])
    return exitCodeFor('bad-usage')
  }
  const commitment = await readNamed(options.commitment, decodeCommitment)
  if (!commitment.ok) return refused(commitment.refusal)
  if (opening !== undefined) return verifyTask(path, opening, commitment.value)
  const read = await openPack(path)
  if (!read.ok) return refusedPack(read.refusal)
  await using pack = read.value
  const known = await readNamed(salts ?? '', decodeSalts)
  if (!known.ok) return refused(known.refusal)
  const verified = verifyPack(commitment.value, pack.committed, known.value.salts)
  return verdictOf(path, verified, `all ${commitment.value.count} tasks`)
}

async function verifyTask(
  path: string,
  openingPath: string,
  commitment: Commitment,
): Promise<ExitCode> {
  const opening = await readNamed(openingPath, decodeOpening)
  if (!opening.ok) return refused(opening.refusal)
  const opened = await openArchive(path)
  if (!opened.ok) return refused(opened.refusal)
  await using files = opened.value
  const { index, id } = opening.value
  const found: Opening = { ...opening.value, entries: [...files.entries.values()] }
  const what = `task ${index + 1} of ${commitment.count}, ${id}`
  return verdictOf(path, verifyOpening(commitment, found), what)
}

function verdictOf(path: string, verified: Result<null, string>, what: string): ExitCode {
  if (!verified.ok) {
    tell([`parley: ${path}: ${verified.refusal}`])
    return 1
  }
  print([oneLine(`${path} is what was committed to: ${what}`)])
  return 0
}
