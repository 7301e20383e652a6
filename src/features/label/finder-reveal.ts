import type { Pool } from 'pg'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { pseudonymOf, realNameOf } from '#features/org/pseudonym.store.ts'
import type { RealName } from '#features/org/pseudonym.ts'
import { no, yes } from '#kernel/result.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type Approval, approvalOf } from './approval.store.ts'
import { approvalKind } from './approval-kind.ts'

/** How long what was granted can be read. */
const readWithinMs = 3_600_000

const Wish = z.strictObject({ organisation: z.string().max(100) })

/** Who stands behind a pseudonym: for one person, once, where two find that it must be. */
export const revealKind = approvalKind({
  ...{ name: 'finder.reveal', title: 'Reveal who a finder is' },
  ...{ whoMayAsk: 'decide', whoMayDecide: 'administer' },
  shape: Wish,
  describe: async (tx, { request: { organisation }, by }) => {
    const pseudonym = await pseudonymOf(tx, organisation)
    if (pseudonym === null) return no('There is no pseudonymous finder of this id.')
    const people = `Person ${by.person}, for organisation ${by.organisation},`
    const says = [
      `${people} reads who "${pseudonym}" is: the sealed names and the address.`,
      'They alone can read it, once, within an hour of the grant.',
      `"${pseudonym}" sees that it was revealed, to whom, who granted it, and the reason.`,
    ]
    return yes({ subject: pseudonym, cases: [], says, basis: { organisation } })
  },
  carryOut: async (tx, { request: { organisation }, id, by, granted, now }) => {
    const approval = await approvalOf(tx, id)
    if (!approval) throw new TypeError(`no approval ${id}`)
    await tx
      .insertInto('parley.pseudonym_reveal')
      .values({
        ...{ approval_id: id, organisation_id: organisation, person_id: by.person },
        ...{ granted_by: granted.person, reason: approval.reason, granted_at: now },
        until: new Date(now.getTime() + readWithinMs),
      })
      .execute()
    return yes(null)
  },
})

const RevealedWire = z
  .strictObject({
    pseudonym: z.string(),
    names: z.array(z.string()),
    /** Null where it left no address. */
    contact: z.string().nullable(),
  })
  .meta({ id: 'RevealedFinder' })

type RevealParts = { readonly pool: Pool; readonly keys: PurposeKeys }

/** What was granted, read once by whoever asked for it. */
export const revealRoute = ({ pool, keys }: RevealParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/approvals/{id}/revealed', name: 'readRevealed' },
    ...{ tag: 'approvals', access: mayInPerson('decide') },
    summary: 'Who a pseudonymous finder is, once, within an hour of the grant',
    params: z.strictObject({ id: z.string().max(100) }),
    output: RevealedWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'gone'],
    run: async ({ principal, params: { id }, clock }) => {
      const asked = { principal, now: clock.now(), keys }
      const found = await asActor(pool, actorOf(principal), (tx) => readOnce(tx, id, asked))
      return typeof found === 'string' ? no(refused[found]) : yes(found)
    },
  })

const refused = {
  none: problem('not-found', 'There is no such request of yours that was granted.'),
  used: problem('gone', 'It was read already, or more than an hour went by: ask again.'),
} as const

type Asked = {
  readonly principal: Principal
  readonly now: Date
  readonly keys: PurposeKeys
}

async function readOnce(
  tx: Tx,
  id: string,
  { principal, now, keys }: Asked,
): Promise<z.infer<typeof RevealedWire> | keyof typeof refused> {
  const approval = await approvalOf(tx, id)
  if (!approval || !isOwn(approval, principal)) return 'none'
  const organisation = await spend(tx, id, now)
  if (organisation === null) return 'used'
  const { pseudonym, real, about } = await actingAs(tx, systemActor, (system) =>
    behind(system, organisation, keys),
  )
  const of = { kind: 'organisation', record: organisation, reason: approval.reason } as const
  const fields = { approval: id }
  await record(tx, [{ at: now, action: 'pseudonym.reveal', ...of, fields, about }])
  return { pseudonym, names: [...real.names], contact: real.contact }
}

const isOwn = ({ by, kind, state }: Approval, { person, organisation }: Principal): boolean =>
  kind === revealKind.name &&
  state === 'done' &&
  by.person === person &&
  by.organisation === organisation

/** Uses up what was granted to whoever acts; null where it is used, over, or another's. */
async function spend(tx: Tx, approval: string, now: Date): Promise<string | null> {
  const row = await tx
    .updateTable('parley.pseudonym_reveal')
    .set({ used_at: now })
    .where('approval_id', '=', approval)
    .where('used_at', 'is', null)
    .where('until', '>', now)
    .returning('organisation_id')
    .executeTakeFirst()
  return row?.organisation_id ?? null
}

/** Of more reports than this the newest say that their finder was revealed; its Profile says it. */
const aboutMax = 1_000

async function behind(
  system: Tx,
  organisation: string,
  keys: PurposeKeys,
): Promise<{ pseudonym: string; real: RealName; about: string[] }> {
  const pseudonym = await pseudonymOf(system, organisation)
  const real = await realNameOf(system, keys, organisation)
  if (pseudonym === null || real === null) throw new TypeError(`no pseudonym: ${organisation}`)
  const reports = await system
    .selectFrom('parley.report')
    .select('id')
    .where('organisation_id', '=', organisation)
    .orderBy('no', 'desc')
    .limit(aboutMax)
    .execute()
  return { pseudonym, real, about: reports.map(({ id }) => id) }
}
