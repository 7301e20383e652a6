import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeSignInLink } from '#features/org/session.store.ts'
import { apiRoutes } from '../../tools/route-table.ts'
import { namingRoutes, namings, pathOf, unnamed } from './alike.ts'
import { openNamed } from './named.ts'
import { Transcript } from './transcript.ts'
import type { World } from './world.ts'

let world: World
let ids: ReadonlyMap<string, string> = new Map()
before(async () => {
  ;({ world, ids } = await openNamed())
})
after(() => world[Symbol.asyncDispose]())

test('every route that names a record is asked about one that is not there', async () => {
  const names = namingRoutes(await apiRoutes()).map(({ name }) => name)
  assert.deepEqual(names.sort(), [...Object.keys(namings), ...Object.keys(unnamed)].sort())
})

test('what is not yours and what is not there are answered alike, to the byte', async () => {
  const differing: string[] = []
  for (const route of namingRoutes(world.routes)) {
    const naming = namings[route.name]
    if (naming === undefined) continue
    const id = ids.get(naming.kind)
    assert.ok(id !== undefined, `there is no ${naming.kind}`)
    const never = `${naming.kind}_aaaaaaaaaaaaaaaaaaaa`
    for (const who of naming.who) {
      const said = await Promise.all(
        [id, never].map(async (one) => {
          const { body, query, headers } = naming
          const path = pathOf(route, one, query)
          const call = {
            method: route.method,
            path,
            ...(body && { body }),
            ...(headers && { headers }),
          }
          return new Transcript().said(await world.ask(who, call)).replaceAll(one, '<>')
        }),
      )
      if (said[0] !== said[1]) differing.push(`${who} ${route.name}: ${said.join(' | ')}`)
      // A list about a record that is not there is as empty as one about nothing.
      const isRefused = /^4(?:01|03|04|09)\n|\n\{"items":\[\]\}$/.test(said[0] ?? '')
      if (!isRefused) differing.push(`${who} ${route.name} is let in: ${said[0]}`)
    }
  }
  assert.deepEqual(differing, [])
})

/** What of an answer a browser may keep: nothing but pages, which are the same for everybody. */
test('no answer of any route may be kept by a browser or by what stands between', async () => {
  for (const { method, path, kind } of world.routes) {
    if (kind === 'events') continue
    const at = path.replace(/\{\w+\}/g, 'none')
    for (const who of ['bela', 'max', 'nobody'] as const) {
      const { headers } = await world.ask(who, { method, path: at })
      assert.equal(headers.get('cache-control'), 'no-store', `${method} ${path}`)
      for (const name of ['etag', 'last-modified', 'expires', 'age']) {
        assert.equal(headers.get(name), undefined, `${method} ${path} has ${name}`)
      }
    }
  }
})

test('signing out has the browser forget the pages that it keeps to go back to', async () => {
  const link = await makeSignInLink(world.database.app, 'person_rita0001', new Date(world.at.ms))
  const opened = await world.ask('nobody', { method: 'POST', path: '/v1/session', body: { link } })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { cookie, 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' }
  const ended = await world.ask('nobody', { method: 'DELETE', path: '/v1/session', headers })
  assert.equal(ended.status, 204)
  assert.equal(ended.headers.get('clear-site-data'), '"cache"')
})
