import { sql } from 'kysely'
import type { Tx } from '#platform/db/as-actor.ts'
import type { Principal } from './org.ts'
import { permissionsOf, type Role, roles } from './role.ts'

/** What is asked of those of a role when they sign in. */
export const factorRules = ['any', 'phishing-resistant'] as const
export type FactorRule = (typeof factorRules)[number]

const strict = 'phishing-resistant'
const nameOf = (role: Role): string => `factor.${role}`

/** Asked of whoever gets a model before the public does, unless somebody freed them of it. */
const usual = (role: Role): FactorRule => (role === 'partner' ? strict : 'any')

/** What is asked of each role; what is usual where nothing was set. */
export async function factorsAsked(tx: Tx): Promise<{ role: Role; asks: FactorRule }[]> {
  const rows = await tx
    .selectFrom('parley.setting')
    .select(['name', 'value'])
    .where('name', 'in', roles.map(nameOf))
    .execute()
  const asked = new Map(rows.map(({ name, value }) => [name, value]))
  return roles.map((role) => {
    const set = asked.get(nameOf(role))
    if (set === undefined) return { role, asks: usual(role) }
    return { role, asks: set === strict ? strict : 'any' }
  })
}

type Asking = {
  readonly role: Role
  readonly asks: FactorRule
  readonly by: Pick<Principal, 'person'>
  readonly now: Date
}

/**
 * Sets what is asked of a role; `nobody left` where a role that administers would be asked for what
 * none of its active people has. To be run as the product, which sees whether people have passkeys.
 */
export async function askFactor(
  tx: Tx,
  { role, asks, by, now }: Asking,
): Promise<'set' | 'nobody left'> {
  const locks = asks === strict && permissionsOf(role).includes('administer')
  if (locks && !(await hasPasskeyIn(tx, role))) return 'nobody left'
  const row = { value: JSON.stringify(asks), changed_at: now, changed_by: by.person }
  await tx
    .insertInto('parley.setting')
    .values({ name: nameOf(role), ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
  return 'set'
}

async function hasPasskeyIn(tx: Tx, role: Role): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`select exists (
    select 1 from parley.membership m
    join parley.person p on p.id = m.person_id and p.disabled_at is null
    join parley.organisation o on o.id = m.organisation_id and o.disabled_at is null
    join parley.passkey k on k.person_id = m.person_id and k.copied_at is null
    where m.role = ${role}) as has`.execute(tx)
  return rows[0]?.has === true
}
