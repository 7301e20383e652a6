import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Told } from './org.store.ts'
import {
  challengeLivesMs,
  hashOf,
  newRecoveryCode,
  PasskeyId,
  randomName,
  recoveryCodesInSet,
  recoveryCodeTyped,
} from './org.ts'
import {
  type Assertion,
  challengeIn,
  hasCountedOn,
  type NewPasskey,
  type Purpose,
  type Registration,
  type RelyingParty,
  readAssertion,
  readRegistration,
} from './passkey.ts'
import { activeMembership, openSession } from './session.store.ts'

type Wanted = { readonly purpose: Purpose; readonly person: string | null }

/** Hands out a challenge for one answer within five minutes; what is kept of it is its hash. */
export async function makeChallenge(
  pool: Pool,
  { purpose, person }: Wanted,
  now: Date,
): Promise<string> {
  const challenge = randomBytes(32).toString('base64url')
  await asActor(pool, systemActor, async (tx) => {
    await tx.deleteFrom('parley.passkey_challenge').where('expires_at', '<=', now).execute()
    const expires_at = new Date(now.getTime() + challengeLivesMs)
    await tx
      .insertInto('parley.passkey_challenge')
      .values({ hash: hashOf(challenge), purpose, person_id: person, expires_at })
      .execute()
  })
  return challenge
}

/** Takes a challenge away, whatever comes of the answer; false when it was not there for this. */
const spendChallenge = (pool: Pool, challenge: string, { purpose, person, now }: Wanted & Moment) =>
  asActor(pool, systemActor, async (tx) => {
    const row = await tx
      .deleteFrom('parley.passkey_challenge')
      .where('hash', '=', hashOf(challenge))
      .returning(['purpose', 'person_id', 'expires_at'])
      .executeTakeFirst()
    return row?.purpose === purpose && row.person_id === person && row.expires_at > now
  })

type Moment = { readonly now: Date }
type Answering = Moment & { readonly party: RelyingParty }

/** Reads the answer to a challenge of this person's; null for any other. */
export async function readNewPasskey(
  pool: Pool,
  sent: Registration,
  { person, party, now }: Answering & { readonly person: string },
): Promise<NewPasskey | null> {
  const challenge = challengeIn(sent.clientDataJSON)
  if (challenge === null) return null
  if (!(await spendChallenge(pool, challenge, { purpose: 'register', person, now }))) return null
  return readRegistration(sent, { party, challenge })
}

type Naming = Moment & {
  readonly person: string
  readonly name: string
  readonly transports: readonly string[]
}

