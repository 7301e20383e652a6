import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, commitmentOf, digestOf } from '#features/ledger/entry.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { type Result, yes } from '#kernel/result.ts'
import { type Capability, capabilities } from './capability.ts'
import type { VerdictWord } from './fixed-look.ts'
import { type Recorded, verdictOfRecord } from './result-record.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const numberMax = 999_999

/**
 * All that may leave an instance for a lower one. Each member is a hash, a number, a day, or a word
 * of a closed list: there is no place for a threshold, a task, a name or a text. Hashes of what has
 * few possibilities are salted, so that none can be guessed back.
 */
const BundleShape = z.strictObject({
  kind: z.literal('verdict-bundle'),
  version: z.literal(1),
  /** The digest of the proposal that both sides accepted: they know which engagement it is. */
  engagement: hash,
  /** Later bundles about an engagement have higher numbers. */
  number: z.int().min(1).max(numberMax),
  /** The day it was made, UTC. */
  issued: z.iso.date(),
  capability: z.enum(capabilities),
  verdict: z.enum(['COVERED', 'NOT SHOWN', 'UNDETERMINED']),
  /** In fixed words, made of the two members above. */
  wording: z.string().max(200),
  /** The root of the sealed pack, as it was published before access. */
  pack: hash,
  /** Salted: the declaration holds the threshold, the record the results. */
  commitments: z.strictObject({ declaration: hash, results: hash }),
})
export type VerdictBundle = z.infer<typeof BundleShape>

/** What stays behind: with it the commitments can be opened later, to whom that is allowed. */
const OpeningShape = z.strictObject({
  kind: z.literal('verdict-opening'),
  version: z.literal(1),
  bundleSha256: hash,
  salts: z.strictObject({
    declaration: z.string().regex(/^[0-9a-f]{32}$/),
    results: z.string().regex(/^[0-9a-f]{32}$/),
  }),
})
export type VerdictOpening = z.infer<typeof OpeningShape>

/** What is said of a verdict where the threshold is not; what was declared is committed to. */
export function bundleWording(capability: Capability, verdict: VerdictWord): string {
  const what = `${capability.replaceAll('-', ' ')} capability of the committed threshold`
  const under = 'under the committed protocol and budget'
  if (verdict === 'COVERED') return `${what} is shown ${under}`
  if (verdict === 'NOT SHOWN') return `${what} is not shown ${under}; under others it may be there`
  return `whether there is ${what} ${under} cannot be told from these results`
}

export type BundleWish = {
  readonly recorded: Recorded
  /** The digest that both sides accepted. */
  readonly engagement: string
  readonly number: number
  readonly now: Date
  /** Sixteen random bytes, hexadecimal; another at each call. */
  readonly salt?: () => string
}

const randomSalt = (): string => randomBytes(16).toString('hex')

/** The bundle of a record. The verdict is worked out here, whatever anybody says that it is. */
export function verdictBundleOf(
  wish: BundleWish,
): Result<
  { readonly bundle: VerdictBundle; readonly opening: VerdictOpening },
  readonly Refusal[]
> {
  const { recorded, engagement, number, now, salt = randomSalt } = wish
  const found = verdictOfRecord(recorded)
  if (!found.ok) return found
  const { capability } = recorded.record
  const { verdict } = found.value
  const salts = { declaration: salt(), results: salt() }
  const bundle = BundleShape.parse({
    ...{ kind: 'verdict-bundle', version: 1, engagement, number, capability, verdict },
    issued: now.toISOString().slice(0, 10),
    wording: bundleWording(capability, verdict),
    pack: recorded.declared.declaration.bankRoot,
    commitments: commitmentsOf(recorded, salts),
  })
  const bundleSha256 = digestOf(bundle)
  return yes({ bundle, opening: { kind: 'verdict-opening', version: 1, bundleSha256, salts } })
}

const commitmentsOf = (
  { declared, digest }: Pick<Recorded, 'declared' | 'digest'>,
  salts: VerdictOpening['salts'],
): VerdictBundle['commitments'] => ({
  declaration: commitmentOf({ salt: salts.declaration, value: declared.digest }),
  results: commitmentOf({ salt: salts.results, value: digest }),
})

/** Reads what stayed behind; null where it is no such file. */
export function parseOpening(value: unknown): VerdictOpening | null {
  const read = OpeningShape.safeParse(value)
  return read.success ? read.data : null
}

/** Whether a record and its opening are what a bundle commits to. */
export function isOpenedBy(
  bundle: VerdictBundle,
  { opening, recorded }: { readonly opening: VerdictOpening; readonly recorded: Recorded },
): boolean {
  if (opening.bundleSha256 !== digestOf(bundle)) return false
  return canonicalJson(commitmentsOf(recorded, opening.salts)) === canonicalJson(bundle.commitments)
}

/** Reads a payload in the one spelling that it has; null for everything else. */
export function parseBundle(text: string): VerdictBundle | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const read = BundleShape.safeParse(value)
  if (!read.success || canonicalJson(read.data) !== text) return null
  const { wording, capability, verdict } = read.data
  return wording === bundleWording(capability, verdict) ? read.data : null
}
