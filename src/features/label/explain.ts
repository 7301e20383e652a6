import { permissionsOf, type Role } from '#features/org/role.ts'

/** What can be asked about: a case, a report, or an attachment of one. */
export const explainedKinds = ['case', 'report', 'attachment'] as const
export type ExplainedKind = (typeof explainedKinds)[number]

/** A record, by what decides who may see it. */
export type ExplainedRecord = {
  readonly kind: ExplainedKind
  readonly id: string
  /** Who handed it in; null for a case, which is nobody's. */
  readonly organisation: string | null
}

/** A way in which somebody acts: as a member, or by a token that they answer for. */
export type Standing = {
  readonly by: 'membership' | 'token'
  /** Of the token; null for a membership. */
  readonly token: { readonly id: string; readonly name: string } | null
  readonly role: Role
  readonly organisation: { readonly id: string; readonly name: string }
  readonly isPersonActive: boolean
  readonly isOrganisationActive: boolean
  /** Neither revoked nor ended; true of a membership. */
  readonly isTokenValid: boolean
}

/** One condition, whether it holds, and why in words. */
export type Step = { readonly name: string; readonly holds: boolean; readonly says: string }

/**
 * Why somebody may or may not see a record in one of their ways: they may where every step holds.
 * A part that asks for more, such as labels or read-ins, adds its steps here.
 */
export const stepsOf = (standing: Standing, record: ExplainedRecord): readonly Step[] => [
  {
    ...{ name: 'person', holds: standing.isPersonActive },
    says: standing.isPersonActive ? 'the person is active' : 'the person is disabled',
  },
  {
    ...{ name: 'organisation', holds: standing.isOrganisationActive },
    says: `the organisation is ${standing.isOrganisationActive ? 'active' : 'disabled'}`,
  },
  ...(standing.by === 'token' ? [tokenStep(standing)] : []),
  permissionStep(standing, record),
]

const tokenStep = ({ isTokenValid }: Standing): Step => ({
  ...{ name: 'token', holds: isTokenValid },
  says: isTokenValid ? 'the token works' : 'the token is revoked or ended',
})

const needed = { case: 'read', report: 'read', attachment: 'read-proofs' } as const

function permissionStep({ role, organisation }: Standing, record: ExplainedRecord): Step {
  const permission = needed[record.kind]
  const name = 'permission'
  if (permissionsOf(role).includes(permission)) {
    return { name, holds: true, says: `the role ${role} has the permission "${permission}"` }
  }
  const lacks = `the role ${role} lacks the permission "${permission}"`
  if (record.kind === 'case') return { name, holds: false, says: lacks }
  const isOwn = role === 'finder' && record.organisation === organisation.id
  const own = isOwn ? 'but its organisation handed it in' : 'and the record is not its own'
  return { name, holds: isOwn, says: `${lacks}, ${own}` }
}
