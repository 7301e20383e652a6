import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SealedEntry, sealEntry } from '#features/ledger/entry.ts'
import { checkpointText } from '#formats/tlog/checkpoint.ts'
import { foldedHash, leafHash } from '#formats/tlog/hash.ts'
import { noteText, signedNote, signerOf } from '#formats/tlog/note.ts'
import { inclusionProof, treeRoot } from '#formats/tlog/proof.ts'
import { retentionOf } from './retention.ts'
import {
  encodeSettlementProof,
  parseSettlementProof,
  type SettlementProof,
  settlementProblems,
} from './settlement-proof.ts'

const signer = signerOf('example.org/log', Buffer.alloc(32, 7))
const stranger = signerOf('example.org/log', Buffer.alloc(32, 8))
const closedAt = new Date('2026-11-01T00:00:00Z')
const destroyedAt = new Date('2026-11-05T00:00:00Z')
const madeAt = new Date('2026-11-06T00:00:00Z')
const digestOf = (place: number): string => place.toString(16).padStart(64, '0')

type Change = {
  readonly action?: 'run.destroy' | 'case.read'
  readonly at?: Date
  readonly engagement?: string
}
const entryOf = (place: number, { action = 'run.destroy', at, engagement }: Change): SealedEntry =>
  sealEntry({
    ...{ action, kind: 'run', record: `run_${place}`, digest: digestOf(place) },
    at: at ?? destroyedAt,
    actor: { person: 'person_a', organisation: 'org_e', role: 'evaluator' },
    fields: { engagement: engagement ?? 'engagement_1' },
  })

/** A ledger of so many destructions, and the proof that is made of it. */
async function proved(count: number, change: Change = {}): Promise<SettlementProof> {
  const entries = Array.from({ length: count }, (_, place) => entryOf(place, change))
  const leaves = entries.map(({ leaf }) => leafHash(Buffer.from(leaf)))
  const hashes = async (nodes: readonly { level: number; index: number }[]) =>
    nodes.map(({ level, index }) => {
      const width = 2 ** level
      return subtree(leaves.slice(index * width, (index + 1) * width))
    })
  const root = await treeRoot(count, hashes)
  const text = checkpointText({ origin: signer.name, size: count, root, extensions: [] })
  const held = []
  for (const [index, { leaf, fields: salted }] of entries.entries()) {
    const path = await inclusionProof(index, count, hashes)
    const entry = { index, leaf, salted, proof: path.map((one) => one.toString('base64')) }
    held.push({
      what: 'run',
      id: `run_${index}`,
      sha256: digestOf(index),
      samples: 3,
      entry,
    } as const)
  }
  return {
    ...{ kind: 'settlement-proof', version: 1, engagement: 'engagement_1', how: 'destroy' },
    ...{ developer: 'org_d', evaluator: 'org_e', held, viewers: [] },
    ...{ closedAt: closedAt.toISOString(), madeAt: madeAt.toISOString() },
    checkpoint: noteText(signedNote(text, signer)),
  }
}
/** The root of a complete subtree. */
function subtree(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only !== undefined && leaves.length === 1) return only
  const middle = leaves.length / 2
  return foldedHash([subtree(leaves.slice(0, middle)), subtree(leaves.slice(middle))])
}

const whyOf = (proof: SettlementProof, key = signer): string =>
  settlementProblems(proof, key)
    .map(({ at, why }) => `${at} ${why}`)
    .join('; ')

const refused: readonly (readonly [string, Change, RegExp])[] = [
  ['an entry of something else', { action: 'case.read' }, /records case\.read/],
  ['another engagement', { engagement: 'engagement_2' }, /another engagement/],
  ['the time before access ended', { at: new Date('2026-10-31T00:00:00Z') }, /before access ended/],
  ['the time after it', { at: new Date('2026-11-07T00:00:00Z') }, /after the proof/],
]
for (const [name, change, says] of refused) {
  test(`a proof with ${name} does not hold`, async () => {
    assert.match(whyOf(await proved(3, change)), says)
  })
}

test('what is not in the ledger, is changed, or is signed by others does not hold', async () => {
  const proof = await proved(5)
  const [first, second, ...rest] = proof.held
  assert.ok(first && second)
  const swapped = { ...proof, held: [{ ...first, entry: second.entry }, ...rest] }
  assert.match(whyOf(swapped), /\/held\/0\/entry is about something else/)
  const moved = { ...first, entry: { ...first.entry, index: 4 } }
  assert.match(whyOf({ ...proof, held: [moved] }), /not in the ledger/)
  const other = { ...first, sha256: digestOf(9) }
  assert.match(whyOf({ ...proof, held: [other] }), /other content/)
  assert.match(whyOf({ ...proof, held: [first, first] }), /was there before/)
  assert.match(whyOf(proof, stranger), /not signed by/)
  const salted = { ...first.entry.salted, record: { salt: '00'.repeat(16), value: 'run_0' } }
  const resalted = { ...first, entry: { ...first.entry, salted } }
  assert.match(whyOf({ ...proof, held: [resalted] }), /does not commit to record/)
})

test('a proof of any number of runs holds, through a file too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), async (count) => {
      const proof = await proved(count)
      const read = parseSettlementProof(JSON.parse(encodeSettlementProof(proof)))
      assert.ok(read.ok, JSON.stringify(read))
      assert.equal(whyOf(read.value), '')
    }),
    { numRuns: 15 },
  )
})

test('a proof with a member that nobody knows is refused, with its place', async () => {
  const proof = await proved(1)
  const read = parseSettlementProof({ ...proof, held: [{ ...proof.held[0], note: 'x' }] })
  assert.equal(read.ok ? '' : read.refusal.at, '/held/0')
})

test('retention is over on the moment that its days are', () => {
  const terms = { retentionDays: { transcripts: 2, results: 30 } }
  const at = (text: string) => retentionOf(terms, { closedAt, now: new Date(text) })
  assert.equal(at('2026-11-02T23:59:59.999Z').isOverdue, false)
  assert.equal(at('2026-11-03T00:00:00Z').isOverdue, true)
  assert.equal(at('2026-11-03T00:00:00Z').resultsUntil.toISOString(), '2026-12-01T00:00:00.000Z')
  const none = { retentionDays: { transcripts: 0, results: 0 } }
  assert.equal(retentionOf(none, { closedAt, now: closedAt }).isOverdue, true)
})
