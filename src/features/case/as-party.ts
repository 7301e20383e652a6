import { roleNow } from '#features/label/approval.store.ts'
import type { Party } from '#features/label/approval.ts'
import { type Permission, permissionsOf, roleOf } from '#features/org/role.ts'
import { actingAs, type Tx } from '#platform/db/as-actor.ts'

/**
 * Looks as somebody who asks for an approval, or decides it, would look now; null where they are
 * gone or lack the permission, as for what they do not see.
 */
export async function asParty<T>(
  tx: Tx,
  { permission, ...by }: Party & { readonly permission: Permission },
  look: (tx: Tx) => Promise<T | null>,
): Promise<T | null> {
  const held = await roleNow(tx, by)
  const role = held === null ? null : roleOf(held)
  if (role === null || !permissionsOf(role).includes(permission)) return null
  return actingAs(tx, { role, ...by, via: 'session' }, look)
}
