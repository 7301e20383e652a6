import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { mayInPerson } from './access.ts'
import { saySameHuman, unsaySameHuman } from './human.store.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal } from './org.ts'
import { SameHumanWire } from './people.wire.ts'

const face = {
  ...{ tag: 'people', access: mayInPerson('administer') },
  ...{ path: '/v1/people/{id}/same-human' },
  params: z.strictObject({ id: z.string().max(100) }),
} as const
const problems = ['unauthenticated', 'not-allowed', 'not-found', 'not-in-this-state'] as const

/** Which accounts are of one human, so that neither decides what the other asked for. */
export const humanRoutes = ({ pool, told }: OrgParts): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'PUT', name: 'saySameHuman', problems },
    summary: 'Say that two accounts are one person’s: neither approves what the other asks for',
    input: SameHumanWire,
    run: async ({ principal, params: { id }, body: { other }, clock }) => {
      const at = clock.now()
      const isSaid = await asActor(pool, actorOf(principal), async (tx) => {
        const saying = { by: principal.person, now: at }
        if (!(await saySameHuman(tx, [id, other], saying))) return false
        const change = { action: 'person.same', kind: 'person', record: id, at } as const
        await told(tx, { ...change, fields: { other } })
        return true
      })
      if (isSaid) return yes(undefined)
      return no(problem('not-found', 'There are no two people of these ids.'))
    },
  }),
  route({
    ...{ ...face, method: 'DELETE', name: 'unsaySameHuman', problems },
    summary: 'Say that an account is its person’s only one after all; not of one’s own',
    run: async ({ principal, params: { id }, clock }) => {
      const at = clock.now()
      const is = await asActor(pool, actorOf(principal), async (tx) => {
        const unsaid = await unsaySameHuman(tx, id, { by: principal.person, now: at })
        const change = { action: 'person.not-same', kind: 'person', record: id, at } as const
        if (unsaid === 'unsaid') await told(tx, change)
        return unsaid
      })
      if (is === 'unsaid') return yes(undefined)
      if (is === 'nothing said') return no(problem('not-found', 'Nothing is said of this account.'))
      return no(ownAccounts)
    },
  }),
]

const ownAccounts = problem(
  'not-in-this-state',
  'One of these accounts is yours, or you made it, gave it its role or drew a link for it within ' +
    'the last 30 days: another administrator says this.',
)
