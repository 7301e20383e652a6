import { sql } from 'kysely'
import { z } from 'zod'
import { approvalKind } from '#features/label/approval-kind.ts'
import { labelsOf } from '#features/label/label.store.ts'
import { markingOf } from '#features/label/label.ts'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { no, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { asParty } from './as-party.ts'
import { problemOf } from './decline.ts'
import { lowerLabel } from './relabel.store.ts'

const Relabelling = z.strictObject({
  case: z.string().max(100),
  label: LabelWishWire,
  why: z.string().min(1).max(2_000),
})

/** A label that shows a case to more people than its own: DESIGN section 5, invariant 7. */
export const lowerLabelKind = approvalKind({
  ...{ name: 'case.lower-label', title: 'Show a case to more people' },
  ...{ whoMayAsk: 'decide', whoMayDecide: 'decide' },
  shape: Relabelling,
  describe: async (tx, { request, by }) => {
    const found = await asParty(tx, { ...by, permission: 'decide' }, (theirs) =>
      labelledCase(theirs, request.case),
    )
    if (found === null) return no('There is no such case for you to decide about.')
    const { version, reports, label } = found
    const becomes = markingOf(request.label)
    const says = [
      `Case ${request.case} with its ${reports} reports, now ${label}, becomes ${becomes}.`,
      'Everybody who is cleared for that sees it from then on: list, search, counts, exports.',
    ]
    return yes({ subject: request.case, cases: [request.case], says, basis: { version } })
  },
  carryOut: async (tx, { request, by, granted, now }) => {
    const seen = await asParty(tx, { ...granted, permission: 'decide' }, (theirs) =>
      labelledCase(theirs, request.case),
    )
    if (seen === null) return no('Whoever grants this has to see the case as it is.')
    const { case: id, label, why } = request
    const done = await lowerLabel(tx, { id, label, why }, { person: by.person, now })
    return done.ok ? yes(null) : no(problemOf(done.refusal).detail ?? 'It cannot be done.')
  },
})

/** What a case is labelled, for who sees it; null for who does not. */
async function labelledCase(tx: Tx, id: string) {
  const { rows } = await sql<{ version: number; reports: number; label_id: number }>`
    select version, report_count as reports, label_id from parley.vulnerability_case
    where id = ${id} and merged_into is null`.execute(tx)
  const [row] = rows
  const label = row && (await labelsOf(tx, [row.label_id])).get(row.label_id)
  return row && label ? { ...row, label: markingOf(label) } : null
}
