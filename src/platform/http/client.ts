import { assert } from '#kernel/assert.ts'
import { comment, key, quoted, typeName, typeText } from './client-type.ts'
import { ownRequestHeader } from './gate.ts'
import type { OpenApiDocument, Operation, Parameter, Schema } from './open-api.ts'

/**
 * A typed client in one file without dependencies, for browsers and Node: a type for each named
 * shape, a function for each route.
 */
export function clientOf({ paths, components }: OpenApiDocument): string {
  const types = Object.entries(components.schemas).map(([name, schema]) => {
    const { description } = schema
    const says = typeof description === 'string' ? `/** ${comment(description)} */\n` : ''
    return `${says}export type ${typeName(name)} = ${typeText(schema)}\n`
  })
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      callText({ method: method.toUpperCase(), path, operation }),
    ),
  )
  return [head, ...types, machinery, ...calls].join('\n')
}

const head = `// Written by tools/api-client.ts from the table of routes: change the routes instead.
`

const machinery = `/** Where the service is and who asks. */
export type Target = {
  /** Such as \`https://parley.example.org\`; empty for the host that a page is from. */
  readonly base: string
  readonly token?: string
  readonly fetch?: typeof fetch
}

/** What was answered; the network failing is thrown. */
export type Answered<T> =
  | { readonly ok: true; readonly value: T; readonly headers: Headers }
  | { readonly ok: false; readonly problem: ProblemWire; readonly headers: Headers }

type Value = string | number | boolean | readonly (string | number)[] | null | undefined

type Ask = {
  readonly params?: { readonly [name: string]: Value }
  readonly query?: { readonly [name: string]: Value }
  readonly headers?: { readonly [name: string]: Value }
  readonly signal?: AbortSignal
}

type Sent = Ask & { readonly body?: RequestInit['body']; readonly type?: string }

function addressOf({ base }: Target, path: string, { params = {}, query = {} }: Ask): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) search.append(name, String(one))
    }
  }
  const textOf = (name: string): string => encodeURIComponent(String(params[name]))
  const filled = path.replace(/\\{(\\w+)\\}/g, (_, name) => textOf(name))
  return \`\${base}\${filled}\${search.size > 0 ? \`?\${search}\` : ''}\`
}

async function send(to: Target, [method, path]: readonly [string, string], ask: Sent) {
  const headers = new Headers({ '${ownRequestHeader}': 'parley' })
  if (to.token !== undefined) headers.set('authorization', \`Bearer \${to.token}\`)
  if (ask.type !== undefined) headers.set('content-type', ask.type)
  for (const [name, value] of Object.entries(ask.headers ?? {})) {
    if (value !== undefined && value !== null) headers.set(name, String(value))
  }
  const half = ask.body instanceof ReadableStream ? { duplex: 'half' as const } : {}
  return (to.fetch ?? fetch)(addressOf(to, path, ask), {
    method,
    headers,
    credentials: 'same-origin',
    ...(ask.body === undefined ? {} : { body: ask.body, ...half }),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  })
}

async function problemIn(response: Response): Promise<ProblemWire> {
  const { status } = response
  const text = await response.text()
  if (response.headers.get('content-type')?.includes('problem+json')) return JSON.parse(text)
  const detail = \`The answer was \${status} and not from the service itself.\`
  return { type: 'about:blank', title: 'Error', status, code: 'failed', detail }
}

async function answered<T>(
  response: Response,
  take: (response: Response) => Promise<T>,
): Promise<Answered<T>> {
  const { headers } = response
  if (!response.ok) return { ok: false, problem: await problemIn(response), headers }
  return { ok: true, value: await take(response), headers }
}

async function json<T>(to: Target, how: readonly [string, string], ask: Sent) {
  const response = await send(to, how, ask)
  return answered<T>(response, async () => {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  })
}

const text = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), (response) => response.text())

const file = async (to: Target, how: readonly [string, string], ask: Sent) =>
  answered(await send(to, how, ask), async (response) => response)

const encoded = ({ body, ...ask }: Ask & { readonly body: unknown }): Sent => ({
  ...ask,
  body: JSON.stringify(body),
  type: 'application/json',
})
`

