import type { Pool } from 'pg'
import { z } from 'zod'
import { inPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { permissionsOf } from '#features/org/role.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { invalidAt } from '#platform/http/arrival.ts'
import { type Problem, type ProblemCode, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { approvalPolicy } from './approval.store.ts'
import type { ApprovalRefusal } from './approval.ts'
import {
  ApprovalDecisionWire,
  ApprovalListWire,
  ApprovalPageWire,
  ApprovalPolicyWire,
  ApprovalWishWire,
  ApprovalWithdrawalWire,
} from './approval.wire.ts'
import { ask, decideRequest, withdrawRequest } from './approval-deciding.ts'
import type { ApprovalKind } from './approval-kind.ts'
import { approvalLists, approvalPage } from './approval-page.ts'

export type ApprovalParts = { readonly pool: Pool; readonly kinds: readonly ApprovalKind[] }

const refusals = ['unauthenticated', 'not-allowed'] as const
const face = { tag: 'approvals', access: inPerson } as const
const params = z.strictObject({ id: z.string().max(100) })

/** What takes two people: the inbox, and asking, granting, refusing and withdrawing. */
export function approvalRoutes(parts: ApprovalParts): readonly Route<Principal>[] {
  return [
    listRoute(parts),
    showRoute(parts),
    askRoute(parts),
    decisionRoute(parts, 'grant', 'Let it be done, at once: exactly what was shown'),
    decisionRoute(parts, 'refuse', 'Say no to a request, for good'),
    withdrawRoute(parts),
    policyRoute(parts),
  ]
}

const kindsOf = ({ kinds }: ApprovalParts) => {
  const byName = new Map(kinds.map((kind) => [kind.name, kind]))
  return (name: string): ApprovalKind | null => byName.get(name) ?? null
}

const listRoute = (parts: ApprovalParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/approvals', name: 'approvals' },
    summary: 'Requests that wait for a second person, one’s own, and those that are over',
    output: ApprovalListWire,
    problems: refusals,
    run: async ({ principal, clock }) => {
      const looking = { principal, now: clock.now(), kindOf: kindsOf(parts) }
      return yes(await asActor(parts.pool, actorOf(principal), (tx) => approvalLists(tx, looking)))
    },
  })

const notThere = problem('not-found', 'There is no such request.')

const showRoute = (parts: ApprovalParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/approvals/{id}', name: 'approval' },
    summary: 'One request: exactly what will happen, who asks, why, and until when',
    params,
    output: ApprovalPageWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params: { id }, clock }) => {
      const looking = { principal, now: clock.now(), kindOf: kindsOf(parts) }
      const page = await asActor(parts.pool, actorOf(principal), (tx) =>
        approvalPage(tx, id, looking),
      )
      return page === null ? no(notThere) : yes(page)
    },
  })

const askRoute = (parts: ApprovalParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/approvals', name: 'askForApproval' },
    summary: 'Ask that a second person lets something be done',
    input: ApprovalWishWire,
    output: z.strictObject({ id: z.string() }),
    status: 201,
    problems: [...refusals, 'invalid', 'not-in-this-state'],
    run: async ({ principal, body, clock }) => {
      const kind = kindsOf(parts)(body.kind)
      if (kind === null) return no(invalidAt('/kind', 'There is no such kind of request.'))
      if (!permissionsOf(principal.role).includes(kind.whoMayAsk)) {
        return no(problemOf('lacks-permission'))
      }
      const { reason, hours, request } = body
      const errors = kind.wrongIn(request)
      if (errors.length > 0) {
        return no(problem('invalid', `This is no request of the kind ${kind.name}.`, { errors }))
      }
      const asked = await asActor(parts.pool, actorOf(principal), (tx) =>
        ask(tx, { kind, request, reason, hours }, { principal, now: clock.now() }),
      )
      if (asked.ok) return done({ id: asked.value }, { location: `/v1/approvals/${asked.value}` })
      if (asked.refusal !== null) return no(problem('not-in-this-state', asked.refusal))
      return no(invalidAt('/request', 'It is no request of this kind.'))
    },
  })

const decisionRoute = (
  parts: ApprovalParts,
  event: 'grant' | 'refuse',
  summary: string,
): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: `/v1/approvals/{id}/${event}`, name: `${event}Approval` },
    ...{ summary, params, input: ApprovalDecisionWire },
    problems: [...refusals, 'not-found', 'not-in-this-state', 'changed'],
    run: async ({ principal, params: { id }, body, clock }) => {
      const deciders = { principal, now: clock.now(), kindOf: kindsOf(parts) }
      const { digest, reason } = body
      return answerTo(
        await asActor(parts.pool, actorOf(principal), (tx) =>
          decideRequest(tx, { id, event, digest, reason }, deciders),
        ),
      )
    },
  })

const withdrawRoute = ({ pool }: ApprovalParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/approvals/{id}/withdraw', name: 'withdrawApproval' },
    summary: 'Take one’s own request back',
    ...{ params, input: ApprovalWithdrawalWire },
    problems: [...refusals, 'not-found', 'not-in-this-state', 'changed'],
    run: async ({ principal, params: { id }, body, clock }) =>
      answerTo(
        await asActor(pool, actorOf(principal), (tx) =>
          withdrawRequest(tx, { id, digest: body.digest }, { principal, now: clock.now() }),
        ),
      ),
  })

const policyRoute = ({ pool }: ApprovalParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/approval-policy', name: 'approvalPolicy' },
    summary: 'How approvals are given here; a request of the kind policy.change changes it',
    output: ApprovalPolicyWire,
    problems: refusals,
    run: async () => yes(await asActor(pool, systemActor, approvalPolicy)),
  })

function answerTo(decided: Result<null, ApprovalRefusal> | null) {
  if (decided === null) return no(notThere)
  return decided.ok ? yes(undefined) : no(problemOf(decided.refusal))
}

const refused: Readonly<Record<ApprovalRefusal, readonly [ProblemCode, string]>> = {
  'own-request': ['not-allowed', 'You asked for this yourself: another person decides it.'],
  'same-human': ['not-allowed', 'Your account and the one that asks are of the same person.'],
  'account-made-by-requester': [
    'not-allowed',
    'One person made one of the two accounts, gave it its role or drew its link: add a passkey ' +
      'of its own on the page Profile, or let somebody else decide.',
  ],
  'organisation-too-near': [
    'not-allowed',
    'Whoever asks acts for the same organisation: somebody of another one decides.',
  ],
  'lacks-permission': ['not-allowed', 'Your role lacks the permission for this kind of request.'],
  'not-in-person': ['not-allowed', 'Sign in to do this; tokens may not.'],
  expired: ['not-in-this-state', 'Its time is over. Whoever still wants it asks again.'],
  decided: ['not-in-this-state', 'It is decided already.'],
  changed: [
    'changed',
    'What would happen is not what was asked for any more, or not what you were shown. ' +
      'Load it again.',
  ],
}

/** Each refusal has its own word in the member `why`. */
function problemOf(why: ApprovalRefusal): Problem {
  const [code, detail] = refused[why]
  return problem(code, detail, { more: { why } })
}
