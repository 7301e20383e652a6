import { sql } from 'kysely'
import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import type { Clock } from '#kernel/clock.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { goesOn, type HourCount, medianOf, type Unusual, unusualIn } from './alert.ts'

/** One process at a time looks: the number is Parley's own. */
const watchLock = 7_289_653_010
const hourMs = 3_600_000
const historyDays = 28
const keptDays = 35
/** Fewer openings in an hour are looked at by no rule. */
const lookFrom = 10

type Reader = { readonly person: string; readonly token: string; readonly role: string }
type CountRow = Reader & { readonly hour: Date; readonly count: number }

/**
 * Judges what was opened in this hour and the one before, and tells auditors what is unusual, once
 * for each spell. Answers how many alerts began.
 */
export const watchReads = ({ pool, clock }: { pool: Pool; clock: Clock }): Promise<number> =>
  asActor(pool, systemActor, async (tx) => {
    const { rows: lock } = await sql<{ is: boolean }>`
      select pg_try_advisory_xact_lock(${watchLock}) as is`.execute(tx)
    if (lock[0]?.is !== true) return 0
    const now = clock.now()
    const hour = new Date(Math.floor(now.getTime() / hourMs) * hourMs)
    let began = 0
    await recordOwn(tx, now)
    for (const at of [new Date(hour.getTime() - hourMs), hour]) began += await judge(tx, at, now)
    const old = new Date(now.getTime() - keptDays * 24 * hourMs)
    await sql`delete from parley.read_count where hour < ${old}`.execute(tx)
    return began
  })

/** What the database itself told auditors of, at the moment it was done, gets into the ledger. */
async function recordOwn(tx: Tx, now: Date): Promise<void> {
  const { rows } = await sql<{ id: string; kind: string; person: string; of: string | null }>`
    update parley.alert set is_recorded = true where not is_recorded
    returning id, kind, person_id as person, case_id as of`.execute(tx)
  const raised = { at: now, action: 'alert.raise', kind: 'alert' } as const
  await record(
    tx,
    rows.map(({ id, kind, person, of }) => ({
      ...{ ...raised, record: id, fields: { kind, person, of: of ?? '' } },
    })),
  )
}

const counted = sql`c.person_id as person, c.token_id as token, c.role, c.hour,
  cardinality(c.cases) + cardinality(c.proofs) as count`

async function judge(tx: Tx, hour: Date, now: Date): Promise<number> {
  const { rows } = await sql<CountRow>`
    select ${counted} from parley.read_count c where c.hour = ${hour}
      and cardinality(c.cases) + cardinality(c.proofs) >= ${lookFrom}
    order by c.person_id, c.token_id`.execute(tx)
  let began = 0
  for (const row of rows) {
    const [before, usualOfRole] = [await historyOf(tx, row), await usualOf(tx, row)]
    for (const unusual of unusualIn({ now: row, before, usualOfRole })) {
      if (await tell(tx, { row, unusual, now })) began++
    }
  }
  return began
}

async function historyOf(tx: Tx, { person, token, hour }: CountRow): Promise<HourCount[]> {
  const from = new Date(hour.getTime() - historyDays * 24 * hourMs)
  const { rows } = await sql<CountRow>`
    select ${counted} from parley.read_count c
    where c.person_id = ${person} and c.token_id = ${token}
      and c.hour >= ${from} and c.hour < ${hour}`.execute(tx)
  return rows
}

/** The median of what others of the role opened at this hour of the last four weeks. */
async function usualOf(tx: Tx, { person, role, hour }: CountRow): Promise<number> {
  const hours = [1, 2, 3, 4].map((week) => new Date(hour.getTime() - week * 168 * hourMs))
  const { rows } = await sql<CountRow>`
    select ${counted} from parley.read_count c
    where c.hour = any (${hours}::timestamptz[]) and c.role = ${role}
      and c.person_id <> ${person}`.execute(tx)
  return medianOf(rows.map(({ count }) => count))
}

type Telling = { readonly row: CountRow; readonly unusual: Unusual; readonly now: Date }

