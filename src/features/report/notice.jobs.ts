import type { Pool } from 'pg'
import type { Clock } from '#kernel/clock.ts'
import type { Keys, PurposeKeys } from '#platform/crypto/keys.ts'
import { unseal } from '#platform/crypto/sealed-value.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { JobFailure, type Work } from '#platform/jobs/jobs.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import { sendWebhook, type WebhookSettings } from '#platform/webhook/webhook.ts'
import { reportKeysOf } from './incoming.ts'
import { endNotice, type Notice, type NoticeEnd, waitingNotice } from './notice.store.ts'
import { mailOf, type NoticeFacts, webhookBodyOf, withoutAddresses } from './notice.ts'
import { webhookKeysOf, webhookOf } from './webhook.store.ts'

export type NoticeParts = {
  readonly pool: Pool
  readonly clock: Clock
  readonly keys: Keys
  /** Null where no mail server was given. */
  readonly mailer: Mailer | null
  readonly webhooks: WebhookSettings
  readonly publicUrl: string | null
}

/**
 * Sends one notice. What may succeed later fails the job, which is tried again with growing pauses;
 * what never will is given up with its reason. Every attempt carries the same id, by which who
 * receives it tells that it has it.
 */
export const sendNotice =
  (parts: NoticeParts): Work =>
  async (id) => {
    const { pool, clock } = parts
    const notice = await asActor(pool, systemActor, (tx) => waitingNotice(tx, id))
    if (notice === null) return
    const end = notice.channel === 'mail' ? await mail(notice, parts) : await call(notice, parts)
    await asActor(pool, systemActor, (tx) => endNotice(tx, { id, ...end }, clock.now()))
    if (end.state === 'waiting') throw new JobFailure(end.why ?? 'it could not be sent')
  }

type End = Omit<NoticeEnd, 'id'>

const factsOf = ({ receipt, event, facts }: Notice, { publicUrl }: NoticeParts): NoticeFacts => ({
  ...{ receipt, event, facts, publicUrl: publicUrl?.replace(/\/$/, '') ?? null },
})

async function mail(notice: Notice, parts: NoticeParts): Promise<End> {
  const { mailer } = parts
  if (mailer === null) return { state: 'failed', why: 'this instance has no mail server' }
  const to = addressOf(notice, reportKeysOf(parts.keys).contact)
  if (to === null) return { state: 'failed', why: 'the address cannot be opened' }
  const sent = await mailer.send({
    ...{ to, ...mailOf(factsOf(notice, parts)), idempotencyKey: notice.id },
  })
  if (sent.ok) return { state: 'sent', why: null }
  const why = withoutAddresses(sent.refusal.why)
  return { state: sent.refusal.kind === 'permanent' ? 'failed' : 'waiting', why }
}

function addressOf({ contact, reportId }: Notice, keys: PurposeKeys): string | null {
  const opened = contact && unseal(keys, contact, reportId)
  return opened?.ok ? opened.value.toString('utf8') : null
}

async function call(notice: Notice, parts: NoticeParts): Promise<End> {
  const { pool, keys, webhooks, clock } = parts
  const webhook = await asActor(pool, systemActor, (tx) =>
    webhookOf(tx, webhookKeysOf(keys), notice.organisation),
  )
  if (webhook === null) return { state: 'failed', why: 'the organisation has no webhook any more' }
  const body = webhookBodyOf(factsOf(notice, parts), clock.now())
  const outcome = await sendWebhook({ ...webhook, event: notice.id, body }, webhooks)
  if (outcome.kind === 'delivered') return { state: 'sent', why: null }
  return { state: outcome.kind === 'permanent' ? 'failed' : 'waiting', why: outcome.why }
}
