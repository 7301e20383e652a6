import { z } from 'zod'
import { assert } from '#kernel/assert.ts'
import { type No, no, type Result, yes } from '#kernel/result.ts'
import type { Access } from './access.ts'
import {
  type Answer,
  type AnswerHeaders,
  emptyAnswer,
  jsonAnswer,
  problemAnswer,
} from './answer.ts'
import {
  type Arrival,
  type Context,
  contextOf,
  invalid,
  type Nothing,
  type PartShapes,
  type Parts,
  readParts,
  surplusBody,
} from './arrival.ts'
import type { Body, BodyLimits } from './body.ts'
import { isJson, wrongType } from './media-type.ts'
import { type Problem, type ProblemCode, problem, type Violation } from './problem.ts'
import { parseJson } from './strict-json.ts'
import { validate } from './validate.ts'

/** What every route says of itself, whatever its kind. */
export type RouteFace<P, Q, Params, Query, Headers> = PartShapes<Params, Query, Headers> & {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** A template such as `/v1/cases/{id}`; `params` names what stands in braces. */
  readonly path: string
  /** What the generated client calls it; camelCase, unique in the table. */
  readonly name: string
  readonly summary: string
  readonly tag: string
  readonly access: Access<P, Q>
  /** What `run` may refuse with, beyond what the server itself refuses. */
  readonly problems: readonly ProblemCode[]
  /**
   * Requests that change something are refused when a browser says that they come from a page of
   * another origin; `any` leaves that to the route.
   */
  readonly origin?: 'same' | 'any'
  /** Answered even while the server is saturated. */
  readonly isEssential?: boolean
  /** Of the body; 1 MiB within 30 s unless said otherwise. */
  readonly limits?: Partial<BodyLimits>
}

/** What `run` gets of a request that has the declared shapes, from a caller who may call. */
export type Admitted<Q, Params, Query, Headers> = Context &
  Parts<Params, Query, Headers> & { readonly principal: Q }

/** A success, with headers where there are any to set. */
export type Done<T> = { readonly ok: true; readonly value: T; readonly headers?: AnswerHeaders }

export type Outcome<T> = Done<T> | No<Problem>

/** A success with headers, such as `location`, `etag` or `set-cookie`. */
export const done = <T>(value: T, headers: AnswerHeaders): Done<T> => ({ ok: true, value, headers })

export type RouteSpec<P, Q, Params, Query, Headers, Input, Output> = RouteFace<
  P,
  Q,
  Params,
  Query,
  Headers
> & {
  readonly input?: Input
  readonly output?: Output
  /** Of a success: 200 with and 204 without output, unless said otherwise. */
  readonly status?: number
  readonly run: (
    request: Admitted<Q, Params, Query, Headers> & { readonly body: z.output<Input> },
  ) => Promise<Outcome<z.input<Output>>>
}

/** The go-ahead to read the body and answer, or an answer that leaves the body unread. */
export type Admission = Result<(body: Body) => Promise<Answer>, Answer>

/** An answer that a route gives when all is well, for the OpenAPI document. */
export type AnswerShape = {
  readonly status: number
  readonly description: string
  readonly mediaType?: string
  readonly shape?: z.ZodType
}

/** A body that a route takes, for the OpenAPI document. */
export type BodyShape = { readonly mediaTypes: readonly string[]; readonly shape?: z.ZodType }

/** A row of the route table; `P` is what the server authenticates. */
export type Route<P> = Omit<
  RouteFace<P, unknown, z.ZodObject, z.ZodObject, z.ZodObject>,
  'access'
> & {
  readonly kind: 'json' | 'raw' | 'download' | 'events'
  readonly access: Pick<Access<P, unknown>, 'name' | 'credentials' | 'asks'>
  readonly takes: BodyShape | null
  readonly answers: readonly AnswerShape[]
  readonly admit: (arrival: Arrival<P>) => Promise<Admission>
}

/**
 * One table of routes makes the server, the OpenAPI document and the client. A route says what goes
 * in and out as zod shapes without transforms, who may call it, and which problems it answers with;
 * `run` gets values that have these shapes, and nothing else of the request.
 *
 * @example
 * const signedIn = signedInAs<Person>() // once, in the feature that knows people (access.ts)
 *
 * const CaseWire = z.strictObject({ id: z.string(), title: z.string() }).meta({ id: 'Case' })
 *
 * export const renameCase = route({
 *   method: 'PUT',
 *   path: '/v1/cases/{id}/title',
 *   name: 'renameCase', // the function of the generated client
 *   summary: 'Give a case another title',
 *   tag: 'cases',
 *   access: signedIn, // or open, optional<Person>(), or an Access of the feature's own
 *   params: z.strictObject({ id: z.string().max(80) }),
 *   query: z.strictObject({ isTrial: z.boolean().default(false) }), // ?isTrial=true
 *   headers: z.strictObject({ 'if-match': z.string().max(80).optional() }),
 *   input: z.strictObject({ title: z.string().min(1).max(200) }),
 *   output: CaseWire,
 *   problems: ['not-found', 'changed'],
 *   run: async ({ params, query, headers, body, principal, signal, clock }) => {
 *     const saved = await rename(principal, params.id, body.title)
 *     if (saved === null) return no(problem('not-found', 'There is no such case.'))
 *     return yes(saved) // or done(saved, { etag: saved.version })
 *   },
 * })
 *
 * Other kinds: `rawRoute` (raw-route.ts) hands the body over as a bounded stream once its
 * `before` gate said so; `downloadRoute` (download-route.ts) answers with a file; `eventsRoute`
 * (events-route.ts) with server-sent events. `server.ts` shows how the table is served.
 */
