import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import type { EngagementKeys } from './engagement.store.ts'
import type { RowPage } from './list-page.ts'
import { type Due, type Occurrence, occurrences } from './partner.ts'

const OccurrenceId = idOf('occurrence')

/** Something that happened at a partner, as somebody tells it. */
export type ToldOccurrence = {
  readonly partnerNo: number
  readonly what: Occurrence
  readonly knownAt: Date
  readonly person: string | null
  readonly text: string
  readonly dues: readonly Due[]
  readonly now: Date
}

/** Keeps it with what is owed from then on. */
export async function keepOccurrence(
  tx: Tx,
  keys: EngagementKeys,
  told: ToldOccurrence,
): Promise<string> {
  const id = OccurrenceId.of(randomName())
  const { no } = await tx
    .insertInto('parley.partner_occurrence')
    .values({
      ...{ id, partner_no: told.partnerNo, what: told.what, known_at: told.knownAt },
      ...{ told_at: told.now, told_by: actorIn(tx).person, person_id: told.person },
      text: seal(keys, told.text, id),
    })
    .returning('no')
    .executeTakeFirstOrThrow()
  for (const { what, by } of told.dues) {
    await tx
      .insertInto('parley.partner_duty')
      .values({ occurrence_no: no, what, due_at: by })
      .execute()
  }
  return id
}

export type KeptDuty = {
  readonly what: string
  readonly by: Date
  readonly doneAt: Date | null
  readonly doneBy: string | null
}

export type KeptOccurrence = {
  readonly id: string
  readonly what: Occurrence
  readonly knownAt: Date
  readonly toldAt: Date
  readonly toldBy: string | null
  readonly person: string | null
  readonly text: string
  readonly duties: readonly KeptDuty[]
}

function occurrenceOf(text: string): Occurrence {
  const found = occurrences.find((one) => one === text)
  if (found === undefined) throw new TypeError(`no occurrence: ${text}`)
  return found
}

type Row = {
  readonly no: number
  readonly partner_no: number
  readonly id: string
  readonly what: string
  readonly known_at: Date
  readonly told_at: Date
  readonly told_by: string | null
  readonly person_id: string | null
  readonly text: Buffer
}

/** One with the numbers of itself and of its partner. */
export type OccurrenceRow = KeptOccurrence & { readonly no: number; readonly partnerNo: number }

/** What was told last at each of these partners, so much of each at most; the newest first. */
export async function occurrencesOf(
  tx: Tx,
  keys: EngagementKeys,
  { partners, before, limit }: RowPage & { readonly partners: readonly number[] },
): Promise<readonly OccurrenceRow[]> {
  const { rows } = await sql<Row>`
    select o.* from unnest(${[...partners]}::bigint[]) as p (no)
    cross join lateral (select no, partner_no, id, what, known_at, told_at, told_by, person_id, text
      from parley.partner_occurrence where partner_no = p.no
        and (${before}::bigint is null or no < ${before}) order by no desc limit ${limit}) o
    order by o.no desc`.execute(tx)
  const { rows: duties } = await sql<KeptDuty & { readonly of: number }>`
    select occurrence_no as of, what, due_at as by, done_at as "doneAt", done_by as "doneBy"
    from parley.partner_duty where occurrence_no = any (${rows.map(({ no }) => no)}::bigint[])
    order by due_at, no`.execute(tx)
  return rows.map((row) => {
    const text = unseal(keys, row.text, row.id)
    if (!text.ok) throw new TypeError(`the occurrence ${row.id} cannot be opened`)
    return {
      ...{ no: row.no, partnerNo: row.partner_no },
      ...{ id: row.id, what: occurrenceOf(row.what), knownAt: row.known_at },
      ...{ toldAt: row.told_at, toldBy: row.told_by, person: row.person_id },
      text: text.value.toString('utf8'),
      duties: duties.filter(({ of }) => of === row.no).map(({ of: _, ...duty }) => duty),
    }
  })
}

export type DutyDone = {
  readonly partnerNo: number
  readonly occurrence: string
  readonly what: string
  readonly now: Date
}

/** Writes down that something owed was done; false where a partner owes nothing of it any more. */
export async function markDone(
  tx: Tx,
  { partnerNo, occurrence, what, now }: DutyDone,
): Promise<boolean> {
  const { person } = actorIn(tx)
  const { rows } = await sql`
    update parley.partner_duty d set done_at = ${now}, done_by = ${person}
    from parley.partner_occurrence o
    where o.no = d.occurrence_no and o.partner_no = ${partnerNo} and o.id = ${occurrence}
      and d.what = ${what} and d.done_at is null
    returning d.no`.execute(tx)
  return rows.length > 0
}
