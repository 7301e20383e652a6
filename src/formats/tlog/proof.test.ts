import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { emptyRoot, leafHash, nodeHash, type TreeNode } from './hash.ts'
import {
  consistencyProof,
  type HashReader,
  inclusionProof,
  isConsistent,
  isIncluded,
  treeRoot,
} from './proof.ts'

const leavesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))

/** Hashes straight from the definition, with nothing kept. */
function readerOf(leaves: readonly Buffer[]): HashReader {
  const hashOf = ({ level, index }: TreeNode): Buffer => {
    if (level > 0) {
      const left = hashOf({ level: level - 1, index: index * 2 })
      return nodeHash(left, hashOf({ level: level - 1, index: index * 2 + 1 }))
    }
    const leaf = leaves[index]
    assert.ok(leaf, `a subtree beyond the tree: ${index}`)
    return leaf
  }
  return async (nodes) => nodes.map(hashOf)
}

/** The root as RFC 6962 section 2.1 defines it. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  const [only, second] = leaves
  if (only === undefined) return emptyRoot()
  if (second === undefined) return only
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return nodeHash(definedRoot(leaves.slice(0, half)), definedRoot(leaves.slice(half)))
}

const all = leavesOf(600)
const read = readerOf(all)
const sizes = fc.integer({ min: 1, max: all.length })
const within = (size: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: size - 1 })

async function anInclusion(index: number, size: number) {
  const proof = await inclusionProof(index, size, read)
  const leaf = all[index] ?? Buffer.alloc(0)
  return { index, size, leaf, root: await treeRoot(size, read), proof }
}

async function aConsistency(oldSize: number, size: number) {
  const proof = await consistencyProof(oldSize, size, read)
  const [oldRoot, root] = [await treeRoot(oldSize, read), await treeRoot(size, read)]
  return { oldSize, size, oldRoot, root, proof }
}

const flipped = (bytes: Uint8Array, bit: number): Buffer => {
  const changed = Buffer.from(bytes)
  const at = (bit >> 3) % changed.length
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7))
  return changed
}

const flippedAt = (proof: readonly Buffer[], bit: number): Buffer[] =>
  proof.map((step, at) => (at === bit % proof.length ? flipped(step, bit) : step))

const sizeAndIndex = sizes.chain((size) => fc.tuple(fc.constant(size), within(size), fc.nat(8_000)))

describe('an inclusion proof', () => {
  test('is not asked for an entry that is not there', () => {
    assert.throws(() => inclusionProof(5, 5, read), RangeError)
    assert.throws(() => inclusionProof(-1, 5, read), RangeError)
    assert.throws(() => inclusionProof(0.5, 5, read), RangeError)
  })

  test('fails with any bit, step, index or size changed', async () => {
    await fc.assert(
      fc.asyncProperty(sizeAndIndex, async ([size, index, bit]) => {
        const good = await anInclusion(index, size)
        const extra = [...good.proof, good.root]
        const changed = [
          { ...good, leaf: flipped(good.leaf, bit) },
          { ...good, root: flipped(good.root, bit) },
          { ...good, proof: extra },
          { ...good, size: index },
          { ...good, size: -1 },
          { ...good, index: -1 },
          ...(size === 1 ? [] : [{ ...good, index: (index + 1 + (bit % (size - 1))) % size }]),
          ...(good.proof.length === 0
            ? []
            : [
                { ...good, proof: flippedAt(good.proof, bit) },
                { ...good, proof: good.proof.slice(1) },
                { ...good, proof: good.proof.slice(0, -1) },
              ]),
        ]
        for (const [at, one] of changed.entries()) assert.equal(isIncluded(one), false, `${at}`)
      }),
    )
  })

  test('holds for every entry of every tree up to 70, and for random ones beyond', async () => {
    for (let size = 1; size <= 70; size++) {
      for (let index = 0; index < size; index++) {
        assert.ok(isIncluded(await anInclusion(index, size)), `${index} of ${size}`)
      }
    }
    await fc.assert(
      fc.asyncProperty(sizeAndIndex, async ([size, index]) => {
        assert.ok(isIncluded(await anInclusion(index, size)))
      }),
    )
  })
})

describe('a consistency proof', () => {
  test('is not asked for a tree that is larger', () => {
    assert.throws(() => consistencyProof(6, 5, read), RangeError)
  })

  test('fails with any bit, step or size changed', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.nat(8_000), async (one, other, bit) => {
        const [oldSize, size] = [Math.min(one, other), Math.max(one, other)]
        const good = await aConsistency(oldSize, size)
        const changed = [
          { ...good, oldRoot: flipped(good.oldRoot, bit) },
          { ...good, root: flipped(good.root, bit) },
          { ...good, proof: [...good.proof, good.root] },
          { ...good, oldSize: size + 1 },
          ...(good.proof.length === 0
            ? []
            : [
                { ...good, proof: flippedAt(good.proof, bit) },
                { ...good, proof: good.proof.slice(1) },
                { ...good, proof: good.proof.slice(0, -1) },
                { ...good, oldSize: oldSize === 1 ? 2 : oldSize - 1 },
              ]),
        ]
        for (const [at, one] of changed.entries()) {
          // In a tree of two, both sizes that are tried may be the tree itself.
          if (one.oldSize === one.size && at > 3) continue
          assert.equal(isConsistent(one), false, `${at}`)
        }
      }),
    )
  })

  test('fails for a tree that was begun otherwise', async () => {
    const other = readerOf(all.map((leaf, at) => (at === 3 ? leafHash(leaf) : leaf)))
    for (const size of [4, 7, 8, 100]) {
      const good = await aConsistency(size, 200)
      assert.equal(isConsistent({ ...good, oldRoot: await treeRoot(size, other) }), false)
    }
  })

  test('holds for every pair of trees up to 70, and for random ones beyond', async () => {
    for (let size = 1; size <= 70; size++) {
      for (let old = 0; old <= size; old++) {
        assert.ok(isConsistent(await aConsistency(old, size)), `${old} of ${size}`)
      }
    }
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (one, other) => {
        const [old, size] = [Math.min(one, other), Math.max(one, other)]
        assert.ok(isConsistent(await aConsistency(old, size)))
      }),
    )
  })
})

test('the root is the one that RFC 6962 defines', async () => {
  for (let size = 0; size <= 300; size++) {
    assert.ok((await treeRoot(size, read)).equals(definedRoot(all.slice(0, size))), `${size}`)
  }
})

test('the published roots of Certificate Transparency come out', async () => {
  const entries = [
    ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657'],
    '606162636465666768696a6b6c6d6e6f',
  ]
  const leaves = entries.map((hex) => leafHash(Buffer.from(hex, 'hex')))
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  for (const [size, root] of roots.entries()) {
    assert.equal((await treeRoot(size, readerOf(leaves))).toString('hex'), root, `${size} entries`)
  }
})
