import { sql } from 'kysely'
import type { Reason } from '#features/correlate/explain.ts'
import { storedJson } from '#features/report/stored-json.ts'
import { assert } from '#kernel/assert.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Arriving } from './refresh.store.ts'

/** Why a report is where correlation put it: the report it is most like, and the reasons. */
export type Tie = {
  readonly report: number
  readonly with: number
  /** Calibrated, 0 to 1. */
  readonly probability: number
  readonly because: readonly Reason[]
}

export type Member = {
  readonly report_no: number
  readonly case_id: string
  readonly how: 'first' | 'merged'
  readonly probability: number | null
  readonly because: KeptTie | null
}

/** What stands beside a report in its case: against which it was judged, and why it is here. */
export type KeptTie = { readonly with: number; readonly reasons: readonly Reason[] }

export function membersOf(id: string, reports: readonly number[], ties: readonly Tie[]): Member[] {
  const first = Math.min(...reports)
  const byReport = new Map(ties.map((tie) => [tie.report, tie]))
  return reports.map((no) => {
    const tie = byReport.get(no)
    return memberOf({ id, no, how: no === first ? 'first' : 'merged' }, tie)
  })
}

export const memberOf = (
  { id, no, how }: { readonly id: string; readonly no: number; readonly how: 'first' | 'merged' },
  tie: Tie | undefined,
): Member => ({
  ...{ report_no: no, case_id: id, how, probability: tie?.probability ?? null },
  because: tie ? { with: tie.with, reasons: tie.because } : null,
})

export async function insertMembers(
  tx: Tx,
  members: readonly Member[],
  { arriving, now }: { readonly arriving: ReadonlyMap<number, Arriving>; readonly now: Date },
): Promise<void> {
  const rows = members.map((member) => {
    const own = arriving.get(member.report_no)
    assert(own !== undefined, 'a report to be placed does not exist')
    return { ...member, substance: own.substance, ...own.weight }
  })
  await sql`
    insert into parley.case_report (report_no, case_id, joined_at, how, probability, because,
      substance, artifacts, severity)
    select report_no, case_id, ${now}, how, probability, because, substance, artifacts, severity
    from json_populate_recordset(null::parley.case_report, ${storedJson(rows)}::json)
  `.execute(tx)
}
