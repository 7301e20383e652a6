import { no, type Result, yes } from '#kernel/result.ts'
import type { Access } from '#platform/http/access.ts'
import { type Problem, problem, unauthenticated } from '#platform/http/problem.ts'
import { type Hold, holds, type Principal, permissionsNow } from './org.ts'
import type { Permission } from './role.ts'

type MemberAccess = Access<Principal, Principal>

const holdProblems: Readonly<Record<Hold, Problem>> = {
  'factor-needed': problem(
    'factor-needed',
    'Your role needs a passkey: sign in with one. If you have none yet, add one on your Profile.',
    { more: { link: '/profile' } },
  ),
  'agreement-needed': problem(
    'agreement-needed',
    'There is something to agree to first: sign in, read it and accept it on the page Agreements.',
    { more: { link: '/agreements' } },
  ),
}

/** Whoever is known and held by nothing, or by nothing but these. */
function free(principal: Principal | null, past: readonly Hold[] = []): Result<Principal, Problem> {
  if (principal === null) return no(unauthenticated())
  const { held } = principal
  return held === undefined || past.includes(held) ? yes(principal) : no(holdProblems[held])
}

/** Whoever is known, in any role. */
export const signedIn: MemberAccess = {
  ...{ name: 'signed-in', credentials: 'required' },
  admit: (principal) => free(principal),
}

/** Whoever is known, whatever holds them: to learn that, and to leave. */
export const signedInEvenHeld: MemberAccess = {
  ...{ name: 'signed-in, even when held', credentials: 'required' },
  admit: (principal) => free(principal, holds),
}

/** Whoever is known, also before they accepted what they have to. */
export const signedInBeforeAgreeing: MemberAccess = {
  ...{ name: 'signed-in, even before agreeing', credentials: 'required' },
  admit: (principal) => free(principal, ['agreement-needed']),
}

function refused({ scopes }: Principal, says: string): Result<never, Problem> {
  const who = scopes === undefined ? 'Your role' : 'This token'
  return no(problem('not-allowed', `${who} lacks ${says}.`))
}

/**
 * Who has all of these permissions. The role decides alone, so that a refusal tells nothing of any
 * record.
 */
export const may = (...wanted: readonly Permission[]): MemberAccess => ({
  name: wanted.join(' and '),
  credentials: 'required',
  admit: (principal) => {
    const who = free(principal)
    if (!who.ok) return who
    const missing = wanted.find((one) => !permissionsNow(who.value).includes(one))
    return missing === undefined ? who : refused(who.value, `the permission "${missing}"`)
  },
})

/** Who has at least one of these permissions. */
export const mayEither = (...wanted: readonly Permission[]): MemberAccess => ({
  name: wanted.join(' or '),
  credentials: 'required',
  admit: (principal) => {
    const who = free(principal)
    if (!who.ok) return who
    const held = permissionsNow(who.value)
    if (wanted.some((one) => held.includes(one))) return who
    const all = wanted.map((one) => `"${one}"`).join(' and ')
    return refused(who.value, `each of the permissions ${all}`)
  },
})

const bySession = (who: Result<Principal, Problem>): Result<Principal, Problem> =>
  !who.ok || who.value.via === 'session'
    ? who
    : no(problem('not-allowed', 'Sign in to do this; tokens may not.'))

/**
 * Whoever signed in themselves. A token must never get its owner a way in that outlives the token.
 */
export const inPerson: MemberAccess = {
  ...{ name: 'signed in, not by token', credentials: 'required' },
  admit: (principal) => bySession(free(principal)),
}

/** Whoever signed in themselves, whatever holds them: to do what ends that. */
export const inPersonEvenHeld: MemberAccess = {
  ...{ name: 'signed in, not by token, even when held', credentials: 'required' },
  admit: (principal) => bySession(free(principal, holds)),
}

/** Whoever signed in themselves, also before they accepted what they have to. */
export const inPersonBeforeAgreeing: MemberAccess = {
  ...{ name: 'signed in, not by token, even before agreeing', credentials: 'required' },
  admit: (principal) => bySession(free(principal, ['agreement-needed'])),
}

/** Who has a permission and signed in themselves. */
export const mayInPerson = (wanted: Permission): MemberAccess => ({
  name: `${wanted}, not by token`,
  credentials: 'required',
  admit: (principal) => bySession(may(wanted).admit(principal)),
})

/**
 * The same, for whoever showed a passkey within the last five minutes. Whoever has none is let
 * pass, unless one is asked of their role.
 */
export const stepUp = (access: MemberAccess): MemberAccess => ({
  ...{ ...access, name: `${access.name}, with a fresh passkey` },
  admit: (principal) => {
    const who = access.admit(principal)
    return who.ok && who.value.mustProve === true ? no(stepUpNeeded) : who
  },
})

const stepUpNeeded = problem(
  'step-up-needed',
  'Show your passkey again to do this: it was not shown in this session for five minutes.',
)
