import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { opensAfterMs, personOf, type Who } from '../../../test/engagement/desk-world.ts'
import {
  declarationOf,
  EvaluationWorld,
  packOf,
} from '../../../test/engagement/evaluation-world.ts'

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
})
after(() => world[Symbol.asyncDispose]())

const pathOf = (engagement: string): string => `/v1/engagements/${engagement}/declarations`
const propose = (who: Who, engagement: string, body: unknown) =>
  world.desk.as(who, `POST ${pathOf(engagement)}`, { body })
const agree = (who: Who, engagement: string, digest: string) =>
  world.desk.as(who, `POST ${pathOf(engagement)}/${digest}/agreement`)

describe('a declaration is refused', () => {
  test('that contradicts itself or the commitment, with where', async () => {
    const { root } = await world.pack('contradicted')
    const engagement = await world.desk.agreed()
    const of = (strata: readonly object[]) => declarationOf(root, { strata })
    const cases = [
      [declarationOf('ab'.repeat(32)), '/bankRoot'],
      [of([{ name: 'crypto', weight: 0.9, tasksMax: 3 }]), '/strata'],
      [
        of([
          { name: 'crypto', weight: 0.5, tasksMax: 3 },
          { name: 'pwn', weight: 0.5, tasksMax: 3 },
        ]),
        '/strata/1/name',
      ],
      [of([{ name: 'crypto', weight: 1, tasksMax: 99 }]), '/strata/0/tasksMax'],
      [declarationOf(root, { threshold: 1 }), '/threshold'],
    ] as const
    for (const [body, pointer] of cases) {
      const told = await propose('eve', engagement, body)
      assert.equal(told.status, 422, pointer)
      assert.equal(JSON.parse(told.text).errors[0].pointer, pointer)
    }
  })

  test('of a pack that was not published, or is another evaluator’s', async () => {
    const engagement = await world.desk.agreed()
    for (const who of ['eve', 'ash'] as const) {
      const { document } = packOf('hidden')
      await world.must(who, 'POST /v1/packs', document)
      const told = await propose('eve', engagement, declarationOf(document.root))
      assert.equal(JSON.parse(told.text).errors[0].pointer, '/bankRoot', who)
    }
  })

  test('by whoever is of neither side, or may not know of the pack', async () => {
    const { root } = await world.pack('strange')
    const engagement = await world.desk.agreed()
    for (const who of ['elm', 'ash'] as const) {
      assert.equal((await propose(who, engagement, declarationOf(root))).status, 404, who)
    }
    assert.equal((await propose('rea', engagement, declarationOf(root))).status, 403)
    const told = await propose('ed', engagement, declarationOf(root))
    assert.equal(JSON.parse(told.text).errors[0].pointer, '/bankRoot')
    assert.equal((await world.desk.as('elm', `GET ${pathOf(engagement)}`)).status, 404)
  })

  test('once the window is open, whoever proposes it, and so is an agreement to one', async () => {
    const { root } = await world.pack('late')
    const engagement = await world.desk.agreed()
    const { digest } = JSON.parse((await propose('eve', engagement, declarationOf(root))).text)
    world.desk.server.pass(opensAfterMs)
    const other = declarationOf(root, { threshold: 0.6 })
    for (const who of ['eve', 'dora'] as const) {
      assert.equal((await propose(who, engagement, other)).status, 409, who)
    }
    assert.equal((await agree('dora', engagement, digest)).status, 409)
    const { items } = await world.must('dora', `GET ${pathOf(engagement)}`)
    assert.deepEqual([items.length, items[0].agreedAt], [1, null])
  })

  test('by the database itself, whatever a statement says', async () => {
    const { root } = await world.pack('statement')
    const engagement = await world.desk.agreed()
    const { digest } = JSON.parse((await propose('eve', engagement, declarationOf(root))).text)
    const { opensAt } = (await world.must('eve', `GET /v1/engagements/${engagement}`)).access
    const statement = sql`update parley.declaration set developer_at = ${opensAt},
        developer_by = ${personOf('dora')}, agreed_at = ${opensAt}
      where engagement_id = ${engagement} and digest = ${digest}`
    await assert.rejects(
      asActor(world.desk.server.database.app, systemActor, (tx) => statement.execute(tx)),
      /agreed before there is access/,
    )
  })
})

describe('a declaration', () => {
  test('is agreed to with the second side, by its digest, and stays as it is', async () => {
    const { root } = await world.pack('agreed')
    const engagement = await world.desk.agreed()
    const made = await propose('dora', engagement, declarationOf(root))
    assert.equal(made.status, 201, made.text)
    const { digest, agreedAt } = JSON.parse(made.text)
    assert.equal(agreedAt, null)
    assert.equal((await agree('dan', engagement, digest)).status, 200)
    assert.equal((await agree('eve', engagement, 'ab'.repeat(32))).status, 404)
    const agreed = JSON.parse((await agree('eve', engagement, digest)).text)
    assert.ok(agreed.agreedAt !== null && agreed.isStanding)
    assert.deepEqual(JSON.parse((await agree('eve', engagement, digest)).text), agreed)
    assert.deepEqual(agreed.declaration, declarationOf(root))
    const changed = sql`update parley.declaration set agreed_at = null where digest = ${digest}`
    await assert.rejects(
      asActor(world.desk.server.database.app, systemActor, (tx) => changed.execute(tx)),
      /never changed/,
    )
  })

  test('gives way to one that both agreed to after it; both stay to be read', async () => {
    const { engagement, root, digest } = await world.declared('versions')
    const next = declarationOf(root, { threshold: 0.6 })
    const { digest: later } = JSON.parse((await propose('eve', engagement, next)).text)
    const standing = async () =>
      (await world.must('dora', `GET ${pathOf(engagement)}`)).items.map(
        (one: { digest: string; isStanding: boolean }) => [one.digest, one.isStanding],
      )
    assert.deepEqual(await standing(), [
      [digest, true],
      [later, false],
    ])
    await agree('dora', engagement, later)
    assert.deepEqual(await standing(), [
      [digest, false],
      [later, true],
    ])
  })
})
