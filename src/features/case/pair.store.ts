import { sql } from 'kysely'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Rows, Undo } from './case-event.ts'
import { type By, type Seen, seenAs } from './change.store.ts'
import { declineIfMerged, namedFor, type Standing } from './decision.ts'
import type { Decline } from './decline.ts'
import { completeEvent, lockCases, objectOf, saveStandings } from './event.store.ts'
import { keepApart, keptSuggestion } from './membership.store.ts'
import { begin, type Carried, mirror } from './structure.store.ts'
import { tellCases } from './tell.store.ts'

/** How two cases that are not one stand to each other. */
export type RelationKind = 'same-root' | 'same-fix' | 'regression-of' | 'related'

const relationWords: Readonly<Record<RelationKind, string>> = {
  'same-root': 'has the same root as',
  'same-fix': 'is fixed together with',
  'regression-of': 'is a regression of',
  related: 'is related to',
}

type Pair = { readonly one: Standing; readonly other: Standing }

async function pairOf(tx: Tx, seen: Seen, withCase: string): Promise<Result<Pair, Decline>> {
  const standing = await lockCases(tx, [seen.id, withCase])
  const one = await seenAs(tx, seen, standing)
  if (!one.ok) return one
  const other = standing.get(withCase)
  if (!other) return no({ is: 'unknown', what: 'case' })
  if (other.id === seen.id) {
    return no({ is: 'invalid', why: 'A case does not stand beside itself.', field: '/with' })
  }
  // The history of each would tell of the other.
  if (one.value.label !== other.label) return no({ is: 'labels' })
  const gone = declineIfMerged(one.value) ?? declineIfMerged(other)
  return gone ? no(gone) : yes({ one: one.value, other })
}

/** Says that two cases are never one vulnerability: nothing joins them until that is undone. */
export async function keepCasesApart(
  tx: Tx,
  asked: { readonly seen: Seen; readonly with: string; readonly why?: string | undefined },
  by: By,
): Promise<Result<Carried, Decline>> {
  const pair = await pairOf(tx, asked.seen, asked.with)
  if (!pair.ok) return pair
  const { one, other } = pair.value
  const { rows: firsts } = await sql<{ no: number }>`
    select min(report_no) as no from parley.case_report
    where case_id in (${one.id}, ${other.id}) group by case_id`.execute(tx)
  const reports = firsts.map((row) => row.no)
  return separate(tx, { ...pair.value, reports, why: asked.why }, by)
}

export type Separation = Pair & {
  /** One report of each that stand for them. */
  readonly reports: readonly number[]
  readonly why?: string | undefined
}

/** Keeps two cases apart; what suggested to merge them is answered with that. */
export async function separate(
  tx: Tx,
  { one, other, reports, why }: Separation,
  by: By,
): Promise<Result<Carried, Decline>> {
  const says = `said that this and ${namedFor(one, other)} are never one vulnerability`
  const event = await begin(tx, { case: one.id, kind: 'apart', says, why }, by)
  const [a = 0, b = 0] = reports
  const apart = await keepApart(tx, [[a, b]], { event, by })
  const suggestions = await rejectBetween(tx, [one.id, other.id], { event, by })
  if (apart.length === 0 && suggestions.length === 0) {
    // Thrown away with the transaction by whoever gets the decline: nothing was decided anew.
    return no({ is: 'state', why: 'That was said before.' })
  }
  const touches = apart.map(([x, y]) => `apart ${x} ${y}`)
  const told = { says, why: why ?? null, cases: [one.id, other.id], touches }
  await completeEvent(tx, event, {
    ...{ ...told, version: one.version + 1, undo: { apart, suggestions } },
  })
  const back = `said that this and ${namedFor(other, one)} are never one vulnerability`
  await mirror(tx, mirrored(one, other, back), { event, why, by, kind: 'apart', version: 0 })
  await saveStandings(tx, [{ id: one.id, set: {} }], by.now)
  await tellCases(tx, [one.id, other.id], by.now)
  return yes({ event, case: one.id, others: [other.id] })
}

/** The other case's history tells of it, but where that has other readers than what is said. */
const mirrored = (one: Standing, other: Standing, says: string) =>
  one.label === other.label ? [{ of: other, says }] : []

/** Answers open suggestions to merge two cases with no; their rows as they were. */
async function rejectBetween(
  tx: Tx,
  [one, other]: readonly [string, string],
  { event, by }: { readonly event: number; readonly by: By },
): Promise<Rows> {
  const { rows } = await sql<{ no: number; row: unknown }>`
    select s.no, to_jsonb(s) as row from parley.suggestion s
    where s.kind = 'merge' and s.state in ('open', 'unsure') and s.no in (
      select x.no from parley.case_report mine
        join parley.suggestion x on x.report_a = mine.report_no
        join parley.case_report theirs on theirs.report_no = x.report_b
        where mine.case_id in (${one}, ${other}) and theirs.case_id in (${one}, ${other})
          and mine.case_id <> theirs.case_id)
    order by s.no for update of s`.execute(tx)
  await sql`update parley.suggestion set state = 'rejected', decided_at = ${by.now},
      decided_by = ${by.person}, event_no = ${event}
    where no = any (${rows.map((row) => row.no)}::bigint[])`.execute(tx)
  return rows.map(({ row }) => keptSuggestion(objectOf(row)))
}

/** Says how two cases stand to each other without being one. */
export async function relateCases(
  tx: Tx,
  asked: {
    readonly seen: Seen
    readonly with: string
    readonly kind: RelationKind
    readonly why: string
  },
  by: By,
): Promise<Result<Carried, Decline>> {
  const pair = await pairOf(tx, asked.seen, asked.with)
  if (!pair.ok) return pair
  const { one, other } = pair.value
  const words = relationWords[asked.kind]
  const says = `said that this ${words} ${namedFor(one, other)}`
  const event = await begin(tx, { case: one.id, kind: 'related', says, why: asked.why }, by)
  const { rows } = await sql`
    insert into parley.case_relation (case_a, case_b, kind, because, said_at, said_by, event_no)
    values (${one.id}, ${other.id}, ${asked.kind}, ${asked.why}, ${by.now}, ${by.person}, ${event})
    on conflict do nothing returning 1 as is`.execute(tx)
  if (rows.length === 0) return no({ is: 'state', why: 'That was said before.' })
  const undo: Undo = { relations: [[one.id, other.id, asked.kind]] }
  const touches = [`relation ${one.id} ${other.id} ${asked.kind}`]
  const told = { says, why: asked.why, cases: [one.id, other.id], touches, undo }
  await completeEvent(tx, event, { ...told, version: one.version + 1 })
  const back = `said that ${namedFor(other, one)} ${words} this`
  const { why } = asked
  await mirror(tx, mirrored(one, other, back), { event, why, by, kind: 'related', version: 0 })
  await saveStandings(tx, [{ id: one.id, set: {} }], by.now)
  await tellCases(tx, [one.id, other.id], by.now)
  return yes({ event, case: one.id, others: [other.id] })
}
