import type { z } from 'zod'
import { permissionsOf } from '#features/org/role.ts'
import { actingAs, systemActor, type Tx } from '#platform/db/as-actor.ts'
import {
  type Approval,
  approvalOf,
  approvalPolicy,
  closenessOf,
  decidersOf,
  listApprovals,
  namesOf,
} from './approval.store.ts'
import { isOver, type Party, stateNow, whyNotDecide } from './approval.ts'
import type { ApprovalListWire, ApprovalPageWire, ApprovalWire } from './approval.wire.ts'
import { type Deciders, partyOf, standingOf } from './approval-deciding.ts'

type Shown = z.input<typeof ApprovalWire>

/** The requests that somebody may see: what waits for them, their own, and what is over. */
export async function approvalLists(
  tx: Tx,
  looking: Deciders,
): Promise<z.input<typeof ApprovalListWire>> {
  const { now, principal } = looking
  const open = await listApprovals(tx, { now, isOpen: true })
  const past = await listApprovals(tx, { now, isOpen: false })
  const isMine = ({ by }: Approval): boolean => by.person === principal.person
  return actingAs(tx, systemActor, async (system) => {
    const present = await presenterOf(system, [...open, ...past], looking)
    const others = open.filter((one) => !isMine(one) && mayDecideKind(one, looking))
    return {
      toDecide: await inTurn(others, present),
      mine: await inTurn(open.filter(isMine), present),
      past: await inTurn(past, present),
    }
  })
}

/** Auditors see what waits for others on its own page and once it is over. */
const mayDecideKind = ({ decidedWith }: Approval, { principal }: Deciders): boolean =>
  permissionsOf(principal.role).some((one) => one === decidedWith)

async function inTurn<T, U>(all: readonly T[], one: (of: T) => Promise<U>): Promise<U[]> {
  const made: U[] = []
  for (const each of all) made.push(await one(each))
  return made
}

/** One request with what would happen now; null where there is none to be seen. */
export async function approvalPage(
  tx: Tx,
  id: string,
  looking: Deciders,
): Promise<z.input<typeof ApprovalPageWire> | null> {
  const approval = await approvalOf(tx, id)
  if (!approval) return null
  const { now, principal } = looking
  return actingAs(tx, systemActor, async (system) => {
    const shown = await (await presenterOf(system, [approval], looking))(approval)
    const kind = looking.kindOf(approval.kind)
    if (shown.state !== 'requested') return { ...shown, isChanged: null, deciders: null }
    if (kind === null) return { ...shown, isChanged: true, deciders: 0 }
    const other = principal.person
    const { mode, reading } = await standingOf(system, approval, { kind, other, now })
    const { by, decidedWith } = approval
    const deciders = await decidersOf(system, { by, mode, decidedWith, now })
    return { ...shown, mode, isChanged: reading?.digest !== approval.digest, deciders }
  })
}

async function presenterOf(
  system: Tx,
  all: readonly Approval[],
  looking: Deciders,
): Promise<(approval: Approval) => Promise<Shown>> {
  const parties = all.flatMap(({ by, decided }) => [by, ...(decided?.by ? [decided.by] : [])])
  const names = await namesOf(
    system,
    parties.flatMap(({ person, organisation }) => [person, organisation]),
  )
  const named = (id: string) => ({ id, name: names.get(id) ?? id })
  const whole = ({ person, organisation }: Party) => ({
    ...{ person: named(person), organisation: named(organisation) },
  })
  const { mode: modeNow } = await approvalPolicy(system)
  return async (approval) => {
    const { id, kind, subject, says, reason, by, digest, decided, failedWhy } = approval
    const { now, principal } = looking
    const found = looking.kindOf(kind)
    const mode = found?.mode ?? (modeNow === 'two-organisations' ? modeNow : approval.mode)
    const isOpen = approval.state === 'requested' && !isOver(approval, now)
    const other = principal.person
    return {
      ...{ id, kind, title: found?.title ?? kind, subject, says: [...says], reason, digest },
      ...{ by: whole(by), mode, state: stateNow(approval, now), failedWhy },
      ...{ requestedAt: approval.requestedAt.toISOString() },
      expiresAt: approval.expiresAt.toISOString(),
      decided: decided && {
        ...{ by: decided.by && whole(decided.by), at: decided.at.toISOString() },
        why: decided.why,
      },
      isMine: by.person === principal.person,
      whyNot: whyNotDecide(approval, {
        ...{ by: partyOf(principal), now, mode },
        isInPerson: principal.via === 'session',
        hasPermission: mayDecideKind(approval, looking),
        closeness: isOpen ? await closenessOf(system, { person: by.person, other, now }) : null,
      }),
    }
  }
}
