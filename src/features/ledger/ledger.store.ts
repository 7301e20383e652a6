import { sql } from 'kysely'
import type { Pool } from 'pg'
import { checkpointText } from '#formats/tlog/checkpoint.ts'
import { isSameHash, leafHash, type TreeNode } from '#formats/tlog/hash.ts'
import { type NoteSigner, noteText, signedNote, verifierText } from '#formats/tlog/note.ts'
import type { HashReader } from '#formats/tlog/proof.ts'
import {
  type Edge,
  edgeRoot,
  edgeTilesOf,
  grown,
  type Tile,
  tileReader,
} from '#formats/tlog/tile.ts'
import { assert } from '#kernel/assert.ts'
import { actorIn, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type LedgerEntry, sealEntry } from './entry.ts'
import { ledgerKeys } from './ledger-key.ts'

/**
 * Writes entries down in the transaction of what they record: both are committed or neither is.
 * They get their places in the tree soon after, by `placePending`.
 *
 * @throws the database's error where whoever acts writes in another's name
 */
export async function record(tx: Tx, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return
  const actor = actorIn(tx)
  const rows = entries.map(({ about = null, ...entry }) => ({
    ...sealEntry({ actor, ...entry }),
    about: about?.length === 0 ? null : about,
  }))
  await sql`
    insert into parley.ledger_pending (action, leaf, fields, about)
    select action, leaf, fields, about from json_to_recordset(${JSON.stringify(rows)}::json)
      as g (action text, leaf text, fields jsonb, about text[])`.execute(tx)
}

/** One process at a time gives places: the number is Parley's own. */
const placingLock = 7_289_653_006
export const placedAtOnceMax = 5_000

export type LedgerHead = { readonly size: number; readonly root: Buffer; readonly note: string }

