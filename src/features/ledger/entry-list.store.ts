import { sql } from 'kysely'
import type { z } from 'zod'
import { inclusionProof } from '#formats/tlog/proof.ts'
import { assert } from '#kernel/assert.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type LedgerAction, openEntry, parseFields, parseLeaf } from './entry.ts'
import { ledgerHashes, ledgerHead } from './ledger.store.ts'
import type { LedgerEntryWire, LedgerProofWire } from './ledger.wire.ts'

type Shown = z.infer<typeof LedgerEntryWire>

export type LedgerQuery = {
  readonly action: LedgerAction | null
  readonly record: string | null
  readonly person: string | null
  /** Times of entries, as ISO 8601 in UTC. */
  readonly since: string | null
  readonly until: string | null
  /** Entries before this index. */
  readonly before: number | null
  readonly limit: number
}

type Row = {
  readonly index: number
  readonly leaf: string
  readonly fields: unknown
  readonly person_name: string | null
  readonly organisation_name: string | null
}

const columns = sql`e.index, e.leaf, f.fields, p.name as person_name, o.name as organisation_name`
const tables = sql`parley.ledger_entry e
  join parley.ledger_field f on f.index = e.index
  left join parley.person p on p.id = f.person
  left join parley.organisation o on o.id = e.leaf::jsonb #>> '{actingFor,organisation}'`

/** The number of an entry that no entry since then comes before. */
export const entryAt = (since: string | null) => sql`coalesce((select c.size
  from parley.ledger_checkpoint c where c.at < ${since} order by c.at desc limit 1), 0)`

/** Entries that have their places, newest first; one more than asked for where there are more. */
export async function listEntries(tx: Tx, asked: LedgerQuery): Promise<Shown[]> {
  const { action, record, person, since, until, before, limit } = asked
  const { rows } = await sql<Row>`
    select ${columns} from ${tables}
    where (${before}::bigint is null or e.index < ${before})
      and (${action}::text is null or e.action = ${action})
      and (${record}::text is null or f.record = ${record})
      and (${person}::text is null or f.person = ${person})
      and (${since}::timestamptz is null or e.index >= ${entryAt(since)})
      and (${since}::timestamptz is null or (e.leaf::jsonb ->> 'at')::timestamptz >= ${since})
      and (${until}::timestamptz is null or (e.leaf::jsonb ->> 'at')::timestamptz < ${until})
    order by e.index desc limit ${limit + 1}`.execute(tx)
  return rows.map((row) => shownOf(row).entry)
}

/** The entries at these places, newest first. */
export async function listEntriesAt(tx: Tx, indexes: readonly number[]): Promise<Shown[]> {
  const { rows } = await sql<Row>`
    select ${columns} from ${tables} where e.index = any (${indexes}::bigint[])
    order by e.index desc`.execute(tx)
  return rows.map((row) => shownOf(row).entry)
}

/** An entry with what proves it to be part of the newest checkpoint; null when there is none. */
export async function provenEntry(
  tx: Tx,
  index: number,
): Promise<z.infer<typeof LedgerProofWire> | null> {
  const head = await ledgerHead(tx)
  if (head === null || index >= head.size) return null
  const { rows } = await sql<Row>`
    select ${columns} from ${tables} where e.index = ${index}`.execute(tx)
  const [row] = rows
  assert(row !== undefined, 'every entry up to the checkpoint is there')
  const proof = await inclusionProof(index, head.size, ledgerHashes(tx))
  return {
    ...{ ...shownOf(row), leaf: row.leaf, checkpoint: head.note },
    proof: proof.map((hash) => hash.toString('base64')),
  }
}

function shownOf(row: Row): Pick<z.infer<typeof LedgerProofWire>, 'entry' | 'salted'> {
  const leaf = parseLeaf(row.leaf)
  assert(leaf.ok, `entry ${row.index} of the ledger is one`)
  const salted = parseFields(row.fields) ?? {}
  const { values, redacted, wrong } = openEntry(leaf.value, salted)
  const { at, action, record, actingFor } = leaf.value
  const person = values.get('actor')
  const { organisation, role } = actingFor
  const fields = [...values].flatMap(([name, value]): [string, string][] =>
    name.startsWith('fields.') ? [[name.slice('fields.'.length), value]] : [],
  )
  const entry: Shown = {
    ...{ index: row.index, at, action, role, kind: record.kind },
    person: person === undefined ? null : { id: person, name: row.person_name },
    organisation: organisation === null ? null : { id: organisation, name: row.organisation_name },
    record: values.get('record') ?? null,
    digest: values.get('digest') ?? null,
    reason: values.get('reason') ?? null,
    fields: Object.fromEntries(fields),
    ...{ redacted: [...redacted], damaged: [...wrong] },
  }
  return { entry, salted }
}
