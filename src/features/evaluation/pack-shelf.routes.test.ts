import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { personOf, type Who } from '../../../test/engagement/desk-world.ts'
import {
  declarationOf,
  EvaluationWorld,
  packOf,
  sealedFiles,
  tarOfFiles,
} from '../../../test/engagement/evaluation-world.ts'
import { OpenedTaskListWire } from './pack-shelf.wire.ts'

let world: EvaluationWorld
before(async () => {
  world = await EvaluationWorld.open()
  // The database holds openings against its own clock.
  world.desk.server.pass(Date.now() - world.desk.server.now.getTime())
})
after(() => world[Symbol.asyncDispose]())

const as = (who: Who, call: string, body?: unknown) =>
  world.desk.as(who, call, body === undefined ? {} : { body })
const commit = (who: Who, document: unknown) => as(who, 'POST /v1/packs', document)

describe('a commitment is refused', () => {
  test('of a version that was committed to with another root', async () => {
    const { document } = packOf('twice')
    const first = await world.must('eve', 'POST /v1/packs', document)
    const same = await world.must('eve', 'POST /v1/packs', document)
    assert.deepEqual(same, { id: first.id, isSame: true })
    const other = { ...document, root: 'ab'.repeat(32) }
    assert.equal((await commit('eve', other)).status, 409)
    // Whoever may not know of the pack is told the same of the very root.
    assert.equal((await commit('ed', document)).status, 409)
    const texts = [await commit('ed', other), await commit('ed', document)].map(({ text }) =>
      text.replace(/urn:parley:request:[^"]+/, ''),
    )
    assert.equal(texts[0], texts[1])
  })

  test('above the ceiling, for whoever is not cleared, and without a label', async () => {
    for (const [label, status] of [
      ['SECRET//TLP:RED', 422],
      ['TLP:RED', 403],
      ['quite secret', 422],
    ] as const) {
      const { document } = packOf('labelled', label)
      assert.equal((await commit('eve', document)).status, status, label)
    }
  })

  test('of developers, finders and readers', async () => {
    for (const who of ['dora', 'fay', 'rea'] as const) {
      assert.equal((await commit(who, packOf('theirs').document)).status, 403)
    }
  })
})

describe('a sealed pack', () => {
  const committed = async (name: string): Promise<string> =>
    (await world.must('eve', 'POST /v1/packs', packOf(name).document)).id
  const handIn = (who: Who, id: string, raw: Buffer) =>
    world.desk.as(who, `PUT /v1/packs/${id}/sealed`, { raw })

  test('is not taken where something is missing, too much or not sealed', async () => {
    const id = await committed('incomplete')
    const files = [...(await sealedFiles())]
    const tries: readonly (readonly [string, readonly (readonly [string, Uint8Array])[]])[] = [
      ['lacks pairs/1-2.age', files.filter(([name]) => !name.startsWith('pairs'))],
      ['lacks holders.json', files.filter(([name]) => name !== 'holders.json')],
      ['no file of a sealed pack', [...files, ['pack.tar', Buffer.from('x')]]],
      ['without holders', [...files, ['pairs/1-3.age', files[1]?.[1] ?? Buffer.alloc(0)]]],
      [
        'pack.tar.age is not sealed',
        files.map(([name, bytes]) =>
          name === 'pack.tar.age' ? [name, Buffer.from('in the clear')] : [name, bytes],
        ),
      ],
    ]
    for (const [why, entries] of tries) {
      const told = await handIn('eve', id, tarOfFiles(entries))
      assert.equal(told.status, 422, why)
      assert.match(told.text, new RegExp(why))
    }
    const cut = tarOfFiles(files).subarray(0, 1_000)
    assert.equal((await handIn('eve', id, cut)).status, 422)
    const kept: string[] = []
    for await (const blob of world.blobs.list()) kept.push(blob)
    assert.deepEqual(kept, [])
  })

  test('is taken once, from whoever keeps it', async () => {
    const id = await committed('once')
    const tar = tarOfFiles(await sealedFiles())
    assert.equal((await handIn('ed', id, tar)).status, 404)
    assert.equal((await handIn('eve', id, tar)).status, 201)
    assert.equal((await handIn('eve', id, tar)).status, 409)
    assert.deepEqual((await world.must('eve', `GET /v1/packs/${id}`)).holders, ['ada', 'ben'])
  })
})

/** The names of the files in a tar archive that somebody fetches. */
async function fetched(who: Who, id: string): Promise<readonly string[]> {
  const told = await as(who, `GET /v1/packs/${id}/sealed`)
  assert.equal(told.status, 200, told.text)
  // Headers are ASCII; what is between them is not text.
  const names = told.text.matchAll(/([a-z]+\.json|[a-z]+\.(?:tar|json)\.age|pairs\/\d-\d\.age)\0/g)
  return [...names].map(([, name]) => name ?? '')
}

describe('a right by name', () => {
  test('lets somebody see that a pack exists, or also fetch it, and ends at once', async () => {
    const { id } = await world.pack('rights')
    const right = (may: string) =>
      world.must('eve', `PUT /v1/packs/${id}/rights/${personOf('ed')}`, { may })
    assert.equal((await as('ed', `GET /v1/packs/${id}`)).status, 404)
    assert.equal((await as('ed', `GET /v1/packs/${id}/sealed`)).status, 404)
    await right('view')
    const seen = await world.must('ed', `GET /v1/packs/${id}`)
    assert.deepEqual([seen.mayQuery, seen.mayKeep], [false, false])
    assert.equal((await as('ed', `GET /v1/packs/${id}/sealed`)).status, 403)
    await right('query')
    assert.equal((await as('ed', `GET /v1/packs/${id}/sealed`)).status, 200)
    await right('view')
    assert.equal((await as('ed', `GET /v1/packs/${id}/sealed`)).status, 403)
    await world.must('eve', `DELETE /v1/packs/${id}/rights/${personOf('ed')}`)
    assert.equal((await as('ed', `GET /v1/packs/${id}`)).status, 404)
    assert.ok(!(await as('ed', 'GET /v1/packs')).text.includes(id))
  })

  test('is given by who keeps the pack, to who evaluates for the same organisation', async () => {
    const { id } = await world.pack('given')
    const give = (who: Who, to: string) =>
      as(who, `PUT /v1/packs/${id}/rights/${personOf(to)}`, { may: 'query' })
    await world.must('eve', `PUT /v1/packs/${id}/rights/${personOf('ed')}`, { may: 'query' })
    assert.equal((await give('ed', 'ed')).status, 403)
    assert.equal((await give('ash', 'ash')).status, 404)
    for (const to of ['ash', 'dora', 'rea', 'nobody']) {
      assert.equal((await give('eve', to)).status, 409, to)
    }
  })
})

describe('the key of a pair of holders', () => {
  const wish = (made: { pack: string; engagement: string }, pair = '1-2') => ({
    ...{ kind: 'pack.open', reason: 'The run begins.', hours: 2 },
    request: { pack: made.pack, engagement: made.engagement, pair },
  })
  const ask = async (who: Who, made: { pack: string; engagement: string }) =>
    (await world.must(who, 'POST /v1/approvals', wish(made))).id
  const grant = async (who: Who, id: string) => {
    const page = await as(who, `GET /v1/approvals/${id}`)
    const digest = page.status === 200 ? JSON.parse(page.text).digest : 'ab'.repeat(32)
    return as(who, `POST /v1/approvals/${id}/grant`, { digest, reason: 'Seen.' })
  }
  const withRights = async (name: string) => {
    const made = await world.declared(name)
    const call = `PUT /v1/packs/${made.pack}/rights/${personOf('ed')}`
    await world.must('eve', call, { may: 'query' })
    return made
  }

  test('is given out by no one alone, nor by two accounts of one human', async () => {
    const made = await withRights('alone')
    assert.ok(!(await fetched('eve', made.pack)).includes('pairs/1-2.age'))
    const id = await ask('eve', made)
    assert.equal((await grant('eve', id)).status, 403)
    await asActor(world.desk.server.database.app, systemActor, async (tx) => {
      const [one, other] = [personOf('ed'), personOf('eve')].sort()
      await sql`insert into parley.same_human (person_id, other_id, said_at)
        values (${one}, ${other}, now())`.execute(tx)
    })
    const granted = await grant('ed', id)
    await asActor(world.desk.server.database.app, systemActor, (tx) =>
      sql`delete from parley.same_human`.execute(tx),
    )
    assert.equal(granted.status, 403, granted.text)
    assert.match(granted.text, /same-human/)
    assert.ok(!(await fetched('eve', made.pack)).includes('pairs/1-2.age'))
  })

  test('is asked for, seen and granted by nobody who may not fetch the pack', async () => {
    const made = await world.declared('unseen')
    for (const who of ['ed', 'ash'] as const) {
      assert.equal((await as(who, 'POST /v1/approvals', wish(made))).status, 409)
    }
    const id = await ask('eve', made)
    for (const who of ['ed', 'ash', 'dora'] as const) {
      assert.equal((await as(who, `GET /v1/approvals/${id}`)).status, 404, who)
      assert.equal((await grant(who, id)).status, 404, who)
      assert.ok(!(await as(who, 'GET /v1/approvals')).text.includes(id))
    }
    await world.must('eve', `PUT /v1/packs/${made.pack}/rights/${personOf('ed')}`, { may: 'view' })
    assert.equal((await grant('ed', id)).status, 404)
  })

  test('is not for another pair, what was not declared, or a person not named', async () => {
    const made = await withRights('elsewhere')
    const other = await world.desk.agreed([personOf('eve')])
    for (const body of [
      wish(made, '2-1'),
      wish(made, '1-3'),
      wish({ ...made, engagement: other }),
    ]) {
      assert.equal((await as('eve', 'POST /v1/approvals', body)).status, 409)
    }
    const few = await world.desk.agreed([personOf('ed')])
    const path = `/v1/engagements/${few}/declarations`
    const { digest } = await world.must('eve', `POST ${path}`, declarationOf(made.root))
    await world.must('dora', `POST ${path}/${digest}/agreement`)
    assert.equal(
      (await as('eve', 'POST /v1/approvals', wish({ ...made, engagement: few }))).status,
      409,
    )
  })

  test('is given out once another agreed, for a while, and both sides read of it', async () => {
    const made = await withRights('opened')
    const id = await ask('eve', made)
    assert.equal((await grant('ed', id)).status, 204)
    assert.deepEqual(await fetched('eve', made.pack), [
      ...['holders.json', 'pack.tar.age', 'pairs/1-2.age', 'salts.json.age'],
    ])
    // Whoever granted it does not get it.
    assert.ok(!(await fetched('ed', made.pack)).includes('pairs/1-2.age'))
    const { items } = await world.must('dora', `GET /v1/engagements/${made.engagement}/events`)
    const actions = items.map((one: { action: string }) => one.action)
    assert.ok(actions.includes('pack.open') && actions.includes('pack.fetch'), actions.join())
    const { openings } = await world.must('eve', `GET /v1/packs/${made.pack}`)
    assert.deepEqual(
      openings.map((one: { pair: string; grantedBy: string }) => [one.pair, one.grantedBy]),
      [['1-2', personOf('ed')]],
    )
    world.desk.server.pass(12 * 3_600_000)
    assert.ok(!(await fetched('eve', made.pack)).includes('pairs/1-2.age'))
  })

  test('is kept back by the database itself once its time is over', async () => {
    const made = await withRights('late')
    const id = await ask('eve', made)
    assert.equal((await grant('ed', id)).status, 204)
    const pairs = () =>
      asActor(
        world.desk.server.database.app,
        { role: 'evaluator', organisation: 'org_oakinst01', person: personOf('eve') },
        async (tx) =>
          (
            await sql`select 1 from parley.pack_file f join parley.pack p on p.no = f.pack_no
              where p.id = ${made.pack} and f.name like 'pairs/%'`.execute(tx)
          ).rows.length,
      )
    assert.equal(await pairs(), 1)
    const owner = new Client({ connectionString: superuserOf(world) })
    await owner.connect()
    await owner.query(
      `update parley.pack_opening set until = now() - interval '1 second'
      where approval_id = $1`,
      [id],
    )
    await owner.end()
    assert.equal(await pairs(), 0)
  })
})

function superuserOf({ desk }: EvaluationWorld): string {
  const url = new URL(desk.server.database.superuserUrl)
  url.pathname = `/${desk.server.database.name}`
  return url.href
}

describe('a single task', () => {
  test('is opened with its proof, and not with another’s', async () => {
    const made = await world.declared('tasks')
    const { open } = packOf('tasks')
    const path = `/v1/packs/${made.pack}/tasks`
    const opening = await open('task-2')
    for (const wrong of [
      { ...opening, id: 'task-3' },
      { ...opening, salt: 'ab'.repeat(32) },
      { ...opening, entries: [{ kind: 'folder', path: 'other' }] },
      await packOf('other').open('task-2'),
    ]) {
      assert.equal((await as('eve', `POST ${path}`, wrong)).status, 422)
    }
    assert.equal((await as('ed', `POST ${path}`, opening)).status, 404)
    await world.must('eve', `POST ${path}`, opening)
    await world.must('eve', `POST ${path}`, opening)
    const { items, commitment } = await world.must('dora', `GET ${path}`)
    assert.deepEqual(items[0].opening, opening)
    assert.equal(items.length, 1)
    assert.equal(commitment.root, made.root)
    for (const who of ['elm', 'ash', 'ed'] as const) {
      assert.equal((await as(who, `GET ${path}`)).status, 404, who)
    }
  })

  test('regression: what was opened comes page by page, however large it is', async () => {
    const made = await world.declared('pages')
    const opening = await packOf('pages').open('task-1')
    const entries = Array.from({ length: 9_000 }, (_, n) => ({
      ...{ kind: 'folder', path: `${n}`.padStart(50, 'x') },
    }))
    await asActor(world.desk.server.database.app, systemActor, (tx) =>
      sql`insert into parley.pack_task (pack_no, place, task, opening, published_at, published_by)
        select p.no, n, 'task-' || n, ${JSON.stringify({ ...opening, entries })}::jsonb, now(),
          ${personOf('eve')} from parley.pack p, generate_series(0, 3) n
        where p.id = ${made.pack}`.execute(tx),
    )
    const seen = []
    for (let after: number | null = -1; after !== null; ) {
      const path = `/v1/packs/${made.pack}/tasks?after=${after}`
      const told = await as('dora', `GET ${path}`)
      assert.equal(told.status, 200, told.text)
      assert.ok(told.text.length < 1_500_000, `${told.text.length}`)
      const { items, next } = OpenedTaskListWire.parse(JSON.parse(told.text))
      seen.push(...items.map(({ task }) => task))
      after = next
    }
    assert.deepEqual(seen, ['task-0', 'task-1', 'task-2', 'task-3'])
  })

  test('is not opened before the commitment was published', async () => {
    const { document, open } = packOf('unpublished')
    const { id } = await world.must('eve', 'POST /v1/packs', document)
    const told = await as('eve', `POST /v1/packs/${id}/tasks`, await open('task-1'))
    assert.equal(told.status, 409)
  })
})

test('a developer sees a commitment once it is published and declared to it', async () => {
  const { id, root } = await world.pack('shown')
  const engagement = await world.desk.agreed([personOf('eve')])
  assert.equal((await as('dora', `GET /v1/packs/${id}`)).status, 404)
  await world.must('eve', `POST /v1/engagements/${engagement}/declarations`, declarationOf(root))
  const seen = await world.must('dora', `GET /v1/packs/${id}`)
  assert.deepEqual([seen.commitment.root, seen.mayQuery, seen.rights], [root, false, []])
  assert.equal((await as('dora', `GET /v1/packs/${id}/sealed`)).status, 403)
  for (const who of ['elm', 'ash'] as const) {
    assert.equal((await as(who, `GET /v1/packs/${id}`)).status, 404, who)
  }
})
