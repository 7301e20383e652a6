import { sql } from 'kysely'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { By } from './change.store.ts'
import { namedFor, type Standing } from './decision.ts'
import type { Decline } from './decline.ts'
import { completeEvent, lockCases, objectOf, saveStandings } from './event.store.ts'
import { decideLink } from './link.store.ts'
import { fixReports, keptSuggestion } from './membership.store.ts'
import { separate } from './pair.store.ts'
import { begin, type Carried, mergeCases, splitCase } from './structure.store.ts'
import { tellSuggestions } from './tell.store.ts'

export type Answer = 'yes' | 'no' | 'unsure'

/** What was carried out; a link leaves no event by which it would be taken back. */
export type Decided = { readonly event: number | null; readonly case: string }

export type Asked = {
  readonly no: number
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly report_a: number
  readonly report_b: number
  readonly case_a: string
  readonly case_b: string
  readonly by: string | null
  readonly row: unknown
}

async function suggestionById(tx: Tx, id: string): Promise<Asked | null> {
  const { rows } = await sql<Asked>`
    select s.no, s.id, s.kind, s.state, s.report_a, s.report_b, a.case_id as case_a,
      b.case_id as case_b, p.name as by, to_jsonb(s) as row
    from parley.suggestion s
    join parley.case_report a on a.report_no = s.report_a
    join parley.case_report b on b.report_no = s.report_b
    left join parley.person p on p.id = s.decided_by
    where s.id = ${id}`.execute(tx)
  return rows[0] ?? null
}

/**
 * Carries out what somebody answers to a suggestion: one vulnerability or not. Not sure leaves it
 * for somebody else, behind those that nobody looked at.
 */
export async function decideSuggestion(
  tx: Tx,
  asked: { readonly id: string; readonly answer: Answer; readonly why?: string | undefined },
  by: By,
): Promise<Result<Decided, Decline>> {
  const before = await suggestionById(tx, asked.id)
  if (!before) return no({ is: 'unknown', what: 'suggestion' })
  const standing = await lockCases(tx, [before.case_a, before.case_b])
  // Looked at again behind the locks: somebody may have decided meanwhile.
  const found = await suggestionById(tx, asked.id)
  const [one, other] = [standing.get(found?.case_a ?? ''), standing.get(found?.case_b ?? '')]
  if (!found || !one || !other) {
    return no({ is: 'state', why: 'The cases were changed meanwhile; look again.' })
  }
  if (found.kind === 'link')
    return decideLink(tx, { found, answer: asked.answer, why: asked.why }, by)
  const gone = declineIfDecided(found, asked.answer)
  if (gone) return no(gone)
  const deciding: Deciding = { found, one, other, why: asked.why }
  const carried = await carryOut(tx, deciding, { answer: asked.answer, by })
  if (!carried.ok) return carried
  if (asked.answer === 'yes') await accept(tx, { no: found.no, event: carried.value.event }, by)
  await tellSuggestions(tx, [found.id], by.now)
  return carried
}

function declineIfDecided({ state, by }: Asked, answer: Answer): Decline | null {
  if (state === 'open' || (state === 'unsure' && answer !== 'unsure')) return null
  if (state === 'void') {
    return { is: 'state', why: 'The cases were changed since, so that nothing is left to decide.' }
  }
  return { is: 'state', why: `${by ?? 'Somebody'} decided this already (${state}).` }
}

type Deciding = {
  readonly found: Asked
  readonly one: Standing
  readonly other: Standing
  readonly why?: string | undefined
}

async function carryOut(
  tx: Tx,
  deciding: Deciding,
  { answer, by }: { readonly answer: Answer; readonly by: By },
): Promise<Result<Carried, Decline>> {
  const { found, one, other, why } = deciding
  if (answer === 'unsure') return yes(await note(tx, deciding, { kind: 'unsure', by }))
  if (found.kind === 'split') {
    if (answer === 'no') return yes(await note(tx, deciding, { kind: 'kept', by }))
    const reports = await leavingWith(tx, found)
    return splitCase(tx, { from: one, reports, why }, by)
  }
  if (answer === 'no') {
    return separate(tx, { one, other, reports: [found.report_a, found.report_b], why }, by)
  }
  const [into, from] = (await isLarger(tx, other.id, one.id)) ? [other, one] : [one, other]
  return mergeCases(tx, { into, cases: [from.id], why }, by)
}

/** The case of more reports keeps its id; of equal ones the older. */
async function isLarger(tx: Tx, id: string, than: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select (a.report_count, -a.no) > (b.report_count, -b.no) as is
    from parley.vulnerability_case a, parley.vulnerability_case b
    where a.id = ${id} and b.id = ${than}`.execute(tx)
  return rows[0]?.is === true
}

/**
 * The reports that leave with the second one of a suggestion to split: those that are in the case
 * because of it, and because of those. Where the first is among them, its own following leaves.
 */
async function leavingWith(tx: Tx, { case_a, report_a, report_b }: Asked): Promise<string[]> {
  const { rows } = await sql<{ no: number; id: string; tied: number | null }>`
    select r.no, r.id, (cr.because ->> 'with')::bigint as tied from parley.case_report cr
    join parley.report r on r.no = cr.report_no where cr.case_id = ${case_a}`.execute(tx)
  const following = (root: number): Set<number> => {
    const found = new Set([root])
    for (let size = 0; size < found.size; ) {
      size = found.size
      for (const { no: one, tied } of rows) if (tied !== null && found.has(tied)) found.add(one)
    }
    return found
  }
  const second = following(report_b)
  const leaving = second.has(report_a) ? following(report_a) : second
  return rows.flatMap((row) => (leaving.has(row.no) ? [row.id] : []))
}

/** A decision that moves nothing: not sure, or the reports stay together. */
async function note(
  tx: Tx,
  { found, one, other, why }: Deciding,
  { kind, by }: { readonly kind: 'unsure' | 'kept'; readonly by: By },
): Promise<Carried> {
  const says =
    kind === 'kept'
      ? 'said that two reports of this are one vulnerability'
      : `was not sure whether this and ${namedFor(one, other)} are one vulnerability`
  const event = await begin(tx, { case: one.id, kind, says, why }, by)
  const reports = kind === 'kept' ? [found.report_a, found.report_b] : []
  const fixed = await fixReports(tx, reports, event)
  const state = kind === 'kept' ? 'rejected' : 'unsure'
  await sql`update parley.suggestion set state = ${state}, decided_at = ${by.now},
    decided_by = ${by.person}, event_no = ${event} where no = ${found.no}`.execute(tx)
  await saveStandings(tx, [{ id: one.id, set: {} }], by.now)
  const told = { says, why: why ?? null, version: one.version + 1, cases: [one.id] }
  const stays = { from: one.id, to: one.id, reports }
  const undo = { suggestions: [keptSuggestion(objectOf(found.row))], fixed, moves: [stays] }
  const bound = kind === 'kept' ? [`${one.id} reports`] : []
  await completeEvent(tx, event, { ...told, touches: [`suggestion ${found.no}`, ...bound], undo })
  return { event, case: one.id, others: [] }
}

async function accept(
  tx: Tx,
  { no: suggestion, event }: { readonly no: number; readonly event: number },
  by: By,
): Promise<void> {
  await sql`update parley.suggestion set state = 'accepted', decided_at = ${by.now},
    decided_by = ${by.person}, event_no = ${event} where no = ${suggestion}`.execute(tx)
}
