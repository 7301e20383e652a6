import { type DestroyedKeys, nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import {
  type Keys,
  keysFor,
  type OwnSalt,
  ownKeysFor,
  type PurposeKeys,
} from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'

/** What opens what is known of proofs, and what must not be opened any more. */
export type ProofKeys = { readonly proof: PurposeKeys; readonly destroyed: DestroyedKeys }

export const proofKeysOf = (keys: Keys): ProofKeys => ({
  proof: keysFor(keys, 'proof'),
  destroyed: keys.destroyed ?? nothingDestroyed,
})

/** Seals with the keys of the report, which are lost with its payloads; `id` says of what it is. */
export const sealFor = ({ proof }: ProofKeys, own: OwnSalt, of: Of): Buffer =>
  seal(ownKeysFor(proof, own), JSON.stringify(of.value), of.id)

type Of = { readonly id: string; readonly value: unknown }

/**
 * The value that was sealed; null where it is destroyed.
 *
 * @throws TypeError where it belongs to something else
 */
export function openFor(
  { proof, destroyed }: ProofKeys,
  own: { readonly id: string; readonly salt: Uint8Array | null },
  { id, sealed }: { readonly id: string; readonly sealed: Uint8Array | null },
): unknown {
  const { salt } = own
  if (sealed === null || salt === null || destroyed.has(own.id)) return null
  const opened = unseal(ownKeysFor(proof, { id: own.id, salt }), sealed, id)
  if (!opened.ok) throw new TypeError(`what is kept of ${id} ${opened.refusal.why}`)
  return JSON.parse(opened.value.toString('utf8'))
}
