import { no, yes } from '#kernel/result.ts'
import { type Access, signedInAs } from '#platform/http/access.ts'
import { problem, unauthenticated } from '#platform/http/problem.ts'
import type { Principal } from './org.ts'
import { type Permission, permissionsOf } from './role.ts'

/** Whoever is known, in any role. */
export const signedIn: Access<Principal, Principal> = signedInAs<Principal>()

type MemberAccess = Access<Principal, Principal>

const refused = (says: string) => no(problem('not-allowed', `Your role lacks ${says}.`))

/**
 * Who has all of these permissions. The role decides alone, so that a refusal tells nothing of any
 * record.
 */
export const may = (...wanted: readonly Permission[]): MemberAccess => ({
  name: wanted.join(' and '),
  credentials: 'required',
  admit: (principal) => {
    if (principal === null) return no(unauthenticated())
    const missing = wanted.find((one) => !permissionsOf(principal.role).includes(one))
    return missing === undefined ? yes(principal) : refused(`the permission "${missing}"`)
  },
})

/** Who has at least one of these permissions. */
export const mayEither = (...wanted: readonly Permission[]): MemberAccess => ({
  name: wanted.join(' or '),
  credentials: 'required',
  admit: (principal) => {
    if (principal === null) return no(unauthenticated())
    const held = permissionsOf(principal.role)
    if (wanted.some((one) => held.includes(one))) return yes(principal)
    return refused(`each of the permissions ${wanted.map((one) => `"${one}"`).join(' and ')}`)
  },
})

/**
 * Whoever signed in themselves. A token must never get its owner a way in that outlives the token.
 */
export const inPerson: MemberAccess = {
  name: 'signed in, not by token',
  credentials: 'required',
  admit: (principal) => {
    if (principal === null) return no(unauthenticated())
    if (principal.via === 'session') return yes(principal)
    return no(problem('not-allowed', 'Sign in to do this; tokens may not.'))
  },
}

/** Who has a permission and signed in themselves. */
export const mayInPerson = (wanted: Permission): MemberAccess => ({
  name: `${wanted}, not by token`,
  credentials: 'required',
  admit: (principal) => {
    const admitted = may(wanted).admit(principal)
    return admitted.ok ? inPerson.admit(principal) : admitted
  },
})
