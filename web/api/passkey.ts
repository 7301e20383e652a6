import * as client from './client.ts'
import { ProblemError } from './problem.ts'
import type { Assertion, Passkey, Session } from './types.ts'

/** Passkeys as browsers have them (Web Authentication Level 3): each "no" is a ProblemError. */

export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Makes a passkey on the person's device, or on one that they hold near, and has it kept. */
export async function addPasskey(name: string): Promise<Passkey> {
  const options = await client.askToAddPasskey()
  assertName(options.rp.id)
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({
    ...options,
    pubKeyCredParams: [...options.pubKeyCredParams],
    excludeCredentials: options.excludeCredentials.map(({ transports, ...one }) => ({
      ...{ ...one, transports: [...transports] },
    })),
  })
  const made = await asked(navigator.credentials.create({ publicKey }))
  if (!(made.response instanceof AuthenticatorAttestationResponse)) throw noPasskey()
  const { clientDataJSON, attestationObject } = made.response
  return client.addPasskey({
    ...{ name, id: textOf(made.rawId), transports: made.response.getTransports() },
    clientDataJSON: textOf(clientDataJSON),
    attestationObject: textOf(attestationObject),
  })
}

/** Signs in with whichever passkey the person chooses; nobody is named before. */
export async function signInByPasskey(): Promise<Session> {
  return client.openSessionByPasskey(await asserted(await client.askToSignIn()))
}

/** Shows a passkey of the person's own again, in the session that they have. */
export async function proveByPasskey(): Promise<void> {
  await client.prove(await asserted(await client.askToProve()))
}

type Options = Awaited<ReturnType<typeof client.askToSignIn>>

async function asserted(options: Options): Promise<Assertion> {
  assertName(options.rpId)
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const used = await asked(navigator.credentials.get({ publicKey }))
  if (!(used.response instanceof AuthenticatorAssertionResponse)) throw noPasskey()
  const { clientDataJSON, authenticatorData, signature, userHandle } = used.response
  return {
    ...{ id: textOf(used.rawId), clientDataJSON: textOf(clientDataJSON) },
    authenticatorData: textOf(authenticatorData),
    signature: textOf(signature),
    userHandle: textOf(userHandle ?? new ArrayBuffer(0)),
  }
}

/** A passkey works under one name for good; the same page under another must say so. */
function assertName(id: string): void {
  const { hostname, protocol, port } = window.location
  if (hostname === id || hostname.endsWith(`.${id}`)) return
  const address = `${protocol}//${id}${port === '' ? '' : `:${port}`}`
  throw refused(`Passkeys work at ${address} only. Open Parley there, and use them there.`)
}

async function asked(wanted: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await wanted.catch((error: unknown) => {
    throw noPasskey(error instanceof DOMException ? error.name : '')
  })
  if (!(credential instanceof PublicKeyCredential)) throw noPasskey()
  return credential
}

function noPasskey(name = ''): ProblemError {
  if (name === 'InvalidStateError') {
    return refused('This device holds a passkey of yours for this instance already.')
  }
  return refused('The browser gave no passkey: it was cancelled, took too long, or has none.')
}

const refused = (detail: string): ProblemError =>
  new ProblemError(403, { code: 'not-allowed', detail })

/** Bytes to base64url without padding (RFC 4648 section 5). */
const textOf = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