/** Begins an alert, or lets the one of the same spell last; true where one began. */
async function tell(tx: Tx, { row, unusual, now }: Telling): Promise<boolean> {
  const { person, token, hour, count } = row
  const { rows } = await sql<{ id: string; to: Date }>`
    select id, lasted_to as to from parley.alert
    where kind = ${unusual.kind} and person_id = ${person} and token_id = ${token}
    order by lasted_to desc limit 1`.execute(tx)
  const [last] = rows
  if (last && (goesOn(last.to, hour) || last.to >= hour)) {
    await sql`update parley.alert set lasted_to = greatest(lasted_to, ${hour}),
      seen = greatest(seen, ${count}) where id = ${last.id}`.execute(tx)
    return false
  }
  const id = `alert_${randomName()}`
  await sql`
    insert into parley.alert (id, kind, person_id, token_id, began_at, lasted_to, seen, usual)
    values (${id}, ${unusual.kind}, ${person}, ${token}, ${hour}, ${hour}, ${count},
      ${unusual.usual})`.execute(tx)
  await tellPages(tx, id, now)
  return true
}

const tellPages = (tx: Tx, id: string, now: Date): Promise<unknown> =>
  sql`insert into parley.live_event (at, topic, ref) values (${now}, 'alert', ${id})`.execute(tx)

export type Alert = {
  readonly id: string
  readonly kind: string
  readonly person: { readonly id: string; readonly name: string }
  /** Of the token that was used; null for who signed in. */
  readonly token: { readonly id: string; readonly name: string } | null
  readonly beganAt: string
  readonly lastedTo: string
  readonly seen: number
  readonly usual: number
  /** The honey case that was opened; null for what is about how much and when. */
  readonly case: string | null
  readonly acknowledged: {
    readonly by: string
    readonly at: string
    readonly reason: string
  } | null
}

type AlertRow = {
  readonly id: string
  readonly kind: string
  readonly person: string
  readonly name: string
  readonly token: string
  readonly token_name: string | null
  readonly began_at: Date
  readonly lasted_to: Date
  readonly seen: number
  readonly usual: number
  readonly case_id: string | null
  readonly acknowledged_at: Date | null
  readonly by_name: string | null
  readonly reason: string | null
}

const alertsShown = 200

/** What is open first, then the newest. */
export async function listAlerts(tx: Tx): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`
    select a.id, a.kind, a.person_id as person, p.name, a.token_id as token,
      t.name as token_name, a.began_at, a.lasted_to, a.seen, a.usual, a.acknowledged_at,
      b.name as by_name, a.reason, a.case_id
    from parley.alert a join parley.person p on p.id = a.person_id
    left join parley.api_token t on t.id = a.token_id
    left join parley.person b on b.id = a.acknowledged_by
    order by a.acknowledged_at is not null, a.began_at desc, a.id limit ${alertsShown}`.execute(tx)
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, person: { id: row.person, name: row.name } },
    token: row.token === '' ? null : { id: row.token, name: row.token_name ?? '' },
    ...{ beganAt: row.began_at.toISOString(), lastedTo: row.lasted_to.toISOString() },
    ...{ seen: row.seen, usual: row.usual, case: row.case_id },
    acknowledged: row.acknowledged_at && {
      ...{ by: row.by_name ?? '', at: row.acknowledged_at.toISOString(), reason: row.reason ?? '' },
    },
  }))
}

export type Acknowledging = {
  readonly person: string
  readonly reason: string
  readonly now: Date
}

/** Says that somebody looked into it. Nobody does so for an alert about themselves. */
export async function acknowledge(
  tx: Tx,
  id: string,
  { person, reason, now }: Acknowledging,
): Promise<'done' | 'unknown' | 'own' | 'before'> {
  const { rows } = await sql<{ about: string; at: Date | null }>`
    select person_id as about, acknowledged_at as at from parley.alert where id = ${id} for update
  `.execute(tx)
  const [alert] = rows
  if (!alert) return 'unknown'
  if (alert.about === person) return 'own'
  if (alert.at !== null) return 'before'
  await sql`update parley.alert set acknowledged_at = ${now}, acknowledged_by = ${person},
    reason = ${reason} where id = ${id}`.execute(tx)
  await record(tx, [{ at: now, action: 'alert.acknowledge', kind: 'alert', record: id, reason }])
  return 'done'
}
