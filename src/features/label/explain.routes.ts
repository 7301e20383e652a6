import type { Pool } from 'pg'
import { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { roles } from '#features/org/role.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { explainAccess } from './explain.store.ts'
import { explainedKinds, grounds } from './explain.ts'
import { LabelWire } from './label.wire.ts'
import { shownLabel } from './shown.ts'

const named = z.strictObject({ id: z.string(), name: z.string() })

const StepsWire = z.array(
  z.strictObject({ name: z.string(), holds: z.boolean(), says: z.string() }),
)

const ExplainedWire = z
  .strictObject({
    person: named,
    record: z.strictObject({
      kind: z.enum(explainedKinds),
      id: z.string(),
      organisation: z.string().nullable(),
      label: LabelWire,
    }),
    ways: z.array(
      z.strictObject({
        by: z.enum(['membership', 'token']),
        token: named.nullable(),
        role: z.enum(roles),
        organisation: named,
        /** What is asked whatever the ground. */
        steps: StepsWire,
        /** By what the record may be shown: one of them, whole, is enough. */
        grounds: z.array(z.strictObject({ ground: z.enum(grounds), steps: StepsWire })),
        may: z.boolean(),
        /** What the database says when it is asked as that person. */
        database: z.boolean(),
      }),
    ),
    may: z.boolean(),
  })
  .meta({ id: 'ExplainedAccess' })

/** For who audits: why somebody may see a record, or not. */
export const explainRoute = ({ pool }: { readonly pool: Pool }): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/access/explain', name: 'explainAccess', tag: 'insiders' },
    summary: 'Why a person may or may not see a case, a report or an attachment',
    access: may('audit'),
    query: z.strictObject({ person: z.string().max(100), record: z.string().max(100) }),
    output: ExplainedWire,
    problems: ['unauthenticated', 'not-allowed', 'not-found'],
    run: async ({ principal, query, clock }) => {
      const at = clock.now()
      const found = await explainAccess(pool, { ...query, now: at, asker: actorOf(principal) })
      if (!found) return no(problem('not-found', 'There is no such person or no such record.'))
      const { kind, id } = found.record
      const entry = { at, action: 'access.explain', kind, record: id } as const
      await asActor(pool, actorOf(principal), (tx) =>
        record(tx, [{ ...entry, fields: { person: query.person } }]),
      )
      const ways = found.ways.map((way) => ({
        ...{ ...way, steps: [...way.steps] },
        grounds: way.grounds.map(({ ground, steps }) => ({ ground, steps: [...steps] })),
      }))
      const label = shownLabel(found.record.label)
      return yes({ ...found, ways, record: { ...found.record, label } })
    },
  })
