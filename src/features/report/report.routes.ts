import { z } from 'zod'
import type { Authenticator } from '#features/org/authenticate.ts'
import { actorOf, type Principal, permissionsNow } from '#features/org/org.ts'
import { judgeHeaders } from '#formats/tap/intake-caller.ts'
import {
  bodyBytesMax,
  type IntakeProblem,
  plainProblem,
  tokenNotRecognised,
} from '#formats/tap/intake-problem.ts'
import { parseReceipt, type Receipt, statusBody } from '#formats/tap/receipt.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { type Access, open } from '#platform/http/access.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/http/answer.ts'
import { notFound } from '#platform/http/arrival.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import type { Route } from '#platform/http/route.ts'
import { aboveCeiling, labelHeader, labelOfHeader } from './label-header.ts'
import { HourlyLimit } from './rate-limit.ts'
import { type NotTaken, type ReceiveParts, receive } from './receive.ts'
import { SubmissionWire } from './report.wire.ts'
import {
  acceptedShapes,
  badKey,
  bytesOf,
  keyUsedAnswer,
  noRoom,
  onceKeyOf,
  oneOf,
  readReport,
  reportTypes,
  tooOften,
} from './report-arrival.ts'
import { Shares } from './shares.ts'
import { factsOfReceipt, statusOfReceipt } from './submission.store.ts'
import { nextOf, outcomeOf } from './submission.ts'
import { HandInHeadersWire, TapReportWire } from './tap.wire.ts'
import { contractAnswer, laterAnswer } from './tap-answer.ts'

export type ReportParts = ReceiveParts & {
  readonly clock: Clock
  readonly authenticator: Authenticator
  /** Requests of one token in an hour of the clock, in this process. */
  readonly reportsPerHour: number
  /** Bytes of bodies that may be on their way at once; more are not begun to be read. */
  readonly readingBytesMax?: number
}

const readingBytesMaxDefault = 192 * 2 ** 20

/** The intake that clients of the TAP contract speak. */
export const reportRoutes = (parts: ReportParts): readonly Route<Principal>[] => [
  submitRoute(parts),
  submissionRoute(parts),
]

/** The contract says itself what is wrong with a token, so the route looks at it. */
const byToken: Access<Principal, null> = { ...open, name: 'token', asks: 'token' }

/** Of a receipt everybody may ask; whoever shows a token of its organisation hears more. */
const byReceipt: Access<Principal, null> = { ...open, name: 'receipt', asks: 'optional' }

const submitProblems = [
  ...(['malformed', 'unauthenticated', 'cross-origin', 'too-slow', 'too-large'] as const),
  'above-ceiling',
] as const

function submitRoute(parts: ReportParts): Route<Principal> {
  const limit = new HourlyLimit(parts.clock, parts.reportsPerHour)
  const { readingBytesMax = readingBytesMaxDefault } = parts
  const reading = new Shares(readingBytesMax, readingBytesMax / 2)
  return rawRoute({
    ...{ method: 'POST', path: '/v1/reports', name: 'submitReport', tag: 'intake' },
    summary: 'Hand in one report (TAP contract), with a token',
    access: byToken,
    origin: 'any',
    takes: reportTypes,
    shape: TapReportWire,
    headers: HandInHeadersWire,
    limits: { bytesMax: bodyBytesMax },
    answers: acceptedShapes,
    problems: submitProblems,
    before: async ({ rawHeaders }) => {
      const shown = judgeHeaders({
        contentType: rawHeaders['content-type'] ?? null,
        authorization: rawHeaders.authorization ?? null,
        tapToken: oneOf(rawHeaders['tap-submission-token']),
        origin: rawHeaders.origin ?? null,
        secFetchSite: oneOf(rawHeaders['sec-fetch-site']),
        host: rawHeaders.host ?? null,
      })
      if (!shown.ok) return no(contractAnswer(shown.refusal))
      const principal = await parts.authenticator.byToken(shown.value.token)
      if (principal === null) return no(contractAnswer(tokenNotRecognised))
      const refused = shown.value.thenRefuse ?? refusedOf(principal)
      if (refused !== null) return no(contractAnswer(refused))
      const onceKey = onceKeyOf(rawHeaders['idempotency-key'])
      if (onceKey === undefined) return no(contractAnswer(badKey))
      const label = labelOfHeader(rawHeaders[labelHeader])
      if (!label.ok) return no(label.refusal)
      const bytes = bytesOf(rawHeaders['content-length'])
      const full = reading.hasRoom(principal.organisation) ? parts.receiver.saturated() : 2
      if (full !== null) return no(laterAnswer(503, noRoom, full))
      const wait = limit.spend(principal.token ?? principal.person)
      if (wait !== null) return no(laterAnswer(429, tooOften, wait))
      return yes({ principal, onceKey, bytes, label: label.value })
    },
    run: async ({ body, ticket, rawHeaders, requestId }) => {
      const leave = reading.enter(ticket.principal.organisation, ticket.bytes)
      try {
        const read = await readReport(body, rawHeaders['content-type'] ?? null)
        if (!read.ok) return contractAnswer(read.problem)
        const { submission, warnings } = read
        const taken = await receive(parts, { ...ticket, submission, warnings })
        return taken.ok ? taken.value : refusedAnswer(taken.refusal, requestId)
      } finally {
        leave()
      }
    },
  })
}

