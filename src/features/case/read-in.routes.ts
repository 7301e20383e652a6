import type { Pool } from 'pg'
import { z } from 'zod'
import {
  assignReadIn,
  type By,
  changeTier,
  type Done,
  endReadIn,
  nominate,
  type Prerequisites,
  passGate,
  refuseReadIn,
} from '#features/label/read-in.store.ts'
import { type Gate, gatesMissing, type ReadInRefusal, stateOf } from '#features/label/read-in.ts'
import { listReadIns, type ReadInRow, readInById } from '#features/label/read-in-row.store.ts'
import { tierRules } from '#features/label/read-in-tier.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { mayEither, mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { assert } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, type ProblemCode, problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { caseId, refusals } from './case-parts.ts'
import {
  AssignmentWire,
  EndingWire,
  GateWire,
  NominationWire,
  ReadInListWire,
  ReadInWire,
  RefusalWire,
  TierChangeWire,
} from './read-in.wire.ts'

export type ReadInParts = {
  readonly pool: Pool
  readonly keys: ReportKeys
  /** Which papers people accepted here by themselves. */
  readonly prerequisites: Prerequisites
}

/** Who is read in to a case, and every step there. */
export const readInRoutes = (parts: ReadInParts): readonly Route<Principal>[] => [
  listRoute(parts),
  nominateRoute(parts),
  ...stepRoutes(parts),
  ...laterRoutes(parts),
]

export const readInProblem = ({ code, why }: ReadInRefusal): Problem => problem(code, why)

const presentReadIn = (row: ReadInRow): z.infer<typeof ReadInWire> => {
  const { rule, gateRows, reasons } = row
  const { assigned, acknowledgedAt, ended } = rule
  return {
    ...{ id: rule.id, case: rule.case, state: stateOf(rule), person: row.person },
    ...{ organisation: row.organisation, sponsor: row.sponsor, nominatedBy: row.nominatedBy },
    nominatedAt: row.nominatedAt.toISOString(),
    ...{ marking: tierRules[rule.tier].marking, tier: rule.tier, part: rule.part },
    ...{ role: rule.role, isEmergency: rule.isEmergency },
    gates: gateRows.map((one) => ({ ...one, papers: [...one.papers] })),
    ...{ gatesMissing: [...gatesMissing(rule.gates)], reasons: [...reasons] },
    assignedAt: assigned?.at.toISOString() ?? null,
    assignedBy: row.assignedBy,
    opensAt: assigned?.opensAt.toISOString() ?? null,
    until: assigned?.until.toISOString() ?? null,
    acknowledgedAt: acknowledgedAt?.toISOString() ?? null,
    ...{ acknowledgedDigest: row.acknowledgedDigest, agreed: [...row.agreed] },
    ...{ approval: row.approval, refusedAt: row.refusedAt?.toISOString() ?? null },
    ...{ endedAt: ended?.at.toISOString() ?? null, endedBy: row.endedBy },
    endedWhy: ended?.why ?? null,
  }
}

const listRoute = ({ pool }: ReadInParts): Route<Principal> =>
  route({
    ...{ method: 'GET', path: '/v1/cases/{id}/read-ins', name: 'readIns', tag: 'read-ins' },
    summary: 'Who was nominated for a case, every gate, and what became of it',
    access: mayEither('decide', 'audit'),
    params: caseId,
    output: ReadInListWire,
    problems: refusals,
    run: async ({ principal, params, clock }) => {
      const rows = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await listReadIns(tx, { case: params.id })
        const of = { kind: 'case', record: params.id } as const
        if (found.length > 0) {
          await record(tx, [{ at: clock.now(), action: 'read-in.log', ...of }])
        }
        return found
      })
      return yes({ items: rows.map(presentReadIn) })
    },
  })

const face = { tag: 'read-ins', access: mayInPerson('decide'), output: ReadInWire } as const
const stepRefusals: readonly ProblemCode[] = [
  ...[...refusals, 'not-found' as const, 'not-in-this-state' as const],
]

type Step = { readonly pool: Pool; readonly principal: Principal; readonly now: Date }

/** Takes a step as whoever decides it, and answers the read-in as it stands after it. */
async function stepped(
  { pool, principal, now }: Step,
  work: (tx: Tx, by: By) => Promise<Done>,
): Promise<Result<z.infer<typeof ReadInWire>, Problem>> {
  return asActor(pool, actorOf(principal), async (tx) => {
    const done = await work(tx, { person: principal.person, now })
    if (!done.ok) return no(readInProblem(done.refusal))
    const row = await readInById(tx, done.value.id)
    assert(row !== null, 'a read-in that was decided about is there')
    return yes(presentReadIn(row))
  })
}

const nominateRoute = ({ pool }: ReadInParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/cases/{id}/read-ins', name: 'nominate' },
    summary: 'Nominate a named person for one case, with the need in writing',
    params: caseId,
    input: NominationWire,
    problems: [...stepRefusals, 'invalid'],
    run: ({ principal, params, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) =>
        nominate(tx, { ...body, case: params.id }, by),
      ),
  })

const gateParams = z.strictObject({ id: z.string().max(100), gate: z.enum(['1', '2', '3']) })
const gateOf: Readonly<Record<'1' | '2' | '3', Gate>> = { '1': 1, '2': 2, '3': 3 }

const stepRoutes = ({ pool, prerequisites }: ReadInParts): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/{id}/gates/{gate}', name: 'decideGate' },
    summary: 'Write down how a gate was decided; failures stay in the record',
    params: gateParams,
    input: GateWire,
    problems: stepRefusals,
    run: ({ principal, params: { id, gate }, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) =>
        passGate(tx, { ...body, id, gate: gateOf[gate] }, by),
      ),
  }),
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/{id}/refuse', name: 'refuseReadIn' },
    summary: 'Refuse a nomination',
    params: caseId,
    input: RefusalWire,
    problems: stepRefusals,
    run: ({ principal, params, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) =>
        refuseReadIn(tx, { id: params.id, why: body.why }, by),
      ),
  }),
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/{id}/assign', name: 'assignReadIn' },
    summary: 'Authorise a read-in for its case, behind all gates and prerequisites',
    params: caseId,
    input: AssignmentWire,
    problems: [...stepRefusals, 'excluded', 'needs-approval', 'invalid'],
    run: ({ principal, params, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) => {
        const until = body.until === undefined ? null : new Date(body.until)
        return assignReadIn(tx, { id: params.id, until, why: body.why, prerequisites }, by)
      }),
  }),
]

const laterRoutes = ({ pool }: ReadInParts): Route<Principal>[] => [
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/{id}/tier', name: 'changeReadIn' },
    summary: 'Give a read-in another tier or end; showing more takes an approval',
    params: caseId,
    input: TierChangeWire,
    problems: [...stepRefusals, 'needs-approval', 'invalid'],
    run: ({ principal, params, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) => {
        const until = new Date(body.until)
        return changeTier(tx, { ...body, id: params.id, until, approval: null }, by)
      }),
  }),
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/{id}/end', name: 'endReadIn' },
    summary: 'End a read-in at once',
    params: caseId,
    input: EndingWire,
    problems: stepRefusals,
    run: ({ principal, params, body, clock }) =>
      stepped({ pool, principal, now: clock.now() }, (tx, by) =>
        endReadIn(tx, { ...body, id: params.id }, by),
      ),
  }),
]
