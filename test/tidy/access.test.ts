import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { Principal } from '#features/org/org.ts'
import { type Permission, permissions, permissionsOf, roles } from '#features/org/role.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Route } from '#platform/http/route.ts'
import { apiRoutes } from '../../tools/route-table.ts'
import { root } from '../root.ts'

const page = readFileSync(join(root, 'docs', 'operations', 'access.md'), 'utf8')

/** The cells of the table of the page whose head begins so. */
function tableOf(head: string): string[][] {
  const [, after = ''] = page.split(`\n| ${head} |`)
  const lines = after.split('\n').slice(2)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end < 0 ? lines.length : end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

let routes: readonly Route<Principal>[]
before(async () => {
  routes = await apiRoutes()
})

test('the page tells the permissions, and which role has which', () => {
  const names = tableOf('Permission').map(([name]) => name)
  assert.deepEqual(names, [...permissions])
  const expected = roles.map((role) => [
    role,
    ...permissions.map((one) => (permissionsOf(role).includes(one) ? 'yes' : '–')),
  ])
  assert.deepEqual(tableOf('Role'), expected)
})

test('the page tells what each route asks', () => {
  const served = routes.map(({ method, path, access }) => `${method} ${path}: ${access.name}`)
  const told = tableOf('Route').map(([name, needs]) => `${name}: ${needs}`)
  assert.deepEqual(told.toSorted(), served.toSorted())
})

/** Whether the words of the page let a role in, by a session or by a token. */
function isLetIn(needs: string, held: readonly Permission[], via: Principal['via']): boolean {
  const [what = '', ...rest] = needs.split(', ')
  if (rest.includes('not by token') && via === 'token') return false
  if (what === 'signed in' || what === 'signed-in') return true
  const has = (name: string): boolean => held.some((one) => one === name)
  return what.includes(' or ') ? what.split(' or ').some(has) : what.split(' and ').every(has)
}

const inOneSession = {
  ...({ via: 'session', role: 'coordinator', person: 'person_x' } as const),
  ...{ organisation: 'org_x', token: null, session: 'session_x' },
}

for (const [hold, past] of [
  ['agreement-needed', / even (?:when held|before agreeing)\b/],
  ['factor-needed', / even when held\b/],
] as const) {
  test(`every route refuses ${hold} that does not say otherwise`, async () => {
    const wrong: string[] = []
    for (const route of routes.filter(({ access }) => !ofItsOwn.has(access.name))) {
      const name = `${route.method} ${route.path}`
      const refusal = await isRefused(route, { ...inOneSession, held: hold })
      if (past.test(route.access.name) !== (refusal === null)) wrong.push(name)
      if (refusal?.includes(`"${hold}"`) === false) wrong.push(`${name}: ${refusal}`)
    }
    assert.deepEqual(wrong, [])
  })
}

test('what says so is refused without a fresh passkey, and nothing else', async () => {
  const wrong: string[] = []
  for (const route of routes.filter(({ access }) => !ofItsOwn.has(access.name))) {
    const refusal = await isRefused(route, { ...inOneSession, mustProve: true })
    const isMarked = route.access.name.endsWith(', with a fresh passkey')
    const isAsked = refusal?.includes('"step-up-needed"') ?? false
    if (isMarked !== isAsked) wrong.push(`${route.method} ${route.path}`)
  }
  assert.deepEqual(wrong, [])
})

const ofItsOwn = new Set(['open', 'token', 'receipt'])

async function isRefused(route: Route<Principal>, principal: Principal): Promise<string | null> {
  const signal = AbortSignal.timeout(10_000)
  const admission = await route
    .admit({
      ...{ signal, clock: systemClock, requestId: 'r', address: '127.0.0.1', isSecure: true },
      ...{ method: route.method, params: { id: 'x' }, search: new URLSearchParams(), headers: {} },
      ...{ principal, carriesBody: true, closing: signal },
    })
    .catch((error: unknown) => {
      // Whoever is let in may be looked up next, and there is no database behind this table.
      if (error instanceof Error && error.message.includes('after calling end')) return null
      throw error
    })
  if (admission === null || admission.ok || admission.refusal.status !== 403) return null
  return String(admission.refusal.body)
}

for (const role of roles) {
  test(`every route lets a ${role} in, or not, as the page says`, async () => {
    const needs = new Map(tableOf('Route').map(([name = '', cell = '']) => [name, cell]))
    const wrong: string[] = []
    for (const route of routes.filter(({ access }) => !ofItsOwn.has(access.name))) {
      for (const via of ['session', 'token'] as const) {
        const name = `${route.method} ${route.path}`
        const held = { via, role, organisation: 'org_x', person: 'person_x', token: null }
        const refusal = await isRefused(route, held)
        const isExpected = isLetIn(needs.get(name) ?? '', permissionsOf(role), via)
        if (isExpected !== (refusal === null)) wrong.push(`${name} by ${via}`)
        if (refusal !== null && !/lacks .*permission|tokens may not/.test(refusal)) {
          wrong.push(`${name} says ${refusal}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })
}
