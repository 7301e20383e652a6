import { sql } from 'kysely'
import type { LedgerAction } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { type Principal, randomName } from '#features/org/org.ts'
import { permissionsOf, roleOf } from '#features/org/role.ts'
import { idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  type Approval,
  addApproval,
  approvalOf,
  approvalPolicy,
  closenessOf,
  expireOver,
  lockedApproval,
  roleNow,
  saveDecision,
  saveOutcome,
  tellApproval,
} from './approval.store.ts'
import {
  type ApprovalMode,
  type ApprovalRefusal,
  type Closeness,
  decide,
  expiresAtOf,
  type Party,
  withdraw,
} from './approval.ts'
import type { ApprovalKind, Reading } from './approval-kind.ts'

const ApprovalId = idOf('approval')

export type Wish = {
  readonly kind: ApprovalKind
  readonly request: unknown
  readonly reason: string
  readonly hours: number | undefined
}

export const partyOf = ({ person, organisation }: Principal): Party => ({ person, organisation })

/** The stricter of two modes. */
const stricter = (one: ApprovalMode, other: ApprovalMode): ApprovalMode =>
  one === 'two-organisations' ? one : other

/** Asks for an approval as whoever acts; a sentence where it cannot be asked for. */
export async function ask(
  tx: Tx,
  wish: Wish,
  { principal, now }: { readonly principal: Principal; readonly now: Date },
): Promise<Result<string, string | null>> {
  const { kind, request, reason, hours } = wish
  const by = partyOf(principal)
  const found = await actingAs(tx, systemActor, async (system) => ({
    policy: await approvalPolicy(system),
    read: await kind.read(system, { request, by, now }),
  }))
  if (!found.read.ok) return found.read
  const { policy, read } = found
  const id = ApprovalId.of(randomName())
  const { subject, cases, says, digest } = read.value
  await addApproval(tx, {
    ...{ id, kind: kind.name, subject, cases, says, digest, reason, by },
    ...{ request: read.value.request, mode: kind.mode ?? policy.mode },
    ...{ decidedWith: kind.whoMayDecide, requestedAt: now },
    expiresAt: expiresAtOf(hours ?? policy.expiryHours, now),
  })
  const entry = { at: now, action: 'approval.request', kind: 'approval', record: id } as const
  await record(tx, [{ ...entry, digest, reason, fields: { kind: kind.name, subject } }])
  await actingAs(tx, systemActor, (system) => tellApproval(system, id, now))
  return yes(id)
}

/** What is looked up of a request that somebody decides or looks at. */
export type Standing = {
  readonly closeness: Closeness
  readonly mode: ApprovalMode
  /** What would happen now; null where nothing can any more. */
  readonly reading: Reading | null
}

/** Looks at a request as the product itself. */
export async function standingOf(
  system: Tx,
  approval: Approval,
  { kind, other, now }: { kind: ApprovalKind; other: string; now: Date },
): Promise<Standing> {
  const { by } = approval
  const policy = await approvalPolicy(system)
  const request: unknown = JSON.parse(approval.request)
  // Who lost their membership or the permission to ask since then asks for nothing any more.
  const role = await roleNow(system, by)
  const mayAsk = role !== null && permissionsOf(roleOf(role)).includes(kind.whoMayAsk)
  const read = mayAsk ? await kind.read(system, { request, by, now }) : no(null)
  return {
    closeness: await closenessOf(system, { person: by.person, other, now }),
    mode: kind.mode ?? stricter(approval.mode, policy.mode),
    reading: read.ok ? read.value : null,
  }
}

export type DecisionWish = {
  readonly id: string
  readonly event: 'grant' | 'refuse'
  readonly digest: string
  readonly reason: string
}

export type Deciders = {
  readonly principal: Principal
  readonly now: Date
  readonly kindOf: (name: string) => ApprovalKind | null
}