/** The newest checkpoint; null before the first entry. */
export async function ledgerHead(tx: Tx): Promise<LedgerHead | null> {
  const row = await tx
    .selectFrom('parley.ledger_checkpoint')
    .select(['size', 'root', 'note'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export type Placing = {
  readonly pool: Pool
  readonly signer: NoteSigner
  readonly now: Date
  /** Fewer than usual, for tests. */
  readonly atMost?: number
}

/**
 * Gives the entries that are committed and have no place yet the next places of the tree, and signs
 * its new root, all in one transaction. Takes whatever is there, not what comes after a number:
 * transactions commit in another order than they took their numbers in. Answers how many were
 * placed; 0 also when another process is at it.
 *
 * @throws Bug where the stored tree is not the one that was signed last, or another key signs by
 * now: nothing is signed on it
 */
export function placePending({ pool, signer, now, atMost }: Placing): Promise<number> {
  return asActor(pool, systemActor, async (tx) => {
    const { rows: found } = await sql<{ is: boolean }>`
      select case when exists (select 1 from parley.ledger_pending)
        then pg_try_advisory_xact_lock(${placingLock}) else false end as is`.execute(tx)
    if (found[0]?.is !== true) return 0
    const limit = atMost ?? placedAtOnceMax
    return (await placeBatch(tx, { signers: [signer], now, limit, upTo: null })).placed
  })
}

type Batch = {
  /** The first is the key that signs now; a second one signs beside it. */
  readonly signers: readonly [NoteSigner, ...NoteSigner[]]
  readonly now: Date
  readonly limit: number
  /** The number of the last entry that is taken; null for all. */
  readonly upTo: number | null
}

async function placeBatch(
  tx: Tx,
  { signers, now, limit, upTo }: Batch,
): Promise<{ readonly placed: number; readonly size: number }> {
  const [signer, ...others] = signers
  const newest = (await ledgerKeys(tx)).at(-1)
  const isOurs = newest === undefined || newest.verifier === verifierText(signer)
  assert(isOurs, 'another key signs the ledger by now: restart with the newest key file')
  const edge = await storedEdge(tx)
  const { rows } = await sql<{ no: number; leaf: string }>`
    select no, leaf from parley.ledger_pending
    where ${upTo}::bigint is null or no <= ${upTo} order by no limit ${limit}`.execute(tx)
  if (rows.length === 0) return { placed: 0, size: edge.size }
  const next = grown(
    edge,
    rows.map(({ leaf }) => leafHash(Buffer.from(leaf))),
  )
  await placeRows(
    tx,
    rows.map(({ no }) => no),
    edge.size,
  )
  await saveTiles(tx, next.tiles)
  const [origin, size, root] = [signer.name, next.edge.size, edgeRoot(next.edge)]
  const text = checkpointText({ origin, size, root, extensions: [] })
  const signatures = [signer, ...others].flatMap((one) => signedNote(text, one).signatures)
  await tx
    .insertInto('parley.ledger_checkpoint')
    .values({ size, at: now, root, note: noteText({ text, signatures }) })
    .execute()
  return { placed: rows.length, size }
}

export type Rotation = {
  readonly pool: Pool
  readonly from: LedgerKey
  readonly to: LedgerKey
  readonly reason: string
  readonly now: Date
}

/** A key that signs, and which secret of the key file it follows from. */
export type LedgerKey = { readonly signer: NoteSigner; readonly keyId: string }

/**
 * Hands the ledger over to another key: an entry names the new one, and the checkpoint that ends
 * with it is signed by both, so that each vouches for the other. Answers the size of that tree.
 *
 * @throws Bug where the first is not the key that signs now
 */
export function rotateKey({ pool, from, to, reason, now }: Rotation): Promise<number> {
  return asActor(pool, systemActor, async (tx) => {
    await sql`select pg_advisory_xact_lock(${placingLock})`.execute(tx)
    const verifier = verifierText(to.signer)
    const fields = { from: verifierText(from.signer) }
    const of = { action: 'ledger.rotate-key', kind: 'key', record: verifier } as const
    await record(tx, [{ at: now, ...of, reason, fields }])
    const { rows } = await sql<{ no: number }>`
      select max(no) as no from parley.ledger_pending where action = 'ledger.rotate-key'`.execute(
      tx,
    )
    const upTo = rows[0]?.no ?? 0
    const signers = [from.signer, to.signer] as const
    const { size } = await placeBatch(tx, { signers, now, limit: Number.MAX_SAFE_INTEGER, upTo })
    const isFirst = (await ledgerKeys(tx)).length === 0
    const rowOf = ({ signer, keyId }: LedgerKey, first: number) => ({
      ...{ first_size: first, key_id: keyId, verifier: verifierText(signer) },
    })
    const added = [...(isFirst ? [rowOf(from, 0)] : []), rowOf(to, size)]
    await tx.insertInto('parley.ledger_key').values(added).execute()
    return size
  })
}

/** The right edge of the stored tree, held against the root that was signed last. */
async function storedEdge(tx: Tx): Promise<Edge> {
  const head = await ledgerHead(tx)
  const size = head?.size ?? 0
  const names = edgeTilesOf(size)
  const tiles = await readTiles(
    tx,
    names.filter((name) => name !== null),
  )
  let at = 0
  const levels = names.map((name) => (name === null ? Buffer.alloc(0) : tiles[at++]))
  const edge: Edge = { size, levels: levels.map((hashes) => hashes ?? Buffer.alloc(0)) }
  assert(
    head === null || isSameHash(edgeRoot(edge), head.root),
    'the tree of the ledger is not the one that was signed last',
  )
  return edge
}

/** Entries move from where they wait to their places, in the order of the numbers. */
async function placeRows(tx: Tx, nos: readonly number[], first: number): Promise<void> {
  const list = `{${nos.join()}}`
  await sql`
    with placed as (
      select ${first} + row_number() over (order by no) - 1 as index, no, action, leaf, fields
      from parley.ledger_pending where no = any (${list}::bigint[])
    ), entries as (
      insert into parley.ledger_entry (index, pending_no, action, leaf)
      select index, no, action, leaf from placed order by index
    )
    insert into parley.ledger_field (index, fields, person, record)
    select index, fields, fields #>> '{actor,value}', fields #>> '{record,value}'
    from placed order by index`.execute(tx)
  await sql`delete from parley.ledger_pending where no = any (${list}::bigint[])`.execute(tx)
}

async function saveTiles(tx: Tx, tiles: readonly Tile[]): Promise<void> {
  const rows = tiles.map(({ level, index, hashes }) => ({
    ...{ level, index, hashes: hashes.toString('hex') },
  }))
  await sql`
    insert into parley.ledger_tile (level, index, hashes)
    select level, index, decode(hashes, 'hex')
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as g (level smallint, index bigint, hashes text)
    on conflict (level, index) do update set hashes = excluded.hashes`.execute(tx)
}

/** The hashes of tiles in the order asked for; empty where there is none. */
export async function readTiles(tx: Tx, tiles: readonly TreeNode[]): Promise<Buffer[]> {
  if (tiles.length === 0) return []
  const asked = tiles.map(({ level, index }, place) => ({ level, index, place }))
  const { rows } = await sql<{ hashes: Buffer | null }>`
    select t.hashes
    from json_to_recordset(${JSON.stringify(asked)}::json)
      as g (level smallint, index bigint, place int)
    left join parley.ledger_tile t on t.level = g.level and t.index = g.index
    order by g.place`.execute(tx)
  return rows.map(({ hashes }) => hashes ?? Buffer.alloc(0))
}

/** Reads the tree for proofs, a few tiles each. */
export const ledgerHashes = (tx: Tx): HashReader => tileReader((tiles) => readTiles(tx, tiles))
