import {
  type EntryRange,
  emptyRoot,
  foldedHash,
  isSameHash,
  nodeHash,
  nodesOf,
  splitOf,
  type TreeNode,
} from './hash.ts'

/** Answers the hashes of complete subtrees, in the order in which they were asked for. */
export type HashReader = (nodes: readonly TreeNode[]) => Promise<readonly Uint8Array[]>

/** The root of the tree of the first `size` entries. */
export const treeRoot = async (size: number, read: HashReader): Promise<Buffer> =>
  foldedHash(await read(nodesOf({ from: 0, to: size })))

/**
 * The hashes that lead from entry `index` to the root of the first `size` entries, from the entry
 * upwards (RFC 6962 section 2.1.1).
 *
 * @throws RangeError where there is no such entry
 */
export function inclusionProof(index: number, size: number, read: HashReader): Promise<Buffer[]> {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError('no such entry')
  const ranges: EntryRange[] = []
  for (let [from, to] = [0, size]; to - from > 1; ) {
    const middle = from + splitOf(to - from)
    ranges.push(index < middle ? { from: middle, to } : { from, to: middle })
    if (index < middle) to = middle
    else from = middle
  }
  return hashesOf(ranges.toReversed(), read)
}

/**
 * The hashes that show the tree of `size` entries to begin with the one of `oldSize` (RFC 6962
 * section 2.1.2). Nothing is needed where the older one is empty or they are one.
 *
 * @throws RangeError where the older tree is larger
 */
export function consistencyProof(
  oldSize: number,
  size: number,
  read: HashReader,
): Promise<Buffer[]> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) throw new RangeError('not older')
  if (oldSize === 0 || oldSize === size) return Promise.resolve([])
  const ranges: EntryRange[] = []
  let [from, to] = [0, size]
  while (to !== oldSize) {
    const middle = from + splitOf(to - from)
    ranges.push(oldSize <= middle ? { from: middle, to } : { from, to: middle })
    if (oldSize <= middle) to = middle
    else from = middle
  }
  // Whoever verifies has the older root; it is a subtree of its own where nothing lies before it.
  if (from > 0) ranges.push({ from, to })
  return hashesOf(ranges.toReversed(), read)
}

async function hashesOf(ranges: readonly EntryRange[], read: HashReader): Promise<Buffer[]> {
  const nodes = ranges.map(nodesOf)
  const hashes = await read(nodes.flat())
  let at = 0
  return nodes.map(({ length }) => {
    at += length
    return foldedHash(hashes.slice(at - length, at))
  })
}

export type Inclusion = {
  readonly index: number
  readonly size: number
  /** The hash of the entry itself. */
  readonly leaf: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether the entry stands at its index in the tree of this root (RFC 9162 section 2.1.3.2). */
export function isIncluded({ index, size, leaf, root, proof }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false
  let [at, last] = [index, size - 1]
  let hash = leaf
  for (const step of proof) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      hash = nodeHash(step, hash)
      const levels = isOdd(at) ? 0 : zerosOf(at)
      ;[at, last] = [shifted(at, levels), shifted(last, levels)]
    } else {
      hash = nodeHash(hash, step)
    }
    ;[at, last] = [shifted(at, 1), shifted(last, 1)]
  }
  return last === 0 && isSameHash(hash, root)
}

export type Consistency = {
  readonly oldSize: number
  readonly size: number
  readonly oldRoot: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether the tree begins with the older one (RFC 9162 section 2.1.4.2). */
export function isConsistent({ oldSize, size, oldRoot, root, proof }: Consistency): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) return false
  if (oldSize === size) return proof.length === 0 && isSameHash(oldRoot, root)
  if (oldSize === 0) return proof.length === 0 && isSameHash(oldRoot, emptyRoot())
  const levels = zerosOf(oldSize)
  let [at, last] = [shifted(oldSize, levels) - 1, shifted(size - 1, levels)]
  // An older tree that is one complete subtree is where its own proof begins.
  const steps = at === 0 ? [oldRoot, ...proof] : proof
  const [first, ...rest] = steps
  if (first === undefined || proof.length === 0) return false
  let [oldHash, hash] = [first, first]
  for (const step of rest) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      ;[oldHash, hash] = [nodeHash(step, oldHash), nodeHash(step, hash)]
      const above = isOdd(at) ? 0 : zerosOf(at)
      ;[at, last] = [shifted(at, above), shifted(last, above)]
    } else {
      hash = nodeHash(hash, step)
    }
    ;[at, last] = [shifted(at, 1), shifted(last, 1)]
  }
  return last === 0 && isSameHash(oldHash, oldRoot) && isSameHash(hash, root)
}

/** Sizes and indexes go beyond 32 bits, so that the operators of bits are not for them. */
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isOdd = (value: number): boolean => value % 2 === 1
const shifted = (value: number, bits: number): number => Math.floor(value / 2 ** bits)

/** How many zeros a number ends in, to base 2; none for 0, which stays itself. */
function zerosOf(value: number): number {
  let zeros = 0
  for (let rest = value; rest > 0 && !isOdd(rest); rest /= 2) zeros++
  return zeros
}
