import type { KeyObject } from 'node:crypto'
import { verify } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson, digestOf } from '#features/ledger/entry.ts'
import { keyIdOf, seal, signedBytes } from '#formats/attestation/dsse.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { parseBundle, type VerdictBundle } from './verdict-bundle.ts'

const payloadType = 'application/vnd.parley.verdict-bundle.v1+json'
const textBytesMax = 8_192

const EnvelopeShape = z.strictObject({
  payload: z.string(),
  payloadType: z.literal(payloadType),
  signatures: z
    .array(
      z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.string().length(88) }),
    )
    .min(1)
    .max(4),
})

/**
 * A signed bundle as it crosses: a DSSE envelope in canonical JSON, one line, with the signatures
 * in the order of their keys.
 */
export function signedVerdict(bundle: VerdictBundle, keys: readonly KeyObject[]): string {
  const payload = Buffer.from(canonicalJson(bundle))
  const signatures = keys
    .flatMap((key) => seal(key, { payload, payloadType }).signatures)
    .toSorted((one, other) => (one.keyid < other.keyid ? -1 : 1))
  return `${canonicalJson({ payload: payload.toString('base64'), payloadType, signatures })}\n`
}

/** Whose signatures count, and how many different ones there have to be. */
export type Trust = { readonly keys: readonly KeyObject[]; readonly signersMin: number }

/** A bundle that was taken before. */
export type TakenVerdict = Pick<VerdictBundle, 'engagement' | 'capability' | 'number'> & {
  readonly sha256: string
}

export type CrossedVerdict = { readonly bundle: VerdictBundle; readonly sha256: string }

const refuse = (why: string, hint?: string): Result<never> =>
  no({ code: 'malformed', why, ...(hint === undefined ? {} : { hint }) })

/**
 * Reads what comes from a higher instance and trusts nothing of it: every byte is either checked
 * or has one possible value. A space, an unknown member, a second spelling, a signature of nobody
 * known and a bundle that was taken before, or is older than one that was, are refused.
 */
export function readSignedVerdict(
  text: string,
  { keys, signersMin }: Trust,
  { taken, now }: { readonly taken: readonly TakenVerdict[]; readonly now: Date },
): Result<CrossedVerdict> {
  const found = envelopeOf(text)
  if (!found.ok) return found
  const payload = Buffer.from(found.value.payload, 'base64')
  const signed = signedBytes(payloadType, payload)
  const { signatures } = found.value
  for (const { keyid, sig } of signatures) {
    const key = keys.find((one) => keyIdOf(one) === keyid)
    if (key === undefined) return refuse('has a signature of a key that is not trusted here')
    if (!verify(null, signed, key, Buffer.from(sig, 'base64'))) {
      return refuse('has a signature that does not hold')
    }
  }
  const ids = signatures.map(({ keyid }) => keyid)
  if (ids.some((id, at) => at > 0 && (ids[at - 1] ?? '') >= id)) {
    return refuse('has signatures twice, or in another order than that of their keys')
  }
  if (signatures.length < signersMin) {
    return refuse(`is signed by ${signatures.length} keys; ${signersMin} are asked for`)
  }
  const bundle = parseBundle(payload.toString('utf8'))
  if (bundle === null) {
    const hint = 'only fixed words, hashes, numbers and a day may cross'
    return refuse('holds something else than a verdict', hint)
  }
  const fault = faultOf(bundle, taken, now)
  return fault === null ? yes({ bundle, sha256: digestOf(bundle) }) : refuse(fault)
}

/**
 * What a bundle that was taken says, and the ids of the keys that signed it. Signatures are not
 * looked at again; null for what is no bundle at all.
 */
export function shownVerdict(
  text: string,
): { readonly bundle: VerdictBundle; readonly signers: readonly string[] } | null {
  const found = envelopeOf(text)
  if (!found.ok) return null
  const bundle = parseBundle(Buffer.from(found.value.payload, 'base64').toString('utf8'))
  return bundle && { bundle, signers: found.value.signatures.map(({ keyid }) => keyid) }
}

function envelopeOf(text: string): Result<z.infer<typeof EnvelopeShape>> {
  if (text.length > textBytesMax) return refuse('is larger than any verdict')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('is not JSON')
  }
  const read = EnvelopeShape.safeParse(value)
  if (!read.success) return refuse('is no envelope of a verdict, or has more than one has')
  const { payload, signatures } = read.data
  const isExact = (encoded: string): boolean =>
    Buffer.from(encoded, 'base64').toString('base64') === encoded
  const encoded = [payload, ...signatures.map(({ sig }) => sig)]
  if (!encoded.every(isExact) || `${canonicalJson(read.data)}\n` !== text) {
    return refuse('is spelled otherwise than verdicts are')
  }
  return yes(read.data)
}

const dayMs = 86_400_000

function faultOf(bundle: VerdictBundle, taken: readonly TakenVerdict[], now: Date): string | null {
  const sha256 = digestOf(bundle)
  if (taken.some((one) => one.sha256 === sha256)) return 'was taken before'
  const later = taken.find(
    ({ engagement, capability, number }) =>
      engagement === bundle.engagement &&
      capability === bundle.capability &&
      number >= bundle.number,
  )
  if (later) return `is number ${bundle.number}, but number ${later.number} was taken before`
  // Clocks of two instances differ; a day is more than that.
  if (Date.parse(bundle.issued) > now.getTime() + dayMs) return 'is of a day that is yet to come'
  return null
}
