import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { asActor } from '#platform/db/as-actor.ts'
import { openSystemPool } from '#platform/db/connection.ts'
import { freshDatabase, type TestDatabase } from '../../../../test/db/database.ts'
import { budgetRules, drawOn, limits, spending } from '../../../../test/engagement/budget-rules.ts'
import {
  asOwner,
  cast,
  developerSays,
  newEngagement,
} from '../../../../test/engagement/kept-engagement.ts'
import { digestOfEntry } from './access-chain.ts'
import { listAccess } from './access-log.store.ts'
import type { AccessEntry, BudgetBook, Drawn } from './books.ts'
import { MemoryBudgets } from './memory-budgets.ts'
import { WrittenBooks } from './written-books.store.ts'

const poolLimits = { connectionsMax: 3, statementTimeoutMs: 30_000, idleInTransactionMs: 60_000 }

describe('books in the database', () => {
  let database: TestDatabase
  let pool: Pool
  let books: BudgetBook
  before(async () => {
    database = await freshDatabase()
    pool = openSystemPool(database.appUrl, poolLimits)
    books = new WrittenBooks(pool).budgets
  })
  after(async () => {
    await pool.end()
    await database[Symbol.asyncDispose]()
  })

  const usedBy = async (engagement: string, account: string) => {
    const { rows } = await pool.query(
      `select requests, tokens, micro_usd as "microUsd", at_once as "atOnce"
       from parley.gateway_account where gate_id = $1 and name = $2`,
      [engagement, account],
    )
    return rows[0] ?? { requests: 0, tokens: 0, microUsd: 0, atOnce: 0 }
  }
  const opened = async () => {
    const engagement = await newEngagement(database)
    return {
      ...{ budgets: books, engagement },
      usedBy: (account: string) => usedBy(engagement, account),
      // Leases are counted by the database: what lies in time before now is over.
      pass: (ms: number) =>
        asOwner(
          database,
          `update parley.gateway_reservation set lease_until = lease_until
            - make_interval(secs => $1) where gate_id = $2`,
          [ms / 1000, engagement],
        ),
    }
  }
  budgetRules(opened, 12)

  test('gateways that reserve at the same moment never pass the budget together', async () => {
    const { engagement } = await opened()
    const nodes = [1, 2, 3, 4].map(() => openSystemPool(database.appUrl, poolLimits))
    const many = { requests: 1_000, tokens: 5_000, microUsd: 1_000_000, atOnce: 1_000 }
    const accounts = [{ name: 'whole', limits: many }]
    const all = await Promise.all(
      nodes.flatMap((node, place) => {
        const { budgets } = new WrittenBooks(node)
        return Array.from({ length: 40 }, async (_, turn) => {
          const run = `run-${turn % 3}`
          const own = { name: `run ${run}`, limits: many }
          const more = { accounts: [...accounts, own], run, request: `${place}-${turn}` }
          const drawn = await budgets.reserve(drawOn(engagement, more))
          if (drawn.is === 'reserved' && turn % 2 === 0) {
            await budgets.settle(drawn.reservation, spending(100))
          }
          return drawn.is
        })
      }),
    )
    assert.equal(all.filter((is) => is === 'reserved').length, 50)
    assert.equal((await usedBy(engagement, 'whole')).tokens, 5_000)
    await Promise.all(nodes.map((node) => node.end()))
  })

  test('what is written at once is answered as if each came in its turn', async () => {
    const draw = fc.record({
      ...{ run: fc.constantFrom('a', 'b'), request: fc.nat(40).map(String) },
      ...{
        digest: fc.constantFrom('d', 'd', 'd', 'e'),
        tokens: fc.nat(150),
        microUsd: fc.nat(900),
      },
    })
    const round = fc.record({
      draws: fc.array(draw, { maxLength: 8 }),
      settles: fc.array(fc.record({ tokens: fc.nat(200), isAnswered: fc.boolean() }), {
        maxLength: 8,
      }),
    })
    const all = { requests: 40, tokens: 3_000, microUsd: 20_000, atOnce: 12 }
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 8 }), async (rounds) => {
        const { engagement } = await opened()
        const model = new MemoryBudgets({ now: () => new Date(0) })
        let open: { readonly ours: string; readonly theirs: string }[] = []
        for (const { draws, settles } of rounds) {
          const asked = draws.map(({ run, ...more }) => {
            const own = { name: `run ${run}`, limits: { ...all, tokens: 1_500 } }
            return drawOn(engagement, {
              run,
              ...more,
              accounts: [{ name: 'whole', limits: all }, own],
            })
          })
          const ours = await Promise.all(asked.map((one) => books.reserve(one)))
          const theirs: Drawn[] = []
          for (const one of asked) theirs.push(await model.reserve(one))
          assert.deepEqual(ours.map(nameless), theirs.map(nameless))
          open.push(...pairs(ours, theirs))
          const ending = open.slice(0, settles.length)
          open = open.slice(settles.length)
          const ended = ending.map((pair, place) => ({ ...pair, ...settles[place] }))
          const spent = ({ tokens = 0, isAnswered = false }) => spending(tokens, isAnswered)
          await Promise.all(ended.map((one) => books.settle(one.ours, spent(one))))
          for (const one of ended) await model.settle(one.theirs, spent(one))
          for (const account of ['whole', 'run a', 'run b']) {
            assert.deepEqual(await usedBy(engagement, account), model.usedBy(engagement, account))
          }
        }
      }),
      { numRuns: 25 },
    )
  })

  test('whoever draws by what has changed is told so, alone and beside others', async () => {
    const [one, other] = [await opened(), await opened()]
    const { rows } = await pool.query('select changes from parley.gateway_gate where id = $1', [
      one.engagement,
    ])
    const seen = Number(rows[0]?.changes)
    const draw = (request: string) => ({ ...drawOn(one.engagement, { request }), seen })
    assert.equal((await books.reserve(draw('a'))).is, 'reserved')
    await developerSays(database, one.engagement, { kind: 'pause' })
    assert.deepEqual(await books.reserve(draw('b')), { is: 'changed' })
    const both = [draw('c'), drawOn(other.engagement), { ...draw('d'), seen: seen + 1 }]
    const told = await Promise.all(both.map((each) => books.reserve(each)))
    assert.deepEqual(
      told.map(({ is }) => is),
      ['changed', 'reserved', 'reserved'],
    )
    assert.equal((await usedBy(one.engagement, 'whole')).requests, 2)
  })

  test('of what is settled twice at once the first counts', async () => {
    const { engagement } = await opened()
    const drawn = await books.reserve(drawOn(engagement))
    assert.ok(drawn.is === 'reserved')
    await Promise.all([70, 10].map((tokens) => books.settle(drawn.reservation, spending(tokens))))
    assert.equal((await usedBy(engagement, 'whole')).tokens, 70)
  })

  test('what a gateway that dies had reserved stays used, and counts once', async () => {
    const { engagement, pass } = await opened()
    const dying = openSystemPool(database.appUrl, poolLimits)
    const drawn = await new WrittenBooks(dying).budgets.reserve(drawOn(engagement))
    assert.equal(drawn.is, 'reserved')
    await dying.end()
    assert.deepEqual(await books.reserve(drawOn(engagement)), { is: 'in-flight' })
    await pass(60_001)
    const again = await books.reserve(drawOn(engagement))
    assert.equal(again.is, 'reserved')
    assert.deepEqual(await usedBy(engagement, 'run'), {
      ...{ requests: 1, tokens: 200, microUsd: 200, atOnce: 1 },
    })
  })

  test('nobody but the product itself draws on a budget', async () => {
    const { engagement } = await opened()
    const { budgets } = new WrittenBooks(database.app)
    await assert.rejects(budgets.reserve(drawOn(engagement)), /row-level security/)
    assert.equal((await usedBy(engagement, 'whole')).requests, 0)
  })

  test('an entry that is written again, for nobody knew that it was, is there once', async () => {
    const { engagement } = await opened()
    const entry: AccessEntry = {
      ...{ node: 'node-1', sequence: 1, previous: '', engagement, request: 'r', asked: '/v1' },
      ...{ organisation: cast.ada.organisation, person: cast.ada.person, run: 'run_1' },
      ...{ receivedAt: new Date().toISOString(), sentMs: 1, firstByteMs: 2, endedMs: 3 },
      ...{ status: 200, requestBytes: 1, answerBytes: 1 },
      outcome: { is: 'success', why: null },
      ...{ requestSha256: null, answerSha256: null, usage: null, microUsd: 0 },
    }
    const { log } = new WrittenBooks(pool)
    const logged = { entry, digest: digestOfEntry(entry) }
    await log.append([logged])
    await log.append([logged, { ...logged, entry: { ...entry, sequence: 2 } }])
    const page = { before: null, limit: 10, person: null, run: null }
    const kept = await asActor(database.app, cast.developer, (tx) =>
      listAccess(tx, engagement, page),
    )
    assert.deepEqual(
      kept.map((one) => one.entry.sequence),
      [2, 1],
    )
    // What comes back is what was digested, so that the developer can work the chain out again.
    assert.equal(digestOfEntry(kept[1]?.entry ?? entry), logged.digest)
  })

  test('one draw that cannot be is refused by itself', async () => {
    const { engagement } = await opened()
    const unknown = books.reserve(drawOn('engagement_unknown00'))
    const known = books.reserve(drawOn(engagement))
    await assert.rejects(unknown, /foreign key/)
    assert.equal((await known).is, 'reserved')
    assert.equal((await usedBy(engagement, 'whole')).requests <= limits.requests, true)
  })
})

const nameless = (drawn: Drawn) => (drawn.is === 'reserved' ? { is: drawn.is } : drawn)

/** Of what both reserved, each its name. */
function pairs(ours: readonly Drawn[], theirs: readonly Drawn[]) {
  return ours.flatMap((one, place) => {
    const other = theirs[place]
    if (one.is !== 'reserved' || other?.is !== 'reserved') return []
    return [{ ours: one.reservation, theirs: other.reservation }]
  })
}
