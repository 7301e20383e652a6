import type { Pool } from 'pg'
import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { may, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { acknowledge, listAlerts } from './alert.store.ts'
import { BudgetsWire, liftStop, openStops, readBudgets, setBudgets } from './read-budget.store.ts'

const refusals = ['unauthenticated', 'not-allowed'] as const
const id = z.strictObject({ id: z.string().max(100) })
const ReasonWire = z.strictObject({ reason: lineShape(500) })
const who = z.strictObject({ id: z.string(), name: z.string() })

const StopsWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.string(),
          person: who,
          token: z.string().nullable(),
          stoppedAt: z.string(),
        })
        .meta({ id: 'ReadStop' }),
    ),
  })
  .meta({ id: 'ReadStops' })

const AlertsWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          id: z.string(),
          /** `volume`: many openings; `hour`: at an odd hour; `honey`: of a honey case. */
          kind: z.string(),
          person: who,
          token: who.nullable(),
          beganAt: z.string(),
          /** The last hour that the alert is about, by its beginning. */
          lastedTo: z.string(),
          /** Openings in the hour that had most, and how many are usual at this time. */
          seen: z.number(),
          usual: z.number(),
          /** The honey case that was opened; null for the other kinds. */
          case: z.string().nullable(),
          acknowledged: z
            .strictObject({ by: z.string(), at: z.string(), reason: z.string() })
            .nullable(),
        })
        .meta({ id: 'Alert' }),
    ),
  })
  .meta({ id: 'Alerts' })

export type InsiderParts = { readonly pool: Pool }

/** Budgets of reading, who was stopped, and what auditors should look at. */
export const insiderRoutes = (parts: InsiderParts): readonly Route<Principal>[] => [
  ...budgetRoutes(parts),
  ...stopRoutes(parts),
  ...alertRoutes(parts),
]

const budgetRoutes = ({ pool }: InsiderParts): Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/read-budgets', name: 'readBudgets', tag: 'insiders' },
    summary: 'How many cases and proofs each role may open in an hour and in a day',
    access: may('audit'),
    output: BudgetsWire,
    problems: refusals,
    run: async ({ principal }) => yes(await asActor(pool, actorOf(principal), readBudgets)),
  }),
  route({
    ...{ method: 'PUT', path: '/v1/read-budgets', name: 'setReadBudgets', tag: 'insiders' },
    summary: 'Set how much each role may open before it has to say why',
    access: mayInPerson('administer'),
    input: BudgetsWire,
    output: BudgetsWire,
    problems: refusals,
    run: async ({ principal, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const now = clock.now()
        await setBudgets(tx, body, { person: principal.person, now })
        const of = { kind: 'setting', record: 'read-budgets', digest: digestOf(body) } as const
        await record(tx, [{ at: now, action: 'setting.change', ...of }])
        return yes(await readBudgets(tx))
      }),
  }),
]

const oneself = (): Problem =>
  problem('not-allowed', 'This is about yourself: somebody else has to look into it.')

const stopRoutes = ({ pool }: InsiderParts): Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/read-stops', name: 'readStops', tag: 'insiders' },
    summary: 'Who opened so much that they have to be let go on',
    access: may('audit'),
    output: StopsWire,
    problems: refusals,
    run: async ({ principal }) =>
      yes({ items: await asActor(pool, actorOf(principal), openStops) }),
  }),
  route({
    ...{ method: 'POST', path: '/v1/read-stops/{id}/lift', name: 'liftReadStop', tag: 'insiders' },
    summary: 'Let somebody go on who was stopped; their budgets begin anew',
    access: mayInPerson('administer'),
    params: id,
    input: ReasonWire,
    problems: [...refusals, 'not-found'],
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const by = { person: principal.person, reason: body.reason, now: clock.now() }
        const done = await liftStop(tx, params.id, by)
        if (done === 'own') return no(oneself())
        if (done === 'unknown') return no(problem('not-found', 'There is no such stop.'))
        const of = { kind: 'stop', record: params.id, reason: body.reason } as const
        await record(tx, [{ at: by.now, action: 'read-stop.lift', ...of }])
        return yes(undefined)
      }),
  }),
]

const alertRoutes = ({ pool }: InsiderParts): Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/alerts', name: 'alerts', tag: 'insiders' },
    summary: 'What is unusual in who opens how much and when, the open ones first',
    access: may('audit'),
    output: AlertsWire,
    problems: refusals,
    run: async ({ principal }) =>
      yes({ items: await asActor(pool, actorOf(principal), listAlerts) }),
  }),
  route({
    ...{ method: 'POST', path: '/v1/alerts/{id}/acknowledge' },
    ...{ name: 'acknowledgeAlert', tag: 'insiders' },
    summary: 'Say that an alert was looked into, and what came of it',
    access: mayInPerson('audit'),
    params: id,
    input: ReasonWire,
    problems: [...refusals, 'not-found', 'not-in-this-state'],
    run: ({ principal, params, body, clock }) =>
      asActor(pool, actorOf(principal), async (tx) => {
        const by = { person: principal.person, reason: body.reason, now: clock.now() }
        const done = await acknowledge(tx, params.id, by)
        if (done === 'own') return no(oneself())
        if (done === 'unknown') return no(problem('not-found', 'There is no such alert.'))
        if (done === 'before') {
          return no(problem('not-in-this-state', 'Somebody acknowledged it before.'))
        }
        return yes(undefined)
      }),
  }),
]
