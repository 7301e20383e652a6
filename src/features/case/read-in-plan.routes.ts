import type { Pool } from 'pg'
import type { z } from 'zod'
import { record } from '#features/ledger/ledger.store.ts'
import { may } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { caseId, refusals } from './case-parts.ts'
import { decided } from './deciding.ts'
import { PlanChangeWire, PlanWire } from './read-in.wire.ts'
import { type CasePlan, planOf, savePlan } from './read-in-plan.store.ts'

const present = (plan: CasePlan): z.infer<typeof PlanWire> => ({
  ...{ version: plan.version, fixText: plan.fixText, fixLinks: [...plan.fixLinks] },
  artifacts: [...plan.artifacts],
  embargoUntil: plan.embargoUntil?.toISOString() ?? null,
  analysisAt: plan.analysisAt?.toISOString() ?? null,
  upstreamAt: plan.upstreamAt?.toISOString() ?? null,
  disclosureAt: plan.disclosureAt?.toISOString() ?? null,
  goLiveAt: plan.goLiveAt?.toISOString() ?? null,
  disclosedAt: plan.disclosedAt?.toISOString() ?? null,
})

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))

const planIn = (body: z.infer<typeof PlanChangeWire>): CasePlan => ({
  ...{ version: body.version, fixText: body.fixText, fixLinks: body.fixLinks },
  ...{ artifacts: body.artifacts, embargoUntil: dateOf(body.embargoUntil) },
  ...{ analysisAt: dateOf(body.analysisAt), upstreamAt: dateOf(body.upstreamAt) },
  ...{ disclosureAt: dateOf(body.disclosureAt), goLiveAt: dateOf(body.goLiveAt) },
  disclosedAt: dateOf(body.disclosedAt),
})

/** The fix, the artifacts and the times of a case: what those see who are not to see the case. */
export const planRoutes = ({ pool }: { readonly pool: Pool }): readonly Route<Principal>[] => [
  route({
    ...{ method: 'GET', path: '/v1/cases/{id}/plan', name: 'casePlan', tag: 'read-ins' },
    summary: 'Fix, artifacts and times of a case, as tiers see parts of them',
    access: may('read'),
    params: caseId,
    output: PlanWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock }) => {
      const plan = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await planOf(tx, params.id)
        const of = { kind: 'case', record: params.id, fields: { part: 'plan' } } as const
        if (found) await record(tx, [{ at: clock.now(), action: 'case.read', ...of }])
        return found
      })
      return plan ? yes(present(plan)) : no(problem('not-found', 'There is no such case.'))
    },
  }),
  route({
    ...{ method: 'PUT', path: '/v1/cases/{id}/plan', name: 'planCase', tag: 'read-ins' },
    summary: 'Plan a case; saying that it is public ends every read-in',
    access: may('decide'),
    params: caseId,
    input: PlanChangeWire,
    output: PlanWire,
    problems: [
      ...[...refusals, 'not-found' as const, 'invalid' as const, 'conflict' as const],
      ...(['not-in-this-state', 'needs-approval'] as const),
    ],
    run: ({ principal, params, body, clock }) =>
      decided(pool, principal, async (tx) => {
        const by = { person: principal.person, now: clock.now() }
        const saved = await savePlan(tx, { case: params.id, plan: planIn(body) }, by)
        return saved.ok ? yes(present(saved.value)) : saved
      }),
  }),
]
