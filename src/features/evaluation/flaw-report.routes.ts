import { z } from 'zod'
import { may } from '#features/org/access.ts'
import type { Principal } from '#features/org/org.ts'
import { aboveCeiling, labelHeader, labelOfHeader } from '#features/report/label-header.ts'
import { HourlyLimit } from '#features/report/rate-limit.ts'
import {
  acceptedShapes,
  badKey,
  bytesOf,
  keyUsedAnswer,
  noRoom,
  onceKeyOf,
  readReport,
  reportTypes,
  tooOften,
} from '#features/report/report-arrival.ts'
import { Shares } from '#features/report/shares.ts'
import { HandInHeadersWire, TapReportWire } from '#features/report/tap.wire.ts'
import { contractAnswer, laterAnswer } from '#features/report/tap-answer.ts'
import { bodyBytesMax } from '#formats/tap/intake-problem.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { type Answer, problemAnswer } from '#platform/http/answer.ts'
import { rawRoute } from '#platform/http/raw-route.ts'
import type { Route } from '#platform/http/route.ts'
import { type FlawReportParts, type NotReported, reportFlaw } from './flaw-report.ts'

export type FlawReportRouteParts = FlawReportParts & {
  readonly clock: Clock
  /** Reports of one person or token in an hour of the clock, in this process. */
  readonly flawsPerHour: number
}

/** Of bodies that may be on their way at once: a run shows few flaws. */
const readingBytesMax = 32 * 2 ** 20

/** Hands what a model found in real software in, with where it comes from, in one step. */
export function flawReportRoutes(parts: FlawReportRouteParts): readonly Route<Principal>[] {
  const limit = new HourlyLimit(parts.clock, parts.flawsPerHour)
  const reading = new Shares(readingBytesMax, readingBytesMax / 2)
  return [
    rawRoute({
      ...{ method: 'POST', path: '/v1/runs/{id}/samples/{task}/{epoch}/flaws' },
      ...{ name: 'reportFlaw', tag: 'results' },
      summary: 'Hand in a flaw that a sample showed in real software, as a report (TAP contract)',
      access: may('evaluate'),
      params: z.strictObject({
        id: z.string().max(100),
        task: z.string().max(200),
        epoch: z.string().regex(/^[1-9]\d{0,4}$/),
      }),
      takes: reportTypes,
      shape: TapReportWire,
      headers: HandInHeadersWire,
      limits: { bytesMax: bodyBytesMax },
      answers: acceptedShapes,
      problems: [
        ...(['malformed', 'unauthenticated', 'not-allowed', 'not-found', 'gone'] as const),
        ...(['too-slow', 'too-large', 'above-ceiling'] as const),
      ],
      before: async ({ rawHeaders, principal }) => {
        const onceKey = onceKeyOf(rawHeaders['idempotency-key'])
        if (onceKey === undefined) return no(contractAnswer(badKey))
        const label = labelOfHeader(rawHeaders[labelHeader])
        if (!label.ok) return no(label.refusal)
        if (!reading.hasRoom(principal.organisation)) return no(laterAnswer(503, noRoom, 2))
        const wait = limit.spend(principal.token ?? principal.person)
        if (wait !== null) return no(laterAnswer(429, tooOften, wait))
        return yes({ onceKey, label: label.value })
      },
      run: async ({ params: { id, task, epoch }, body, ticket, principal, ...request }) => {
        const { rawHeaders, requestId, clock } = request
        const leave = reading.enter(principal.organisation, bytesOf(rawHeaders['content-length']))
        try {
          const read = await readReport(body, rawHeaders['content-type'] ?? null)
          if (!read.ok) return contractAnswer(read.problem)
          const { submission, warnings } = read
          const asked = { id, sample: { task, epoch: Number(epoch) }, now: clock.now() }
          const flaw = { ...asked, ...ticket, principal, submission, warnings }
          const taken = await reportFlaw(parts, flaw)
          return taken.ok ? taken.value : refusedAnswer(taken.refusal, requestId)
        } finally {
          leave()
        }
      },
    }),
  ]
}

function refusedAnswer(refusal: NotReported, requestId: string): Answer {
  if (refusal.is === 'refused') return problemAnswer(refusal.problem, requestId)
  if (refusal.is === 'above-ceiling') return problemAnswer(aboveCeiling(), requestId)
  return refusal.is === 'used' ? keyUsedAnswer() : laterAnswer(503, noRoom, 2)
}
