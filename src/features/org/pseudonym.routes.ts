import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { mayInPerson, stepUp } from './access.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal } from './org.ts'
import { becomePseudonymous, pseudonymOf, realNameOf, revealsOf } from './pseudonym.store.ts'
import { BecomeWire, OwnPseudonymWire } from './pseudonym.wire.ts'

const face = { tag: 'profile', path: '/v1/profile/pseudonym' } as const
const refusals = ['unauthenticated', 'not-allowed'] as const

/**
 * What a finder sees and says of its own pseudonym. The name behind it is in no answer, not even
 * in one to the finder: whoever administers can draw a link for anybody, and would read it alone.
 */
export const pseudonymRoutes = (parts: OrgParts): Route<Principal>[] => [
  showRoute(parts),
  becomeRoute(parts),
]

const showRoute = ({ pool, pseudonyms: keys }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, access: mayInPerson('hand-in'), method: 'GET', name: 'ownPseudonym' },
    summary: 'The pseudonym of your organisation, and to whom its name was let be shown',
    output: OwnPseudonymWire,
    problems: refusals,
    run: async ({ principal }) => {
      const { organisation } = principal
      return asActor(pool, actorOf(principal), async (tx) => {
        const real = await realNameOf(tx, keys, organisation)
        return yes({
          pseudonym: await pseudonymOf(tx, organisation),
          hasContact: real !== null && real.contact !== null,
          reveals: (await revealsOf(tx, organisation)).map(({ at, usedAt, ...rest }) => ({
            ...{ ...rest, at: at.toISOString(), usedAt: usedAt?.toISOString() ?? null },
          })),
        })
      })
    },
  })

const becomeRoute = ({ pool, told, pseudonyms: keys }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, access: stepUp(mayInPerson('hand-in')), method: 'POST' },
    ...{ name: 'becomePseudonymous', input: BecomeWire, output: OwnPseudonymWire },
    summary: 'Be known by a pseudonym from now on; what was known before stays known',
    problems: [...refusals, 'not-in-this-state'],
    run: async ({ principal, body: { contact = null }, clock }) => {
      const { organisation } = principal
      const now = clock.now()
      const pseudonym = await asActor(pool, actorOf(principal), async (tx) => {
        const made = await becomePseudonymous(tx, organisation, { keys, contact, now })
        const change = { action: 'pseudonym.make', kind: 'organisation', at: now } as const
        if (made !== null) await told(tx, { ...change, record: organisation })
        return made
      })
      if (pseudonym === null) return no(cannot)
      return yes({ pseudonym, hasContact: contact !== null, reveals: [] })
    },
  })

const cannot = problem(
  'not-in-this-state',
  'Only an organisation becomes pseudonymous all of whose people are finders, for it alone, and ' +
    'once.',
)
