import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import { levelsOf, type NoticeEvent, noticeEvents } from './notice.ts'
import { factsOfReceipt } from './submission.store.ts'
import type { SubmissionFacts } from './submission.ts'

/** The queue whose jobs send what is to be told. */
const sendQueue = 'send-notice'

/**
 * Has those told who asked for it that something happened to their reports, once each, in the
 * transaction in which it happens: a mail where the report asks for one, a webhook where its
 * organisation has one. Of findings of a scan nobody is told one by one, and of nothing that only
 * those may be shown who are cleared for it: a mail or a webhook is cleared for nothing.
 */
export async function tellSubmitters(
  tx: Tx,
  told: { readonly reports: readonly number[]; readonly event: NoticeEvent; readonly now: Date },
): Promise<void> {
  const { event, now } = told
  if (told.reports.length === 0) return
  const levels = [...levelsOf[event]]
  // Labels are asked for where somebody is to be told, which is of few of thousands of findings.
  const { rows } = await sql<{ id: string }>`
    insert into parley.notice (id, report_no, organisation_id, event, made_at)
    select 'notice_' || replace(gen_random_uuid()::text, '-', ''), r.no, r.organisation_id,
      c.channel || ':' || ${event}::text, ${now}
    from parley.report r
    cross join lateral (
      select 'mail' as channel where r.contact is not null and r.notify = any (${levels}::text[])
      union all
      select 'webhook' from parley.organisations_with_webhook() w
      where w.organisation_id = r.organisation_id
        and (r.import_no is null or r.record is not null)
    ) c
    where r.no = any (${[...told.reports]}::bigint[])
      and case when c.channel is not null
        then parley.may_be_told(r.label_id, r.organisation_id) end
    on conflict (report_no, event) do nothing
    returning id`.execute(tx)
  if (rows.length === 0) return
  const ids = rows.map(({ id }) => id)
  await sql`select parley.enqueue(${sendQueue}, id) from unnest(${ids}::text[]) as t (id)`.execute(
    tx,
  )
}

/** Something to be told, with all that is needed to tell it. */
export type Notice = {
  readonly id: string
  readonly channel: 'mail' | 'webhook'
  readonly event: NoticeEvent
  readonly reportId: string
  readonly receipt: string
  readonly organisation: string
  readonly contact: Buffer | null
  readonly facts: SubmissionFacts
}

/**
 * A notice that waits; null when it was sent or given up, does not exist, or tells of what has got
 * a label since that it may not be told under.
 */
export async function waitingNotice(tx: Tx, id: string): Promise<Notice | null> {
  const row = await tx
    .selectFrom('parley.notice as n')
    .innerJoin('parley.report as r', 'r.no', 'n.report_no')
    .select(['n.id', 'n.event', 'n.organisation_id', 'r.id as report_id', 'r.receipt', 'r.contact'])
    .where('n.id', '=', id)
    .where('n.state', '=', 'waiting')
    .where(sql<boolean>`parley.may_be_told(r.label_id, r.organisation_id)`)
    .executeTakeFirst()
  if (!row) return null
  const [channel, name] = row.event.split(':')
  const event = noticeEvents.find((one) => one === name)
  const facts = await factsOfReceipt(tx, row.receipt)
  if ((channel !== 'mail' && channel !== 'webhook') || !event || !facts) {
    throw new TypeError(`a notice of no known kind: ${row.event}`)
  }
  await sql`update parley.notice set attempts = attempts + 1 where id = ${id}`.execute(tx)
  return {
    ...{ id, channel, event, reportId: row.report_id, receipt: row.receipt },
    ...{ organisation: row.organisation_id, contact: row.contact, facts },
  }
}

export type NoticeEnd = {
  readonly id: string
  /** `waiting` where it is tried again. */
  readonly state: 'sent' | 'failed' | 'waiting'
  readonly why: string | null
}

export async function endNotice(tx: Tx, { id, state, why }: NoticeEnd, now: Date): Promise<void> {
  await tx
    .updateTable('parley.notice')
    .set({ state, why, sent_at: state === 'sent' ? now : null })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
}
