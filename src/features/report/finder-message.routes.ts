import type { Pool } from 'pg'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { keepMessage, type MessageKeys } from './finder-message.store.ts'

type Parts = { readonly pool: Pool; readonly keys: MessageKeys }

/** Writes to a pseudonymous finder, whose address nobody here is shown. */
export const finderMessageRoute = ({ pool, keys }: Parts): Route<Principal> =>
  route({
    ...{ method: 'POST', path: '/v1/finders/{id}/messages', name: 'writeToFinder' },
    ...{ tag: 'cases', access: may('decide') },
    summary: 'Have a message sent to a pseudonymous finder, by the id of its organisation',
    params: z.strictObject({ id: z.string().max(100) }),
    input: z.strictObject({
      text: z.string().max(10_000).regex(/\S/, 'It must say something.'),
    }),
    output: z.strictObject({ id: z.string() }),
    status: 202,
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'not-in-this-state'],
    run: async ({ principal, params: { id: organisation }, body: { text }, clock }) => {
      const now = clock.now()
      const kept = await asActor(pool, actorOf(principal), async (tx) => {
        const message = { organisation, person: principal.person, text, now }
        const made = await actingAs(tx, systemActor, (system) => keepMessage(system, keys, message))
        const of = { action: 'finder.message', kind: 'organisation', at: now } as const
        if (typeof made === 'object') {
          await record(tx, [{ ...of, record: organisation, fields: { message: made.id } }])
        }
        return made
      })
      if (kept === 'none') return no(problem('not-found', 'There is no such pseudonymous finder.'))
      if (kept === 'no address') return no(problem('not-in-this-state', noAddress))
      return yes(kept)
    },
  })

const noAddress = 'This finder left no address, so that nothing can be sent to it.'
