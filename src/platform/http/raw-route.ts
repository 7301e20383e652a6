import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Answer, problemAnswer } from './answer.ts'
import { contextOf, invalid, type Nothing, readParts, surplusBody } from './arrival.ts'
import type { Body } from './body.ts'
import type { Problem } from './problem.ts'
import { type Admitted, type AnswerShape, faceOf, type Route, type RouteFace } from './route.ts'

/** What a gate gets: everything but the body. */
export type Before<Q, Params, Query, Headers> = Admitted<Q, Params, Query, Headers> & {
  readonly method: string
  /** All headers as they came; what `headers` declares is only for those that have a shape. */
  readonly rawHeaders: IncomingHttpHeaders
  readonly carriesBody: boolean
}

export type RawRouteSpec<P, Q, Params, Query, Headers, Ticket> = RouteFace<
  P,
  Q,
  Params,
  Query,
  Headers
> & {
  /**
   * Media types of the body, for the OpenAPI document; the gate is what checks them. Where there
   * are none, a body is refused.
   */
  readonly takes: readonly string[]
  /** Of a JSON body, for the OpenAPI document; nothing here is judged by it. */
  readonly shape?: z.ZodType
  readonly answers: readonly AnswerShape[]
  /**
   * Decides on the headers alone. Until it says yes nothing of the body is read; its ticket is
   * handed to `run`. A "no" is a problem of ours or an answer in its own words.
   */
  readonly before: (
    request: Before<Q, Params, Query, Headers>,
  ) => Promise<Result<Ticket, Problem | Answer>>
  /**
   * Reads the body, which throws `BodyRefused` where it is too large, too slow, cut off or
   * garbled; left alone, that is answered with its problem.
   */
  readonly run: (
    request: Before<Q, Params, Query, Headers> & { readonly ticket: Ticket; readonly body: Body },
  ) => Promise<Answer>
}

/**
 * A route that reads its body itself: uploads, foreign contracts.
 *
 * @example
 * export const upload = rawRoute({
 *   method: 'POST', path: '/v1/uploads', name: 'upload', summary: 'Send a file', tag: 'uploads',
 *   access: signedIn, problems: ['too-large'],
 *   takes: ['application/x-ndjson'],
 *   limits: { bytesMax: 256 * 2 ** 20, wholeMs: 3_600_000 },
 *   answers: [{ status: 202, description: 'Taken.', mediaType: 'application/json', shape: Taken }],
 *   before: async ({ rawHeaders }) => {
 *     const type = mediaTypeOf(rawHeaders['content-type'])
 *     return type?.essence === 'application/x-ndjson' ? yes(type) : no(problem('wrong-type', '…'))
 *   },
 *   run: async ({ ticket, body, principal }) => {
 *     for await (const chunk of body) await take(chunk)
 *     return jsonAnswer(202, { … })
 *   },
 * })
 */
export function rawRoute<
  P,
  Q,
  Ticket,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Headers extends z.ZodObject = Nothing,
>(spec: RawRouteSpec<P, Q, Params, Query, Headers, Ticket>): Route<P> {
  return {
    ...faceOf(spec),
    kind: 'raw',
    takes:
      spec.takes.length > 0
        ? { mediaTypes: spec.takes, ...(spec.shape && { shape: spec.shape }) }
        : null,
    answers: spec.answers,
    admit: async (arrival) => {
      const { requestId, method, carriesBody, headers: rawHeaders } = arrival
      const who = spec.access.admit(arrival.principal)
      if (!who.ok) return no(problemAnswer(who.refusal, requestId))
      const surplus = spec.takes.length > 0 ? null : surplusBody(arrival)
      if (surplus !== null) return no(problemAnswer(surplus, requestId))
      const parts = readParts(spec, arrival)
      if (!parts.ok) return no(problemAnswer(invalid(parts.refusal), requestId))
      const principal = who.value
      const context = { ...contextOf(arrival), principal, method, rawHeaders, carriesBody }
      const request = { ...context, ...parts.value }
      const ticket = await spec.before(request)
      if (!ticket.ok) {
        const { refusal } = ticket
        return no('code' in refusal ? problemAnswer(refusal, requestId) : refusal)
      }
      return yes((body) => spec.run({ ...request, ticket: ticket.value, body }))
    },
  }
}
