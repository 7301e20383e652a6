import { ask } from '#features/label/approval-deciding.ts'
import type { Principal } from '#features/org/org.ts'
import { findPerson } from '#features/org/people.store.ts'
import { permissionsOf, roleOf } from '#features/org/role.ts'
import { shredKinds } from '#features/report/shred.ts'
import { nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { pagesAddress } from '#platform/http/address.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { whyNobody } from './access.ts'
import { onInstance, type ServiceOptions } from './command.ts'

export type ShredOptions = ServiceOptions & { readonly why: string; readonly person: string }

/** `parley shred RECEIPTS`: only asks. What is asked for is done when another person grants it. */
export const runShred = (
  receipts: readonly string[],
  { why, person, ...options }: ShredOptions,
): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock, settings, blobs, keys }) => {
    const now = clock.now()
    const principal = await asActor(pool, systemActor, (tx) => deciderCalled(tx, person))
    if (principal === null) return 2
    const [kind] = shredKinds({ blobs, destroyed: keys.destroyed ?? nothingDestroyed })
    const actor = { ...principal, via: 'session' } as const
    const wish = { kind, request: { receipts }, reason: why, hours: undefined }
    const asked = await asActor(pool, actor, (tx) => ask(tx, wish, { principal, now }))
    if (!asked.ok) {
      tell([`parley: ${asked.refusal ?? 'these are not receipts, or more than 50'}`])
      return 2
    }
    print([
      `Asked for as ${asked.value}; nothing is destroyed yet. Somebody else grants it here:`,
      `${pagesAddress(settings.publicUrl ?? null, settings)}/approvals`,
    ])
    return 0
  })

/** Somebody who may ask, in the organisation in which they may; told where there is nobody. */
async function deciderCalled(tx: Tx, named: string): Promise<Principal | null> {
  const found = await findPerson(tx, named)
  if (typeof found === 'string') {
    tell([whyNobody[found](named)])
    return null
  }
  const memberships = await tx
    .selectFrom('parley.membership as m')
    .innerJoin('parley.organisation as o', 'o.id', 'm.organisation_id')
    .select(['m.organisation_id', 'm.role'])
    .where('m.person_id', '=', found.id)
    .where('o.disabled_at', 'is', null)
    .orderBy('m.organisation_id')
    .execute()
  const own = memberships.find(({ role }) => permissionsOf(roleOf(role)).includes('decide'))
  if (own === undefined) {
    tell([`parley: ${oneLine(found.name)} may not ask for it: that takes the permission "decide"`])
    return null
  }
  const { organisation_id: organisation, role } = own
  return { via: 'session', organisation, person: found.id, role: roleOf(role), token: null }
}
