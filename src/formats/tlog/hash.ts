import { createHash } from 'node:crypto'

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32

const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)

export const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The hash of an entry (RFC 6962 section 2.1): SHA-256(0x00 || entry). */
export const leafHash = (entry: Uint8Array): Buffer => sha256(leafPrefix, entry)

/** The hash of two subtrees side by side (RFC 6962 section 2.1): SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  sha256(nodePrefix, left, right)

/** The root of a tree without entries: SHA-256 of nothing. */
export const emptyRoot = (): Buffer => sha256()

export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && Buffer.compare(one, other) === 0

/**
 * A complete subtree: at `level` it holds 2^level entries, from `index` * 2^level on. Level 0 is
 * the hashes of entries.
 */
export type TreeNode = { readonly level: number; readonly index: number }

/** Entries from `from` up to but not `to`. */
export type EntryRange = { readonly from: number; readonly to: number }

/** The largest power of two that is smaller than `count`, which is at least 2. */
export function splitOf(count: number): number {
  let half = 1
  while (half * 2 < count) half *= 2
  return half
}

/**
 * The complete subtrees that a range falls into, left to right: as many as its length has bits
 * set. The range begins where a subtree of its size can begin, as every one of a proof does.
 */
export function nodesOf({ from, to }: EntryRange): TreeNode[] {
  const nodes: TreeNode[] = []
  for (let at = from; at < to; ) {
    let level = 0
    while (at + 2 ** (level + 1) <= to) level++
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

/** The hash of a range of entries from those of its complete subtrees, left to right. */
export function foldedHash(hashes: readonly Uint8Array[]): Buffer {
  const [last, ...before] = hashes.toReversed()
  if (last === undefined) return emptyRoot()
  return before.reduce<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last))
}
