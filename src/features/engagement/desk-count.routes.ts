import { sql } from 'kysely'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { open } from '#platform/http/access.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { DeskParts } from './desk.ts'

const count = z.number()
const DeskCountsWire = z
  .strictObject({
    /** False where this instance publishes nothing; there are no counts then. */
    isPublished: z.boolean(),
    counts: z
      .strictObject({ offered: count, agreed: count, ended: count, released: count })
      .nullable(),
  })
  .meta({ id: 'DeskCounts' })

type Counts = NonNullable<z.infer<typeof DeskCountsWire>['counts']>

/** How many models were offered here, for everybody, where an instance was told to publish it. */
export const deskCountRoutes = ({ pool }: Pick<DeskParts, 'pool'>): readonly Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/desk/counts', name: 'deskCounts', tag: 'engagements' },
    summary: 'How many models were offered, agreed on and released; nothing of which',
    access: open,
    output: DeskCountsWire,
    problems: [],
    run: () =>
      asActor(pool, systemActor, async (tx) => {
        const { rows } = await sql<Counts>`
          select offered::integer, agreed::integer, ended::integer, released::integer
          from parley.desk_counts()`.execute(tx)
        const counts = rows[0] ?? null
        return yes({ isPublished: counts !== null, counts })
      }),
  }),
  route({
    ...{ method: 'PUT', path: '/v1/desk/counts', name: 'publishDeskCounts', tag: 'engagements' },
    summary: 'Publish the counts of the model desk, or stop that',
    access: mayInPerson('administer'),
    input: z.strictObject({ isPublished: z.boolean() }),
    problems: ['unauthenticated', 'not-allowed'],
    run: ({ principal, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        await sql`
          insert into parley.setting (name, value, changed_at, changed_by)
          values ('public-counts', ${JSON.stringify(body.isPublished)}::jsonb, ${now},
            ${principal.person})
          on conflict (name) do update set value = excluded.value,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by`.execute(tx)
        const fields = { is: body.isPublished ? 'published' : 'not published' }
        const entry = { at: now, action: 'setting.change', kind: 'setting', fields } as const
        await record(tx, [{ ...entry, record: 'public-counts' }])
        return yes(undefined)
      }),
  }),
]
