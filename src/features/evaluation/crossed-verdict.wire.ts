import { z } from 'zod'
import { capabilities } from './capability.ts'
import { noEffect } from './verdict.wire.ts'

/** A verdict as it came from an instance of higher classification. */
export const CrossedVerdictWire = z
  .strictObject({
    ...{ id: z.string(), takenAt: z.string(), takenBy: z.string() },
    /** SHA-256 of the bundle. */
    sha256: z.string(),
    /** The digest of the proposal that both sides accepted at the higher instance. */
    engagement: z.string(),
    ...{ number: z.number(), issued: z.string(), capability: z.enum(capabilities) },
    ...{ verdict: z.enum(['COVERED', 'NOT SHOWN', 'UNDETERMINED']), wording: z.string() },
    /** The root of the pack as it was published. */
    pack: z.string(),
    /** Who signed, in the words of the administrator who trusted their keys. */
    signers: z.array(
      z.strictObject({ key: z.string(), holder: z.string(), isTrusted: z.boolean() }),
    ),
    effect: z.literal(noEffect),
  })
  .meta({ id: 'CrossedVerdict' })
export const CrossedVerdictListWire = z
  .strictObject({ items: z.array(CrossedVerdictWire) })
  .meta({ id: 'CrossedVerdictList' })
export const BundleWishWire = z
  .strictObject({
    /** The file as it came, byte for byte. */
    bundle: z.string().max(10_000),
  })
  .meta({ id: 'VerdictBundleWish' })