/** Grants a request and carries it out, or refuses it; null where there is none to be seen. */
export async function decideRequest(
  tx: Tx,
  wish: DecisionWish,
  { principal, now, kindOf }: Deciders,
): Promise<Result<null, ApprovalRefusal> | null> {
  const approval = await lockedApproval(tx, wish.id)
  if (!approval) return seenOnly(tx, wish.id)
  const kind = kindOf(approval.kind)
  if (!kind) return null
  const by = partyOf(principal)
  const standing = await actingAs(tx, systemActor, (system) =>
    standingOf(system, approval, { kind, other: by.person, now }),
  )
  const decided = decide(approval, wish.event, {
    ...{ by, now, closeness: standing.closeness, mode: standing.mode },
    isInPerson: principal.via === 'session',
    hasPermission: permissionsOf(principal.role).includes(kind.whoMayDecide),
    ...{ shownDigest: wish.digest, digestNow: standing.reading?.digest ?? null },
  })
  if (!decided.ok) return decided
  await saveDecision(tx, approval.id, { state: decided.value, by, now, why: wish.reason })
  const of = { at: now, kind: 'approval', record: approval.id, digest: approval.digest } as const
  const fields = fieldsOf(approval)
  await record(tx, [{ ...of, action: `approval.${wish.event}`, reason: wish.reason, fields }])
  await actingAs(tx, systemActor, async (system) => {
    if (decided.value === 'granted') await carryOut(system, approval, { kind, by, now })
    await tellApproval(system, approval.id, now)
  })
  return yes(null)
}

/** Auditors see requests that they may not touch. */
const seenOnly = async (tx: Tx, id: string): Promise<Result<null, ApprovalRefusal> | null> =>
  (await approvalOf(tx, id)) === null ? null : no('lacks-permission')

const fieldsOf = ({ kind, subject, by }: Approval) => ({
  ...{ kind, subject, requestedBy: by.person, requestedFor: by.organisation },
})

type Carrying = { readonly kind: ApprovalKind; readonly by: Party; readonly now: Date }

/** Does what was granted, whole or not at all; why it could not be done stays with the request. */
async function carryOut(system: Tx, approval: Approval, { kind, by, now }: Carrying) {
  const request: unknown = JSON.parse(approval.request)
  await sql`savepoint carrying_out`.execute(system)
  const done = await kind.carryOut(system, {
    ...{ request, id: approval.id, by: approval.by, granted: by, now },
  })
  if (!done.ok) await sql`rollback to savepoint carrying_out`.execute(system)
  await saveOutcome(system, approval.id, done.ok ? null : done.refusal)
  const action: LedgerAction = done.ok ? 'approval.done' : 'approval.fail'
  const fields = { ...fieldsOf(approval), grantedBy: by.person, grantedFor: by.organisation }
  const of = { at: now, kind: 'approval', record: approval.id, digest: approval.digest } as const
  const why = done.ok ? {} : { reason: done.refusal }
  await record(system, [{ ...of, ...why, action, fields }])
}

/** Takes a request back; null where there is none to be seen. */
export async function withdrawRequest(
  tx: Tx,
  { id, digest }: { readonly id: string; readonly digest: string },
  { principal, now }: { readonly principal: Principal; readonly now: Date },
): Promise<Result<null, ApprovalRefusal> | null> {
  const approval = await lockedApproval(tx, id)
  if (!approval) return seenOnly(tx, id)
  const by = partyOf(principal)
  const isInPerson = principal.via === 'session'
  const withdrawn = withdraw(approval, { by, isInPerson, shownDigest: digest, now })
  if (!withdrawn.ok) return withdrawn
  await saveDecision(tx, id, { state: withdrawn.value, by, now, why: '' })
  const of = { at: now, kind: 'approval', record: id, digest: approval.digest } as const
  const { kind, subject } = approval
  await record(tx, [{ ...of, action: 'approval.withdraw', fields: { kind, subject } }])
  await actingAs(tx, systemActor, (system) => tellApproval(system, id, now))
  return yes(null)
}

/** Writes down what expired; pages show it as expired before that already. */
export async function expireApprovals(system: Tx, now: Date): Promise<number> {
  const expired = await expireOver(system, now)
  for (const { id } of expired) {
    await record(system, [{ at: now, action: 'approval.expire', kind: 'approval', record: id }])
    await tellApproval(system, id, now)
  }
  return expired.length
}
