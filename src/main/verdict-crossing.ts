import type { KeyObject } from 'node:crypto'
import { appendFileSync, existsSync } from 'node:fs'
import { z } from 'zod'
import { capabilities } from '#features/evaluation/capability.ts'
import { parseRecord } from '#features/evaluation/result-record.ts'
import {
  isOpenedBy,
  parseOpening,
  type VerdictBundle,
  verdictBundleOf,
} from '#features/evaluation/verdict-bundle.ts'
import {
  type CrossedVerdict,
  readSignedVerdict,
  signedVerdict,
  type TakenVerdict,
} from '#features/evaluation/verdict-crossing.ts'
import { keyIdOf, parsePrivateKey, parsePublicKey } from '#formats/attestation/dsse.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { readJson, refuseAll } from './eval-json.ts'
import { blockLines, countOf } from './eval-text.ts'
import type { ExitCode } from './exit.ts'
import { notWritable, print, writeWhole } from './output.ts'
import { textOf } from './small-file.ts'

export type VerdictBundleOptions = {
  readonly engagement: string
  readonly number: string
  readonly signWith: readonly string[]
  readonly out: string
  readonly opening: string
}

export type VerdictCheckOptions = {
  readonly key: readonly string[]
  readonly signers?: string
  readonly taken?: string
  readonly record?: string
  readonly opening?: string
}

const usage = (why: string): ExitCode => refuseAll([{ code: 'bad-usage', why }])

/** `parley verdict bundle RECORD`: a verdict in fixed words, signed by two people. */
export async function runVerdictBundle(
  path: string,
  { engagement, number: text, signWith, out, opening }: VerdictBundleOptions,
): Promise<ExitCode> {
  const number = countOf(text)
  if (number === null || number < 1 || number > 999_999) {
    return usage('--number takes a number from 1 to 999999')
  }
  if (!/^[0-9a-f]{64}$/.test(engagement)) {
    return usage('--engagement takes a SHA-256 in 64 small hexadecimal digits')
  }
  const keys = await keysOf(signWith, parsePrivateKey)
  if (!keys.ok) return refuseAll([keys.refusal])
  if (keys.value.length !== 2 || new Set(keys.value.map(keyIdOf)).size !== 2) {
    return usage('--sign-with takes the keys of two people')
  }
  const recorded = await readJson({ path, what: 'record' }, parseRecord)
  if (!recorded.ok) return refuseAll(recorded.refusal)
  const wish = { recorded: recorded.value, engagement, number, now: new Date() }
  const made = verdictBundleOf(wish)
  if (!made.ok) return refuseAll(made.refusal)
  // What stays behind is written first: a bundle whose opening is lost proves nothing later.
  const kept = writeWhole(opening, `${JSON.stringify(made.value.opening)}\n`)
  const written = kept.ok ? writeWhole(out, signedVerdict(made.value.bundle, keys.value)) : kept
  if (!written.ok) return refuseAll([written.refusal])
  if (out !== '-') print(linesOf(out, made.value.bundle))
  return 0
}

/** `parley verdict check FILE`: whether nothing but a verdict is in it, and which. */
export async function runVerdictCheck(
  path: string,
  options: VerdictCheckOptions,
): Promise<ExitCode> {
  const signersMin = countOf(options.signers ?? '2')
  if (signersMin === null || signersMin < 1) return usage('--signers takes a number from 1')
  if ((options.record === undefined) !== (options.opening === undefined)) {
    return usage('--record and --opening are given together')
  }
  const keys = await keysOf(options.key, parsePublicKey)
  if (!keys.ok) return refuseAll([keys.refusal])
  const taken = await takenIn(options.taken)
  if (!taken.ok) return refuseAll([taken.refusal])
  const text = await textOf(path)
  if (!text.ok) return refuseAll([text.refusal])
  const trust = { keys: keys.value, signersMin }
  const read = readSignedVerdict(text.value, trust, { taken: taken.value, now: new Date() })
  if (!read.ok) return refuseAll([{ ...read.refusal, at: path }])
  const opened = await checkOpening(read.value.bundle, options)
  if (!opened.ok) return refuseAll(opened.refusal)
  const kept = keep(options.taken, read.value)
  if (!kept.ok) return refuseAll([kept.refusal])
  const about = options.record === undefined ? [] : [`  it is about ${options.record}`]
  print([...linesOf(path, read.value.bundle), ...about])
  return 0
}

async function keysOf(
  paths: readonly string[],
  parse: (pem: string) => Result<KeyObject>,
): Promise<Result<readonly KeyObject[]>> {
  const keys: KeyObject[] = []
  for (const path of paths) {
    const text = await textOf(path)
    if (!text.ok) return text
    const key = parse(text.value)
    if (!key.ok) return no({ ...key.refusal, at: path })
    keys.push(key.value)
  }
  return yes(keys)
}

const TakenShape = z.strictObject({
  sha256: z.string(),
  engagement: z.string(),
  capability: z.enum(capabilities),
  number: z.int(),
})

/** A line each; a file that is not there yet holds none. */
async function takenIn(path: string | undefined): Promise<Result<readonly TakenVerdict[]>> {
  if (path === undefined || !existsSync(path)) return yes([])
  const text = await textOf(path)
  if (!text.ok) return text
  const taken: TakenVerdict[] = []
  for (const [index, line] of text.value.split('\n').entries()) {
    if (line === '') continue
    const read = TakenShape.safeParse(jsonOf(line))
    if (!read.success) {
      return no({ code: 'malformed', why: 'is no bundle taken', at: `${path}:${index + 1}` })
    }
    taken.push(read.data)
  }
  return yes(taken)
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function keep(path: string | undefined, { bundle, sha256 }: CrossedVerdict): Result<null> {
  if (path === undefined) return yes(null)
  const { engagement, capability, number } = bundle
  const line: TakenVerdict = { sha256, engagement, capability, number }
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`)
    return yes(null)
  } catch (error) {
    return notWritable(path, error)
  }
}

async function checkOpening(
  bundle: VerdictBundle,
  { record, opening }: VerdictCheckOptions,
): Promise<Result<null, readonly Refusal[]>> {
  if (record === undefined || opening === undefined) return yes(null)
  const recorded = await readJson({ path: record, what: 'record' }, parseRecord)
  if (!recorded.ok) return recorded
  const salts = await readJson({ path: opening, what: 'opening' }, (value) => {
    const found = parseOpening(value)
    return found === null
      ? no([{ code: 'malformed', why: 'is no opening of a bundle' }])
      : yes(found)
  })
  if (!salts.ok) return salts
  if (isOpenedBy(bundle, { opening: salts.value, recorded: recorded.value })) return yes(null)
  const why = 'is not what the bundle commits to, or the opening is of another bundle'
  return no([{ code: 'malformed', why, at: record }])
}

function linesOf(path: string, bundle: VerdictBundle): string[] {
  return blockLines(`${path}: ${bundle.verdict}`, [
    ['wording', bundle.wording],
    ['engagement', `SHA-256 ${bundle.engagement}`],
    ['number', `${bundle.number}, ${bundle.issued}`],
    ['pack', bundle.pack],
    ['effect', 'nothing here holds, delays or permits a release'],
  ])
}
