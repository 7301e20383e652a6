import { sql } from 'kysely'
import type { LedgerAction } from '#features/ledger/entry.ts'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Keys, keysFor, type PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { closeIfOver, decide, type EngagementRefusal } from './deciding.ts'
import { type Act, type Engagement, laterOf, type Side } from './engagement.ts'
import { recordFor, tellEngagement } from './engagement-event.store.ts'
import { columnsOf, decodeEngagement, encodeEngagement } from './engagement-record.ts'
import type { RowPage } from './list-page.ts'
import { endOf } from './window.ts'

export type EngagementId = Id<'engagement'>
export const EngagementId = idOf('engagement')
export const newEngagementId = (): EngagementId => EngagementId.of(randomName())

/** Keys of what engagements say. */
export type EngagementKeys = PurposeKeys
export const engagementKeysOf = (keys: Keys): EngagementKeys => keysFor(keys, 'engagement')

type Row = {
  readonly id: string
  readonly label: number
  readonly version: number
  readonly value: Buffer
}

/** An engagement with what stands beside it. */
export type Kept = {
  readonly engagement: Engagement
  readonly labelId: number
  readonly version: number
}

function opened(keys: EngagementKeys, { id, label, version, value }: Row): Kept {
  const text = unseal(keys, value, id)
  if (!text.ok) throw new TypeError(`the engagement ${id} cannot be opened: ${text.refusal.why}`)
  const engagement = decodeEngagement(text.value.toString('utf8'))
  if (engagement.id !== id) throw new TypeError(`the engagement ${id} holds another`)
  return { engagement, labelId: label, version }
}

const columns = sql`id, label_id as label, version, value`

/** An engagement as it is kept; null where the actor sees none of that id. */
export async function keptEngagement(
  tx: Tx,
  keys: EngagementKeys,
  id: string,
): Promise<Kept | null> {
  const { rows } = await sql<Row>`
    select ${columns} from parley.engagement where id = ${id}`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, rows[0])
}

/** The same, held until the transaction ends: the second of two sees what the first said. */
export async function lockEngagement(
  tx: Tx,
  keys: EngagementKeys,
  id: string,
): Promise<Kept | null> {
  const { rows } = await sql<Row>`
    select ${columns} from parley.engagement where id = ${id} for no key update`.execute(tx)
  return rows[0] === undefined ? null : opened(keys, rows[0])
}

/** For which side the actor speaks; null where it is neither. */
export async function actorSide(tx: Tx, id: string): Promise<Side | null> {
  const { rows } = await sql<{ side: Side | null }>`
    select parley.engagement_side(${id}) as side`.execute(tx)
  return rows[0]?.side ?? null
}

export type ListedRow = Kept & { readonly no: number }

/** Engagements that the actor sees, the newest first. */
export async function listEngagements(
  tx: Tx,
  keys: EngagementKeys,
  { before, limit }: RowPage,
): Promise<readonly ListedRow[]> {
  const { rows } = await sql<Row & { no: number }>`
    select no, ${columns} from parley.engagement
    where ${before}::bigint is null or no < ${before} order by no desc limit ${limit}`.execute(tx)
  return rows.map((row) => ({ no: row.no, ...opened(keys, row) }))
}

const valuesOf = (keys: EngagementKeys, engagement: Engagement) => ({
  ...columnsOf(engagement),
  ends_at: endsAtOf(engagement),
  planned_at: engagement.release.plannedAt,
  seen_at: engagement.seenAt,
  value: seal(keys, encodeEngagement(engagement), engagement.id),
})

const endsAtOf = (engagement: Engagement): Date | null =>
  'agreed' in engagement ? endOf(engagement.agreed.window, engagement.release) : null

/** What somebody said, as it is kept beside what came of it. */
type Said = {
  readonly kind: string
  readonly side: Side
  readonly body: unknown
  readonly digest: string | null
}

