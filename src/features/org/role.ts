/** What somebody may do; db/migrations says the same, and row-level security enforces it. */
export const permissions = [
  ...(['read', 'read-proofs', 'decide', 'export'] as const),
  ...(['hand-in', 'operate', 'administer', 'audit'] as const),
  ...(['offer', 'evaluate', 'partake'] as const),
] as const
export type Permission = (typeof permissions)[number]

/** What a member or a token of an organisation may be. */
export const roles = [
  ...(['coordinator', 'analyst', 'triager', 'reader', 'auditor', 'finder'] as const),
  ...(['developer', 'evaluator', 'partner', 'participant'] as const),
] as const
export type Role = (typeof roles)[number]

const held: Readonly<Record<Role, readonly Permission[]>> = {
  coordinator: permissions,
  analyst: ['read', 'read-proofs', 'decide', 'export', 'hand-in'],
  triager: ['read', 'decide'],
  reader: ['read', 'read-proofs'],
  auditor: ['audit'],
  finder: ['hand-in'],
  developer: ['offer'],
  evaluator: ['evaluate'],
  partner: ['partake'],
  participant: [],
}

export const permissionsOf = (role: Role): readonly Permission[] => held[role]

/** What a token may be: nobody is read in to a case by one. */
export const tokenRoles = roles.filter((role) => role !== 'participant')

/** A permission as the database keeps it: it keeps nothing else, so another word is a defect. */
export function permissionOf(text: string): Permission {
  const found = permissions.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a permission: ${text}`)
}

const isRole = (text: string): text is Role => roles.some((role) => role === text)

/** A role as the database keeps it: it keeps nothing else, so another word is a defect. */
export function roleOf(text: string): Role {
  if (isRole(text)) return text
  throw new TypeError(`not a role: ${text}`)
}
