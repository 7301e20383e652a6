import { sql } from 'kysely'
import { z } from 'zod'
import { type Principal, randomName } from '#features/org/org.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'

/** The header by which somebody says why they open more than their budget; percent-encoded. */
const reasonHeader = 'x-reason'
/** What routes that open cases and proofs take of the headers. */
export const ReasonHeaders = z.strictObject({ [reasonHeader]: z.string().max(5_000).optional() })
type ReasonHeaders = z.infer<typeof ReasonHeaders>

/** What somebody opens. */
export type Opening = {
  readonly kind: 'cases' | 'proofs'
  readonly records: readonly string[]
  readonly headers: ReasonHeaders
  readonly now: Date
}

/** What the entry of the ledger says more, where the budget was used up. */
export type Counted = { readonly reason?: string }

const why = {
  reason: 'You have opened more than is usual in an hour or a day. Say why, and go on.',
  stopped: 'You have opened so much that somebody who administers has to let you go on.',
} as const

/**
 * Counts what somebody opens against their budget, on whichever server, before they get it. Refuses
 * with `reason-needed` beyond it, which a reason lifts, and with `reading-stopped` far beyond it.
 */
export async function countOpening(
  tx: Tx,
  { token }: Pick<Principal, 'token'>,
  { kind, records, headers, now }: Opening,
): Promise<Result<Counted, Problem>> {
  const reason = reasonIn(headers)
  const { rows } = await sql<{ is: string }>`
    select parley.count_reads(${token ?? ''}, ${kind}, ${[...records]}::text[], ${now},
      ${reason !== null}, ${`stop_${randomName()}`}) as is`.execute(tx)
  const is = rows[0]?.is
  if (is === 'reason') return no(problem('reason-needed', why.reason))
  if (is === 'stopped') return no(problem('reading-stopped', why.stopped))
  return yes(is === 'reasoned' && reason !== null ? { reason } : {})
}

/** Three letters at least: a full stop is no reason. */
function reasonIn(headers: ReasonHeaders): string | null {
  try {
    const reason = decodeURIComponent(headers[reasonHeader] ?? '')
      .trim()
      .slice(0, 500)
    return /\p{L}.*\p{L}.*\p{L}/su.test(reason) ? reason : null
  } catch {
    return null
  }
}

const pair = z.tuple([z.int().min(1).max(100_000), z.int().min(1).max(1_000_000)])
const BudgetWire = z.strictObject({ cases: pair, proofs: pair })
/** For each role how many cases and proofs it may open in an hour and in a day. */
export const BudgetsWire = z
  .strictObject({
    coordinator: BudgetWire,
    analyst: BudgetWire,
    triager: BudgetWire,
    reader: BudgetWire,
    auditor: BudgetWire,
    finder: BudgetWire,
    participant: BudgetWire,
  })
  .meta({ id: 'ReadBudgets' })
export type Budgets = z.infer<typeof BudgetsWire>

export async function readBudgets(tx: Tx): Promise<Budgets> {
  const { rows } = await sql<{ role: string; cases: number[]; proofs: number[] }>`
    select role, parley.read_budget(role, 'cases') as cases,
      parley.read_budget(role, 'proofs') as proofs
    from unnest(${Object.keys(BudgetsWire.shape)}::text[]) as t (role)`.execute(tx)
  return BudgetsWire.parse(
    Object.fromEntries(rows.map(({ role, cases, proofs }) => [role, { cases, proofs }])),
  )
}

export async function setBudgets(
  tx: Tx,
  budgets: Budgets,
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<void> {
  await sql`
    insert into parley.setting (name, value, changed_at, changed_by)
    values ('read-budgets', ${JSON.stringify(budgets)}::jsonb, ${now}, ${person})
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at,
      changed_by = excluded.changed_by`.execute(tx)
}

export type Stop = {
  readonly id: string
  readonly person: { readonly id: string; readonly name: string }
  readonly token: string | null
  readonly stoppedAt: string
}

/** Who may open nothing more until somebody lets them. */
export async function openStops(tx: Tx): Promise<Stop[]> {
  const { rows } = await sql<{ id: string; person: string; name: string; token: string; at: Date }>`
    select s.id, s.person_id as person, p.name, s.token_id as token, s.stopped_at as at
    from parley.read_stop s join parley.person p on p.id = s.person_id
    where s.lifted_at is null order by s.stopped_at desc limit 200`.execute(tx)
  return rows.map(({ id, person, name, token, at }) => ({
    ...{ id, person: { id: person, name }, token: token || null, stoppedAt: at.toISOString() },
  }))
}

/** Lets somebody go on, never oneself. */
export async function liftStop(
  tx: Tx,
  id: string,
  by: { readonly person: string; readonly reason: string; readonly now: Date },
): Promise<'lifted' | 'unknown' | 'own'> {
  const { rows } = await sql<{ person: string }>`
    select person_id as person from parley.read_stop where id = ${id} and lifted_at is null
  `.execute(tx)
  if (rows[0] === undefined) return 'unknown'
  if (rows[0].person === by.person) return 'own'
  const { rows: done } = await sql<{ is: boolean }>`
    select parley.lift_read_stop(${id}, ${by.reason}, ${by.now}) as is`.execute(tx)
  return done[0]?.is === true ? 'lifted' : 'unknown'
}
