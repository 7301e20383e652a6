import { isIP } from 'node:net'
import { isLoopback, pagesAddress } from '#platform/http/address.ts'

/**
 * Passkeys: credentials of Web Authentication Level 3 that an authenticator keeps for the name of
 * this instance, and uses once it has recognised its owner.
 */

/** For whom passkeys are made. */
export type RelyingParty = {
  /** The name that they are bound to for good. */
  readonly id: string
  /** Where pages have to be open that use them. */
  readonly origin: string
}

/** What the server knows of its own address. */
export type OwnAddress = {
  readonly publicUrl: URL | null
  readonly host: string
  /** The port that it listens on. */
  readonly port: number
}

/**
 * The name that passkeys of this instance are bound to: that of the address at which its pages are
 * opened. Null where there is none that browsers take: they want a name, not a number, and a
 * connection that nobody can listen to (Web Authentication Level 3 section 5.1.2).
 */
export function relyingPartyOf({ publicUrl, host, port }: OwnAddress): RelyingParty | null {
  const url = URL.parse(pagesAddress(publicUrl, { host, port }))
  if (url === null) return null
  const { hostname, protocol, origin } = url
  if (isIP(hostname.replace(/^\[|\]$/g, '')) > 0) return null
  return protocol === 'https:' || isLoopback(hostname) ? { id: hostname, origin } : null
}

/** What a challenge was handed out for. */
export type Purpose = 'register' | 'sign-in' | 'prove'

/** A passkey as it is kept. */
export type KeptPasskey = {
  readonly credentialId: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly person: string
}

/** What the browser sends of a new passkey; binary values to base64url. */
export type Registration = {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: string
}

/** What the browser sends of a passkey that signed. */
export type Assertion = {
  readonly id: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
  /** Whose passkey it is, as the authenticator keeps it. */
  readonly userHandle: string
}

/** Whom the authenticator keeps a passkey for: the person's id, to base64url. */
export const userHandleOf = (person: string): string => Buffer.from(person).toString('base64url')

/**
 * The challenge that a browser says it was given, before anything of it is verified: by it the kept
 * challenge is found. Null where it says none, and where a page of another site embedded ours.
 */
export function challengeIn(clientDataJSON: string): string | null {
  let told: unknown
  try {
    told = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'))
  } catch {
    // Whatever it is, no browser made it.
    return null
  }
  if (typeof told !== 'object' || told === null || !('challenge' in told)) return null
  if ('crossOrigin' in told && told.crossOrigin === true) return null
  const { challenge } = told
  return typeof challenge === 'string' && challenge.length <= 100 ? challenge : null
}

/** ES256, EdDSA and RS256 (RFC 9053, RFC 8812): what authenticators of today sign with. */
export const algorithms = [-7, -8, -257] as const

export type Expected = { readonly party: RelyingParty; readonly challenge: string }

export type NewPasskey = {
  readonly credentialId: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
}

/** Reads a new passkey; null where it is not for us or this challenge, or its owner unseen. */
export async function readRegistration(
  { id, clientDataJSON, attestationObject }: Registration,
  { party, challenge }: Expected,
): Promise<NewPasskey | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON, attestationObject },
      },
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: [...algorithms] },
    })
    if (!registrationInfo || registrationInfo.credential.id !== id) return null
    const { publicKey, counter } = registrationInfo.credential
    return { credentialId: id, publicKey, counter }
  } catch {
    // The library throws for every "no"; which one it was helps nobody but a forger.
    return null
  }
}

/** The counter of an assertion that holds for a passkey; null for every other. */
export async function readAssertion(
  { id, clientDataJSON, authenticatorData, signature, userHandle }: Assertion,
  kept: KeptPasskey,
  { party, challenge }: Expected,
): Promise<number | null> {
  if (userHandle !== userHandleOf(kept.person) || id !== kept.credentialId) return null
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: { clientDataJSON, authenticatorData, signature, userHandle },
      },
      ...{ expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.id },
      requireUserVerification: true,
      // Counters are compared once the signature holds: before, anybody could claim anything.
      credential: { id, publicKey: kept.publicKey, counter: 0 },
    })
    return verified ? authenticationInfo.newCounter : null
  } catch {
    return null
  }
}

/** Whether a counter went on, as Web Authentication Level 3 section 7.2 step 22 asks. */
export const hasCountedOn = (kept: number, told: number): boolean =>
  told > kept || (told === 0 && kept === 0)
