import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { assert } from '#kernel/assert.ts'
import { ownRequestHeader } from './gate.ts'
import { type ProblemCode, problemKinds, problemMediaType } from './problem.ts'
import type { Route } from './route.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has it. */
export type Schema = { readonly [keyword: string]: Json }

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Schema
}

type Content = { readonly [mediaType: string]: { readonly schema?: Schema } }

export type Operation = {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  /** What kind of route it is, for the generated client. */
  readonly 'x-kind': Route<never>['kind']
  readonly security: readonly { readonly [scheme: string]: readonly string[] }[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: true; readonly content: Content }
  readonly responses: {
    readonly [status: string]: { readonly description: string; readonly content?: Content }
  }
}

export type OpenApiDocument = {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string }[]
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } }
  readonly components: {
    readonly schemas: { readonly [name: string]: Schema }
    readonly securitySchemes: { readonly [name: string]: Schema }
  }
}

/** The problem that every refusal is sent as (RFC 9457), with the members of our own. */
const ProblemShape = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: 'Stable; what programs match on' }),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z
      .array(
        z
          .strictObject({
            in: z.enum(['body', 'query', 'path', 'header']),
            pointer: z.string().meta({ description: 'JSON pointer (RFC 6901)' }),
            detail: z.string(),
          })
          .meta({ id: 'Violation' }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' })

/** The OpenAPI 3.1 document of a table of routes. Throws a `Bug` where the table is not sound. */
export function openApi(
  routes: readonly Route<never>[],
  info: OpenApiDocument['info'],
): OpenApiDocument {
  const names = routes.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  assert(twice === undefined, `two routes are called ${twice}`)
  const { schemas, schemaOf } = convert(routes)
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const methods = paths[route.path] ?? {}
    methods[route.method.toLowerCase()] = operationOf(route, schemaOf)
    paths[route.path] = methods
  }
  const tags = [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name }))
  return { openapi: '3.1.1', info, tags, paths, components: { schemas, securitySchemes } }
}

const securitySchemes: OpenApiDocument['components']['securitySchemes'] = {
  token: { type: 'http', scheme: 'bearer' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'session',
    description: `Of the web app; \`__Host-session\` over https. Changes need ${ownRequestHeader}.`,
  },
}

type SchemaOf = (key: string) => Schema | undefined

/** All shapes at once, so that what has a name is one component wherever it stands. */
function convert(routes: readonly Route<never>[]): {
  readonly schemas: Record<string, Schema>
  readonly schemaOf: SchemaOf
} {
  const shapes = new Map<string, z.ZodType>([['problem', ProblemShape]])
  for (const { name, params, query, headers, takes, answers } of routes) {
    const parts = { params, query, headers, body: takes?.shape }
    for (const [part, shape] of Object.entries(parts)) {
      if (shape !== undefined) shapes.set(`${name}.${part}`, shape)
    }
    for (const { status, shape } of answers) {
      if (shape !== undefined) shapes.set(`${name}.${status}`, shape)
    }
  }
  const converted = z.toJSONSchema(z.object(Object.fromEntries(shapes)), {
    io: 'input',
    unrepresentable: 'throw',
    override: ({ jsonSchema }) => {
      // The format says what the pattern says, and people can read it.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern
    },
  })
  const text = JSON.stringify(converted).replaceAll('#/$defs/', '#/components/schemas/')
  const { properties = {}, $defs: schemas = {} }: Converted = JSON.parse(text)
  return { schemas, schemaOf: (key) => properties[key] }
}

type Converted = {
  readonly properties?: Record<string, Schema>
  readonly $defs?: Record<string, Schema>
}

function operationOf(route: Route<never>, schemaOf: SchemaOf): Operation {
  const { name, summary, tag, kind, access, takes } = route
  const schema = schemaOf(`${name}.body`)
  const content = takes?.mediaTypes.map((type) => [type, schema && isJson(type) ? { schema } : {}])
  return {
    operationId: name,
    summary,
    tags: [tag],
    'x-kind': kind,
    security: {
      ignored: [],
      optional: [{}, { token: [] }, { session: [] }],
      required: [{ token: [] }, { session: [] }],
      token: [{ token: [] }],
    }[access.asks ?? access.credentials],
    parameters: parametersOf(route, schemaOf),
    ...(content ? { requestBody: { required: true, content: Object.fromEntries(content) } } : {}),
    responses: { ...answersOf(route, schemaOf), ...refusalsOf(route) },
  }
}

/** A shape says what JSON holds; how the same travels in parts it cannot say. */
const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType)

function parametersOf(route: Route<never>, schemaOf: SchemaOf): readonly Parameter[] {
  return (['path', 'query', 'header'] as const).flatMap((place) => {
    const part = { path: 'params', query: 'query', header: 'headers' } as const
    const object = schemaOf(`${route.name}.${part[place]}`)
    if (object === undefined) return []
    assert(object['$ref'] === undefined, `the ${place} of ${route.name} must not have a name`)
    const required = Array.isArray(object['required']) ? object['required'] : []
    return Object.entries(membersOf(object)).map(([name, schema]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema,
    }))
  })
}

/** The members of an object schema. */
export function membersOf(schema: Schema): { readonly [name: string]: Schema } {
  const { properties } = schema
  if (!isSchema(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) =>
      isSchema(member) ? [[name, member]] : [],
    ),
  )
}

export const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const answersOf = (route: Route<never>, schemaOf: SchemaOf): Operation['responses'] =>
  Object.fromEntries(
    [...new Set(route.answers.map(({ status }) => status))].map((status) => {
      const these = route.answers.filter((one) => one.status === status)
      const schema = schemaOf(`${route.name}.${status}`)
      const content = these.flatMap(({ mediaType }) =>
        mediaType === undefined ? [] : [[mediaType, schema ? { schema } : {}]],
      )
      const description = these.map((one) => one.description).join(' ')
      const some = content.length > 0 ? { content: Object.fromEntries(content) } : {}
      return [String(status), { description, ...some }]
    }),
  )

/** What the server refuses by itself, beside what the route says. */
function refusalCodes(route: Route<never>): readonly ProblemCode[] {
  const { method, access, takes, params, query, headers } = route
  const byBody: readonly ProblemCode[] = ['malformed', 'too-slow', 'too-large', 'wrong-type']
  return [
    ...route.problems,
    ...(takes ? byBody : []),
    ...(takes || query || headers ? (['invalid'] as const) : []),
    ...(params ? (['not-found'] as const) : []),
    ...(access.credentials === 'ignored' ? [] : (['unauthenticated'] as const)),
    ...(method === 'GET' ? [] : (['cross-origin'] as const)),
    ...(route.kind === 'events' ? (['too-many-requests'] as const) : []),
    ...(route.isEssential ? [] : (['saturated'] as const)),
  ]
}

/** One response for each status, which names its codes; a status of the route's own stays. */
function refusalsOf(route: Route<never>): Operation['responses'] {
  const own = new Set(route.answers.map(({ status }) => status))
  const codes = [...new Set(refusalCodes(route))].sort()
  const statuses = [...new Set(codes.map((code): number => problemKinds[code].status))]
  const schema = { $ref: '#/components/schemas/Problem' }
  return Object.fromEntries(
    statuses
      .filter((status) => !own.has(status))
      .sort()
      .map((status) => {
        const these = codes.filter((code) => problemKinds[code].status === status)
        const description = `${STATUS_CODES[status]}: ${these.join(', ')}.`
        return [String(status), { description, content: { [problemMediaType]: { schema } } }]
      }),
  )
}
