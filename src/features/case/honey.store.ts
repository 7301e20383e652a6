import { sql } from 'kysely'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import type { Incoming, ReportKeys } from '#features/report/incoming.ts'
import { storeReports, tellLive } from '#features/report/receive.store.ts'
import type { Clock } from '#kernel/clock.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { createCases } from './case.store.ts'

/** A case that nobody has a reason to open, as its maker and auditors know of it. */
export type Honey = {
  readonly id: string
  readonly case: string
  readonly title: string
  readonly madeAt: Date
  readonly madeBy: { readonly id: string; readonly name: string }
  readonly retiredAt: Date | null
}

export type HoneyMaking = {
  readonly incoming: Incoming
  /** In whose name it is handed in. */
  readonly organisation: string
  /** The number of its label; null for what is usual for the organisation. */
  readonly label: number | null
  readonly person: string
}

/** Whether an organisation has neither members nor tokens: nobody would miss or see its reports. */
export async function isNobodys(tx: Tx, organisation: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select parley.is_nobodys_organisation(${organisation}) as is`.execute(tx)
  return rows[0]?.is === true
}

/**
 * Hands a report in as intake does and opens its case as placing does, but files it in no index, so
 * that nothing is ever compared with it. The product does so: nothing of it names who made it.
 */
export async function makeHoney(
  tx: Tx,
  { incoming, organisation, label, person }: HoneyMaking,
  { clock, keys }: { readonly clock: Clock; readonly keys: ReportKeys },
): Promise<Honey> {
  const now = clock.now()
  const of = await actingAs(tx, systemActor, async (system) => {
    const entry = { incoming, organisation, label, receivedAt: now, person: null, token: null }
    const no = (await storeReports(system, [entry], keys)).get(incoming.id)
    if (no === undefined) throw new TypeError('a report that was stored has a number')
    await tellLive(system, { topic: 'report', ref: incoming.id, organisation, label }, now)
    await sql`delete from parley.arrival where report_no = ${no}`.execute(system)
    const cases = await createCases(system, [{ reports: [no], ties: [] }], { clock, keys })
    const [made] = cases
    if (made === undefined) throw new TypeError('a report opens a case')
    return made
  })
  const id = `honey_${randomName()}`
  await sql`insert into parley.honey (id, case_id, report_id, title, made_at, made_by)
    values (${id}, ${of}, ${incoming.id}, ${incoming.title}, ${now}, ${person})`.execute(tx)
  await record(tx, [{ at: now, action: 'honey.make', kind: 'honey', record: id, fields: { of } }])
  const [made] = await listHoney(tx, id)
  if (made === undefined) throw new TypeError('whoever makes honey sees it')
  return made
}

type HoneyRow = {
  readonly id: string
  readonly case_id: string
  readonly title: string
  readonly made_at: Date
  readonly made_by: string
  readonly name: string | null
  readonly retired_at: Date | null
}

/** Everything that the actor may know of, what is not retired first. */
export async function listHoney(tx: Tx, only: string | null = null): Promise<Honey[]> {
  const { rows } = await sql<HoneyRow>`
    select h.id, h.case_id, h.title, h.made_at, h.made_by, p.name, h.retired_at
    from parley.honey h left join parley.person p on p.id = h.made_by
    where ${only}::text is null or h.id = ${only}
    order by h.retired_at is not null, h.made_at desc, h.id limit 500`.execute(tx)
  return rows.map((row) => ({
    ...{ id: row.id, case: row.case_id, title: row.title, madeAt: row.made_at },
    ...{ madeBy: { id: row.made_by, name: row.name ?? '' }, retiredAt: row.retired_at },
  }))
}

/** Opening it tells nobody any more; the case stays as it is. False where there is none to. */
export async function retireHoney(
  tx: Tx,
  id: string,
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update parley.honey set retired_at = ${now}, retired_by = ${person}
    where id = ${id} and retired_at is null returning id`.execute(tx)
  if (rows.length === 0) return false
  await record(tx, [{ at: now, action: 'honey.retire', kind: 'honey', record: id }])
  return true
}
