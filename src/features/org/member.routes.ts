import { z } from 'zod'
import { asActor } from '#platform/db/as-actor.ts'
import { type Route, route } from '#platform/http/route.ts'
import { mayInPerson, stepUp } from './access.ts'
import { changeRole, removeMember } from './member.store.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal } from './org.ts'
import { answerTo } from './people.routes.ts'
import { RoleWire } from './people.wire.ts'

const face = {
  ...{ tag: 'people', access: stepUp(mayInPerson('administer')) },
  ...{ path: '/v1/organisations/{organisation}/people/{id}' },
  params: z.strictObject({ organisation: z.string().max(100), id: z.string().max(100) }),
  problems: ['unauthenticated', 'not-allowed', 'not-found', 'not-in-this-state'],
} as const

/** Which role somebody has in an organisation, and that they have none any more. */
export const memberRoutes = ({ pool, told }: OrgParts): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'PUT', name: 'setRole' },
    summary: 'Give a member another role; they sign in anew',
    input: RoleWire,
    run: async ({ principal, params: { id: person, organisation }, body, clock }) =>
      answerTo(
        await asActor(pool, actorOf(principal), async (tx) => {
          const at = clock.now()
          const changed = await changeRole(tx, { person, organisation }, { ...body, now: at })
          const change = { action: 'member.role', kind: 'person', record: person, at } as const
          const fields = { organisation, role: body.role }
          if (changed === 'changed') await told(tx, { ...change, fields })
          return changed
        }),
      ),
  }),
  route({
    ...{ ...face, method: 'DELETE', name: 'removeMember' },
    summary: 'Take a member out of an organisation; they are out at once',
    run: async ({ principal, params: { id: person, organisation }, clock }) =>
      answerTo(
        await asActor(pool, actorOf(principal), async (tx) => {
          const at = clock.now()
          const changed = await removeMember(tx, { person, organisation }, at)
          const change = { action: 'member.remove', kind: 'person', record: person, at } as const
          if (changed === 'changed') await told(tx, { ...change, fields: { organisation } })
          return changed
        }),
      ),
  }),
]
