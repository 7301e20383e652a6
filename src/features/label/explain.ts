import { permissionsOf, type Role } from '#features/org/role.ts'
import { labelSteps } from './explain-label.ts'
import { type ExplainedReadIn, readInSteps } from './explain-read-in.ts'
import type { Clearance, Label } from './label.ts'

/** What can be asked about: a case, a report, or an attachment of one. */
export const explainedKinds = ['case', 'report', 'attachment'] as const
export type ExplainedKind = (typeof explainedKinds)[number]

/** A record, by what decides who may see it. */
export type ExplainedRecord = {
  readonly kind: ExplainedKind
  readonly id: string
  /** Who handed it in; null for a case, which is nobody's. */
  readonly organisation: string | null
  /** Of the case, or of the report that it is or hangs on. */
  readonly label: Label
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
  /** What they are cleared for in this organisation. */
  readonly held: Clearance
  /** To the case of the record, whichever of their organisations it is for. */
  readonly readIn: ExplainedReadIn | null
}

/** One condition, whether it holds, and why in words. */
export type Step = { readonly name: string; readonly holds: boolean; readonly says: string }

/** By what somebody is shown a record: any of them is enough. */
export const grounds = ['role', 'own', 'read-in'] as const
export type Ground = (typeof grounds)[number]

export type GroundSteps = { readonly ground: Ground; readonly steps: readonly Step[] }

/** Why somebody may or may not see a record in one of their ways. */
export type Reasons = {
  /** What is asked whatever the ground. */
  readonly steps: readonly Step[]
  readonly grounds: readonly GroundSteps[]
}

/** Every step that is asked of all, and then every step of one ground at least. */
export const mayBy = ({ steps, grounds: several }: Reasons): boolean =>
  isWhole(steps) && several.some((one) => isWhole(one.steps))

export const isWhole = (steps: readonly Step[]): boolean => steps.every(({ holds }) => holds)

/** Each step on the way to a record, at a moment. */
export function stepsOf(standing: Standing, record: ExplainedRecord, now: Date): Reasons {
  const { held, readIn } = standing
  const { label } = record
  const isToken = standing.by === 'token'
  return {
    steps: standingSteps(standing),
    grounds: [
      {
        ground: 'role',
        steps: [permissionStep(standing, record), ...labelSteps({ held, label, now })],
      },
      ...(standing.role === 'finder' ? [ownGround(standing, record)] : []),
      { ground: 'read-in', steps: readInSteps({ readIn, isToken, held, label, now }) },
    ],
  }
}

const standingSteps = (standing: Standing): readonly Step[] => [
  {
    ...{ name: 'person', holds: standing.isPersonActive },
    says: standing.isPersonActive ? 'the person is active' : 'the person is disabled',
  },
  {
    ...{ name: 'organisation', holds: standing.isOrganisationActive },
    says: `the organisation is ${standing.isOrganisationActive ? 'active' : 'disabled'}`,
  },
  ...(standing.by === 'token' ? [tokenStep(standing)] : []),
]

const tokenStep = ({ isTokenValid }: Standing): Step => ({
  ...{ name: 'token', holds: isTokenValid },
  says: isTokenValid ? 'the token works' : 'the token is revoked or ended',
})

const needed = { case: 'read', report: 'read', attachment: 'read-proofs' } as const

function permissionStep({ role }: Standing, record: ExplainedRecord): Step {
  const permission = needed[record.kind]
  const holds = permissionsOf(role).includes(permission)
  const says = `the role ${role} ${holds ? 'has' : 'lacks'} the permission "${permission}"`
  return { name: 'permission', holds, says }
}

/** What a finder handed in is shown to them whatever its label. */
function ownGround({ organisation }: Standing, record: ExplainedRecord): GroundSteps {
  const holds = record.organisation === organisation.id
  const says =
    record.kind === 'case'
      ? 'a case is nobody\u2019s own'
      : `its organisation ${holds ? 'handed it in' : 'did not hand it in'}`
  return { ground: 'own', steps: [{ name: 'own', holds, says }] }
}
