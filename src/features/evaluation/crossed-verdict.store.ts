import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { idOf } from '#kernel/id.ts'
import { actingAs, actorIn, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { VerdictBundle } from './verdict-bundle.ts'
import type { TakenVerdict } from './verdict-crossing.ts'

const CrossedId = idOf('crossed')

/** A key whose signatures count here. */
export type VerdictKey = {
  readonly id: string
  readonly pem: string
  readonly holder: string
  readonly trustedAt: Date
  readonly trustedBy: string
  readonly endedAt: Date | null
}

/** Every key that counts or counted, the newest first. */
export async function verdictKeys(tx: Tx): Promise<readonly VerdictKey[]> {
  const { rows } = await sql<VerdictKey>`
    select id, pem, holder, trusted_at as "trustedAt", trusted_by as "trustedBy",
      ended_at as "endedAt"
    from parley.verdict_key order by trusted_at desc, id limit 1000`.execute(tx)
  return rows
}

export type NewKey = Pick<VerdictKey, 'id' | 'pem' | 'holder'> & { readonly now: Date }

/** Trusts a key; false where it was trusted before, or its holder has one that counts. */
export async function trustKey(tx: Tx, { id, pem, holder, now }: NewKey): Promise<boolean> {
  const { rows } = await sql`
    insert into parley.verdict_key (id, pem, holder, trusted_at, trusted_by)
    values (${id}, ${pem}, ${holder}, ${now}, ${actorIn(tx).person})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0
}

/** Trusts a key no longer; false where none of that id counts. */
export async function endKey(
  tx: Tx,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update parley.verdict_key set ended_at = ${now}, ended_by = ${actorIn(tx).person}
    where id = ${id} and ended_at is null returning id`.execute(tx)
  return rows.length > 0
}

/** Parley's own number of the lock by which bundles are taken one after the other. */
const takingLock = 7_289_653_037

/** Until the transaction ends nobody else takes a bundle. */
export const holdTaking = (tx: Tx) =>
  sql`select pg_advisory_xact_lock(${takingLock}::bigint)`.execute(tx)

/**
 * What was taken that a bundle about this engagement may repeat. As the product itself: that others
 * took it is known to whoever holds the very same bundle, and to nobody else.
 */
export async function takenAbout(tx: Tx, engagement: string): Promise<readonly TakenVerdict[]> {
  const { rows } = await actingAs(tx, systemActor, (system) =>
    sql<TakenVerdict>`
      select sha256, engagement_sha256 as engagement, capability, number
      from parley.crossed_verdict where engagement_sha256 = ${engagement}`.execute(system),
  )
  return rows
}

export type Taking = {
  readonly bundle: VerdictBundle
  readonly sha256: string
  readonly text: string
  readonly now: Date
}

/** Keeps a bundle that was read; answers its id. */
export async function keepCrossed(tx: Tx, { bundle, sha256, text, now }: Taking): Promise<string> {
  const id = CrossedId.of(randomName())
  const { person, organisation } = actorIn(tx)
  const { engagement, capability, number } = bundle
  await sql`
    insert into parley.crossed_verdict (id, sha256, engagement_sha256, capability, number, content,
      taken_at, person_id, organisation_id)
    values (${id}, ${sha256}, ${engagement}, ${capability}, ${number}, ${text}, ${now}, ${person},
      ${organisation})`.execute(tx)
  return id
}

export type CrossedRow = {
  readonly id: string
  readonly sha256: string
  readonly text: string
  readonly at: Date
  readonly by: string
}

const listedMax = 500

/** What the organisation of whoever acts took, the newest first. */
export async function crossedVerdicts(tx: Tx): Promise<readonly CrossedRow[]> {
  const { rows } = await sql<CrossedRow>`
    select id, sha256, content as text, taken_at as at, person_id as by
    from parley.crossed_verdict order by no desc limit ${listedMax}`.execute(tx)
  return rows
}
