import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { type ExplainedKind, type ExplainedRecord, explainedKinds } from './explain.ts'
import type { ExplainedReadIn } from './explain-read-in.ts'
import { labelsOf } from './label.store.ts'

const tables = {
  case: sql.table('parley.vulnerability_case'),
  report: sql.table('parley.report'),
  attachment: sql.table('parley.attachment'),
} as const

const kindOf = (id: string): ExplainedKind | null =>
  explainedKinds.find((kind) => id.startsWith(`${kind}_`)) ?? null

/** Each kind as its organisation, the number of its label, and the case that it belongs to. */
const facts = {
  case: sql`select null::text as organisation, c.label_id as label, c.id as of
    from parley.vulnerability_case c where c.id = `,
  report: sql`select r.organisation_id as organisation, r.label_id as label, cr.case_id as of
    from parley.report r left join parley.case_report cr on cr.report_no = r.no where r.id = `,
  attachment: sql`select a.organisation_id as organisation, r.label_id as label, cr.case_id as of
    from parley.attachment a join parley.report r on r.no = a.report_no
    left join parley.case_report cr on cr.report_no = r.no where a.id = `,
} as const

/** A record, and the case that it is or belongs to; null for a report that is in none yet. */
export type FoundRecord = {
  readonly record: ExplainedRecord
  readonly of: string | null
  /** The number of its label. */
  readonly labelId: number
}

export async function foundRecord(tx: Tx, id: string): Promise<FoundRecord | null> {
  const kind = kindOf(id)
  if (kind === null) return null
  const { rows } = await sql<{ organisation: string | null; label: number; of: string | null }>`
    ${facts[kind]}${id}`.execute(tx)
  const [row] = rows
  if (row === undefined) return null
  const label = (await labelsOf(tx, [row.label])).get(row.label)
  if (label === undefined) throw new TypeError('a record has a label that is not there')
  return {
    record: { kind, id, organisation: row.organisation, label },
    of: row.of,
    labelId: row.label,
  }
}

/** Whether whoever the transaction runs as is shown a record. */
export async function isThere(tx: Tx, { kind, id }: ExplainedRecord): Promise<boolean> {
  const { rows } = await sql`select 1 from ${tables[kind]} where id = ${id}`.execute(tx)
  return rows.length > 0
}

type ReadInRow = {
  readonly organisation: string
  readonly tier: string
  readonly part: string
  readonly is_refused: boolean
  readonly ended: string | null
  readonly missing: number[]
  readonly opens_at: Date | null
  readonly until: Date | null
  readonly is_acknowledged: boolean
  readonly is_sponsor_active: boolean
  readonly has_passkey: boolean
  readonly exclusion: string | null
}

/** The read-in of somebody to a case that counts: the open one, or else the last. */
export async function readInTo(
  tx: Tx,
  person: string,
  of: string | null,
): Promise<ExplainedReadIn | null> {
  const { rows } = await sql<ReadInRow>`
    select r.organisation_id as organisation, r.tier, r.part,
      r.refused_at is not null as is_refused, r.ended_why as ended,
      r.opens_at, r.until, r.acknowledged_at is not null as is_acknowledged,
      array(select n from generate_series(1, 3) n where not coalesce((select g.is_passed
        from parley.read_in_gate g where g.read_in_id = r.id and g.gate = n
        order by g.no desc limit 1), false) order by n) as missing,
      f.is_sponsor_active, r.is_emergency or f.has_passkey as has_passkey, f.exclusion
    from parley.read_in r
    cross join lateral parley.read_in_facts(r.person_id, r.sponsor_id, r.case_id) f
    where r.person_id = ${person} and r.case_id = ${of}
    order by r.ended_at is null and r.refused_at is null desc, r.nominated_at desc, r.id limit 1
  `.execute(tx)
  const [row] = rows
  return row === undefined
    ? null
    : {
        ...{ organisation: row.organisation, tier: row.tier, part: row.part },
        ...{ isRefused: row.is_refused, ended: row.ended, gatesMissing: row.missing },
        ...{ opensAt: row.opens_at, until: row.until, isAcknowledged: row.is_acknowledged },
        ...{ isSponsorActive: row.is_sponsor_active, hasPasskey: row.has_passkey },
        exclusion: row.exclusion,
      }
}
