// The ledger on this machine: entries recorded in transactions of their own and given their places
// meanwhile, and inclusion proofs in a tree of ten million entries. "Recorded" is committed and
// synchronised; the rate counts until the last entry has its place.
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import type { LedgerEntry } from '#features/ledger/entry.ts'
import { ledgerHashes, ledgerHead, placePending, record } from '#features/ledger/ledger.store.ts'
import { checkpointText, parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { hashBytes } from '#formats/tlog/hash.ts'
import { noteText, parseNote, signedNote, signerOf } from '#formats/tlog/note.ts'
import { inclusionProof, isIncluded } from '#formats/tlog/proof.ts'
import { type Edge, edgeRoot, emptyEdge, grown, type Tile } from '#formats/tlog/tile.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { freshDatabase } from '../test/db/database.ts'
import { startPostgres } from '../tools/postgres.mjs'
import { figure, machineText } from './machine.ts'

const seconds = Number(process.argv[2] ?? 10)
const treeSize = Number(process.argv[3] ?? 10_000_000)
const writers = 8
/** Of the large tree, so many entries are added at once. */
const atOnce = 65_536
const signer = signerOf('parley-ledger/bench', randomBytes(32))
const staff: Actor = { role: 'coordinator', organisation: 'org_bench', person: 'person_bench' }

console.log(machineText())
const server = process.env['PARLEY_TEST_DATABASE'] ? null : await startPostgres(null)
if (server) process.env['PARLEY_TEST_DATABASE'] = server.url
try {
  for (const size of [1, 50]) await appends(size)
  await proofs()
} finally {
  await server?.stop()
}

async function appends(size: number): Promise<void> {
  await using database = await freshDatabase()
  const pool = database.app
  const begun = performance.now()
  const until = begun + seconds * 1000
  const took: number[] = []
  let isWriting = true
  const placing = (async () => {
    let placed = 0
    for (;;) {
      const wasWriting = isWriting
      const count = await placePending({ pool, signer, now: new Date() })
      placed += count
      if (count === 0 && !wasWriting) return placed
    }
  })()
  const writing = Array.from({ length: writers }, async () => {
    while (performance.now() < until) {
      const at = performance.now()
      const entries = Array.from({ length: size }, entryOf)
      await asActor(pool, staff, (tx) => record(tx, entries))
      took.push(performance.now() - at)
    }
  })
  await Promise.all(writing)
  const written = (performance.now() - begun) / 1000
  isWriting = false
  const placed = await placing
  const all = (performance.now() - begun) / 1000
  const each = `${writers} writers, transactions of ${size}`
  figure('entries recorded and placed', `${(placed / all).toFixed(0)}/s`, {
    size: `${each}, ${placed} entries, the last placed ${(all - written).toFixed(1)} s later`,
    limit: '3,000/s',
  })
  took.sort((one, other) => one - other)
  const at = (part: number): string => (took[Math.floor(took.length * part)] ?? 0).toFixed(1)
  figure('  a transaction, median / 99th percentile', `${at(0.5)} / ${at(0.99)} ms`, {
    size: `${(took.length / written).toFixed(0)} transactions/s`,
  })
}

function entryOf(): LedgerEntry {
  const [record, digest] = [`case_${randomBytes(10).toString('hex')}`, randomBytes(32)]
  const what = { action: 'case.read', kind: 'case', record } as const
  return { at: new Date(), ...what, digest: digest.toString('hex') }
}

/** The hashes of the entries are random; every hash above them is what the tree asks for. */
async function proofs(): Promise<void> {
  await using database = await freshDatabase()
  const pool = database.app
  const edge = await stored(pool)
  const [origin, size, root] = [signer.name, edge.size, edgeRoot(edge)]
  const note = signedNote(checkpointText({ origin, size, root, extensions: [] }), signer)
  await asActor(pool, systemActor, (tx) =>
    tx
      .insertInto('parley.ledger_checkpoint')
      .values({ size, at: new Date(), root, note: noteText(note) })
      .execute(),
  )
  const took: number[] = []
  for (let time = 0; time < 600; time++) {
    const index = Math.floor(Math.random() * size)
    const begun = performance.now()
    const { head, proof } = await asActor(pool, staff, (tx) => proven(tx, index))
    // The first ones open connections and warm the caches.
    if (time >= 100) took.push(performance.now() - begun)
    const leaf = await asActor(pool, staff, (tx) => leafAt(tx, index))
    const parsed = parseNote(Buffer.from(head))
    const said = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed
    if (!said.ok || !isIncluded({ index, leaf, proof, ...said.value })) {
      throw new Error(`the proof of ${index} does not hold`)
    }
  }
  took.sort((one, other) => one - other)
  const at = (part: number): string => (took[Math.floor(took.length * part)] ?? 0).toFixed(2)
  figure('inclusion proof, median / 99th percentile', `${at(0.5)} / ${at(0.99)} ms`, {
    size: `${size} entries, tiles in the database, ${took.length} random ones, each verified`,
    limit: '5 ms',
  })
}

async function proven(tx: Tx, index: number) {
  const head = await ledgerHead(tx)
  if (head === null) throw new Error('there is no checkpoint')
  return { head: head.note, proof: await inclusionProof(index, head.size, ledgerHashes(tx)) }
}

async function leafAt(tx: Tx, index: number): Promise<Buffer> {
  const [leaf] = await ledgerHashes(tx)([{ level: 0, index }])
  if (leaf === undefined) throw new Error('there is no such entry')
  return Buffer.from(leaf)
}

async function stored(pool: Pool): Promise<Edge> {
  let edge = emptyEdge
  while (edge.size < treeSize) {
    const count = Math.min(atOnce, treeSize - edge.size)
    const bytes = randomBytes(count * hashBytes)
    const leaves = Array.from({ length: count }, (_, at) =>
      bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
    )
    const next = grown(edge, leaves)
    edge = next.edge
    await asActor(pool, systemActor, (tx) => saved(tx, next.tiles))
  }
  return edge
}

async function saved(tx: Tx, tiles: readonly Tile[]): Promise<void> {
  const rows = tiles.map(({ level, index, hashes }) => ({
    ...{ level, index, hashes: hashes.toString('base64') },
  }))
  const text = JSON.stringify(rows)
  await sql`
    insert into parley.ledger_tile (level, index, hashes)
    select level, index, decode(hashes, 'base64') from json_to_recordset(${text}::json)
      as g (level smallint, index bigint, hashes text)
    on conflict (level, index) do update set hashes = excluded.hashes`.execute(tx)
}
