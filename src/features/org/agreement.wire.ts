import { z } from 'zod'
import { agreementBytesMax, agreementKinds } from './agreement.ts'
import { roles } from './role.ts'

/** Shapes of agreements as they cross HTTP. */

const kind = z.enum(agreementKinds)
const version = z.number().int().min(1).max(100_000)
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'It must be a SHA-256 in lower-case hexadecimal.')

const face = {
  ...{ kind, version, digest },
  publishedAt: z.string(),
  /** Of whom it is asked; empty lists are everybody. */
  roles: z.array(z.enum(roles)),
  organisations: z.array(z.string()),
  /** How long tokens go on of those who accepted a version before. */
  tokenDays: z.number(),
  /** When you accepted this version for the organisation that you are signed in for. */
  acceptedAt: z.string().nullable(),
  /** Whether it is asked of you and you did not accept it yet. */
  isNeeded: z.boolean(),
}

export const AgreementListWire = z
  .strictObject({
    /** Of each kind that was published the version that counts. */
    items: z.array(z.strictObject(face).meta({ id: 'AgreementFace' })),
  })
  .meta({ id: 'AgreementList' })

export const AgreementWire = z
  .strictObject({ ...face, text: z.string(), versions: z.number(), publishedBy: z.string() })
  .meta({ id: 'Agreement' })

export const AgreementParams = z.strictObject({
  kind,
  version: z.string().regex(/^[1-9]\d{0,5}$/),
})

export const AgreementWishWire = z.strictObject({
  kind,
  text: z
    .string()
    .refine((text) => text.trim() !== '', 'It must say something.')
    .refine(
      (text) => Buffer.byteLength(text) <= agreementBytesMax,
      `It must have ${agreementBytesMax} bytes at most.`,
    ),
  roles: z.array(z.enum(roles)).max(roles.length),
  organisations: z.array(z.string().max(100)).max(1_000),
  tokenDays: z.number().int().min(0).max(365).optional(),
})

export const AcceptWire = z.strictObject({ kind, version, digest })

export const AcceptanceListWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          person: z.strictObject({ id: z.string(), name: z.string() }),
          organisation: z.strictObject({ id: z.string(), name: z.string() }),
          role: z.enum(roles),
          kind,
          version,
          /** Null for whoever it is asked of and who did not yet. */
          acceptedAt: z.string().nullable(),
        })
        .meta({ id: 'Acceptance' }),
    ),
  })
  .meta({ id: 'AcceptanceList' })
