import assert from 'node:assert/strict'
import { stripTypeScriptTypes } from 'node:module'
import { after, test } from 'node:test'
import { z } from 'zod'
import { systemClock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { silentLog } from '#platform/log/log.ts'
import { open, signedInAs } from './access.ts'
import { jsonAnswer } from './answer.ts'
import { clientOf } from './client.ts'
import { downloadRoute } from './download-route.ts'
import { eventsRoute } from './events-route.ts'
import { openApi } from './open-api.ts'
import { problem } from './problem.ts'
import { rawRoute } from './raw-route.ts'
import { type Route, route } from './route.ts'
import { listen } from './server.ts'

type Person = { readonly id: string }

const CaseWire = z
  .strictObject({
    id: z.string(),
    title: z.string().meta({ description: 'What is */ wrong' }),
    state: z.enum(['open', "it's"]),
    parts: z.array(z.union([z.string(), z.number()])),
    further: z.record(z.string(), z.boolean()).optional(),
    pair: z.tuple([z.int(), z.string().nullable()]),
  })
  .meta({ id: 'Case' })

const pair: [number, null] = [1, null]
const sample = { title: 't', state: 'open' as const, pair }
const params = z.strictObject({ id: z.string().max(80) })
const base = { tag: 'cases', summary: 'Do something with a case' }

const routes: readonly Route<Person>[] = [
  route({
    ...base,
    method: 'GET',
    path: '/v1/cases/{id}',
    name: 'loadCase',
    access: open,
    params,
    query: z.strictObject({ tag: z.array(z.string()).default([]), limit: z.int().optional() }),
    output: CaseWire,
    problems: ['not-found'],
    run: async ({ params: { id }, query }) => {
      if (id === 'none') return no(problem('not-found', 'There is no such case.'))
      const parts = [...query.tag, query.limit ?? 0]
      return yes({ ...sample, id, parts })
    },
  }),
  route({
    ...base,
    method: 'PUT',
    path: '/v1/cases/{id}/title',
    name: 'renameCase',
    access: signedInAs<Person>(),
    params,
    headers: z.strictObject({ 'if-match': z.string().optional() }),
    input: z.strictObject({ title: z.string().min(1) }),
    problems: ['changed'],
    run: async ({ headers }) => {
      return headers['if-match'] === 'old' ? no(problem('changed', 'Load again.')) : yes(undefined)
    },
  }),
  rawRoute({
    ...base,
    method: 'POST',
    path: '/v1/uploads',
    name: 'upload',
    access: signedInAs<Person>(),
    takes: ['text/plain'],
    answers: [
      {
        status: 202,
        description: 'Taken.',
        mediaType: 'application/json',
        shape: z.strictObject({ size: z.int() }),
      },
    ],
    problems: [],
    before: async () => yes(null),
    run: async ({ body }) => jsonAnswer(202, { size: (await body.whole()).length }),
  }),
  downloadRoute({
    ...base,
    method: 'GET',
    path: '/v1/cases/{id}/export',
    name: 'exportCase',
    access: open,
    params,
    sends: ['text/csv'],
    problems: [],
    run: async () => yes({ fileName: 'a.csv', mediaType: 'text/csv', content: 'a;b' }),
  }),
  eventsRoute({
    ...base,
    method: 'GET',
    path: '/v1/live/{id}',
    name: 'watchCase',
    access: open,
    params,
    shape: z.strictObject({ id: z.string() }),
    whose: () => 'everybody',
    problems: ['not-found'],
    run: async () => no(problem('not-found', 'Nothing.')),
  }),
]

const document = openApi(routes, { title: 'Cases', version: '1.0', description: 'For a test' })
const source = clientOf(document)

test('two routes of one name, and names that the client has itself, are bugs of the table', () => {
  const [first] = routes
  assert.ok(first)
  const info = { title: '', version: '', description: '' }
  assert.throws(() => openApi([first, first], info), /two routes are called loadCase/)
  const clash = openApi([{ ...first, name: 'send' }], info)
  assert.throws(() => clientOf(clash), /no route can be called send/)
})

test('every route is in the document with its parts, its answers and its refusals', () => {
  assert.equal(document.openapi, '3.1.1')
  for (const { path, method, name, answers, problems, takes, params } of routes) {
    const operation = document.paths[path]?.[method.toLowerCase()]
    assert.equal(operation?.operationId, name)
    for (const { status } of answers) assert.ok(operation.responses[String(status)], name)
    for (const code of problems) assert.ok(JSON.stringify(operation.responses).includes(code))
    assert.equal(operation.requestBody !== undefined, takes !== null)
    const named = operation.parameters.filter((one) => one.in === 'path').map((one) => one.name)
    assert.deepEqual(named, Object.keys(params?.shape ?? {}))
    assert.ok(operation.parameters.filter((one) => one.in === 'path').every((one) => one.required))
  }
  assert.deepEqual(document.paths['/v1/cases/{id}']?.['get']?.security, [])
  assert.equal(document.paths['/v1/cases/{id}/title']?.['put']?.security.length, 2)
})

test('every reference of the document leads to a component', () => {
  const text = JSON.stringify(document)
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[name], name)
  }
  assert.doesNotMatch(text, /#\/\$defs/)
})

