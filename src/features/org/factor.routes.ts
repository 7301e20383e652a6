import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { may, mayInPerson, stepUp } from './access.ts'
import { askFactor, factorRules, factorsAsked } from './factor.store.ts'
import type { OrgParts } from './org.routes.ts'
import type { Principal } from './org.ts'
import { roles } from './role.ts'

const FactorWire = z
  .strictObject({ role: z.enum(roles), asks: z.enum(factorRules) })
  .meta({ id: 'FactorAsked' })

const face = { tag: 'people', path: '/v1/factors' } as const

/** Of which roles a way of signing in is asked that cannot be phished. */
export const factorRoutes = ({ pool, told }: OrgParts): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'GET', name: 'factors' },
    summary: 'What each role is asked for when it signs in',
    access: may('audit'),
    output: z.strictObject({ items: z.array(FactorWire) }),
    problems: ['unauthenticated', 'not-allowed'],
    // Settings are seen by those who operate; this one is no secret to auditors.
    run: async () => yes({ items: await asActor(pool, systemActor, factorsAsked) }),
  }),
  route({
    ...{ ...face, method: 'PUT', name: 'askFactor' },
    summary: 'Say what a role is asked for; sessions that lack it do nothing else from then on',
    access: stepUp(mayInPerson('administer')),
    input: FactorWire,
    problems: ['unauthenticated', 'not-allowed', 'not-in-this-state'],
    run: async ({ principal, body: { role, asks }, clock }) => {
      const at = clock.now()
      const { person, organisation, role: as } = principal
      const set = await asActor(pool, systemActor, async (tx) => {
        const found = await askFactor(tx, { role, asks, by: principal, now: at })
        const change = { action: 'factor.ask', kind: 'setting', record: `factor.${role}` } as const
        const actor = { person, organisation, role: as }
        if (found === 'set') await told(tx, { ...change, at, actor, fields: { asks } })
        return found
      })
      return set === 'set' ? yes(undefined) : no(nobodyLeft)
    },
  }),
]

const nobodyLeft = problem(
  'not-in-this-state',
  'Nobody who administers this instance has a passkey, so that all would be locked out. Add one ' +
    'on your Profile first.',
)
