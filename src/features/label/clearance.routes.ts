import type { Pool } from 'pg'
import { z } from 'zod'
import { mayInPerson, signedIn } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { clearanceOf, type NotCleared, setClearance } from './clearance.store.ts'
import { ClearanceWire, ClearanceWishWire } from './clearance.wire.ts'
import { ceilingOf } from './label.store.ts'

const face = {
  ...{ tag: 'people', path: '/v1/organisations/{organisation}/people/{id}/clearance' },
  params: z.strictObject({ organisation: z.string().max(100), id: z.string().max(100) }),
} as const

const unknown = problem('not-found', 'There is no such member.')

const refused: Readonly<Record<NotCleared, Problem>> = {
  unknown,
  own: problem('not-allowed', 'Nobody clears themselves: ask another coordinator.'),
  'above-ceiling': problem('above-ceiling', 'This instance may not hold anything so classified.'),
}

/** What members may be shown, and who says so: seen by those who audit and by themselves. */
export const clearanceRoutes = ({ pool }: { readonly pool: Pool }): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'GET', name: 'showClearance', access: signedIn },
    summary: 'What a member may be shown while they act for an organisation',
    output: ClearanceWire,
    problems: ['unauthenticated', 'not-found'],
    run: async ({ principal, params: { id: person, organisation } }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const held = await clearanceOf(tx, { person, organisation })
        if (held === null) return no(unknown)
        const { changedAt, organisation: _, compartments, ...rest } = held
        return yes({
          ...{ ...rest, compartments: [...compartments], ceiling: await ceilingOf(tx) },
          changedAt: changedAt?.toISOString() ?? null,
        })
      }),
  }),
  route({
    ...{ ...face, method: 'PUT', name: 'setClearance', access: mayInPerson('administer') },
    summary: 'Clear a member; it holds at once',
    input: ClearanceWishWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'above-ceiling'],
    run: async ({ principal, params: { id: person, organisation }, body, clock }) => {
      const asked = { held: { ...body, organisation }, now: clock.now() }
      const set = await asActor(pool, actorOf(principal), (tx) => setClearance(tx, person, asked))
      return set.ok ? yes(undefined) : no(refused[set.refusal])
    },
  }),
]