/** Keeps a passkey and answers its id; null when that very credential is kept already. */
export async function keepPasskey(
  tx: Tx,
  { credentialId, publicKey, counter }: NewPasskey,
  { person, name, transports, now }: Naming,
): Promise<string | null> {
  const id = PasskeyId.of(randomName())
  const kept = await tx
    .insertInto('parley.passkey')
    .values({
      ...{ id, person_id: person, credential_id: credentialId, name, counter },
      ...{ public_key: Buffer.from(publicKey), transports: [...transports], created_at: now },
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return kept?.id ?? null
}

/** What came of a passkey's answer; `copied` is only told to who holds its key. */
export type PasskeyEntry = { readonly session: string } | 'refused' | 'copied'

/**
 * Opens a session with a passkey. Unknown passkeys, answers that do not hold and people who are
 * disabled are refused alike.
 */
export async function enterByPasskey(
  pool: Pool,
  sent: Assertion,
  { party, now, from, told }: Answering & Told & { readonly from: string },
): Promise<PasskeyEntry> {
  const wanted = { purpose: 'sign-in', person: null, party, now } as const
  const shown = await showPasskey(pool, sent, wanted)
  if (typeof shown === 'string') return shown
  const session = await asActor(pool, systemActor, (tx) =>
    openSession(tx, shown.person, { factor: 'passkey', from, now, told }),
  )
  return session === null ? 'refused' : { session }
}

type Proving = Answering & { readonly person: string; readonly session: string }

/** Remembers that a passkey of the person's own was shown again in their session. */
export async function proveByPasskey(
  pool: Pool,
  sent: Assertion,
  { party, person, session, now }: Proving,
): Promise<'proven' | 'refused' | 'copied'> {
  const shown = await showPasskey(pool, sent, { purpose: 'prove', person, party, now })
  if (typeof shown === 'string') return shown
  return (await noteProof(pool, session, now)) ? 'proven' : 'refused'
}

/** Remembers that a passkey was shown in a session, or made in it; false when that has ended. */
export const noteProof = (pool: Pool, session: string, now: Date): Promise<boolean> =>
  asActor(pool, systemActor, async (tx) => {
    const { rows } = await sql<{ is: boolean }>`
      select parley.prove_session(${session}, ${now}) as is`.execute(tx)
    return rows[0]?.is === true
  })

/** Whose passkey was shown, of a person if one is wanted; each passkey counts once. */
async function showPasskey(
  pool: Pool,
  sent: Assertion,
  { purpose, person, party, now }: Wanted & Answering,
): Promise<{ readonly person: string } | 'refused' | 'copied'> {
  const challenge = challengeIn(sent.clientDataJSON)
  if (challenge === null) return 'refused'
  if (!(await spendChallenge(pool, challenge, { purpose, person, now }))) return 'refused'
  return asActor(pool, systemActor, async (tx) => {
    const row = await tx
      .selectFrom('parley.passkey')
      .select(['id', 'person_id', 'public_key', 'counter', 'copied_at'])
      .where('credential_id', '=', sent.id)
      .forUpdate()
      .executeTakeFirst()
    if (!row || (person !== null && row.person_id !== person)) return 'refused'
    const publicKey = Uint8Array.from(row.public_key)
    const kept = { credentialId: sent.id, publicKey, person: row.person_id }
    const counter = await readAssertion(sent, kept, { party, challenge })
    if (counter === null) return 'refused'
    if ((await activeMembership(tx, row.person_id)) === null) return 'refused'
    const isCopied = row.copied_at !== null || !hasCountedOn(row.counter, counter)
    const change = isCopied
      ? { copied_at: row.copied_at ?? now }
      : { counter: Math.max(row.counter, counter), last_used_at: now }
    await tx.updateTable('parley.passkey').set(change).where('id', '=', row.id).execute()
    return isCopied ? 'copied' : { person: row.person_id }
  })
}

export type PasskeyRow = Awaited<ReturnType<typeof listPasskeys>>[number]

/** A person has a handful; more than this cannot be added. */
export const passkeysMax = 50

/** The passkeys of a person, the oldest first. */
export const listPasskeys = (tx: Tx, person: string) =>
  tx
    .selectFrom('parley.passkey')
    .select(['id', 'name', 'credential_id', 'transports'])
    .select(['created_at', 'last_used_at', 'copied_at'])
    .where('person_id', '=', person)
    .orderBy('created_at')
    .orderBy('id')
    .limit(passkeysMax)
    .execute()

type Own = { readonly person: string; readonly id: string }

/** False when the person has no passkey of that id. */
export async function renamePasskey(tx: Tx, { person, id }: Own, name: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('parley.passkey')
    .set({ name })
    .where('person_id', '=', person)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** `last` where it is the last way in of its own and that was not said to be meant. */
export async function removePasskey(
  tx: Tx,
  { person, id }: Own,
  isLastMeant: boolean,
): Promise<'removed' | 'unknown' | 'last'> {
  await lockWaysIn(tx, person)
  const passkeys = await listPasskeys(tx, person)
  if (!passkeys.some((one) => one.id === id)) return 'unknown'
  if (!isLastMeant && !(await hasWayIn(tx, { person, but: id }))) return 'last'
  await tx
    .deleteFrom('parley.passkey')
    .where('person_id', '=', person)
    .where('id', '=', id)
    .execute()
  return 'removed'
}

/** Who changes ways in of a person by how many there are waits for others who do. */
export const lockWaysIn = (tx: Tx, person: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${person}, 7289653014))`.execute(tx)

type Asked = { readonly person: string; readonly but?: string }

/** Whether somebody has recovery codes or a passkey, but for one, to get in by themselves. */
export async function hasWayIn(tx: Tx, { person, but }: Asked): Promise<boolean> {
  if ((await recoveryCodesOf(tx, person)).left > 0) return true
  const passkeys = await listPasskeys(tx, person)
  return passkeys.some(({ id, copied_at }) => id !== but && copied_at === null)
}

export type RecoveryCodes = { readonly left: number; readonly madeAt: Date | null }

/** How many codes of the newest set are left. */
export async function recoveryCodesOf(tx: Tx, person: string): Promise<RecoveryCodes> {
  const row = await tx
    .selectFrom('parley.recovery_code')
    .select(({ fn }) => [
      fn.count<number>('hash').filterWhere('used_at', 'is', null).as('left'),
      fn.max('created_at').as('made_at'),
    ])
    .where('person_id', '=', person)
    .executeTakeFirst()
  return { left: Number(row?.left ?? 0), madeAt: row?.made_at ?? null }
}

/** Makes a set in place of the one before and answers it: the only time that it is shown. */
export async function makeRecoveryCodes(tx: Tx, person: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodesInSet }, newRecoveryCode)
  await tx.deleteFrom('parley.recovery_code').where('person_id', '=', person).execute()
  const rows = codes.map((code) => ({
    ...{ hash: hashOf(recoveryCodeTyped(code)), person_id: person, created_at: now },
  }))
  await tx.insertInto('parley.recovery_code').values(rows).execute()
  return codes
}