async function keepAct(
  tx: Tx,
  keys: EngagementKeys,
  { id, number, at, said }: { id: string; number: number; at: Date; said: Said },
): Promise<void> {
  const { person, organisation } = actorIn(tx)
  if (organisation === null) throw new TypeError('the product itself says nothing for a side')
  const body = seal(keys, JSON.stringify(said.body), `${id} ${number}`)
  await tx
    .insertInto('parley.engagement_act')
    .values({
      ...{ engagement_id: id, number, at, side: said.side, kind: said.kind },
      ...{ person_id: person, organisation_id: organisation, digest: said.digest, body },
    })
    .execute()
}

/** Keeps what a developer offers. */
export async function keepOffer(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, labelId }: { readonly engagement: Engagement; readonly labelId: number },
): Promise<void> {
  const { id, developer, evaluator, seenAt: at } = engagement
  const latest = engagement.versions.at(-1)
  if (latest === undefined) throw new TypeError('an offer offers something')
  await tx
    .insertInto('parley.engagement')
    .values({
      ...{ id, developer_id: developer, evaluator_id: evaluator, label_id: labelId },
      ...{ offered_at: at, version: 1, ...valuesOf(keys, engagement) },
    })
    .execute()
  const { digest, proposal } = latest
  const said = { kind: 'offer', side: 'developer', body: proposal, digest } as const
  await keepAct(tx, keys, { id, number: 1, at, said })
  await recordFor(tx, id, [
    { at, action: 'engagement.offer', kind: 'engagement', record: id, digest, fields: { digest } },
  ])
  await tellEngagement(tx, id, at)
}

async function save(
  tx: Tx,
  keys: EngagementKeys,
  { engagement, version }: { readonly engagement: Engagement; readonly version: number },
): Promise<void> {
  await tx
    .updateTable('parley.engagement')
    .set({ ...valuesOf(keys, engagement), version })
    .where('id', '=', engagement.id)
    .execute()
}

export type Speaker = { readonly side: Side; readonly now: Date }

/**
 * Says something for a side, and keeps that and what comes of it. The engagement is one that
 * `lockEngagement` gave within this transaction.
 */
export async function say(
  tx: Tx,
  keys: EngagementKeys,
  { kept, act, speaker }: { readonly kept: Kept; readonly act: Act; readonly speaker: Speaker },
): Promise<Result<Engagement, EngagementRefusal>> {
  const decided = decide(kept.engagement, act, speaker)
  if (!decided.ok) return decided
  const engagement = decided.value
  const { id } = engagement
  const number = kept.version + 1
  await save(tx, keys, { engagement, version: number })
  const digest = engagement.versions.at(-1)?.digest ?? null
  const at = engagement.seenAt
  const said = { kind: act.kind, side: speaker.side, body: act, digest }
  await keepAct(tx, keys, { id, number, at, said })
  await recordChange(tx, engagement, { at, action: 'engagement.act', act: act.kind })
  return yes(engagement)
}

async function recordChange(
  tx: Tx,
  { id, state, versions }: Engagement,
  { at, action, act }: { readonly at: Date; readonly action: LedgerAction; readonly act: string },
): Promise<void> {
  const digest = versions.at(-1)?.digest
  const entry = { at, action, kind: 'engagement', record: id, fields: { act, state } } as const
  await recordFor(tx, id, [{ ...entry, ...(digest === undefined ? {} : { digest }) }])
  await tellEngagement(tx, id, at)
}

/** Those whose access has ended without that being written down. For the product itself. */
export async function dueToClose(tx: Tx, now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from parley.engagement where state = 'agreed' and ends_at <= ${now}
    order by ends_at limit 100`.execute(tx)
  return rows.map(({ id }) => id)
}

/**
 * Writes down that access has ended, at the moment that was due, not at this one. For the product
 * itself; refused where it has not.
 */
export async function closeDue(
  tx: Tx,
  keys: EngagementKeys,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<Result<Engagement, 'none' | 'not over'>> {
  const kept = await lockEngagement(tx, keys, id)
  if (kept === null) return no('none')
  const { engagement, version } = kept
  const at = laterOf(now, engagement.seenAt)
  const closed = { ...closeIfOver(engagement, at), seenAt: at }
  if (engagement.state !== 'agreed' || closed.state !== 'closed') return no('not over')
  await save(tx, keys, { engagement: closed, version: version + 1 })
  await recordChange(tx, closed, { at, action: 'engagement.close', act: closed.closed.why })
  return yes(closed)
}