type Call = { readonly method: string; readonly path: string; readonly operation: Operation }

const taken = new Set([
  'addressOf',
  'answered',
  'encoded',
  'file',
  'json',
  'problemIn',
  'send',
  'text',
])

function callText({ method, path, operation }: Call): string {
  const { operationId: name, summary } = operation
  assert(!taken.has(name), `no route can be called ${name}: the client has that name itself`)
  const { type, isNeeded } = askOf(operation)
  const how = `[${quoted(method)}, ${quoted(path)}]`
  const ask = isNeeded ? `ask: ${type}` : `ask: ${type} = {}`
  const says = `/** ${comment(summary)}. */\n`
  const result = resultOf(operation)
  if (operation['x-kind'] === 'events') {
    const upper = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
    const url = `addressOf(to, ${quoted(path)}, ask)`
    return `export type ${upper}Event = ${typeText(result.schema)}

/** ${comment(summary)}: the address for an EventSource. */
export const ${name}Address = (to: Target, ${ask}): string => ${url}
`
  }
  const isJsonBody = operation['x-kind'] === 'json' && operation.requestBody !== undefined
  const sent = isJsonBody ? 'encoded(ask)' : 'ask'
  const by = result.by === 'json' ? `json<${result.type}>` : result.by
  return `${says}export const ${name} = (
  to: Target,
  ${ask},
): Promise<Answered<${result.type}>> => ${by}(to, ${how}, ${sent})
`
}

/** What a caller says: the parts that the route takes, and a signal to stop. */
function askOf(operation: Operation): { readonly type: string; readonly isNeeded: boolean } {
  const { parameters, requestBody } = operation
  const places = { params: 'path', query: 'query', headers: 'header' } as const
  const parts = Object.entries(places).flatMap(([part, place]) => {
    const these = parameters.filter((one) => one.in === place)
    if (these.length === 0) return []
    const isNeeded = these.some(({ required }) => required)
    return [{ text: `readonly ${part}${isNeeded ? '' : '?'}: ${membersText(these)}`, isNeeded }]
  })
  if (requestBody !== undefined) {
    const contents = Object.entries(requestBody.content)
    if (operation['x-kind'] === 'json') {
      const text = `readonly body: ${typeText(contents[0]?.[1].schema, '    ')}`
      parts.push({ text, isNeeded: true })
    } else {
      const types = contents.map(([mediaType]) => quoted(mediaType)).join(' | ')
      parts.push({ text: `readonly body: RequestInit['body']`, isNeeded: true })
      parts.push({ text: `readonly type: ${types} | (string & {})`, isNeeded: true })
    }
  }
  const lines = [...parts.map(({ text }) => text), 'readonly signal?: AbortSignal']
  const type = `{\n${lines.map((line) => `    ${line}\n`).join('')}  }`
  return { type, isNeeded: parts.some(({ isNeeded }) => isNeeded) }
}

const membersText = (parameters: readonly Parameter[]): string => {
  const members = parameters.map(
    ({ name, required, schema }) =>
      `readonly ${key(name)}${required ? '' : '?'}: ${typeText(schema)}`,
  )
  return `{ ${members.join('; ')} }`
}

type Answer = {
  readonly by: 'json' | 'text' | 'file'
  readonly type: string
  readonly schema?: Schema | undefined
}

/** What a success carries: the first answer below 300. */
function resultOf(operation: Operation): Answer {
  const success = Object.entries(operation.responses).find(([status]) => Number(status) < 300)
  const [mediaType, content] = Object.entries(success?.[1].content ?? {})[0] ?? []
  if (operation['x-kind'] === 'download') return { by: 'file', type: 'Response' }
  if (mediaType === undefined) return { by: 'json', type: 'undefined' }
  const schema = content?.schema
  if (/json|event-stream/.test(mediaType)) {
    return { by: 'json', type: typeText(schema, ''), schema }
  }
  return { by: 'text', type: 'string' }
}
