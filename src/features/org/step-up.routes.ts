import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { inPersonBeforeAgreeing } from './access.ts'
import { Attempts } from './attempts.ts'
import type { OrgParts } from './org.routes.ts'
import { challengeLivesMs, type Principal } from './org.ts'
import { makeChallenge, proveByPasskey } from './passkey.store.ts'
import { tooMany, withoutName } from './session.routes.ts'
import { AssertionOptionsWire, AssertionWire } from './sign-in.wire.ts'

const face = { tag: 'sign-in', access: inPersonBeforeAgreeing } as const
const refusals = ['unauthenticated', 'not-allowed', 'not-in-this-state'] as const

/** Nobody is locked out by others: the bounds are of an address, and a session is needed first. */
const bounds = { windowMs: 60_000, perClient: 60, together: 3_000, waitMs: 500 }

/** Showing a passkey again in a session that is open, for what asks for that. */
export function stepUpRoutes({ pool, party: partyOf, clock: own }: OrgParts): Route<Principal>[] {
  const attempts = new Attempts(own, bounds)
  const options = route({
    ...{ ...face, method: 'POST', path: '/v1/session/prove/options', name: 'proveOptions' },
    summary: 'Ask for a challenge to show a passkey again',
    input: z.strictObject({}),
    output: AssertionOptionsWire,
    problems: [...refusals, 'too-many-requests'],
    run: async ({ principal: { person }, clock, address, signal }) => {
      const party = partyOf()
      if (party === null) return no(withoutName())
      const wait = attempts.refusedFor(address)
      if (wait !== null) return no(tooMany(wait))
      attempts.count(address)
      await attempts.slowedDown(signal)
      const challenge = await makeChallenge(pool, { purpose: 'prove', person }, clock.now())
      const timeout = challengeLivesMs
      return yes({ challenge, rpId: party.id, timeout, userVerification: 'required' as const })
    },
  })
  const prove = route({
    ...{ ...face, method: 'POST', path: '/v1/session/prove', name: 'prove' },
    summary: 'Show a passkey again; for five minutes this session may do what asks for that',
    input: AssertionWire,
    problems: refusals,
    run: async ({ principal: { person, session = '' }, body, clock }) => {
      const party = partyOf()
      if (party === null) return no(withoutName())
      const found = await proveByPasskey(pool, body, {
        ...{ party, person, session, now: clock.now() },
      })
      if (found === 'proven') return yes(undefined)
      return no(problem('not-allowed', found === 'copied' ? copied : notYours))
    },
  })
  return [options, prove]
}

const notYours = 'This is no passkey of yours, or the answer came too late. Try again.'
const copied =
  'This passkey counted backwards: there is a copy of it, so it is refused from now on. ' +
  'Use another one, and remove it.'
