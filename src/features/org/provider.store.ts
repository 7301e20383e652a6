import type { Pool } from 'pg'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Told as Shown } from '#platform/openid/claims.ts'
import type { OnAccessChange } from './org.store.ts'
import { hashOf, IdentityId, newSecret, providerTakesMs, randomName } from './org.ts'
import { hasWayIn, lockWaysIn } from './passkey.store.ts'
import type { ProviderRequest } from './provider.ts'
import { openSession } from './session.store.ts'

/** Notes that a browser is sent to the provider; answers the secret that it is to keep. */
export async function noteRequest(pool: Pool, request: ProviderRequest, now: Date) {
  const secret = newSecret()
  await asActor(pool, systemActor, async (tx) => {
    await tx.deleteFrom('parley.provider_request').where('expires_at', '<=', now).execute()
    const { purpose, target } = request
    const who = purpose === 'link' ? { person_id: request.person, session_id: request.session } : {}
    const expires_at = new Date(now.getTime() + providerTakesMs)
    await tx
      .insertInto('parley.provider_request')
      .values({ hash: hashOf(secret), purpose, target, expires_at, ...who })
      .execute()
  })
  return secret
}

/** Takes a request away, whatever comes of it; null when it was not there, or for too long. */
export const spendRequest = (
  pool: Pool,
  secret: string,
  now: Date,
): Promise<ProviderRequest | null> =>
  asActor(pool, systemActor, async (tx) => {
    const row = await tx
      .deleteFrom('parley.provider_request')
      .where('hash', '=', hashOf(secret))
      .returning(['purpose', 'person_id', 'session_id', 'target', 'expires_at'])
      .executeTakeFirst()
    if (!row || row.expires_at <= now) return null
    const { person_id: person, session_id: session, target } = row
    if (person === null || session === null) return { purpose: 'sign-in', target }
    return { purpose: 'link', target, person, session }
  })

type Entering = {
  readonly issuer: string
  readonly from: string
  readonly now: Date
  readonly told: OnAccessChange
}

/**
 * Opens a session for whoever linked this account; null where nobody did, and where they are
 * disabled.
 */
export const enterByProvider = (pool: Pool, shown: Shown, { issuer, from, now, told }: Entering) =>
  asActor(pool, systemActor, async (tx) => {
    const row = await tx
      .selectFrom('parley.provider_identity')
      .select(['id', 'person_id'])
      .where('issuer', '=', issuer)
      .where('subject', '=', shown.subject)
      .executeTakeFirst()
    if (!row) return null
    const session = await openSession(tx, row.person_id, {
      factor: 'provider',
      from,
      now,
      told,
      shown,
    })
    if (session === null) return null
    await tx
      .updateTable('parley.provider_identity')
      .set({ last_used_at: now })
      .where('id', '=', row.id)
      .execute()
    return session
  })

/** A person has one or two; more than this cannot be linked. */
const identitiesMax = 10

type Linking = { readonly person: string; readonly issuer: string; readonly now: Date }

/** Links an account to a person, unless it is linked already, to whomever. */
export async function linkIdentity(
  tx: Tx,
  { subject }: Shown,
  { person, issuer, now }: Linking,
): Promise<'linked' | 'taken' | 'too many'> {
  await lockWaysIn(tx, person)
  if ((await listIdentities(tx, person)).length >= identitiesMax) return 'too many'
  const kept = await tx
    .insertInto('parley.provider_identity')
    .values({
      ...{ id: IdentityId.of(randomName()), issuer, subject, person_id: person },
      linked_at: now,
    })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return kept ? 'linked' : 'taken'
}

export type IdentityRow = Awaited<ReturnType<typeof listIdentities>>[number]

/** The accounts of a person, the oldest first. */
export const listIdentities = (tx: Tx, person: string) =>
  tx
    .selectFrom('parley.provider_identity')
    .select(['id', 'issuer', 'subject', 'linked_at', 'last_used_at'])
    .where('person_id', '=', person)
    .orderBy('linked_at')
    .orderBy('id')
    .limit(identitiesMax)
    .execute()

type Removing = { readonly person: string; readonly id: string; readonly isLastMeant: boolean }

/** `last` where it is the last way in of its own and that was not said to be meant. */
export async function removeIdentity(
  tx: Tx,
  { person, id, isLastMeant }: Removing,
): Promise<'removed' | 'unknown' | 'last'> {
  await lockWaysIn(tx, person)
  const all = await listIdentities(tx, person)
  if (!all.some((one) => one.id === id)) return 'unknown'
  if (all.length === 1 && !isLastMeant && !(await hasWayIn(tx, { person }))) return 'last'
  await tx
    .deleteFrom('parley.provider_identity')
    .where('person_id', '=', person)
    .where('id', '=', id)
    .execute()
  return 'removed'
}
