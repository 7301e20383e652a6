import { sql } from 'kysely'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { ReportKeys } from './incoming.ts'
import { type Origin, OriginShape } from './origin.ts'

export type KeptOrigin = {
  readonly receipt: string
  readonly run: { readonly no: number; readonly engagement: string }
  readonly origin: Origin
  readonly now: Date
}

const placeOf = (report: string): string => `${report} origin`

/**
 * Keeps where a report comes from; once more of the same sample changes nothing. For the product
 * itself, on behalf of the evaluator.
 */
export async function keepOrigin(
  tx: Tx,
  keys: Pick<ReportKeys, 'finding'>,
  { receipt, run, origin, now }: KeptOrigin,
): Promise<void> {
  const found = await tx
    .selectFrom('parley.report')
    .select(['no', 'id'])
    .where('receipt', '=', receipt)
    .executeTakeFirstOrThrow()
  const { task, epoch } = origin.sample
  const value = seal(keys.finding, JSON.stringify(origin), placeOf(found.id))
  await sql`
    insert into parley.report_origin (report_no, run_no, engagement_id, task, epoch, label_id, at,
      value)
    values (${found.no}, ${run.no}, ${run.engagement}, ${task}, ${epoch},
      parley.run_label_id(${run.no}), ${now}, ${value})
    on conflict on constraint sample_showed_it_once do nothing`.execute(tx)
}

/**
 * What is sealed of an origin, for one who was shown it.
 *
 * @throws TypeError when it does not belong to this report
 */
export function openedOrigin(
  keys: Pick<ReportKeys, 'finding'>,
  report: string,
  sealed: Buffer,
): Origin {
  const opened = unseal(keys.finding, sealed, placeOf(report))
  if (!opened.ok) throw new TypeError(`where ${report} comes from ${opened.refusal.why}`)
  return OriginShape.parse(JSON.parse(opened.value.toString('utf8')))
}
