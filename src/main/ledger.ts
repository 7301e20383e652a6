import { readdir, readFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { LedgerFolder } from '#features/ledger/ledger-folder.ts'
import {
  type LedgerProblem,
  type LedgerReport,
  type Verifying,
  verifyLedger,
} from '#features/ledger/verify.ts'
import { type NoteVerifier, parseVerifier } from '#formats/tlog/note.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { print, tell } from './output.ts'

export type LedgerVerifyOptions = {
  /** A verifier key, `name+id+key`. */
  readonly key?: string
  /** The file of an older checkpoint. */
  readonly since?: string
  /** Verifier keys of witnesses. */
  readonly witness?: readonly string[]
  /** How many of them have to have cosigned. */
  readonly quorum?: string
}

const problemsShown = 100

/** `parley ledger verify DIR`: works an exported ledger out again, with nothing but its files. */
export async function runLedgerVerify(
  from: string,
  options: LedgerVerifyOptions,
): Promise<ExitCode> {
  const folder = resolve(from)
  const asked = await askedOf(options)
  if (!asked.ok) return refused(asked.refusal)
  const report = await verifyLedger({ folder: folderAt(folder), ...asked.value })
  if (!report.ok) return refused(report.refusal)
  const { problems } = report.value
  print(reportLines(report.value, options.since))
  tell(problems.slice(0, problemsShown).map(problemLine))
  if (problems.length > problemsShown) tell([`and ${problems.length - problemsShown} more`])
  return problems.length === 0 ? 0 : exitCodeFor('malformed')
}

type Asked = Omit<Verifying, 'folder'>

async function askedOf(options: LedgerVerifyOptions): Promise<Result<Asked>> {
  const { key, since, witness = [], quorum = String(witness.length) } = options
  const wrong = (why: string, at: string): Result<never> => no({ code: 'bad-usage', why, at })
  const verifier = key === undefined ? null : parseVerifier(key)
  if (verifier !== null && !verifier.ok) return wrong(verifier.refusal.why, '--key')
  const witnesses: NoteVerifier[] = []
  for (const text of witness) {
    const one = parseVerifier(text)
    if (!one.ok) return wrong(one.refusal.why, '--witness')
    if (one.value.algorithm !== 4) return wrong('is not the key of a witness', '--witness')
    if (witnesses.some(({ publicKey }) => publicKey.equals(one.value.publicKey))) continue
    witnesses.push(one.value)
  }
  const isCount = /^\d{1,4}$/.test(quorum) && Number(quorum) <= witnesses.length
  if (!isCount) return wrong('is no number up to that of the witnesses', '--quorum')
  const kept = since === undefined ? null : await readOr(since)
  if (since !== undefined && kept === null) {
    return no({ code: 'not-found', why: 'is not there, or may not be read', at: since })
  }
  return yes({
    ...(verifier && { key: verifier.value }),
    ...(kept && { since: kept }),
    ...{ witnesses, quorum: Number(quorum) },
  })
}

/** A folder that is not there has no files, and so no checkpoint. */
export const folderAt = (root: string): LedgerFolder => ({
  read: (path) => readOr(join(root, ...path.split('/'))),
  list: async () => {
    const found = await readdir(root, { recursive: true, withFileTypes: true })
    return found
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .map((path) => path.replaceAll(sep, '/'))
  },
})

/** Null for what is not there or may not be read. */
export const readOr = (path: string): Promise<Buffer | null> => readFile(path).catch(() => null)

function reportLines(
  { origin, size, root, redacted, problems, isOwnKey, keys, witnesses }: LedgerReport,
  since: string | undefined,
): string[] {
  const verdict = problems.length === 0 ? 'is whole' : `is NOT whole: ${problems.length} problems`
  return [
    `The ledger ${origin} ${verdict}`,
    `  ${size} entries, root ${root.toString('base64')}`,
    ...(redacted > 0 ? [`  ${redacted} values were taken away; their commitments stand`] : []),
    ...(keys > 1 ? [`  signed by ${keys} keys, each of which handed over to the next`] : []),
    ...witnesses.map(({ name, at }) => `  cosigned by ${name} at ${at.toISOString()}`),
    ...(since !== undefined && problems.length === 0 ? [`  it continues ${since}`] : []),
    ...(isOwnKey ? ['  by the key in the folder: compare it with one you were given'] : []),
  ]
}

export const problemLine = ({ at, index, why }: LedgerProblem): string =>
  `${at}${index === undefined ? '' : ` (entry ${index})`}: ${why}`

export function refused({ code, why, at, hint }: Refusal): ExitCode {
  const hints = hint === undefined ? [] : [`  ${hint}`]
  tell([`parley: ${at === undefined ? '' : `${at}: `}${why}`, ...hints])
  return exitCodeFor(code)
}
