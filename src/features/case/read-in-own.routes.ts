import type { z } from 'zod'
import { factsOf } from '#features/label/read-in.store.ts'
import { papers, prerequisitesMissing, stateOf } from '#features/label/read-in.ts'
import { acknowledge, lookThrough, ownReadIn } from '#features/label/read-in-own.store.ts'
import { listReadIns, type ReadInRow } from '#features/label/read-in-row.store.ts'
import { acknowledgementOf } from '#features/label/read-in-text.ts'
import { tierRules } from '#features/label/read-in-tier.ts'
import { inPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import type { ReportKeys } from '#features/report/incoming.ts'
import { assert } from '#kernel/assert.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { type CasePage, casePage } from './case-page.store.ts'
import { caseId, refusals } from './case-parts.ts'
import { type ReadInParts, readInProblem } from './read-in.routes.ts'
import {
  AcknowledgementWire,
  OwnReadInListWire,
  OwnReadInWire,
  ShownPartWire,
} from './read-in.wire.ts'

/** What somebody was read in to themselves: never by a token. */
export const ownReadInRoutes = (parts: ReadInParts): readonly Route<Principal>[] => [
  listRoute(parts),
  acknowledgeRoute(parts),
  partRoute(parts),
]

const face = { tag: 'read-ins', access: inPerson } as const

type OwnReadIn = z.infer<typeof OwnReadInWire>

async function presentOwn(
  tx: Tx,
  row: ReadInRow,
  { prerequisites }: ReadInParts,
): Promise<OwnReadIn> {
  const { rule, organisation } = row
  const { assigned, ended, isEmergency } = rule
  const state = stateOf(rule)
  const facts = await factsOf(tx, rule, prerequisites)
  const isNext = state === 'assigned'
  const isOver = state === 'ended' || state === 'refused'
  return {
    ...{ id: rule.id, state: state === 'gates' ? 'nominated' : state, organisation, isEmergency },
    ...{ tier: rule.tier, part: rule.part, role: rule.role },
    marking: tierRules[rule.tier].marking,
    opensAt: assigned?.opensAt.toISOString() ?? null,
    until: assigned?.until.toISOString() ?? null,
    acknowledgedAt: rule.acknowledgedAt?.toISOString() ?? null,
    ...{ endedAt: ended?.at.toISOString() ?? null, endedWhy: ended?.why ?? null },
    missing: isOver ? [] : [...prerequisitesMissing(rule, facts)],
    acknowledgement: isNext
      ? { ...acknowledgementOf(rule), papers: papers.filter((one) => !facts.papers.includes(one)) }
      : null,
  }
}

const listRoute = (parts: ReadInParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/read-ins/mine', name: 'myReadIns' },
    summary: 'What one was read in to oneself, without a word of any case',
    output: OwnReadInListWire,
    problems: refusals,
    run: async ({ principal }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const items: OwnReadIn[] = []
        for (const row of await listReadIns(tx, { person: principal.person })) {
          items.push(await presentOwn(tx, row, parts))
        }
        return yes({ items: items.toReversed() })
      }),
  })

const acknowledgeRoute = (parts: ReadInParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/read-ins/mine/{id}/acknowledge' },
    name: 'acknowledgeReadIn',
    summary: 'Acknowledge the text that was shown, before anything else is',
    params: caseId,
    input: AcknowledgementWire,
    output: OwnReadInWire,
    problems: [
      ...[...refusals, 'not-found' as const, 'not-in-this-state' as const],
      ...(['excluded', 'invalid', 'changed'] as const),
    ],
    run: async ({ principal, params, body, clock }) =>
      asActor(parts.pool, actorOf(principal), async (tx) => {
        const { prerequisites } = parts
        const looking = { id: params.id, by: principal, now: clock.now() }
        const done = await acknowledge(tx, { ...looking, ...body, prerequisites })
        if (!done.ok) return no(readInProblem(done.refusal))
        const row = await ownReadIn(tx, looking)
        assert(row !== null, 'what was acknowledged is there')
        return yes(await presentOwn(tx, row, parts))
      }),
  })

const partRoute = ({ pool, keys }: ReadInParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/read-ins/mine/{id}/part', name: 'readInPart' },
    summary: 'What a read-in shows now; not theirs, not begun, over and unknown look alike',
    params: caseId,
    output: ShownPartWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock }) => {
      const shown = await asActor(pool, actorOf(principal), async (tx) => {
        const part = await lookThrough(tx, { id: params.id, by: principal, now: clock.now() })
        if (part === null) return null
        const { case: of, ...rest } = part
        const page = of === undefined ? null : await wholeCase(tx, of, keys)
        return { ...rest, ...(page && { page }) }
      })
      if (shown === null) return no(problem('not-found', 'This read-in shows nothing now.'))
      return yes(shown)
    },
  })

/** The case as the database lets whoever was read in see it: what names other cases is left out. */
async function wholeCase(tx: Tx, of: string, keys: ReportKeys): Promise<CasePage | null> {
  const page = await casePage(tx, of, keys)
  if (page === null) return null
  const history = page.history.map((event) => ({
    ...{ ...event, canUndo: false },
    says: event.by === null ? event.says : event.says.replace(/^(?:Parley)? /, 'Somebody '),
  }))
  return { ...page, relations: [], openSuggestions: [], notes: [], history }
}
