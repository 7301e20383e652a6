import { sql } from 'kysely'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { By } from './read-in.store.ts'
import type { Named } from './read-in-row.store.ts'

export type ExclusionId = Id<'exclusion'>
export const ExclusionId = idOf('exclusion')

export type Exclusion = {
  readonly id: string
  readonly person: Named | null
  readonly organisation: Named | null
  /** Null for all cases. */
  readonly case: string | null
  readonly reason: string
  readonly madeAt: Date
  readonly madeBy: Named
  readonly until: Date | null
  readonly endedAt: Date | null
}

type Row = {
  readonly id: string
  readonly person_id: string | null
  readonly person: string | null
  readonly organisation_id: string | null
  readonly organisation: string | null
  readonly case_id: string | null
  readonly reason: string
  readonly made_at: Date
  readonly made_by: string
  readonly maker: string | null
  readonly until: Date | null
  readonly ended_at: Date | null
}

const listedMax = 1_000

/** Who is shut out, the newest first. */
export async function listExclusions(tx: Tx): Promise<readonly Exclusion[]> {
  const { rows } = await sql<Row>`
    select e.*, p.name as person, o.name as organisation, m.name as maker
    from parley.exclusion e left join parley.person p on p.id = e.person_id
    left join parley.organisation o on o.id = e.organisation_id
    left join parley.person m on m.id = e.made_by
    order by e.made_at desc, e.id limit ${listedMax}`.execute(tx)
  const named = (id: string | null, name: string | null): Named | null =>
    id === null ? null : { id, name: name ?? '' }
  return rows.map((row) => ({
    ...{ id: row.id, case: row.case_id, reason: row.reason, until: row.until },
    ...{ madeAt: row.made_at, endedAt: row.ended_at },
    person: named(row.person_id, row.person),
    organisation: named(row.organisation_id, row.organisation),
    madeBy: { id: row.made_by, name: row.maker ?? '' },
  }))
}

export type ExclusionWish = {
  readonly who: { readonly person: string } | { readonly organisation: string }
  readonly case: string | null
  readonly reason: string
  readonly until: Date | null
}

/** Shuts somebody out, ending what they are read in to; null for whom or what is not there. */
export async function addExclusion(
  tx: Tx,
  wish: ExclusionWish,
  { person: by, now }: By,
): Promise<string | null> {
  const person = 'person' in wish.who ? wish.who.person : null
  const organisation = 'organisation' in wish.who ? wish.who.organisation : null
  const id = ExclusionId.of(randomName())
  const { rows } = await sql`
    insert into parley.exclusion (id, person_id, organisation_id, case_id, reason, made_at, made_by,
      until)
    select ${id}, ${person}, ${organisation}, ${wish.case}, ${wish.reason}, ${now}, ${by},
      ${wish.until}
    where (${wish.case}::text is null
        or exists (select 1 from parley.vulnerability_case where id = ${wish.case}))
      and (exists (select 1 from parley.person where id = ${person})
        or exists (select 1 from parley.organisation where id = ${organisation}))
    returning id`.execute(tx)
  if (rows.length === 0) return null
  const fields = { who: person ?? organisation ?? '', case: wish.case ?? 'all' }
  const of = { kind: 'exclusion', record: id, reason: wish.reason, fields } as const
  await record(tx, [{ at: now, action: 'exclusion.add', ...of }])
  return id
}

/** Lets somebody in again; what they were read in to stays over. */
export async function endExclusion(tx: Tx, id: string, { person, now }: By): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.exclusion')
    .set({ ended_at: now, ended_by: person })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  const of = { kind: 'exclusion', record: id } as const
  await record(tx, [{ at: now, action: 'exclusion.end', ...of }])
  return true
}
