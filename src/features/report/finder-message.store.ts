import { randomName } from '#features/org/org.ts'
import { pseudonymOf, realNameOf } from '#features/org/pseudonym.store.ts'
import { idOf } from '#kernel/id.ts'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { enqueue } from '#platform/jobs/jobs.ts'

const MessageId = idOf('message')

const messageQueue = 'send-message'

/** Keys of what is written to pseudonymous finders, and of who they are. */
export type MessageKeys = { readonly message: PurposeKeys; readonly pseudonym: PurposeKeys }

export const messageKeysOf = (keys: Keys): MessageKeys => ({
  message: keysFor(keys, 'finder message'),
  pseudonym: keysFor(keys, 'pseudonym'),
})

type Message = {
  readonly organisation: string
  readonly person: string
  readonly text: string
  readonly now: Date
}

/**
 * Keeps a message, sealed, and asks for it to be sent: as the product itself. Refused where there
 * is no pseudonymous finder of that id, and where it left no address.
 */
export async function keepMessage(
  system: Tx,
  keys: MessageKeys,
  { organisation, person, text, now }: Message,
): Promise<{ readonly id: string } | 'none' | 'no address'> {
  if ((await pseudonymOf(system, organisation)) === null) return 'none'
  const real = await realNameOf(system, keys.pseudonym, organisation)
  if (real === null || real.contact === null) return 'no address'
  const id = MessageId.of(randomName())
  await system
    .insertInto('parley.finder_message')
    .values({
      ...{ id, organisation_id: organisation, person_id: person, made_at: now },
      sealed: seal(keys.message, text, id),
    })
    .execute()
  await enqueue(system, messageQueue, id)
  return { id }
}

export type Waiting = { readonly to: string; readonly text: string }

/** A message that waits, opened; null when it was sent or given up, or never was. */
export async function waitingMessage(
  system: Tx,
  keys: MessageKeys,
  id: string,
): Promise<Waiting | null> {
  const row = await system
    .selectFrom('parley.finder_message')
    .select(['organisation_id', 'sealed'])
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  if (!row) return null
  const text = unseal(keys.message, row.sealed, id)
  const real = await realNameOf(system, keys.pseudonym, row.organisation_id)
  if (!text.ok || real === null || real.contact === null) {
    throw new TypeError(`the message ${id} cannot be opened`)
  }
  return { to: real.contact, text: text.value.toString('utf8') }
}

export type MessageEnd = {
  readonly state: 'sent' | 'failed' | 'waiting'
  readonly why: string | null
}

export async function endMessage(
  system: Tx,
  id: string,
  { state, why, now }: MessageEnd & { readonly now: Date },
): Promise<void> {
  await system
    .updateTable('parley.finder_message')
    .set({ state, why, ended_at: state === 'waiting' ? null : now })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute()
}
