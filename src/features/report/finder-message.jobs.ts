import type { Pool } from 'pg'
import type { Clock } from '#kernel/clock.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { JobFailure, type Work } from '#platform/jobs/jobs.ts'
import type { Mailer } from '#platform/mail/mailer.ts'
import {
  endMessage,
  type MessageEnd,
  messageKeysOf,
  type Waiting,
  waitingMessage,
} from './finder-message.store.ts'
import { withoutAddresses } from './notice.ts'

export type MessageParts = {
  readonly pool: Pool
  readonly clock: Clock
  readonly keys: Keys
  /** Null where no mail server was given. */
  readonly mailer: Mailer | null
  readonly publicUrl: string | null
}

/** Sends one message to a pseudonymous finder; the job knows nothing of it but its id. */
export const sendMessage =
  (parts: MessageParts): Work =>
  async (id) => {
    const { pool, clock, mailer } = parts
    const keys = messageKeysOf(parts.keys)
    const waiting = await asActor(pool, systemActor, (tx) => waitingMessage(tx, keys, id))
    if (waiting === null) return
    const end = mailer === null ? withoutServer : await mailed(mailer, { id, waiting, parts })
    const now = clock.now()
    await asActor(pool, systemActor, (tx) => endMessage(tx, id, { ...end, now }))
    if (end.state === 'waiting') throw new JobFailure(end.why ?? 'it could not be sent')
  }

const withoutServer: MessageEnd = { state: 'failed', why: 'this instance has no mail server' }

type Mailing = { readonly id: string; readonly waiting: Waiting; readonly parts: MessageParts }

async function mailed(mailer: Mailer, { id, waiting, parts }: Mailing): Promise<MessageEnd> {
  const sent = await mailer.send({
    ...{ to: waiting.to, idempotencyKey: id },
    ...{ subject: 'A message about what you handed in', text: textOf(waiting, parts) },
  })
  if (sent.ok) return { state: 'sent', why: null }
  const state = sent.refusal.kind === 'permanent' ? 'failed' : 'waiting'
  return { state, why: withoutAddresses(sent.refusal.why) }
}

/** Nobody here reads what is answered to a mail, so it says where an answer reaches them. */
function textOf({ text }: Waiting, { publicUrl }: MessageParts): string {
  const where = publicUrl === null ? 'this instance' : publicUrl.replace(/\/$/, '')
  const lines = [
    text,
    '',
    '-- ',
    'Those who wrote this know you by your pseudonym alone, and do not see this address.',
    'Do not answer by mail: it would tell them who you are. Hand in what you want to say as a',
    `report, with the token of your pseudonym, at ${where}; name the receipt it is about.`,
  ]
  return `${lines.join('\n')}\n`
}