export function route<
  P,
  Q,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Headers extends z.ZodObject = Nothing,
  Input extends z.ZodType = z.ZodUndefined,
  Output extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, Params, Query, Headers, Input, Output>): Route<P> {
  const { input, output } = spec
  if (input instanceof z.ZodObject) assertStrict(input, `the input of ${spec.name}`)
  const status = spec.status ?? (output ? 200 : 204)
  const success = output ? { mediaType: 'application/json', shape: output } : {}
  return {
    ...faceOf(spec),
    kind: 'json',
    takes: input ? { mediaTypes: ['application/json'], shape: input } : null,
    answers: [{ status, description: 'Done.', ...success }],
    admit: async (arrival) => {
      const refuse = refusing(arrival)
      const who = spec.access.admit(arrival.principal)
      if (!who.ok) return refuse(who.refusal)
      const wrong = input ? wrongType(arrival, isJson) : surplusBody(arrival)
      if (wrong !== null) return refuse(wrong)
      return yes(async (body) => {
        const read = await readAll(spec, arrival, body)
        if (!read.ok) return problemAnswer(read.refusal, arrival.requestId)
        const outcome = await spec.run({
          ...contextOf(arrival),
          ...read.value,
          principal: who.value,
        })
        if (!outcome.ok) return problemAnswer(outcome.refusal, arrival.requestId)
        if (!output) return emptyAnswer(status, outcome.headers)
        return jsonAnswer(status, output.parse(outcome.value), outcome.headers)
      })
    },
  }
}

/** Everything that is wrong with a request is said at once: its body's faults among the rest. */
async function readAll<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Input extends z.ZodType,
>(
  shapes: PartShapes<Params, Query, Headers> & { readonly input?: Input },
  arrival: Arrival<unknown>,
  body: Body,
): Promise<Result<Parts<Params, Query, Headers> & { readonly body: z.output<Input> }, Problem>> {
  const parts = readParts(shapes, arrival)
  const json = shapes.input ? parseJson(await body.whole()) : yes(undefined)
  if (!json.ok) {
    const { why, pointer } = json.refusal
    if (pointer === undefined) return no(problem('malformed', `The body ${why}.`))
    const errors: readonly Violation[] = [{ in: 'body', pointer, detail: `It ${why}.` }]
    return no(problem('malformed', 'The body cannot be taken.', { errors }))
  }
  const value = validate(inputOr(shapes.input), json.value, 'body')
  if (parts.ok && value.ok) return yes({ ...parts.value, body: value.value })
  const wrong = [parts, value].flatMap((part) => (part.ok ? [] : part.refusal))
  return no(invalid(wrong))
}

/** As `shapeOr`: without an input the type parameter has its default, which is no body. */
function inputOr<S extends z.ZodType>(declared: S | undefined): S
function inputOr(declared: z.ZodType | undefined): z.ZodType {
  return declared ?? z.undefined()
}

/** The parts of a specification that the table keeps. */
export function faceOf<P, Q>(
  spec: RouteFace<P, Q, z.ZodObject, z.ZodObject, z.ZodObject>,
): Omit<Route<P>, 'kind' | 'takes' | 'answers' | 'admit'> {
  for (const part of ['params', 'query', 'headers'] as const) {
    const shape = spec[part]
    if (shape) assertStrict(shape, `the ${part} of ${spec.name}`)
  }
  const named = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const declared = Object.keys(spec.params?.shape ?? {})
  assert(named.sort().join() === declared.sort().join(), `${spec.path}: params do not fit`)
  assert(/^[a-z][A-Za-z0-9]*$/.test(spec.name), `${spec.name} is no name of a function`)
  const { name, credentials, asks } = spec.access
  return { ...spec, access: { name, credentials, ...(asks && { asks }) } }
}

/** A field that nobody reads is a mistake of the sender, who is told. */
const assertStrict = (shape: z.ZodObject, what: string): void =>
  assert(shape.def.catchall?._zod.def.type === 'never', `${what} is not a strictObject`)

/** Answers a problem without reading the body. */
export const refusing =
  ({ requestId }: Context) =>
  (refused: Problem): No<Answer> =>
    no(problemAnswer(refused, requestId))
