import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emptyRoot, hashBytes, leafHash } from './hash.ts'
import { inclusionProof, isIncluded, treeRoot } from './proof.ts'
import {
  bundlesOf,
  decodeBundle,
  type Edge,
  edgeRoot,
  edgeTilesOf,
  emptyEdge,
  encodeBundle,
  entriesPath,
  grown,
  tilePath,
  tileReader,
  tilesOf,
} from './tile.ts'

const leavesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))

/** Tiles by name, each as it was last given. */
type Tiles = Map<string, Buffer>

function grownIn(steps: readonly number[]): { readonly edge: Edge; readonly tiles: Tiles } {
  const tiles: Tiles = new Map()
  let edge = emptyEdge
  for (const step of steps) {
    const leaves = leavesOf(edge.size + step).slice(edge.size)
    const next = grown(edge, leaves)
    for (const { level, index, hashes } of next.tiles) {
      const before = tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)
      assert.ok(hashes.subarray(0, before.length).equals(before), 'a tile only grows')
      tiles.set(`${level}/${index}`, hashes)
    }
    edge = next.edge
  }
  return { edge, tiles }
}

const readerOf = (tiles: Tiles) =>
  tileReader(async (names) =>
    names.map(({ level, index }) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)),
  )

test('an entry that does not fit its length is refused', () => {
  assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), RangeError)
})

test('a bundle that ends inside an entry or a length is none', () => {
  const bundle = encodeBundle([Buffer.from('one'), Buffer.from('three')])
  const whole = new Set([0, 5, bundle.length])
  for (let end = 0; end <= bundle.length; end++) {
    assert.equal(decodeBundle(bundle.subarray(0, end)) !== null, whole.has(end), `${end} bytes`)
  }
})

test('entries come out of a bundle as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (entries) => {
      const decoded = decodeBundle(encodeBundle(entries))
      assert.deepEqual(
        decoded,
        entries.map((entry) => Buffer.from(entry)),
      )
    }),
  )
})

test('a tile that is shorter than its tree is told, not read past its end', async () => {
  const { tiles } = grownIn([10])
  tiles.set('0/0', (tiles.get('0/0') ?? Buffer.alloc(0)).subarray(0, 9 * hashBytes))
  await assert.rejects(treeRoot(10, readerOf(tiles)), /shorter/)
})

test('paths are those of the specification', () => {
  assert.equal(tilePath({ level: 0, index: 0, width: 256 }), 'tile/0/000')
  assert.equal(tilePath({ level: 1, index: 1_234_067, width: 256 }), 'tile/1/x001/x234/067')
  assert.equal(tilePath({ level: 2, index: 1000, width: 7 }), 'tile/2/x001/000.p/7')
  assert.equal(entriesPath({ index: 273, width: 112 }), 'tile/entries/273.p/112')
})

test('a tree of 70,000 has the tiles that the specification counts', () => {
  const partial = [...tilesOf(70_000)].filter(({ width }) => width < 256).map(tilePath)
  assert.deepEqual(partial, ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'])
  assert.equal([...tilesOf(70_000)].length, 274 + 2 + 1)
  assert.equal([...bundlesOf(70_000)].length, 274)
  assert.deepEqual([...tilesOf(0)], [])
  assert.deepEqual(edgeTilesOf(65_536), [null, null, { level: 2, index: 0 }])
})

test('a tree that grew in steps has the tiles and the root of one that was made at once', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 5 })
  fc.assert(
    fc.property(steps, (sizes) => {
      const size = sizes.reduce((sum, step) => sum + step, 0)
      const [one, other] = [grownIn(sizes), grownIn([size])]
      assert.deepEqual([...one.tiles].sort(), [...other.tiles].sort())
      assert.deepEqual(edgeRoot(one.edge), edgeRoot(other.edge))
      const named = [...tilesOf(size)].map(({ level, index }) => `${level}/${index}`)
      assert.deepEqual([...one.tiles.keys()].sort(), named.sort())
      for (const { level, index, width } of tilesOf(size)) {
        assert.equal(one.tiles.get(`${level}/${index}`)?.length, width * hashBytes)
      }
    }),
    { numRuns: 30 },
  )
})

test('roots and proofs from tiles verify, over three levels of tiles', async () => {
  const size = 66_000
  const { edge, tiles } = grownIn([65_535, 1, 464])
  const root = edgeRoot(edge)
  const read = readerOf(tiles)
  assert.ok((await treeRoot(size, read)).equals(root))
  for (const index of [0, 255, 256, 65_535, 65_536, size - 1]) {
    const proof = await inclusionProof(index, size, read)
    const leaf = leafHash(Buffer.from(`entry ${index}`))
    assert.ok(isIncluded({ index, size, leaf, root, proof }), `${index}`)
  }
  assert.ok(edgeRoot(emptyEdge).equals(emptyRoot()))
})
