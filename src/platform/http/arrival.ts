import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Part, type Problem, problem, type Violation } from './problem.ts'
import { pointerTo } from './strict-json.ts'
import { type Texts, textsOf, typed, validate } from './validate.ts'

/** What every request brings, whatever it asks. */
export type Context = {
  /**
   * Aborted when the connection breaks before the answer, or is cut off because the server has to
   * stop. A client that only closes its side may still wait for its answer.
   */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** What the log has this request under. */
  readonly requestId: string
  /** Of the client, or of what a trusted proxy says the client is. */
  readonly address: string
  /** Whether the client came by https, so that cookies may be `Secure`. */
  readonly isSecure: boolean
}

/** A request as the server hands it to a route; its body is still unread. */
export type Arrival<P> = Context & {
  readonly method: string
  readonly params: Texts
  readonly search: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly principal: P | null
  readonly carriesBody: boolean
  /** Aborted when the server begins to close: endless answers end here. */
  readonly closing: AbortSignal
}

export const contextOf = (arrival: Context): Context => {
  const { signal, clock, requestId, address, isSecure } = arrival
  return { signal, clock, requestId, address, isSecure }
}

/** The shapes of everything but the body; a part without one takes nothing. */
export type PartShapes<Params, Query, Headers> = {
  readonly params?: Params
  readonly query?: Query
  readonly headers?: Headers
}

export type Parts<Params, Query, Headers> = {
  readonly params: z.output<Params>
  readonly query: z.output<Query>
  readonly headers: z.output<Headers>
}

const nothing = z.strictObject({})

/** The shape of what takes nothing: the default where none is declared. */
export type Nothing = typeof nothing

/**
 * The declared shape, else the one that takes nothing. Where none is declared the type parameter
 * has its default, which is that one; the overload says so to the compiler.
 */
function shapeOr<S extends z.ZodObject>(declared: S | undefined): S
function shapeOr(declared: z.ZodObject | undefined): z.ZodObject {
  return declared ?? nothing
}

/** What is asked beside the body, or everything that is wrong with it. */
export function readParts<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
>(
  shapes: PartShapes<Params, Query, Headers>,
  arrival: Arrival<unknown>,
): Result<Parts<Params, Query, Headers>, readonly Violation[]> {
  const shape = {
    params: shapeOr(shapes.params),
    query: shapeOr(shapes.query),
    headers: shapeOr(shapes.headers),
  }
  const sent = textsOf(arrival.search)
  const params = validate(shape.params, typed(shape.params, arrival.params), 'path')
  const query = validate(shape.query, typed(shape.query, sent), 'query')
  const known = headersNamed(arrival.headers, Object.keys(shape.headers.shape))
  const headers = validate(shape.headers, typed(shape.headers, known), 'header')
  const wrong = [
    ...nulsIn(arrival.params, 'path'),
    ...nulsIn(sent, 'query'),
    ...[params, query, headers].flatMap((part) => (part.ok ? [] : part.refusal)),
  ]
  if (wrong.length > 0 || !params.ok || !query.ok || !headers.ok) return no(wrong)
  return yes({ params: params.value, query: query.value, headers: headers.value })
}

/** As in bodies: no text holds a NUL, which PostgreSQL cannot store. */
const nulsIn = (texts: Texts, part: Part): readonly Violation[] =>
  Object.entries(texts)
    .filter(([, text]) => [text].flat().some((one) => one?.includes('\0')))
    .map(([name]) => {
      const detail = 'It holds a NUL character.'
      return { in: part, pointer: pointerTo('', name), detail }
    })

/** Only declared headers count: clients and proxies send many more. */
const headersNamed = (headers: IncomingHttpHeaders, names: readonly string[]): Texts =>
  Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )

/**
 * What to answer to violations. A path that cannot name anything is answered like one that names
 * nothing, so that the form of an identifier gives nothing away.
 */
export function invalid(violations: readonly Violation[]): Problem {
  if (violations.some((one) => one.in === 'path')) return notFound()
  const count = violations.length === 1 ? 'One thing is' : `${violations.length} things are`
  return problem('invalid', `${count} wrong with this request.`, { errors: violations })
}

/** The same for one thing in the body. */
export const invalidAt = (pointer: string, detail: string): Problem =>
  invalid([{ in: 'body', pointer, detail }])

export const notFound = (): Problem => problem('not-found', 'There is nothing here.')

/** Refuses a body where none is expected: something in between may read it as a request. */
export const surplusBody = ({ carriesBody }: Arrival<unknown>): Problem | null =>
  carriesBody ? problem('malformed', 'This takes no body.') : null
