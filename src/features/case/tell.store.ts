import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'

/** More changes at once than this are told as one, for nobody follows them one by one. */
const toldMax = 50

/** Tells live pages that cases changed; `many` stands for more than anybody follows. */
export const tellCases = (tx: Tx, cases: readonly string[], now: Date): Promise<void> =>
  tell(tx, 'case', { refs: cases, now })

export const tellSuggestions = (tx: Tx, suggestions: readonly string[], now: Date): Promise<void> =>
  tell(tx, 'suggestion', { refs: suggestions, now })

async function tell(
  tx: Tx,
  topic: 'case' | 'suggestion',
  { refs, now }: { readonly refs: readonly string[]; readonly now: Date },
): Promise<void> {
  if (refs.length === 0) return
  // Whoever may not be shown a record does not hear of it either.
  const of = sql.table(topic === 'case' ? 'parley.vulnerability_case' : 'parley.suggestion')
  const ref = refs.length > toldMax ? sql`'many'` : sql`id`
  await sql`
    insert into parley.live_event (at, topic, ref, label_id)
    select distinct ${now}::timestamptz, ${topic}, ${ref}, label_id from ${of}
    where id = any (${refs}::text[])`.execute(tx)
}
