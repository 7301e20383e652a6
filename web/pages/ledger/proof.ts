import type { LedgerProof } from '../../api/types.ts'

/** What a browser found out about an entry by hashing it itself. */
export type Checked = { readonly isIncluded: boolean; readonly size: number; readonly root: string }

/**
 * Works out from the bytes of an entry and the hashes beside it which root they lead to (RFC 9162
 * section 2.1.3.2), and compares it with the one in the checkpoint; null where the page is not from
 * a secure context, in which browsers hash nothing. The signature is not looked at.
 */
export async function checkInclusion(found: LedgerProof): Promise<Checked | null> {
  if (!window.isSecureContext) return null
  const [, digits = '', root = ''] = found.checkpoint.split('\n')
  const size = Number(digits)
  const leaf = await hashed(0, [new TextEncoder().encode(found.leaf)])
  const proof = found.proof.map(bytesOf)
  const hash = await rootFrom({ index: found.entry.index, size, leaf, proof })
  return { isIncluded: hash !== null && base64Of(hash) === root, size, root }
}

type Path = {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
}

async function rootFrom({ index, size, leaf, proof }: Path): Promise<Uint8Array | null> {
  if (index >= size) return null
  let [at, last, hash] = [index, size - 1, leaf]
  for (const step of proof) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      hash = await hashed(1, [step, hash])
      while (at % 2 === 0 && at > 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      hash = await hashed(1, [hash, step])
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : null
}

async function hashed(prefix: number, parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const bytes = new Uint8Array([prefix, ...parts.flatMap((part) => [...part])])
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
