import { tellSubmitters } from '#features/report/notice.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { EventTold } from './case-event.ts'
import {
  type Change,
  type Changed,
  type Deciding,
  decideChange,
  type Standing,
  touchedBy,
} from './decision.ts'
import type { Decline } from './decline.ts'
import {
  decidedSince,
  decidingAs,
  fieldsBefore,
  lockCases,
  type NewEvent,
  only,
  saveStandings,
  writeEvents,
} from './event.store.ts'
import { contributionOf, recount } from './finder.store.ts'
import { refreshRows } from './refresh.store.ts'
import { tellCases } from './tell.store.ts'

/** Who decides, and when. */
export type By = { readonly person: string; readonly now: Date }

/** A case as somebody saw it who decides on it. */
export type Seen = { readonly id: string; readonly version: number }

export type ChangedCase = { readonly id: string; readonly event: number; readonly version: number }

/** What became of one change to many cases: each is changed or declined by itself. */
export type ChangedCases = {
  readonly changed: readonly ChangedCase[]
  readonly declined: readonly { readonly id: string; readonly decline: Decline }[]
}

type Planned = { readonly of: Standing; readonly changed: Changed }

/** Carries out one change on each of these cases, set-wise, where it was decided on what is so. */
export async function changeCases(
  tx: Tx,
  asked: { readonly cases: readonly Seen[]; readonly change: Change },
  { person, now }: By,
): Promise<ChangedCases> {
  const standing = await lockCases(
    tx,
    asked.cases.map(({ id }) => id),
  )
  const deciding = await decidingAs(tx, person, now)
  const planned: Planned[] = []
  const declined: { id: string; decline: Decline }[] = []
  const taken = new Set<string>()
  for (const seen of asked.cases) {
    if (taken.has(seen.id)) continue
    taken.add(seen.id)
    const decided = await planOf(tx, { seen, standing, change: asked.change, deciding })
    if (decided.ok) planned.push(decided.value)
    else declined.push({ id: seen.id, decline: decided.refusal })
  }
  return { changed: await carryOut(tx, planned, { person, now }), declined }
}

async function planOf(
  tx: Tx,
  asked: {
    readonly seen: Seen
    readonly standing: ReadonlyMap<string, Standing>
    readonly change: Change
    readonly deciding: Deciding
  },
): Promise<Result<Planned, Decline>> {
  const of = await seenAs(tx, asked.seen, asked.standing)
  if (!of.ok) return of
  const changed = decideChange(of.value, asked.change, asked.deciding)
  return changed.ok ? yes({ of: of.value, changed: changed.value }) : changed
}

/** The case, if it is still what was seen; otherwise who changed what since. */
export async function seenAs(
  tx: Tx,
  { id, version }: Seen,
  standing: ReadonlyMap<string, Standing>,
): Promise<Result<Standing, Decline>> {
  const of = standing.get(id)
  if (!of) return no({ is: 'unknown', what: 'case' })
  if (of.version === version) return yes(of)
  const since = await decidedSince(tx, id, version)
  return no({ is: 'changed', current: of.version, since })
}

async function carryOut(
  tx: Tx,
  planned: readonly Planned[],
  { person, now }: By,
): Promise<ChangedCase[]> {
  if (planned.length === 0) return []
  const judged = planned.flatMap(({ of, changed }) =>
    changed.verdict === undefined ? [] : [of.id],
  )
  const counted = await contributionOf(tx, judged)
  const before = await fieldsBefore(
    tx,
    planned.map(({ of }) => of.id),
  )
  const steps = planned.map(({ of, changed }) => ({ id: of.id, set: columnsOf(changed) }))
  await saveStandings(tx, steps, now)
  const events = planned.map(({ of, changed }, at): NewEvent => {
    const fields = before.get(of.id) ?? {}
    const told: EventTold = {
      ...{ says: changed.says, why: changed.why, version: of.version + 1, cases: [of.id] },
      touches: touchedBy(of, changed),
      undo: {
        cases: [only(fields, Object.keys(steps[at]?.set ?? {}))],
        records: recordsIn([fields]),
      },
    }
    return { case: of.id, kind: 'changed', told }
  })
  const numbers = await writeEvents(tx, events, { by: person, now })
  const edited = planned.flatMap(({ of, changed }) => (changed.edits === undefined ? [] : [of.id]))
  await refreshRows(tx, edited, { records: 'kept' })
  await recount(tx, counted, judged)
  await tellFinders(tx, planned, now)
  await tellCases(
    tx,
    planned.map(({ of }) => of.id),
    now,
  )
  return planned.map(({ of }, at) => ({
    ...{ id: of.id, event: numbers[at] ?? 0, version: of.version + 1 },
  }))
}

/** Finders who asked for it hear what became of their reports, in the same transaction. */
async function tellFinders(tx: Tx, planned: readonly Planned[], now: Date): Promise<void> {
  for (const { of, changed } of planned) {
    const verdict = changed.verdict === 'open' ? undefined : changed.verdict
    const event = verdict ?? (changed.status === 'closed' ? 'closed' : undefined)
    if (event === undefined) continue
    const rows = await tx
      .selectFrom('parley.case_report')
      .select('report_no')
      .where('case_id', '=', of.id)
      .orderBy('report_no')
      .limit(toldMax)
      .execute()
    await tellSubmitters(tx, { reports: rows.map(({ report_no }) => report_no), event, now })
  }
}

/** A case of more reports is a scanner's, of which nobody is told one by one. */
const toldMax = 2_000

/** The record of the finders that counted for each case. */
export const recordsIn = (
  fields: readonly { readonly [column: string]: unknown }[],
): Record<string, number> =>
  Object.fromEntries(
    fields.flatMap(({ id, record }) =>
      typeof id === 'string' && typeof record === 'number' ? [[id, record]] : [],
    ),
  )

function columnsOf({ edits, status, verdict, hold, assignee }: Changed): Record<string, unknown> {
  return {
    ...(edits !== undefined && { edits }),
    ...(verdict !== undefined && { verdict }),
    ...(assignee !== undefined && { assignee_id: assignee }),
    ...(status !== undefined && { status, hold }),
  }
}
