import { sql } from 'kysely'
import { recheckCases } from '#features/case/case.jobs.ts'
import { refreshReports } from '#features/case/case.store.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { closeDue, dueToClose, engagementKeysOf } from '#features/engagement/engagement.store.ts'
import { destroyLeft } from '#features/engagement/gateway/closing.store.ts'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { keepRetention } from '#features/evaluation/retention-passing.ts'
import { readImport } from '#features/exchange/import.jobs.ts'
import { recluster } from '#features/exchange/recluster.ts'
import { expireApprovals } from '#features/label/approval-deciding.ts'
import { sendMessage } from '#features/report/finder-message.jobs.ts'
import { forgetKeys } from '#features/report/idempotency.store.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { sendNotice } from '#features/report/notice.jobs.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { enqueue, type Work } from '#platform/jobs/jobs.ts'
import about from '../../../package.json' with { type: 'json' }
import type { Workplace } from './instance.ts'

/** What runs for each queue. */
export function worksOf(instance: Workplace): Readonly<Record<string, Work>> {
  const { pool, clock, blobs, settings } = instance
  const keys = reportKeysOf(instance.keys)
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
    'send-message': sendMessage({
      ...{ pool, clock, keys: instance.keys, mailer: instance.mailer },
      publicUrl: settings.publicUrl?.href ?? null,
    }),
    'recheck-cases': async (ref, signal) => void (await recheckCases({ pool, clock }, ref, signal)),
    recluster: (_ref, signal) => reclusterAll(instance, signal),
  }
}

async function reclusterAll(instance: Workplace, signal: AbortSignal): Promise<void> {
  const { pool, clock } = instance
  const [advisory, prose] = await Promise.all([knowledgeOf('advisory'), knowledgeOf('prose')])
  const keys = reportKeysOf(instance.keys)
  const knowledge = { advisory, prose }
  await recluster({ pool, clock, knowledge, keys, model: about.version }, signal)
}

const modelSetting = 'correlation-model'

/**
 * A version with other parameters looks at what earlier ones decided: once, and only to suggest.
 * An instance without reports has nothing to look at.
 */
export async function reclusterWhenNew({
  pool,
  clock,
}: Pick<Workplace, 'pool' | 'clock'>): Promise<void> {
  await asActor(pool, systemActor, async (tx) => {
    const [name, value, now] = [modelSetting, JSON.stringify(about.version), clock.now()]
    await sql`insert into parley.setting (name, value, changed_at)
      values (${name}, ${value}::jsonb, ${now}) on conflict (name) do nothing`.execute(tx)
    // Whoever starts at the same time waits here, and then finds nothing to change.
    const { rows } = await sql<{ before: unknown }>`
      select value as before from parley.setting where name = ${name} for update`.execute(tx)
    const before = rows[0]?.before
    if (before === about.version) return
    await sql`update parley.setting set value = ${value}::jsonb, changed_at = ${now}
      where name = ${name}`.execute(tx)
    if (typeof before === 'string') await enqueue(tx, 'recluster', `after_${before}`)
  })
}

/** Writes down which requests for an approval nobody decided in time. */
export const sweepApprovals = ({ pool, clock }: Pick<Workplace, 'pool' | 'clock'>) =>
  asActor(pool, systemActor, (tx) => expireApprovals(tx, clock.now()))

/**
 * Writes down which windows have ended, at the moments that were due. Gateways close by themselves
 * and do not wait for it.
 */
export async function closeWindows(instance: Pick<Workplace, 'pool' | 'clock' | 'keys'>) {
  const { pool, clock } = instance
  const keys = engagementKeysOf(instance.keys)
  const due = await asActor(pool, systemActor, (tx) => dueToClose(tx, clock.now()))
  for (const id of due) {
    await asActor(pool, systemActor, (tx) => closeDue(tx, keys, { id, now: clock.now() }))
  }
}

/** Where no gateway runs, the service destroys what has to be destroyed. */
export const destroyLeftCredentials = ({ pool, clock }: Pick<Workplace, 'pool' | 'clock'>) =>
  asActor(pool, systemActor, (tx) => destroyLeft(tx, clock.now()))

/** Does what is due of what evaluators may keep for so many days. */
export const passRetention = ({
  pool,
  blobs,
  clock,
  keys,
}: Pick<Workplace, 'pool' | 'blobs' | 'clock' | 'keys'>) =>
  keepRetention({ pool, blobs, clock, keys: evaluationKeysOf(keys) })

const liveDays = 2
const linkDays = 7
const takenDays = 2

/** Forgets what need not be kept; nothing of a report or a case is among it. */
export async function prune({ pool, clock }: Workplace): Promise<void> {
  const now = clock.now()
  await forgetKeys(pool, now)
  const before = (days: number): Date => new Date(now.getTime() - days * 86_400_000)
  await asActor(pool, systemActor, async (tx) => {
    await tx.deleteFrom('parley.live_event').where('at', '<', before(liveDays)).execute()
    await tx.deleteFrom('parley.case_taken').where('at', '<', before(takenDays)).execute()
    await sql`delete from parley.sign_in_link where expires_at < ${before(linkDays)}`.execute(tx)
  })
}
