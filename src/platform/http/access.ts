import { no, type Result, yes } from '#kernel/result.ts'
import { type Problem, unauthenticated } from './problem.ts'

/**
 * Who may call a route: parses whoever was authenticated, if anybody was, into what `run` is given.
 * `P` is what the server authenticates, `Q` what the route gets.
 */
export type Access<P, Q> = {
  /** As the OpenAPI document says it. */
  readonly name: string
  /** Whether credentials are looked at, and whether they must be there. */
  readonly credentials: 'ignored' | 'optional' | 'required'
  /** Of a route that looks at credentials itself: what it wants, for the OpenAPI document. */
  readonly asks?: 'token' | 'optional'
  readonly admit: (principal: P | null) => Result<Q, Problem>
}

/** Everybody, and credentials are not even looked at. */
export const open: Access<unknown, null> = {
  name: 'open',
  credentials: 'ignored',
  admit: () => yes(null),
}

/** Everybody; whoever shows valid credentials is known. Invalid ones are refused. */
export const optional = <P>(): Access<P, P | null> => ({
  name: 'optional',
  credentials: 'optional',
  admit: yes,
})

/** Whoever shows valid credentials. */
export const signedInAs = <P>(): Access<P, P> => ({
  name: 'signed-in',
  credentials: 'required',
  admit: (principal) => (principal === null ? no(unauthenticated()) : yes(principal)),
})
