import { no, yes } from '#kernel/result.ts'
import { type Access, signedInAs } from '#platform/http/access.ts'
import { problem, unauthenticated } from '#platform/http/problem.ts'
import type { Principal } from './org.ts'

/** Whoever is known, in any role. */
export const signedIn: Access<Principal, Principal> = signedInAs<Principal>()

/**
 * Who works for the instance. The role decides alone, so the answer tells nothing of any record.
 */
export const staff: Access<Principal, Principal> = {
  name: 'staff',
  credentials: 'required',
  admit: (principal) => {
    if (principal === null) return no(unauthenticated())
    if (principal.role === 'coordinator') return yes(principal)
    return no(problem('not-allowed', 'Only coordinators of this instance may do this.'))
  },
}

/**
 * Whoever signed in themselves. A token must never get its owner a way in that outlives the token.
 */
export const inPerson: Access<Principal, Principal> = {
  name: 'signed in, not by token',
  credentials: 'required',
  admit: (principal) => {
    if (principal === null) return no(unauthenticated())
    if (principal.via === 'session') return yes(principal)
    return no(problem('not-allowed', 'Sign in to do this; tokens may not.'))
  },
}

/** A coordinator who signed in themselves. */
export const staffInPerson: Access<Principal, Principal> = {
  name: 'staff, not by token',
  credentials: 'required',
  admit: (principal) => {
    const admitted = staff.admit(principal)
    return admitted.ok ? inPerson.admit(principal) : admitted
  },
}
