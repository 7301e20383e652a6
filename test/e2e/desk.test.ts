import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeToken } from '#features/org/org.store.ts'
import type { Role } from '#features/org/role.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { DeskWorld, developer, evaluator, personOf } from '../engagement/desk-world.ts'
import { parley } from './parley.ts'

let desk: DeskWorld
const tokens = new Map<string, string>()
const folder = mkdtempSync(join(tmpdir(), 'parley-desk-'))
before(async () => {
  desk = await DeskWorld.open()
  await asActor(desk.server.database.app, systemActor, async (tx) => {
    for (const [who, organisation, role] of [
      ['dora', developer, 'developer'],
      ['eve', evaluator, 'evaluator'],
    ] as const satisfies readonly (readonly [string, string, Role])[]) {
      const wish = { name: who, organisation, owner: personOf(who), role, days: 30 }
      tokens.set(who, (await makeToken(tx, wish, desk.server.now)).token)
    }
  })
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await desk[Symbol.asyncDispose]()
})

const as = (who: string, ...args: readonly string[]) =>
  parley(['desk', ...args], {
    env: { PARLEY_URL: desk.server.url, PARLEY_TOKEN: tokens.get(who) ?? '' },
  })
const fileOf = (name: string, value: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}
/** The id of a new offer. */
async function offered(): Promise<string> {
  const file = fileOf('offer.json', { evaluator, proposal: desk.wish() })
  const { code, out, err } = await as('dora', 'offer', file)
  assert.equal(code, 0, err)
  return out.split(' ')[0] ?? ''
}

describe('the desk refuses', () => {
  for (const [title, args, code, says] of [
    ['an address without TLS elsewhere', ['list', '--to', 'http://example.org'], 2, /over http/],
    ['acceptance of nothing in particular', ['say', 'engagement_x', 'accept'], 2, /--digest/],
    ['a plan without a moment', ['say', 'engagement_x', 'plan-release'], 2, /--at/],
    ['a file that is not there', ['offer', '/nowhere/offer.json'], 3, /is not there/],
    ['a file that is empty', ['offer', '/dev/null'], 4, /\/dev\/null: is empty/],
    ['what is not there', ['show', 'engagement_00000000'], 3, /no such engagement/],
    ['an act that there is not', ['say', 'engagement_00000000', 'approve'], 4, /\/kind/],
  ] as const) {
    test(title, async () => {
      const told = await as('dora', ...args)
      assert.equal(told.code, code, told.err)
      assert.match(told.err, says)
    })
  }

  test('an offer, with the place of what is wrong', async () => {
    const proposal = { ...desk.wish(), plannedReleaseAt: '2020-01-01T00:00:00Z' }
    const told = await as('dora', 'offer', fileOf('wrong.json', { evaluator, proposal }))
    assert.equal(told.code, 4)
    assert.match(told.err, /\/proposal\/window\/closesAt: It ends no later than/)
  })
})

test('an offer is made, agreed to, watched and left from the command line', async () => {
  const id = await offered()
  const countered = fileOf('counter.json', {
    proposal: desk.wish(),
    independence: { isIndependent: true, conflicts: [] },
  })
  assert.equal((await as('eve', 'say', id, 'counter', '--file', countered)).code, 0)
  const shown = await as('dora', 'show', id)
  assert.match(shown.out, /changed:\n {2}\/independence/)
  const [, digest = ''] = /digest ([0-9a-f]{64})/.exec(shown.out) ?? []
  const agreed = await as('dora', 'say', id, 'accept', '--digest', digest)
  assert.match(agreed.out, /agreed {2}Larch 4-preview {2}to oakinst01 {2}access not open yet/)
  assert.match(agreed.out, /Nothing here holds, delays or permits a release\./)
  const left = await as('dora', 'leave', id)
  assert.match(left.out, /closed .*access ended .*developer-ended/)
  assert.match((await as('dora', 'leave', id)).out, /nothing left to leave/)
  const log = await as('dora', 'log', id)
  assert.match(log.out, /dora {2}engagement\.act {2}.*act end/)
  assert.match((await as('eve', 'list')).out, new RegExp(`${id} {2}closed`))
})

test('the example is an offer, but for whom it is made to', async () => {
  const { out } = await as('dora', 'example')
  const body = { ...JSON.parse(out), evaluator }
  const told = await as('dora', 'offer', fileOf('example.json', body))
  // Its moments are counted from the real clock, which is later than that of this server.
  assert.equal(told.code, 0, told.err)
})
