import assert from 'node:assert/strict'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { openEntry, parseFields, parseLeaf, type WholeEntry } from '#features/ledger/entry.ts'
import { ledgerHashes, ledgerHead } from '#features/ledger/ledger.store.ts'
import { parseCheckpoint } from '#formats/tlog/checkpoint.ts'
import { leafHash } from '#formats/tlog/hash.ts'
import { isSignedBy, parseNote, signerOf } from '#formats/tlog/note.ts'
import { treeRoot } from '#formats/tlog/proof.ts'
import { edgeRoot, emptyEdge, grown } from '#formats/tlog/tile.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'

export const testSigner = signerOf('parley-ledger/test', Buffer.alloc(32, 5))

/** An entry that says of which number it is, by its record. */
export const entryOf = (number: number): WholeEntry => ({
  at: new Date('2026-03-01T10:00:00Z'),
  actor: { person: 'person_staff', organisation: 'org_staff', role: 'coordinator' },
  ...{ action: 'case.read', kind: 'case', record: `case_${number}` },
})

/**
 * Reads the whole ledger and works everything out again; answers the records of its entries in
 * their order. Every checkpoint that was ever signed must be the root of a beginning of it.
 */
export const checkedLedger = (pool: Pool): Promise<string[]> =>
  asActor(pool, systemActor, async (tx) => {
    // What a killed process had under way may still be committed while this looks.
    await sql`set transaction isolation level repeatable read`.execute(tx)
    const { rows } = await sql<{ index: number; leaf: string; fields: unknown }>`
      select e.index, e.leaf, f.fields from parley.ledger_entry e
      left join parley.ledger_field f on f.index = e.index order by e.index`.execute(tx)
    const { rows: heads } = await sql<{ size: number; root: Buffer; note: string }>`
      select size, root, note from parley.ledger_checkpoint order by size`.execute(tx)
    let edge = emptyEdge
    for (const { size, root, note } of heads) {
      const leaves = rows.slice(edge.size, size).map(({ leaf }) => leafHash(Buffer.from(leaf)))
      edge = grown(edge, leaves).edge
      assert.ok(edgeRoot(edge).equals(root), `the root of ${size}`)
      const parsed = parseNote(Buffer.from(note))
      assert.ok(parsed.ok && isSignedBy(parsed.value, testSigner))
      const said = parseCheckpoint(parsed.value.text)
      assert.ok(said.ok && said.value.size === size && said.value.root.equals(root))
    }
    const head = await ledgerHead(tx)
    assert.equal(head?.size ?? 0, rows.length)
    if (head) assert.ok((await treeRoot(head.size, ledgerHashes(tx))).equals(head.root))
    return rows.map(({ index, leaf, fields }, at) => {
      assert.equal(index, at)
      const [said, beside] = [parseLeaf(leaf), parseFields(fields)]
      assert.ok(said.ok && beside)
      const { values, wrong } = openEntry(said.value, beside)
      assert.deepEqual(wrong, [])
      return values.get('record') ?? ''
    })
  })
