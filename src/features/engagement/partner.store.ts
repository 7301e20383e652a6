import { sql } from 'kysely'
import { z } from 'zod'
import { randomName } from '#features/org/org.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { EngagementKeys } from './engagement.store.ts'
import { type Side, sides } from './engagement.ts'
import { account, BudgetShape, moment } from './engagement.wire.ts'
import type { RowPage } from './list-page.ts'
import { type Partner, PartnerId, partnerTiers } from './partner.ts'

export const newPartnerId = (): string => PartnerId.of(randomName())

const Kept = z.strictObject({
  ...{ id: z.string(), organisation: z.string(), tier: z.enum(partnerTiers) },
  ...{ users: z.array(account), usersMax: z.int(), endsAt: moment },
  ...{ agreedBy: z.array(z.enum(sides)), isReviewedWithAuthority: z.boolean() },
  budget: BudgetShape.optional(),
  startedAt: moment.nullable(),
  ended: z.strictObject({ at: moment, by: z.enum([...sides, 'date']) }).nullable(),
})

/** A partner, of which engagement it is, and which version of it this is. */
export type KeptPartner = {
  readonly no: number
  readonly partner: Partner
  readonly engagement: string
  readonly version: number
}

type Row = {
  readonly no: number
  readonly id: string
  readonly engagement_id: string
  readonly version: number
  readonly value: Buffer
}

function opened(keys: EngagementKeys, row: Row): KeptPartner {
  const text = unseal(keys, row.value, row.id)
  if (!text.ok) throw new TypeError(`the partner ${row.id} cannot be opened`)
  const partner = Kept.parse(JSON.parse(text.value.toString('utf8')))
  return { no: row.no, partner, engagement: row.engagement_id, version: row.version }
}

const columns = ['no', 'id', 'engagement_id', 'version', 'value'] as const

const valuesOf = (keys: EngagementKeys, partner: Partner) => ({
  ...{ tier: partner.tier, ends_at: partner.endsAt, started_at: partner.startedAt },
  ended_at: partner.ended?.at ?? null,
  value: seal(keys, JSON.stringify(partner), partner.id),
})

type Proposed = {
  readonly engagement: string
  readonly partner: Partner
  readonly side: Side
  readonly now: Date
}

/** Keeps a partner that was just proposed for a side. */
export async function keepPartner(tx: Tx, keys: EngagementKeys, proposed: Proposed): Promise<void> {
  const { engagement, partner, side, now } = proposed
  const { no } = await tx
    .insertInto('parley.partner')
    .values({
      ...{ id: partner.id, engagement_id: engagement, proposed_at: now, version: 1 },
      proposed_side: side,
      ...valuesOf(keys, partner),
    })
    .returning('no')
    .executeTakeFirstOrThrow()
  await nameUsers(tx, no, partner.users)
}

/** The database knows who is named, so that it lets nobody else see the partner. */
async function nameUsers(tx: Tx, no: number, users: readonly string[]): Promise<void> {
  await sql`
    delete from parley.partner_user where partner_no = ${no}
      and not person_id = any (${[...users]}::text[])`.execute(tx)
  await sql`
    insert into parley.partner_user (partner_no, person_id)
    select ${no}, person from unnest(${[...users]}::text[]) as t (person)
    on conflict do nothing`.execute(tx)
}

/** The partners of an engagement, those first that were proposed last. */
export async function partnersOf(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, before, limit }: RowPage & { readonly engagement: string },
): Promise<readonly KeptPartner[]> {
  const rows = await tx
    .selectFrom('parley.partner')
    .select(columns)
    .where('engagement_id', '=', engagement)
    .where('no', '<', before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('no', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => opened(keys, row))
}

/** How many partners of an engagement a side named that are not over. */
export async function standingPartners(
  tx: Tx,
  { engagement, side, now }: Pick<Proposed, 'engagement' | 'side' | 'now'>,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from parley.partner
    where engagement_id = ${engagement} and proposed_side = ${side} and ended_at is null
      and ends_at > ${now}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Partners that name whoever asks, the newest first. */
export async function partnersNaming(
  tx: Tx,
  keys: EngagementKeys,
  { before, limit }: RowPage,
): Promise<readonly KeptPartner[]> {
  const rows = await tx
    .selectFrom('parley.partner')
    .select(columns)
    .where('no', 'in', sql<number>`(select parley.partners_named())`)
    .where('no', '<', before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('no', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => opened(keys, row))
}

/** One of them; null where the actor sees none of that id. */
export async function partnerById(
  tx: Tx,
  keys: EngagementKeys,
  id: string,
): Promise<KeptPartner | null> {
  const row = await tx
    .selectFrom('parley.partner')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : opened(keys, row)
}

/** The same, held until the transaction ends; also for whoever may not change it: then null. */
export async function lockPartner(
  tx: Tx,
  keys: EngagementKeys,
  id: string,
): Promise<KeptPartner | null> {
  const row = await tx
    .selectFrom('parley.partner')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : opened(keys, row)
}

/** Keeps what came of it, over the version that was locked. */
export async function savePartner(
  tx: Tx,
  keys: EngagementKeys,
  { no, partner, version }: Pick<KeptPartner, 'no' | 'partner' | 'version'>,
): Promise<void> {
  await tx
    .updateTable('parley.partner')
    .set({ ...valuesOf(keys, partner), version: version + 1 })
    .where('no', '=', no)
    .execute()
  await nameUsers(tx, no, partner.users)
}

/** Those of these accounts that are not of people who act for a trusted partner. */
export async function notPartners(
  system: Tx,
  users: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select asked.id from unnest(${[...users]}::text[]) with ordinality as asked (id, place)
    where not exists (select 1 from parley.membership m
      join parley.person p on p.id = m.person_id and p.disabled_at is null
      where m.person_id = asked.id and 'partake' = any (parley.permissions_of(m.role)))
    order by asked.place`.execute(system)
  return rows.map(({ id }) => id)
}
