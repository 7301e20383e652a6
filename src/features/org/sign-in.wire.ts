import { z } from 'zod'
import { lineShape } from '#platform/http/line-shape.ts'
import { factors } from './org.ts'
import { IdentityWire, ProviderWire } from './provider.wire.ts'
import { roles } from './role.ts'

/** Shapes of passkeys, sessions and recovery codes as they cross HTTP. */

/** Of a route that reads cookies itself, beside who asks. */
export const CookieHeadersWire = z.strictObject({ cookie: z.string().max(8192).optional() })

/** Of a route that opens sessions: which browser asks. */
export const AgentHeadersWire = z.strictObject({ 'user-agent': z.string().max(16_384).optional() })

/** A binary value as Web Authentication writes it in JSON. */
const base64url = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^[A-Za-z0-9_-]+$/, 'It must be base64url without padding.')

/** Credential ids have at most 1023 bytes (Web Authentication Level 3 section 4). */
const credentialId = base64url(1_364)
const transports = z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(10)
const descriptor = z.strictObject({
  type: z.literal('public-key'),
  id: z.string(),
  transports: z.array(z.string()),
})

/** `PublicKeyCredentialCreationOptionsJSON` of Web Authentication Level 3 section 5.4. */
export const RegistrationOptionsWire = z
  .strictObject({
    challenge: z.string(),
    rp: z.strictObject({ id: z.string(), name: z.string() }),
    user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.number() })),
    timeout: z.number(),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.strictObject({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .meta({ id: 'RegistrationOptions' })

/** `PublicKeyCredentialRequestOptionsJSON` of Web Authentication Level 3 section 5.5. */
export const AssertionOptionsWire = z
  .strictObject({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.number(),
    userVerification: z.literal('required'),
  })
  .meta({ id: 'AssertionOptions' })

export const PasskeyNameWire = z.strictObject({ name: lineShape(100) })

export const RegistrationWire = z.strictObject({
  name: lineShape(100),
  id: credentialId,
  transports,
  clientDataJSON: base64url(4_000),
  attestationObject: base64url(40_000),
})

export const AssertionWire = z.strictObject({
  id: credentialId,
  clientDataJSON: base64url(4_000),
  authenticatorData: base64url(4_000),
  signature: base64url(4_000),
  userHandle: base64url(200),
})

export const RecoveryWire = z.strictObject({ code: z.string().min(1).max(100) })

export const PasskeyWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
    /** When its counter went back; it has been refused since. */
    copiedAt: z.string().nullable(),
  })
  .meta({ id: 'Passkey' })

const OwnSessionWire = z
  .strictObject({
    id: z.string(),
    isThisOne: z.boolean(),
    /** The browser and the system, in words. */
    from: z.string(),
    factor: z.enum(factors),
    openedAt: z.string(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'OwnSession' })

export const ProfileWire = z
  .strictObject({
    person: z.strictObject({ id: z.string(), name: z.string() }),
    organisation: z.strictObject({ id: z.string(), name: z.string() }),
    role: z.enum(roles),
    passkeys: z.array(PasskeyWire),
    /** Where pages have to be open that use passkeys; null where there is no such place. */
    passkeyOrigin: z.string().nullable(),
    recoveryCodes: z.strictObject({ left: z.number(), madeAt: z.string().nullable() }),
    /** The provider that people may sign in through, and the own accounts that are linked. */
    provider: ProviderWire.nullable(),
    identities: z.array(IdentityWire),
    sessions: z.array(OwnSessionWire),
  })
  .meta({ id: 'Profile' })

/** The only answer that holds the codes themselves. */
export const RecoveryCodesWire = z
  .strictObject({ codes: z.array(z.string()) })
  .meta({ id: 'RecoveryCodes' })
