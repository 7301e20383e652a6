import { sql } from 'kysely'
import { labelIdFor, labelsOf } from '#features/label/label.store.ts'
import { digestOfLabel, isRaise, type Label, markingOf } from '#features/label/label.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { assert } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type By, type Seen, seenAs } from './change.store.ts'
import { declineIfMerged, type Standing } from './decision.ts'
import type { Decline } from './decline.ts'
import { lockCases, saveStandings, writeEvents } from './event.store.ts'
import type { Carried } from './structure.store.ts'
import { tellCases } from './tell.store.ts'

type Wanted = { readonly label: Label; readonly why: string }

/**
 * Gives a case and all of its reports a stricter label, at once. Whoever does it may not see the
 * case afterwards. Any other label is refused here: it would show the case to more people.
 */
export async function relabelCase(
  tx: Tx,
  { seen, ...wanted }: Wanted & { readonly seen: Seen },
  by: By,
): Promise<Result<Carried, Decline>> {
  const standing = await lockCases(tx, [seen.id])
  const of = await seenAs(tx, seen, standing)
  if (!of.ok) return of
  const before = (await labelsOf(tx, [of.value.label])).get(of.value.label)
  assert(before !== undefined, 'who sees a case sees its label')
  if (!isRaise(before, wanted.label)) return no({ is: 'needs-approval', kind: 'case.lower-label' })
  return changeLabel(tx, { of: of.value, before, ...wanted }, by)
}

/**
 * Gives a case any label: what others agreed to, carried out by the product itself in the name of
 * whoever asked for it.
 */
export async function lowerLabel(
  tx: Tx,
  { id, ...wanted }: Wanted & { readonly id: string },
  by: By,
): Promise<Result<Carried, Decline>> {
  const of = (await lockCases(tx, [id])).get(id)
  const before = of && (await labelsOf(tx, [of.label])).get(of.label)
  if (!of || !before) return no({ is: 'unknown', what: 'case' })
  return changeLabel(tx, { of, before, ...wanted }, by)
}

type Relabelling = Wanted & { readonly of: Standing; readonly before: Label }

async function changeLabel(
  tx: Tx,
  { of, before, label, why }: Relabelling,
  by: By,
): Promise<Result<Carried, Decline>> {
  const gone = declineIfMerged(of)
  if (gone) return no(gone)
  const id = await labelIdFor(tx, label)
  if (!id.ok) return no({ is: 'above-ceiling' })
  if (id.value === of.label) return no({ is: 'state', why: 'The case has this label already.' })
  // Everything is written down first: who does it may not be shown the case any more after it.
  const says = `changed the label from ${markingOf(before)} to ${markingOf(label)}`
  const told = { says, why, version: of.version + 1, cases: [of.id], touches: [`${of.id} label`] }
  const event = { case: of.id, kind: 'labelled' as const, told }
  const [number = 0] = await writeEvents(tx, [event], { by: by.person, now: by.now })
  const fields = { before: digestOfLabel(before), after: digestOfLabel(label) }
  const about = { action: 'case.label', kind: 'case', record: of.id, at: by.now } as const
  await record(tx, [{ ...about, reason: why, fields }])
  await saveStandings(tx, [{ id: of.id, set: {} }], by.now)
  await tellCases(tx, [of.id], by.now)
  const { rows } = await sql<{ outcome: string }>`
    select parley.relabel_case(${of.id}, ${id.value}) as outcome`.execute(tx)
  const outcome = rows[0]?.outcome
  if (outcome === 'needs-approval') return no({ is: 'needs-approval', kind: 'case.lower-label' })
  assert(outcome === 'relabelled', `a case that was locked could not be relabelled: ${outcome}`)
  return yes({ event: number, case: of.id, others: [] })
}
