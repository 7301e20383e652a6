import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RawBuilder, sql } from 'kysely'
import { Client } from 'pg'
import { type Actor, asActor, systemActor } from '#platform/db/as-actor.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { checkedLedger, entryOf, testSigner } from '../../../test/db/ledger.ts'
import { sealEntry, type WholeEntry } from './entry.ts'
import { placePending, record } from './ledger.store.ts'

const staff: Actor = { role: 'coordinator', organisation: 'org_staff', person: 'person_staff' }
const finder: Actor = { role: 'finder', organisation: 'org_finder', person: 'person_finder' }
const now = new Date('2026-03-01T10:00:00Z')

describe('the ledger', () => {
  let database: TestDatabase
  before(async () => {
    database = await freshDatabase()
  })
  after(() => database[Symbol.asyncDispose]())

  const write = (numbers: readonly number[], as: Actor = staff): Promise<void> =>
    asActor(database.app, as, (tx) => record(tx, numbers.map(entryOf)))
  const place = (atMost = 5_000): Promise<number> =>
    placePending({ pool: database.app, signer: testSigner, now, atMost })
  const run = (as: Actor, statement: RawBuilder<unknown>): Promise<unknown> =>
    asActor(database.app, as, (tx) => statement.execute(tx))

  describe('that holds entries', () => {
    beforeEach(async () => {
      await write([0, 1, 2])
      await place()
      await write([3])
    })

    for (const [what, statement] of [
      ['changes an entry', sql`update parley.ledger_entry set leaf = ''`],
      ['deletes an entry', sql`delete from parley.ledger_entry`],
      ['empties the entries', sql`truncate parley.ledger_entry cascade`],
      ['changes a field', sql`update parley.ledger_field set fields = '{}'`],
      ['deletes a field', sql`delete from parley.ledger_field`],
      ['shortens a tile', sql`update parley.ledger_tile set hashes = substring(hashes from 33)`],
      [
        'changes a hash',
        sql`update parley.ledger_tile
        set hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0)) || hashes`,
      ],
      ['deletes a tile', sql`delete from parley.ledger_tile`],
      ['changes a checkpoint', sql`update parley.ledger_checkpoint set note = ''`],
      ['deletes a checkpoint', sql`delete from parley.ledger_checkpoint`],
      ['changes what waits', sql`update parley.ledger_pending set leaf = ''`],
      ['deletes what waits', sql`delete from parley.ledger_pending`],
    ] as const) {
      test(`is not obeyed by the database when the product ${what}`, async () => {
        await assert.rejects(run(systemActor, statement), /permission denied|the ledger (is|loses)/)
      })
    }

    for (const table of ['entry', 'checkpoint', 'pending']) {
      test(`is not changed by the owner of the ${table}s without taking a guard away`, async () => {
        const client = new Client({ connectionString: ownUrl(database) })
        await client.connect()
        try {
          const change = client.query(`delete from parley.ledger_${table}`)
          await assert.rejects(change, /the ledger (is|loses)/)
        } finally {
          await client.end()
        }
      })
    }

    test('gives up a field, and never takes one in its place', async () => {
      const client = new Client({ connectionString: ownUrl(database) })
      await client.connect()
      const change = (fields: string, more = '') =>
        client.query(`update parley.ledger_field set fields = ${fields} ${more} where index = 1`)
      try {
        await assert.rejects(change(`fields || '{"reason": {"salt": "", "value": ""}}'`))
        await assert.rejects(change(`jsonb_set(fields, '{record,value}', '"x"')`, ", record = 'x'"))
        await assert.rejects(change(`fields - 'actor'`), /person_is_the_actor/)
        await client.query('begin')
        await change(`fields - 'actor'`, ', person = null')
        await client.query('rollback')
      } finally {
        await client.end()
      }
    })
  })

  test('takes entries of who acts only, for whom and as what they act', async () => {
    const own: WholeEntry = {
      ...entryOf(0),
      actor: { person: 'person_finder', organisation: 'org_finder', role: 'finder' },
    }
    const forged: WholeEntry['actor'][] = [
      { ...own.actor, person: 'person_staff' },
      { ...own.actor, organisation: 'org_staff' },
      { ...own.actor, role: 'coordinator' },
      { person: null, organisation: null, role: 'system' },
    ]
    for (const actor of forged) {
      const writing = asActor(database.app, finder, (tx) => record(tx, [{ ...own, actor }]))
      await assert.rejects(writing, /row-level security/)
    }
    const { action, leaf, fields } = sealEntry(own)
    await assert.rejects(
      database.app.query(
        'insert into parley.ledger_pending (action, leaf, fields) values ($1, $2, $3)',
        [...[action, leaf, JSON.stringify(fields)]],
      ),
      /row-level security/,
    )
    await asActor(database.app, finder, (tx) => record(tx, [own]))
  })

  test('shows nothing to finders, and gives them no place to write in', async () => {
    for (const table of ['pending', 'entry', 'field', 'tile', 'checkpoint']) {
      const of = sql.table(`parley.ledger_${table}`)
      const found = await asActor(database.app, finder, (tx) =>
        sql`select * from ${of}`.execute(tx),
      )
      assert.deepEqual(found.rows, [], table)
    }
    const entry = sql`insert into parley.ledger_entry values (999, 999, 'case.read', '{}')`
    for (const as of [finder, staff]) await assert.rejects(run(as, entry), /row-level security/)
  })
})

