import { sql } from 'kysely'
import type { Permission } from '#features/org/role.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import {
  type ApprovalMode,
  type ApprovalState,
  type Asked,
  approvalModeOf,
  approvalStateOf,
  type Closeness,
  type Party,
  plainPolicy,
} from './approval.ts'

/** How approvals are given on this instance. */
export type ApprovalPolicy = {
  readonly mode: ApprovalMode
  /** How long a request lives unless whoever asks says otherwise. */
  readonly expiryHours: number
  /** So many cases a person takes out in a day by themselves. */
  readonly exportMax: number
}

/** Only the product itself reads it. */
export async function approvalPolicy(tx: Tx): Promise<ApprovalPolicy> {
  const row = await tx
    .selectFrom('parley.approval_policy')
    .select(['mode', 'expiry_hours', 'export_max'])
    .executeTakeFirst()
  if (!row) return plainPolicy
  const { mode, expiry_hours: expiryHours, export_max: exportMax } = row
  return { mode: approvalModeOf(mode), expiryHours, exportMax }
}

export async function setApprovalPolicy(tx: Tx, policy: ApprovalPolicy, now: Date): Promise<void> {
  const { mode, expiryHours, exportMax } = policy
  const values = { mode, expiry_hours: expiryHours, export_max: exportMax, changed_at: now }
  await tx
    .insertInto('parley.approval_policy')
    .values({ id: 'policy', ...values })
    .onConflict((on) => on.column('id').doUpdateSet(values))
    .execute()
}

/** A request as it is kept. */
export type Approval = Asked & {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly request: string
  readonly says: readonly string[]
  readonly reason: string
  readonly decidedWith: string
  readonly decided: { readonly by: Party | null; readonly at: Date; readonly why: string } | null
  readonly failedWhy: string | null
}

export type NewApproval = Omit<Approval, 'state' | 'decided' | 'failedWhy' | 'decidedWith'> & {
  readonly decidedWith: Permission
  readonly cases: readonly string[]
}

export async function addApproval(tx: Tx, made: NewApproval): Promise<void> {
  const { id, kind, subject, request, digest, reason, by, mode, requestedAt, expiresAt } = made
  await tx
    .insertInto('parley.approval')
    .values({
      ...{ id, kind, subject, request, digest, reason, mode, says: [...made.says] },
      cases: [...made.cases],
      ...{ person_id: by.person, organisation_id: by.organisation },
      ...{ decided_with: made.decidedWith, requested_at: requestedAt, expires_at: expiresAt },
    })
    .execute()
}

const columns = [
  ...(['id', 'kind', 'subject', 'request', 'says', 'digest', 'reason', 'person_id'] as const),
  ...(['organisation_id', 'decided_with', 'mode', 'requested_at', 'expires_at', 'state'] as const),
  ...(['decided_by', 'decided_for', 'decided_at', 'decided_why', 'failed_why'] as const),
] as const

const rowsOf = (tx: Tx) => tx.selectFrom('parley.approval').select(columns)
type Row = Awaited<ReturnType<ReturnType<typeof rowsOf>['executeTakeFirstOrThrow']>>

const read = (row: Row): Approval => ({
  ...{ id: row.id, kind: row.kind, subject: row.subject, request: row.request },
  ...{ says: row.says, digest: row.digest, reason: row.reason },
  by: { person: row.person_id, organisation: row.organisation_id },
  ...{ decidedWith: row.decided_with, mode: approvalModeOf(row.mode) },
  ...{ requestedAt: row.requested_at, expiresAt: row.expires_at },
  state: approvalStateOf(row.state),
  decided: row.decided_at && {
    by: partyOf(row.decided_by, row.decided_for),
    ...{ at: row.decided_at, why: row.decided_why ?? '' },
  },
  failedWhy: row.failed_why,
})

const partyOf = (person: string | null, organisation: string | null): Party | null =>
  person === null || organisation === null ? null : { person, organisation }

/** A request as the actor may see it; nobody else decides it until the transaction ends. */
export async function lockedApproval(tx: Tx, id: string): Promise<Approval | null> {
  const row = await rowsOf(tx).where('id', '=', id).forUpdate().executeTakeFirst()
  return row ? read(row) : null
}

export async function approvalOf(tx: Tx, id: string): Promise<Approval | null> {
  const row = await rowsOf(tx).where('id', '=', id).executeTakeFirst()
  return row ? read(row) : null
}

