import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Declaration } from '#features/evaluation/declaration.ts'
import { openPack } from '#features/evaluation/pack-reading.ts'
import { plainScaffold } from '#features/evaluation/runner/scaffold.ts'
import { commitPack, saltBytes } from '#formats/pack/commitment.ts'
import { encodeCommitment, encodeSalts } from '#formats/pack/commitment-document.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { type EvalRunOptions, runEvalRun } from './eval-run.ts'
import { runEvalVerdict } from './eval-verdict.ts'
import type { ExitCode } from './exit.ts'
import { refused } from './ledger.ts'
import { print, writeWhole } from './output.ts'

export type SelfAssessOptions = Omit<EvalRunOptions, 'to' | 'declaration' | 'commitment'> & {
  readonly to: string
  readonly threshold: string
}

/**
 * `parley eval self-assess`: the public pack, from the commitment to the verdict, with the model
 * that is named or the script that comes with the pack.
 */
export async function runSelfAssess(options: SelfAssessOptions): Promise<ExitCode> {
  const threshold = Number(options.threshold)
  if (!(threshold > 0 && threshold < 1)) {
    return refused({ code: 'bad-usage', why: 'takes a number between 0 and 1', at: '--threshold' })
  }
  const packs = packsFolder()
  if (packs === null) {
    const hint = 'run it in a checkout, or "parley eval run" on a pack of your own'
    return refused({ code: 'not-found', why: 'packs/public is not beside this program', hint })
  }
  const epochs = /^[1-9]\d{0,3}$/.test(options.epochs ?? '1') ? Number(options.epochs ?? 1) : 1
  const pack = join(packs, 'public')
  const declared = await declare(pack, options.to, { threshold, epochs })
  if (!declared.ok) return refused(declared.refusal)
  const isScripted = options.model === undefined && options.roles === undefined
  const model = isScripted ? { model: `scripted:${join(packs, 'public-script.yaml')}` } : {}
  const code = await runEvalRun(pack, { ...options, ...model, ...declared.value })
  if (code !== 0) return code
  const { declaration } = declared.value
  const verdict = await runEvalVerdict([join(options.to, 'samples.jsonl')], { declaration })
  print([
    `The threshold ${threshold} is a toy: it and the answers of this pack are public, and nothing`,
    'here holds, delays or permits a release (Executive Order 14409, section 3(c)).',
    ...(isScripted ? ['The answers are those of a script, and say nothing of any model.'] : []),
  ])
  return verdict
}

/** Where packs are in a checkout: above the sources, or above what was built of them. */
function packsFolder(): string | null {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = [join(here, '..', '..', 'packs'), join(here, '..', 'packs')]
  return places.find((place) => existsSync(join(place, 'public', 'pack.yaml'))) ?? null
}

type Declared = {
  readonly declaration: string
  readonly commitment: string
  readonly salts: string
}

/** Commits and declares before the first answer; a run that goes on has done so. */
async function declare(
  path: string,
  folder: string,
  { threshold, epochs }: { readonly threshold: number; readonly epochs: number },
): Promise<Result<Declared>> {
  const at = (name: string): string => join(folder, name)
  const files = {
    ...{ declaration: at('declaration.json'), commitment: at('commitment.json') },
    salts: at('salts.json'),
  }
  if (existsSync(files.declaration)) return yes(files)
  const read = await openPack(path)
  if (!read.ok) return no({ code: 'malformed', why: 'cannot be read as a pack', at: path })
  await using pack = read.value
  const salts = pack.tasks.map(() => randomBytes(saltBytes))
  const commitment = commitPack(pack.committed, salts)
  const budget = Math.max(...pack.tasks.map(({ task }) => task.limits.tokens))
  const declaration: Declaration = {
    ...{ kind: 'evaluation-declaration', version: 1 },
    bankRoot: Buffer.from(commitment.root).toString('hex'),
    strata: [{ name: 'all', weight: 1, tasksMax: pack.tasks.length }],
    protocol: `the ${plainScaffold.name} scaffold, SHA-256 ${plainScaffold.digest}`,
    ...{ tokenBudget: budget, attempts: epochs, threshold },
    ...{ alpha: 0.05, rule: { is: 'fixed-look' }, orderSeed: 'self-assessment' },
    missing: 'both-bounds',
  }
  const refusal = await written(folder, [
    [files.salts, encodeSalts({ root: commitment.root, salts })],
    [files.commitment, encodeCommitment(commitment)],
    [files.declaration, `${JSON.stringify(declaration, null, 2)}\n`],
  ])
  return refusal === null ? yes(files) : no(refusal)
}

async function written(
  folder: string,
  files: readonly (readonly [path: string, text: string])[],
): Promise<Refusal | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    return writeRefusal(error, folder)
  }
  for (const [path, text] of files) {
    const done = writeWhole(path, text)
    if (!done.ok) return done.refusal
  }
  return null
}