function refusedOf(principal: Principal): IntakeProblem | null {
  if (principal.held !== undefined) return ownerIsHeld
  return permissionsNow(principal).includes('hand-in') ? null : mayNot
}

const ownerIsHeld = plainProblem(
  403,
  'Whoever answers for this token must sign in and agree first.',
)

const mayNot = plainProblem(403, 'The role of this token lacks the permission "hand-in".')

function refusedAnswer({ is }: NotTaken, requestId: string): Answer {
  if (is === 'above-ceiling') return problemAnswer(aboveCeiling(), requestId)
  if (is !== 'used') return laterAnswer(503, noRoom, 2)
  return keyUsedAnswer()
}

function submissionRoute({ pool, authenticator }: ReportParts): Route<Principal> {
  return rawRoute({
    ...{ method: 'GET', path: '/v1/submissions/{receipt}', name: 'submission', tag: 'intake' },
    summary: 'What became of a report; more of it for those who handed it in',
    access: byReceipt,
    params: z.strictObject({ receipt: z.string().max(200) }),
    takes: [],
    answers: [
      {
        ...{ status: 200, description: 'Its status.', mediaType: 'application/json' },
        shape: SubmissionWire,
      },
    ],
    problems: ['not-found'],
    before: async () => yes(null),
    run: async ({ params, rawHeaders, requestId }) => {
      const receipt = parseReceipt(params.receipt)
      const found = await statusOfReceipt(pool, params.receipt)
      if (found === null || receipt === null) return problemAnswer(notFound(), requestId)
      const told = statusBody(receipt, found.status, found.at)
      // A token that is of no use is no reason to withhold what the receipt alone may know.
      const principal = await authenticator.of(rawHeaders)
      const more = principal === null ? {} : await moreFor(pool, principal, receipt)
      return jsonAnswer(200, { ...told, ...more }, { 'cache-control': 'no-store' })
    },
  })
}

async function moreFor(pool: ReportParts['pool'], principal: Principal, receipt: Receipt) {
  const facts = await asActor(pool, actorOf(principal), (tx) => factsOfReceipt(tx, receipt))
  if (facts === null) return {}
  const { case: found, payloadDestroyedAt: destroyedAt } = facts
  return {
    outcome: outcomeOf(facts),
    ...(found && {
      case: {
        ...{ id: found.id, title: found.title, status: found.status, verdict: found.verdict },
        ...{ severity: found.severity, evidence: found.evidence, isFirst: found.isFirst },
        firstReportedAt: found.firstReportedAt.toISOString(),
      },
    }),
    next: nextOf(facts),
    ...(destroyedAt && { payloadDestroyedAt: destroyedAt.toISOString() }),
  }
}
