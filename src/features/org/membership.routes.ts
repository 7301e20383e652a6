import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { inPersonEvenHeld, mayInPerson, stepUp } from './access.ts'
import { sessionCookie } from './authenticate.ts'
import { addMembership } from './member.store.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal } from './org.ts'
import { staysPseudonymous } from './people.routes.ts'
import { RoleWire } from './people.wire.ts'
import { switchSession } from './session.store.ts'

const refusals = ['unauthenticated', 'not-allowed', 'not-found'] as const

/** Being in several organisations: a session is for one of them. */
export const membershipRoutes = (parts: OrgParts): Route<Principal>[] => [
  addRoute(parts),
  switchRoute(parts),
]

const addRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/organisations/{organisation}/people/{id}', tag: 'people' },
    ...{ name: 'addMembership', access: stepUp(mayInPerson('administer')) },
    summary: 'Make somebody who is here a member of another organisation too',
    params: z.strictObject({ organisation: z.string().max(100), id: z.string().max(100) }),
    input: RoleWire,
    problems: [...refusals, 'already-there', 'not-in-this-state'],
    run: async ({ principal, params: { organisation, id: person }, body: { role }, clock }) => {
      const at = clock.now()
      const added = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await addMembership(tx, { person, organisation }, { role, now: at })
        const change = { action: 'member.role', kind: 'person', record: person, at } as const
        if (found === 'added') await told(tx, { ...change, fields: { organisation, role } })
        return found
      })
      if (added === 'added') return yes(undefined)
      if (added === 'pseudonymous') return no(staysPseudonymous)
      if (added === 'member') return no(problem('already-there', 'They are a member already.'))
      return no(problem('not-found', 'There is nobody, or no organisation, of that id.'))
    },
  })

const switchRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/session/organisation', tag: 'sign-in' },
    ...{ name: 'switchOrganisation', access: inPersonEvenHeld },
    summary: 'Go on as a member of another organisation of yours, in a session of its own',
    input: z.strictObject({ organisation: z.string().max(100) }),
    problems: refusals,
    run: async ({ principal, body, clock, isSecure }) => {
      const of = { from: principal.session ?? '', organisation: body.organisation }
      const secret = await asActor(pool, systemActor, (tx) =>
        switchSession(tx, of, { now: clock.now(), told }),
      )
      if (secret === null) {
        return no(problem('not-found', 'You are a member of no organisation of that id.'))
      }
      return done(undefined, { 'set-cookie': sessionCookie(secret, isSecure) })
    },
  })
