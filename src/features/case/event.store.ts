import { sql } from 'kysely'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { randomName } from '#features/org/org.ts'
import { isObject } from '#formats/json/reader.ts'
import { assert } from '#kernel/assert.ts'
import { idOf } from '#kernel/id.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type EventKind, type EventTold, eventTold, sentence } from './case-event.ts'
import { addToDays } from './day.store.ts'
import type { Deciding, Hold, Standing, Status, Verdict } from './decision.ts'
import { editsOf } from './derived.ts'

const EventId = idOf('event')

type StandingRow = {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly severity: string
  readonly edits: unknown
  readonly status: string
  readonly verdict: string
  readonly hold: unknown
  readonly assignee_id: string | null
  readonly merged_into: string | null
  readonly label_id: number
}

/** What people decided of these cases so far; locked, so that it holds until the decision is. */
export async function lockCases(
  tx: Tx,
  cases: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const { rows } = await sql<StandingRow>`
    select id, version, title, severity, edits, status, verdict, hold, assignee_id, merged_into,
      label_id
    from parley.vulnerability_case where id = any (${[...new Set(cases)]}::text[])
    order by id for update`.execute(tx)
  return new Map(rows.map((row) => [row.id, standingOf(row)]))
}

const standingOf = (row: StandingRow): Standing => ({
  ...{ id: row.id, version: row.version, title: row.title, severity: row.severity },
  ...{ edits: editsOf(row.edits), hold: holdOf(row.hold), assignee: row.assignee_id },
  ...{ status: statusOf(row.status), verdict: verdictOf(row.verdict), mergedInto: row.merged_into },
  label: row.label_id,
})

export const statusOf = (text: string): Status =>
  text === 'waiting' || text === 'closed' ? text : 'open'

export const verdictOf = (text: string): Verdict =>
  text === 'confirmed' || text === 'refuted' ? text : 'open'

/** The `hold` column. */
export function holdOf(value: unknown): Hold | null {
  if (!isObject(value)) return null
  const { why, owner, until } = value
  if (typeof why !== 'string' || typeof owner !== 'string') return null
  return { why, owner, until: typeof until === 'string' ? until : null }
}

/** Who decides, and how the people that a decision may name are called. */
export async function decidingAs(tx: Tx, by: string, now: Date): Promise<Deciding> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.person where disabled_at is null or id = ${by}`.execute(tx)
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return { by, now, nameOf: (person) => names.get(person) ?? null }
}

export type NewEvent = {
  readonly case: string
  readonly kind: EventKind
  readonly told: EventTold
  readonly undoes?: number
}

export type Writing = { readonly by: string | null; readonly now: Date }

/** Writes down decisions, and counts each for its day; answers the numbers, in the order given. */
export async function writeEvents(
  tx: Tx,
  events: readonly NewEvent[],
  { by, now }: Writing,
): Promise<readonly number[]> {
  if (events.length === 0) return []
  const rows = events.map(({ case: id, kind, told, undoes }, at) => ({
    ...{ at, id: EventId.of(randomName()), case_id: id, kind, told, undoes: undoes ?? null },
  }))
  const { rows: saved } = await sql<{ no: number }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as g (at int, id text, case_id text, kind text, told jsonb, undoes bigint)
    )
    insert into parley.case_event (id, case_id, at, by_person, kind, told, undoes)
    select id, case_id, ${now}, ${by}, kind, told, undoes from given order by given.at
    returning no`.execute(tx)
  await recordDecisions(tx, events, now)
  const decided = events.flatMap(({ case: id, told }) => (told.of === undefined ? [id] : []))
  if (decided.length > 0) await countDecisions(tx, decided, now)
  return saved.map(({ no }) => no)
}

/** What is told of events by their numbers: those are of the database, and count. */
export async function eventIds(
  tx: Tx,
  numbers: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ no: number; id: string }>`
    select no, id from parley.case_event where no = any (${numbers}::bigint[])`.execute(tx)
  return new Map(rows.map(({ no, id }) => [no, id]))
}

/** The number that an id stands for; null for what is no event for the actor. */
export async function eventNumber(tx: Tx, id: string): Promise<number | null> {
  const { rows } = await sql<{ no: number }>`
    select no from parley.case_event where id = ${id}`.execute(tx)
  return rows[0]?.no ?? null
}

