import { z } from 'zod'

/** Shapes of sign-in through an OpenID provider as they cross HTTP. */

export const ProviderWire = z.strictObject({ label: z.string() }).meta({ id: 'Provider' })

/** Ways to sign in that not every instance has. */
export const WaysInWire = z
  .strictObject({ provider: ProviderWire.nullable() })
  .meta({ id: 'WaysIn' })

/** An account at a provider that is linked to a person. */
export const IdentityWire = z
  .strictObject({
    id: z.string(),
    issuer: z.string(),
    subject: z.string(),
    linkedAt: z.string(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'Identity' })

/** A page of this very site: a path, with what follows it. */
export const TargetWire = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'It must be a path of this site.')

/** Where to send the browser. */
export const ProviderAddressWire = z.strictObject({ url: z.string() })

/** What the provider appended to the address that it sent the browser back to. */
export const ProviderAnswerWire = z.strictObject({ answer: z.string().max(8_000) })

export const ProviderDoneWire = z
  .strictObject({
    purpose: z.enum(['sign-in', 'link']),
    /** The page where it goes on. */
    target: z.string(),
  })
  .meta({ id: 'ProviderDone' })
