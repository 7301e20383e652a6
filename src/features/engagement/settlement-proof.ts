import { z } from 'zod'
import { canonicalJson, openEntry, parseLeaf } from '#features/ledger/entry.ts'
import { type Checkpoint, parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { leafHash } from '#formats/tlog/hash.ts'
import { exactBase64, isSignedBy, type NoteVerifier, parseNote } from '#formats/tlog/note.ts'
import { isIncluded } from '#formats/tlog/proof.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { disposals } from './terms.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const id = z.string().min(1).max(100)

/** An entry of the ledger with what leads from it to the root of a checkpoint (RFC 6962). */
const ProvenShape = z.strictObject({
  index: z.int().min(0),
  leaf: z.string().max(10_000),
  salted: z.record(z.string(), z.strictObject({ salt: z.string(), value: z.string() })),
  proof: z.array(z.string()).max(64),
})

/**
 * What an evaluator held, that it is gone, and who had seen anything. Each thing that was held
 * names the entry of the ledger by which it was destroyed; all lead to one signed checkpoint.
 */
const ProofShape = z.strictObject({
  kind: z.literal('settlement-proof'),
  version: z.literal(1),
  engagement: id,
  developer: id,
  evaluator: id,
  how: z.enum(disposals),
  closedAt: z.iso.datetime(),
  madeAt: z.iso.datetime(),
  held: z
    .array(
      z.strictObject({
        what: z.literal('run'),
        id,
        /** Of everything that was held of it. */
        sha256: hash,
        samples: z.int().min(0),
        entry: ProvenShape,
      }),
    )
    .max(10_000),
  /** Everybody who opened anything under the engagement, by account. */
  viewers: z
    .array(
      z.strictObject({
        person: id,
        organisation: id,
        firstAt: z.iso.datetime(),
        lastAt: z.iso.datetime(),
        times: z.int().min(1),
      }),
    )
    .max(100_000),
  /** A signed note (c2sp.org/tlog-checkpoint). */
  checkpoint: z.string().max(20_000),
})
export type SettlementProof = z.infer<typeof ProofShape>

/** Reads a proof; says nothing yet about whether it holds. */
export function parseSettlementProof(value: unknown): Result<SettlementProof> {
  const read = ProofShape.safeParse(value)
  if (read.success) return yes(read.data)
  const [issue] = read.error.issues
  const at = (issue?.path ?? []).map((step) => `/${String(step)}`).join('')
  return no({ code: 'malformed', why: issue?.message ?? 'is of another shape', at })
}

/** The proof as it is kept and digested. */
export const encodeSettlementProof = (proof: SettlementProof): string => `${canonicalJson(proof)}\n`

/**
 * Everything in a proof that does not hold, with its JSON pointer; nothing where all does. It shows
 * that the instance recorded each destruction in a ledger that it cannot rewrite unseen. That no
 * copy was made elsewhere is not something that a ledger can show.
 */
export function settlementProblems(
  proof: SettlementProof,
  key: NoteVerifier,
): readonly { readonly at: string; readonly why: string }[] {
  const checkpoint = checkpointOf(proof.checkpoint, key)
  if (!checkpoint.ok) return [{ at: '/checkpoint', why: checkpoint.refusal }]
  const seen = new Set<string>()
  return proof.held.flatMap((held, place) => {
    const at = `/held/${place}`
    const isTwice = seen.has(held.id)
    seen.add(held.id)
    if (isTwice) return [{ at: `${at}/id`, why: 'was there before' }]
    const why = entryProblem(proof, held, checkpoint.value)
    return why === null ? [] : [{ at: `${at}/entry`, why }]
  })
}

function checkpointOf(text: string, key: NoteVerifier): Result<Checkpoint, string> {
  const note = parseNote(Buffer.from(text))
  if (!note.ok) return no(note.refusal.why)
  if (!isSignedBy(note.value, key)) return no(`is not signed by ${key.name}`)
  const checkpoint = parseCheckpoint(note.value.text)
  if (!checkpoint.ok) return no(checkpoint.refusal.why)
  if (checkpoint.value.origin !== key.name) return no(`is of another log than ${key.name}`)
  return yes(checkpoint.value)
}

function entryProblem(
  proof: SettlementProof,
  { id: held, sha256, entry }: SettlementProof['held'][number],
  { size, root }: Checkpoint,
): string | null {
  const leaf = parseLeaf(entry.leaf)
  if (!leaf.ok) return leaf.refusal.why
  const path = entry.proof.map(exactBase64)
  const hashes = path.flatMap((one) => (one === null ? [] : [one]))
  const inclusion = { index: entry.index, size, leaf: leafHash(Buffer.from(entry.leaf)), root }
  if (hashes.length !== path.length || !isIncluded({ ...inclusion, proof: hashes })) {
    return 'is not in the ledger of the checkpoint'
  }
  const { values, wrong } = openEntry(leaf.value, entry.salted)
  if (wrong.length > 0) return `does not commit to ${wrong.join(', ')}`
  if (leaf.value.action !== 'run.destroy') return `records ${leaf.value.action}, no destruction`
  if (values.get('record') !== held) return 'is about something else'
  if (values.get('digest') !== sha256) return 'is of other content than was held'
  if (values.get('fields.engagement') !== proof.engagement) return 'is of another engagement'
  const destroyedAt = Date.parse(leaf.value.at)
  // What is destroyed before access ends may have been held again after.
  if (destroyedAt < Date.parse(proof.closedAt)) return 'is from before access ended'
  if (destroyedAt > Date.parse(proof.madeAt)) return 'is from after the proof was made'
  return null
}