test('the document says which refusals the server makes by itself', () => {
  const put = document.paths['/v1/cases/{id}/title']?.['put']?.responses ?? {}
  assert.deepEqual(Object.keys(put), [
    ...['204', '400', '401', '403', '404', '408', '412', '413', '415', '422', '503'],
  ])
})

test('shapes become types', () => {
  for (const text of [
    'export type CaseWire = {',
    '/** What is * / wrong */',
    `readonly state: "open" | "it's"`,
    'readonly parts: ReadonlyArray<string | number>',
    'readonly further?: { readonly [name: string]: boolean }',
    'readonly pair: readonly [number, string | null]',
    'export type WatchCaseEvent = {',
    "readonly headers?: { readonly 'if-match'?: string }",
  ]) {
    assert.ok(source.includes(text), `${text} is missing in\n${source}`)
  }
})

const http = await listen<Person>({
  host: '127.0.0.1',
  port: 0,
  routes,
  authenticate: async ({ headers }) =>
    headers.authorization === 'Bearer good' ? { principal: { id: 'p' }, by: 'token' } : null,
  log: silentLog,
  clock: systemClock,
})
assert.ok(http.ok)
after(() => http.value.close(100))

const script = stripTypeScriptTypes(source)
const client = await import(`data:text/javascript,${encodeURIComponent(script)}`)
const to = { base: http.value.url, token: 'good' }

test('the client brings back values, problems and files', async () => {
  const none = await client.loadCase(to, { params: { id: 'none' } })
  assert.deepEqual([none.ok, none.problem.code, none.problem.status], [false, 'not-found', 404])
  const ask = { params: { id: 'a/b?c' }, query: { tag: ['x', 'y'], limit: 7 } }
  const found = await client.loadCase(to, ask)
  assert.deepEqual([found.value.id, found.value.parts], ['a/b?c', ['x', 'y', 7]])
  const stale = { params: { id: 'a' }, body: { title: 'b' }, headers: { 'if-match': 'old' } }
  assert.equal((await client.renameCase(to, stale)).problem.code, 'changed')
  const saved = await client.renameCase(to, { params: { id: 'a' }, body: { title: 'b' } })
  assert.deepEqual([saved.ok, saved.value], [true, undefined])
  const wrong = await client.renameCase(to, { params: { id: 'a' }, body: { title: '' } })
  assert.deepEqual(wrong.problem.errors[0].pointer, '/title')
  const unknown = await client.renameCase({ base: to.base }, stale)
  assert.equal(unknown.problem.status, 401)
  const file = await client.exportCase(to, { params: { id: 'a' } })
  assert.equal(await file.value.text(), 'a;b')
  assert.equal(client.watchCaseAddress({ base: '' }, { params: { id: 'ä' } }), '/v1/live/%C3%A4')
})

test('the client uploads text and streams', async () => {
  for (const body of ['hello', new Blob(['hello']).stream()]) {
    const taken = await client.upload(to, { body, type: 'text/plain' })
    assert.deepEqual(taken.value, { size: 5 })
  }
})

test('an answer that is not from the service is a problem like others', async () => {
  const broken = async () => new Response('<h1>Bad gateway</h1>', { status: 502 })
  const answer = await client.loadCase({ ...to, fetch: broken }, { params: { id: 'a' } })
  assert.deepEqual([answer.ok, answer.problem.status], [false, 502])
})
