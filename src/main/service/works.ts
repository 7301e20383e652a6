import { sql } from 'kysely'
import { recheckCases } from '#features/case/case.jobs.ts'
import { refreshReports } from '#features/case/case.store.ts'
import { readImport } from '#features/exchange/import.jobs.ts'
import { forgetKeys } from '#features/report/idempotency.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { sendNotice } from '#features/report/notice.jobs.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { Work } from '#platform/jobs/jobs.ts'
import type { Instance } from './instance.ts'

/** What runs for each queue. */
export function worksOf(instance: Instance): Readonly<Record<string, Work>> {
  const { pool, clock, blobs, settings } = instance
  const keys = reportKeysOf(instance.keys)
  const nothing: Work = async () => undefined
  return {
    'read-import': readImport({
      ...{ pool, clock, blobs, keys },
      // Cases show what their reports say, so they follow when a scan says something else.
      reportsChanged: (tx, reports) => refreshReports(tx, reports, { clock, keys }),
    }),
    'send-notice': sendNotice({
      ...{ pool, clock, keys: instance.keys, mailer: instance.mailer },
      webhooks: { clock, allowHosts: settings.webhookAllowHosts },
      publicUrl: settings.publicUrl?.href ?? null,
    }),
    'recheck-cases': async (ref, signal) => void (await recheckCases({ pool, clock }, ref, signal)),
    recluster: nothing,
  }
}

const liveDays = 2
const linkDays = 7

/** Forgets what need not be kept; nothing of a report or a case is among it. */
export async function prune({ pool, clock }: Instance): Promise<void> {
  const now = clock.now()
  await forgetKeys(pool, now)
  const before = (days: number): Date => new Date(now.getTime() - days * 86_400_000)
  await asActor(pool, systemActor, async (tx) => {
    await tx.deleteFrom('parley.live_event').where('at', '<', before(liveDays)).execute()
    await sql`delete from parley.sign_in_link where expires_at < ${before(linkDays)}`.execute(tx)
  })
}
