import type { Pool } from 'pg'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { inPerson, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { problemAnswer } from '#platform/http/answer.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { decidersOf, tellApproval } from './approval.store.ts'
import type { Party } from './approval.ts'
import { partyOf } from './approval-deciding.ts'
import { approvalKind } from './approval-kind.ts'

/** An instance that was restored from a backup, and that nobody let open yet. */
type Hold = { readonly heldAt: Date; readonly takenAt: Date }

/** Only the product itself reads it. */
async function holdNow(tx: Tx): Promise<Hold | null> {
  const row = await tx
    .selectFrom('parley.hold')
    .select(['held_at', 'backup_taken_at'])
    .where('opened_at', 'is', null)
    .executeTakeFirst()
  return row ? { heldAt: row.held_at, takenAt: row.backup_taken_at } : null
}

const isHeld = async (pool: Pool): Promise<boolean> =>
  (await asActor(pool, systemActor, holdNow)) !== null

/** Whether an instance is held. One that is open is never held again: nothing restores into it. */
export function holdOf(pool: Pool): () => Promise<boolean> {
  let isOpen = false
  return async () => {
    isOpen ||= !(await isHeld(pool))
    return !isOpen
  }
}

const openNow = (tx: Tx, now: Date) =>
  tx
    .updateTable('parley.hold')
    .set({ opened_at: now })
    .where('opened_at', 'is', null)
    .executeTakeFirstOrThrow()

const decidedWith = 'administer'
const mode = 'two-persons'

/** A backup may be old or another's: two people look before it answers anything. */
export const openKind = approvalKind({
  ...{ name: 'backup.open', title: 'Open this restored instance', mode },
  ...{ whoMayAsk: decidedWith, whoMayDecide: decidedWith },
  shape: z.strictObject({}),
  describe: async (tx) => {
    const held = await holdNow(tx)
    if (held === null) return no('This instance is open.')
    const says = [
      `This instance opens with what was backed up at ${held.takenAt.toISOString()}.`,
      'Everybody who was enabled then can sign in, and tokens and sessions of then work again.',
      'Reports are taken in, and submitters are told what is new for them.',
    ]
    return yes({ subject: 'restored instance', cases: [], says, basis: held.heldAt.toISOString() })
  },
  carryOut: async (tx, { by, granted, now }) => {
    await openNow(tx, now)
    const fields = { requestedBy: by.person, grantedBy: granted.person }
    const entry = { at: now, action: 'hold.open', kind: 'backup', record: 'restored' } as const
    await record(tx, [{ ...entry, fields }])
    return yes(null)
  },
})

const HoldWire = z
  .strictObject({
    hold: z
      .strictObject({
        heldAt: z.string(),
        backupTakenAt: z.string(),
        /** Whether nobody but whoever looks could let it open, so that they may alone. */
        isAlone: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'HoldAnswer' })

const isAlone = async (system: Tx, { by, now }: { by: Party; now: Date }): Promise<boolean> =>
  (await decidersOf(system, { by, mode, decidedWith, now })) === 0

/** Whether this instance waits to be let open, and letting it open where there is nobody else. */
export const holdRoutes = ({ pool }: { readonly pool: Pool }): readonly Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/hold', name: 'hold', tag: 'approvals', access: inPerson },
    summary: 'Whether this instance was restored and waits until people let it open',
    output: HoldWire,
    problems: ['unauthenticated', 'not-allowed'],
    run: async ({ principal, clock }) => {
      const found = await asActor(pool, systemActor, async (tx) => {
        const held = await holdNow(tx)
        const asked = { by: partyOf(principal), now: clock.now() }
        return held && { ...held, isAlone: await isAlone(tx, asked) }
      })
      if (!found) return yes({ hold: null })
      const { heldAt, takenAt, isAlone: alone } = found
      const hold = { heldAt: heldAt.toISOString(), backupTakenAt: takenAt.toISOString() }
      return yes({ hold: { ...hold, isAlone: alone } })
    },
  }),
  route({
    ...{ method: 'POST', path: '/v1/hold/open', name: 'openAlone', tag: 'approvals' },
    summary: 'Let a restored instance open, where nobody else could: the ledger says so',
    access: mayInPerson(decidedWith),
    input: z.strictObject({}),
    problems: ['unauthenticated', 'not-allowed', 'needs-approval', 'not-in-this-state'],
    run: async ({ principal, clock }) => {
      const now = clock.now()
      const is = await asActor(pool, actorOf(principal), (tx) => openAlone(tx, principal, now))
      if (is === 'open') return no(problem('not-in-this-state', 'This instance is open.'))
      if (is === 'not alone') return no(needsAnother)
      return yes(undefined)
    },
  }),
]

const needsAnother = problem(
  'needs-approval',
  'There is somebody else who may administer: ask for it, and they grant it.',
  { more: { kind: openKind.name } },
)

async function openAlone(
  tx: Tx,
  principal: Principal,
  now: Date,
): Promise<'opened' | 'open' | 'not alone'> {
  const is = await actingAs(tx, systemActor, async (system) => {
    if ((await holdNow(system)) === null) return 'open'
    if (!(await isAlone(system, { by: partyOf(principal), now }))) return 'not alone'
    await openNow(system, now)
    await tellApproval(system, 'restored', now)
    return 'opened'
  })
  if (is !== 'opened') return is
  const entry = { at: now, action: 'hold.open', kind: 'backup', record: 'restored' } as const
  await record(tx, [{ ...entry, fields: { alone: 'yes' } }])
  return is
}

/** What a held instance answers: signing in, one's profile, approvals, and whether it is well. */
const answeredMeanwhile = [
  /^\/(?:healthz|readyz)$/,
  /^\/v1\/(?:session|sessions|ways-in|profile|passkeys|identities|recovery-codes)(?:\/|$)/,
  /^\/v1\/(?:approval-policy|hold|hold\/open|approvals|approvals\/\{id\})$/,
  /^\/v1\/approvals\/\{id\}\/(?:grant|refuse|withdraw)$/,
]

const heldProblem = problem(
  'held-after-restore',
  'This instance was restored from a backup and is held until two people who may administer let ' +
    'it open, on the page Approvals. Where there is only one such person, that one suffices.',
)

/** Answers nothing of these routes while the instance is held, but what letting it open takes. */
export const behindHold = <P>(
  routes: readonly Route<P>[],
  isHeldNow: () => Promise<boolean>,
): readonly Route<P>[] =>
  routes.map((one) => {
    if (answeredMeanwhile.some((path) => path.test(one.path))) return one
    return {
      ...one,
      admit: async (arrival) =>
        (await isHeldNow())
          ? no(problemAnswer(heldProblem, arrival.requestId))
          : one.admit(arrival),
    }
  })