const listedMax = 200

/** Those that the actor may see: what waits, soonest end first, or what is over, newest first. */
export async function listApprovals(
  tx: Tx,
  { now, isOpen, ofPerson }: { now: Date; isOpen: boolean; ofPerson?: string },
): Promise<readonly Approval[]> {
  let query = rowsOf(tx).where(({ eb, or, and }) =>
    isOpen
      ? and([eb('state', '=', 'requested'), eb('expires_at', '>', now)])
      : or([eb('state', '<>', 'requested'), eb('expires_at', '<=', now)]),
  )
  if (ofPerson !== undefined) query = query.where('person_id', '=', ofPerson)
  const ordered = isOpen ? query.orderBy('expires_at') : query.orderBy('requested_at', 'desc')
  const rows = await ordered.orderBy('id').limit(listedMax).execute()
  return rows.map(read)
}

/** Somebody's decision on a request; the database asks once more whether they may decide it. */
export async function saveDecision(
  tx: Tx,
  id: string,
  decision: { state: ApprovalState; by: Party; now: Date; why: string },
): Promise<void> {
  const { state, by, now, why } = decision
  const isWithdrawn = state === 'withdrawn'
  await tx
    .updateTable('parley.approval')
    .set({
      ...{ state, decided_at: now, decided_why: why },
      decided_by: isWithdrawn ? null : by.person,
      decided_for: isWithdrawn ? null : by.organisation,
    })
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** What came of carrying it out: nothing but the product itself says so. */
export async function saveOutcome(tx: Tx, id: string, failedWhy: string | null): Promise<void> {
  await tx
    .updateTable('parley.approval')
    .set({ state: failedWhy === null ? 'done' : 'failed', failed_why: failedWhy })
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** Writes down which requests have expired, and answers them. */
export async function expireOver(tx: Tx, now: Date): Promise<readonly { id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    update parley.approval set state = 'expired', decided_at = ${now}
    where state = 'requested' and expires_at <= ${now} returning id`.execute(tx)
  return rows
}

/** How near two accounts are; see the migration. */
export async function closenessOf(
  tx: Tx,
  { person, other, now }: { person: string; other: string; now: Date },
): Promise<Closeness> {
  const { rows } = await sql<{ is: string | null }>`
    select parley.too_close(${person}, ${other}, ${now}) as is`.execute(tx)
  const is = rows[0]?.is ?? null
  if (is === null || is === 'same human' || is === 'one hand') return is
  throw new TypeError(`not a closeness: ${is}`)
}

/** How many people besides whoever asks could decide such a request now. Only for the product. */
export async function decidersOf(
  tx: Tx,
  asked: { by: Party; mode: ApprovalMode; decidedWith: string; now: Date },
): Promise<number> {
  const { by, mode, decidedWith, now } = asked
  const { rows } = await sql<{ count: number }>`
    select count(distinct m.person_id)::int as count from parley.membership m
    join parley.person p on p.id = m.person_id and p.disabled_at is null
    join parley.organisation o on o.id = m.organisation_id and o.disabled_at is null
    where ${decidedWith} = any (parley.permissions_of(m.role))
      and (${mode} <> 'two-organisations' or m.organisation_id <> ${by.organisation})
      and parley.too_close(${by.person}, m.person_id, ${now}) is null`.execute(tx)
  return rows[0]?.count ?? 0
}

/** The role in which somebody acts for an organisation now; null where they do not any more. */
export async function roleNow(tx: Tx, { person, organisation }: Party): Promise<string | null> {
  const row = await tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.person as p', 'p.id', 'm.person_id')
    .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
    .select('m.role')
    .where('m.person_id', '=', person)
    .where('m.organisation_id', '=', organisation)
    .where('p.disabled_at', 'is', null)
    .where('o.disabled_at', 'is', null)
    .executeTakeFirst()
  return row?.role ?? null
}

/** Names of people and organisations by their ids. */
export async function namesOf(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from parley.person where id = any (${ids}::text[])
    union all select id, name from parley.organisation where id = any (${ids}::text[])`.execute(tx)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Pages of approvals look again; the event names the request and nothing of it. */
export const tellApproval = (tx: Tx, id: string, now: Date) =>
  tx
    .insertInto('parley.live_event')
    .values({ at: now, topic: 'approval', ref: id, organisation_id: null, label_id: 1 })
    .execute()
