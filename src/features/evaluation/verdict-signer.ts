import { createPublicKey, type KeyObject } from 'node:crypto'
import { keyIdOf } from '#formats/attestation/dsse.ts'
import { signerOf } from '#formats/tlog/note.ts'
import { deriveSeed, type Keys } from '#platform/crypto/keys.ts'

/** Gives the private key with which the service signs what a person agreed to. */
export type SignerOf = (person: string) => KeyObject

/**
 * Each person has a key of their own, which follows from the key file and the id of the account.
 * The service uses it where that person asked or granted in person, and for nothing else: two
 * signatures are the consent of two. It never leaves the service, so whoever has the key file could
 * sign for anybody, as they could do anything else.
 */
export const verdictSigners =
  (keys: Keys): SignerOf =>
  (person) =>
    signerOf('verdict', deriveSeed(keys, `verdict signer/${person}`)).privateKey

/** What a lower instance trusts of a person: the public key in PEM, and how bundles name it. */
export function verifierOf(signer: KeyObject): { readonly key: string; readonly pem: string } {
  const pem = createPublicKey(signer).export({ format: 'pem', type: 'spki' })
  return { key: keyIdOf(signer), pem: pem.toString() }
}
