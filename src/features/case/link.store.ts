import { sql } from 'kysely'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { By } from './change.store.ts'
import type { Decline } from './decline.ts'
import { tellSuggestions } from './tell.store.ts'

/** A suggestion that reports of two labels are of one flaw, and the cases that these are in. */
export type LinkAsked = {
  readonly no: number
  readonly id: string
  readonly state: string
  readonly case_a: string
  readonly case_b: string
}

type Answering = {
  readonly found: LinkAsked
  readonly answer: 'yes' | 'no' | 'unsure'
  readonly why?: string | undefined
}

const stateAfter = { yes: 'accepted', no: 'rejected', unsure: 'unsure' } as const

/** The kind of the relation between cases of two labels that are of one flaw. */
const sameFlaw = 'same-flaw'

/**
 * Relates two cases of unlike labels, or takes that back. Neither case changes: no version, no
 * history and no live event of theirs, for those would tell whoever may be shown one of them that
 * there is another. The relation is a row that only those are shown who are shown both cases, and
 * the answer is taken back by answering again.
 */
export async function decideLink(
  tx: Tx,
  { found, answer, why }: Answering,
  { person, now }: By,
): Promise<Result<{ readonly event: null; readonly case: string }, Decline>> {
  const state = stateAfter[answer]
  if (found.state === 'void') {
    return no({ is: 'state', why: 'The cases were changed since; nothing is left to decide.' })
  }
  if (found.state === state) return no({ is: 'state', why: 'That was said before.' })
  const [a, b] = [found.case_a, found.case_b].sort()
  await sql`update parley.suggestion set state = ${state}, decided_at = ${now},
    decided_by = ${person} where no = ${found.no}`.execute(tx)
  if (answer === 'yes') {
    await sql`
      insert into parley.case_relation (case_a, case_b, kind, because, said_at, said_by)
      values (${a}, ${b}, ${sameFlaw}, ${why ?? ''}, ${now}, ${person})
      on conflict do nothing`.execute(tx)
  } else {
    await sql`delete from parley.case_relation
      where case_a = ${a} and case_b = ${b} and kind = ${sameFlaw}`.execute(tx)
  }
  const said = { at: now, action: 'link.decide', kind: 'suggestion', record: found.id } as const
  const digest = digestOf({ suggestion: found.id, cases: [a, b], answer, why: why ?? null })
  await record(tx, [{ ...said, digest, ...(why && { reason: why }), fields: { decision: answer } }])
  await tellSuggestions(tx, [found.id], now)
  return yes({ event: null, case: found.case_a })
}