async function countDecisions(tx: Tx, cases: readonly string[], now: Date): Promise<void> {
  const { rows } = await sql<{ label: number; count: number }>`
    select c.label_id as label, count(*) as count from unnest(${cases}::text[]) as decided (id)
    join parley.vulnerability_case c on c.id = decided.id group by 1`.execute(tx)
  const day = now.toISOString().slice(0, 10)
  await addToDays(
    tx,
    rows.map((row) => ({ day, name: 'decisions', ...row })),
  )
}

/** The events of the other cases that a decision touched are not decisions of their own. */
function recordDecisions(tx: Tx, events: readonly NewEvent[], now: Date): Promise<void> {
  const decisions = events.filter(({ told }) => told.of === undefined)
  return record(
    tx,
    decisions.map(({ case: id, kind, told: { says, why, cases, version } }) => ({
      ...{ at: now, action: 'case.decide', kind: 'case', record: id },
      digest: digestOf({ case: id, kind, says, why, cases, version }),
      ...(why === null ? {} : { reason: why }),
      fields: { decision: kind },
    })),
  )
}

/** Fills in what is only known once a decision is carried out. */
export async function completeEvent(tx: Tx, no: number, told: EventTold): Promise<void> {
  const text = JSON.stringify(told)
  await sql`update parley.case_event set told = ${text}::jsonb where no = ${no}`.execute(tx)
}

/** What was decided of a case after a version of it, one sentence each, oldest first. */
export async function decidedSince(tx: Tx, id: string, version: number): Promise<string[]> {
  const { rows } = await sql<{ name: string | null; told: unknown; at: Date }>`
    select p.name, e.told, e.at from parley.case_event e
    left join parley.person p on p.id = e.by_person
    where e.case_id = ${id} and (e.told ->> 'version')::int > ${version}
    order by e.no desc limit 5`.execute(tx)
  return rows.toReversed().map(({ name, told, at }) => {
    const said = sentence(name, eventTold(told))
    return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC: ${said}`
  })
}

export type Step = {
  readonly id: string
  /** Columns of the case as they become, in the database's spelling. */
  readonly set: Readonly<Record<string, unknown>>
}

/** Sets what people decided, and gives each case its next version. */
export async function saveStandings(tx: Tx, steps: readonly Step[], now: Date): Promise<void> {
  const rows = steps.map(({ id, set }) => ({ id, ...set, set: Object.keys(set) }))
  await sql`
    update parley.vulnerability_case c set
      edits = case when 'edits' = any (n.set) then n.edits else c.edits end,
      status = case when 'status' = any (n.set) then n.status else c.status end,
      verdict = case when 'verdict' = any (n.set) then n.verdict else c.verdict end,
      hold = case when 'hold' = any (n.set) then n.hold else c.hold end,
      assignee_id = case when 'assignee_id' = any (n.set) then n.assignee_id
        else c.assignee_id end,
      merged_into = case when 'merged_into' = any (n.set) then n.merged_into
        else c.merged_into end,
      version = c.version + 1, changed_at = ${now}
    from json_to_recordset(${JSON.stringify(rows)}::json) as n (id text, edits jsonb, status text,
      verdict text, hold jsonb, assignee_id text, merged_into text, set text[])
    where c.id = n.id`.execute(tx)
}

/** The fields of cases that a decision is about to change, as the database writes them. */
export async function fieldsBefore(
  tx: Tx,
  cases: readonly string[],
): Promise<ReadonlyMap<string, { readonly [column: string]: unknown }>> {
  const { rows } = await sql<{ id: string; fields: unknown }>`
    select id, jsonb_build_object('id', id, 'edits', edits, 'status', status, 'verdict', verdict,
      'hold', hold, 'assignee_id', assignee_id, 'merged_into', merged_into,
      'record', told -> 'record') as fields
    from parley.vulnerability_case where id = any (${cases}::text[])`.execute(tx)
  return new Map(rows.map(({ id, fields }) => [id, objectOf(fields)]))
}

export function objectOf(value: unknown): { readonly [column: string]: unknown } {
  assert(isObject(value), 'the database answers objects where it was asked for objects')
  return value
}

/** A hold is kept as null where there is none; JSON null and no value are the same here. */
export const only = (
  fields: { readonly [column: string]: unknown },
  names: readonly string[],
): { readonly [column: string]: unknown } =>
  Object.fromEntries(['id', ...names].map((name) => [name, fields[name] ?? null]))