describe('places in the ledger', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await freshDatabase()
  })
  const ended = async (): Promise<void> => database[Symbol.asyncDispose]()

  const write = (numbers: readonly number[]): Promise<void> =>
    asActor(database.app, staff, (tx) => record(tx, numbers.map(entryOf)))
  const place = (atMost = 5_000): Promise<number> =>
    placePending({ pool: database.app, signer: testSigner, now, atMost })

  test('are not given to what was rolled back', async () => {
    const failing = asActor(database.app, staff, async (tx) => {
      await record(tx, [entryOf(1)])
      throw new Error('stop')
    })
    await assert.rejects(failing, /stop/)
    assert.equal(await place(), 0)
    assert.deepEqual(await checkedLedger(database.app), [])
    await ended()
  })

  test('are not given on a tree that is not the one that was signed', async () => {
    await write([0, 1, 2])
    await place()
    const client = new Client({ connectionString: ownUrl(database) })
    await client.connect()
    await client.query(`alter table parley.ledger_tile disable trigger user;
      update parley.ledger_tile set hashes = set_byte(hashes, 40, 1 + get_byte(hashes, 40) % 255)`)
    await client.end()
    await write([3])
    await assert.rejects(place(), /not the one that was signed/)
    await ended()
  })

  test('are given to what commits late, though its number is smaller', async () => {
    let finish = (): void => undefined
    const waiting = new Promise<void>((resolve) => {
      finish = resolve
    })
    let begun = (): void => undefined
    const written = new Promise<void>((resolve) => {
      begun = resolve
    })
    const late = asActor(database.app, staff, async (tx) => {
      await record(tx, [entryOf(1)])
      begun()
      await waiting
    })
    await written
    await write([2])
    assert.equal(await place(), 1)
    finish()
    await late
    assert.equal(await place(), 1)
    assert.deepEqual(await checkedLedger(database.app), ['case_2', 'case_1'])
    await ended()
  })

  test('are given once each, by whoever of many comes first, over many tiles', async () => {
    let isWriting = true
    const places = async (): Promise<void> => {
      while (isWriting) await place(97)
    }
    const placers = [places(), places(), places()]
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (let at = 0; at < 20; at++) {
        await write(Array.from({ length: at }, (_, one) => writer * 1_000 + at * 20 + one))
      }
    })
    await Promise.all(writers)
    isWriting = false
    await Promise.all(placers)
    while ((await place(97)) > 0);
    const found = await checkedLedger(database.app)
    assert.equal(found.length, 4 * 190)
    assert.equal(new Set(found).size, found.length)
    await ended()
  })

  test('are neither lost nor given twice when the process is killed at any moment', async () => {
    const script = fileURLToPath(new URL('../../../test/db/ledger-placer.ts', import.meta.url))
    let written = 0
    for (let kill = 0; kill < 5; kill++) {
      const child = spawn(process.execPath, [script, database.appUrl])
      await once(child.stdout, 'data')
      const until = performance.now() + 60 + kill * 37
      while (performance.now() < until) {
        await write(Array.from({ length: 5 }, () => written++))
      }
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const before = (await checkedLedger(database.app)).length
    assert.ok(before > 0 && written > 0, `${before} of ${written}`)
    // The lock of a process that died is free as soon as the server has noticed.
    for (let tries = 0; tries < 50 && (await place()) === 0; tries++) await pause(20)
    const found = await checkedLedger(database.app)
    const wanted = Array.from({ length: written }, (_, at) => `case_${at}`)
    assert.deepEqual(found.toSorted(), wanted.toSorted())
    await ended()
  })
})

/** A login that is bound by no policy, in the database of the test. */
const ownUrl = (database: TestDatabase): string =>
  database.superuserUrl.replace(/[^/]*$/, database.name)
