import {
  type EntryRange,
  foldedHash,
  isSameHash,
  leafHash,
  nodeHash,
  splitOf,
  type TreeNode,
} from '#formats/tlog/hash.ts'
import { inclusionProof, isIncluded } from '#formats/tlog/proof.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PackEntry } from './check.ts'
import type { Stratum } from './pack.ts'

/**
 * A commitment to a pack: published before anybody sees the model, it says nothing of the tasks,
 * and leaves no way to change one afterwards. The leaves of an RFC 6962 tree are
 * SHA-256(0x00 || salt || task), a salt of 32 random bytes for each task; the task is canonical
 * JSON that names the pack, its version, and each file with its digest.
 */
export type Commitment = {
  readonly name: string
  readonly version: string
  readonly label: string
  readonly count: number
  readonly strata: readonly StratumCount[]
  readonly root: Uint8Array
}

/** How many tasks of a stratum there are, and what they weigh together. */
export type StratumCount = Stratum & { readonly tasks: number; readonly weight: number }

/** What is committed to of one task. Paths are relative to the folder of the task. */
export type CommittedTask = {
  readonly id: string
  readonly stratum: Stratum
  readonly weight: number
  readonly entries: readonly PackEntry[]
}

export type CommittedPack = {
  readonly name: string
  readonly version: string
  readonly label: string
  readonly tasks: readonly CommittedTask[]
}

/** What opens one task: whoever has the commitment can verify it, and learns of no other task. */
export type Opening = {
  readonly name: string
  readonly version: string
  readonly index: number
  readonly id: string
  readonly salt: Uint8Array
  readonly entries: readonly PackEntry[]
  readonly proof: readonly Uint8Array[]
}

type Named = { readonly name: string; readonly version: string }

export const saltBytes = 32

/** The bytes of a task: equal for equal files, wherever they were read from. */
export function canonicalTask(
  { name, version }: Named,
  { id, entries }: Pick<CommittedTask, 'id' | 'entries'>,
): Buffer {
  const listed = [...entries]
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map((one) =>
      one.kind === 'folder'
        ? ['folder', one.path]
        : ['file', one.path, one.sha256, one.sizeBytes, one.isProgram],
    )
  return Buffer.from(JSON.stringify(['parley pack-task/1', name, version, id, listed]))
}

const leafOf = (salt: Uint8Array, canonical: Uint8Array): Buffer =>
  leafHash(Buffer.concat([salt, canonical]))

/** Commits to every task of a pack, each with its own salt. */
export function commitPack(pack: CommittedPack, salts: readonly Uint8Array[]): Commitment {
  const { name, version, label, tasks } = pack
  const leaves = leavesOf(pack, salts)
  return {
    ...{ name, version, label, count: tasks.length, strata: strataOf(tasks) },
    root: subtree(leaves, { from: 0, to: leaves.length }),
  }
}

/** Opens one task of a pack; null where it has none of that name. */
export async function openingOf(
  pack: CommittedPack,
  salts: readonly Uint8Array[],
  id: string,
): Promise<Opening | null> {
  const index = pack.tasks.findIndex((task) => task.id === id)
  const [task, salt] = [pack.tasks[index], salts[index]]
  if (task === undefined || salt === undefined) return null
  const leaves = leavesOf(pack, salts)
  const read = async (nodes: readonly TreeNode[]): Promise<Buffer[]> =>
    nodes.map(({ level, index: at }) =>
      subtree(leaves, { from: at * 2 ** level, to: (at + 1) * 2 ** level }),
    )
  const proof = await inclusionProof(index, leaves.length, read)
  const { name, version } = pack
  return { name, version, index, id, salt, entries: task.entries, proof }
}

/** Whether a task was part of the pack that was committed to, as it is opened; else why not. */
export function verifyOpening(commitment: Commitment, opening: Opening): Result<null, string> {
  const { name, version, index, salt, proof } = opening
  if (name !== commitment.name || version !== commitment.version) {
    const found = `${commitment.name} ${commitment.version}`
    return no(`opens a task of ${name} ${version}, and the commitment is to ${found}`)
  }
  if (salt.length !== saltBytes) return no(`has a salt of ${salt.length} bytes, not ${saltBytes}`)
  const leaf = leafOf(salt, canonicalTask(opening, opening))
  const { count: size, root } = commitment
  return isIncluded({ index, size, leaf, root, proof })
    ? yes(null)
    : no('is not what was committed to: its root is another')
}

/** Whether a whole pack is what was committed to; else what differs. */
export function verifyPack(
  commitment: Commitment,
  pack: CommittedPack,
  salts: readonly Uint8Array[],
): Result<null, string> {
  if (salts.length !== pack.tasks.length) {
    return no(`has ${pack.tasks.length} tasks, and there are ${salts.length} salts`)
  }
  const found = commitPack(pack, salts)
  if (!isSameHash(found.root, commitment.root)) {
    return no('has another root than the one that was committed to')
  }
  const plain = (one: Commitment): string => JSON.stringify(membersOf(one))
  return plain(found) === plain(commitment)
    ? yes(null)
    : no('has the root that was committed to, and another label, count, strata or weights')
}

const membersOf = ({ name, version, label, count, strata }: Commitment) => ({
  ...{ name, version, label, count },
  strata: strata.map((one) => [one.family, one.difficulty, one.tasks, one.weight]),
})

function leavesOf(pack: CommittedPack, salts: readonly Uint8Array[]): readonly Buffer[] {
  if (salts.length !== pack.tasks.length) throw new RangeError('a salt for each task')
  return pack.tasks.map((task, index) =>
    leafOf(salts[index] ?? new Uint8Array(), canonicalTask(pack, task)),
  )
}

/** The hash of leaves side by side (RFC 6962 section 2.1). */
function subtree(leaves: readonly Buffer[], { from, to }: EntryRange): Buffer {
  if (to - from > 1) {
    const middle = from + splitOf(to - from)
    return nodeHash(subtree(leaves, { from, to: middle }), subtree(leaves, { from: middle, to }))
  }
  return leaves[from] ?? foldedHash([])
}

/** By family and difficulty, so that the order of tasks shows nothing. */
function strataOf(tasks: readonly CommittedTask[]): readonly StratumCount[] {
  const strata = new Map<string, StratumCount>()
  for (const { stratum, weight } of tasks) {
    const key = `${stratum.family} ${stratum.difficulty}`
    const { tasks: count, weight: sum } = strata.get(key) ?? { tasks: 0, weight: 0 }
    strata.set(key, { ...stratum, tasks: count + 1, weight: sum + weight })
  }
  return [...strata.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, all]) => all)
}
