import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BudgetBook, Draw } from '#features/engagement/gateway/books.ts'
import type { Budget } from '#features/engagement/terms.ts'

/** A book of budgets in which nothing is used yet, and what a test has to see and do with it. */
export type OpenedBudgets = {
  readonly budgets: BudgetBook
  readonly engagement: string
  /** What an account has used, reservations included. */
  readonly usedBy: (account: string) => Promise<Budget>
  /** Lets so much time go by, as leases count it. */
  readonly pass: (ms: number) => Promise<void>
}

export const limits = { requests: 10, tokens: 1_000, microUsd: 5_000, atOnce: 3 }
export const drawOn = (engagement: string, more: Partial<Draw> = {}): Draw => ({
  gate: engagement,
  accounts: [
    { name: 'whole', limits },
    { name: 'run', limits: { ...limits, tokens: 500 } },
  ],
  ...{ run: 'run', request: 'r', digest: 'd', tokens: 100, microUsd: 100, leaseMs: 60_000 },
  ...more,
})
export const spending = (tokens: number, isAnswered = true) => ({
  ...{ tokens, microUsd: tokens, isAnswered },
})

/** The rules that every book of budgets keeps, whatever it is kept in. */
export function budgetRules(open: () => Promise<OpenedBudgets>, runs?: number): void {
  const book = async () => {
    const opened = await open()
    const { budgets, engagement } = opened
    const draw = (more: Partial<Draw> = {}): Draw => drawOn(engagement, more)
    const take = async (more: Partial<Draw> = {}): Promise<string> => {
      const drawn = await budgets.reserve(draw(more))
      if (drawn.is !== 'reserved') throw new Error(JSON.stringify(drawn))
      return drawn.reservation
    }
    return { ...opened, draw, take }
  }
  refuses(book)
  counts(book)
  test('whatever is drawn, settled and left, no budget is exceeded by honest use', async () => {
    const step = fc.record({
      ...{ request: fc.nat(15).map(String), tokens: fc.nat(300), microUsd: fc.nat(2_000) },
      ...{ share: fc.double({ min: 0, max: 1, noNaN: true }), isAnswered: fc.boolean() },
      settles: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { budgets, pass, usedBy, draw } = await book()
        for (const { request, tokens, microUsd, share, isAnswered, settles } of steps) {
          const drawn = await budgets.reserve(draw({ request, tokens, microUsd }))
          await pass(25_000)
          const used = await usedBy('whole')
          assert.ok(used.requests <= limits.requests && used.tokens <= limits.tokens)
          assert.ok(used.microUsd <= limits.microUsd && used.atOnce <= limits.atOnce)
          if (drawn.is !== 'reserved' || !settles) continue
          const part = Math.floor(tokens * share)
          const cost = Math.floor(microUsd * share)
          await budgets.settle(drawn.reservation, { tokens: part, microUsd: cost, isAnswered })
        }
      }),
      runs === undefined ? {} : { numRuns: runs },
    )
  })
}

type Book = () => Promise<
  OpenedBudgets & {
    readonly draw: (more?: Partial<Draw>) => Draw
    readonly take: (more?: Partial<Draw>) => Promise<string>
  }
>

function refuses(book: Book): void {
  for (const [what, more, expected] of [
    ['more tokens than a run has', { tokens: 501 }, { account: 'run', what: 'tokens' }],
    ['more tokens than all have', { tokens: 1_001 }, { account: 'whole', what: 'tokens' }],
    ['more money', { microUsd: 5_001 }, { account: 'whole', what: 'microUsd' }],
  ] as const) {
    test(`${what} is not reserved, and nothing of it is used`, async () => {
      const { budgets, draw, usedBy } = await book()
      assert.deepEqual(await budgets.reserve(draw(more)), { is: 'exhausted', ...expected })
      assert.deepEqual(await usedBy('whole'), { requests: 0, tokens: 0, microUsd: 0, atOnce: 0 })
    })
  }

  test('too many at once wait for one to be settled, or for its lease to end', async () => {
    const { pass, budgets, take, draw, usedBy } = await book()
    const first = await take({ request: '1' })
    await take({ request: '2' })
    await take({ request: '3' })
    const fourth = draw({ request: '4' })
    assert.equal((await budgets.reserve(fourth)).is, 'exhausted')
    await budgets.settle(first, spending(1))
    assert.equal((await budgets.reserve(fourth)).is, 'reserved')
    assert.equal((await budgets.reserve(draw({ request: '5' }))).is, 'exhausted')
    await pass(60_001)
    const { tokens } = await usedBy('whole')
    assert.equal((await budgets.reserve(draw({ request: '5' }))).is, 'reserved')
    const { tokens: after, atOnce } = await usedBy('whole')
    assert.deepEqual([after, atOnce], [tokens + 100, 1], 'what nobody settled stays used')
  })

  test('one name goes with one request, one at a time', async () => {
    const { budgets, take, draw } = await book()
    const first = await take()
    assert.deepEqual(await budgets.reserve(draw()), { is: 'in-flight' })
    assert.deepEqual(await budgets.reserve(draw({ digest: 'x' })), { is: 'another-request' })
    await budgets.settle(first, spending(1))
    assert.deepEqual(await budgets.reserve(draw({ digest: 'x' })), { is: 'another-request' })
  })
}

function counts(book: Book): void {
  test('asking again counts a second request after an answer, not after a failure', async () => {
    const { budgets, take, usedBy } = await book()
    for (let turn = 0; turn < 5; turn += 1) await budgets.settle(await take(), spending(0, false))
    assert.equal((await usedBy('run')).requests, 1)
    await budgets.settle(await take(), spending(7))
    const once = await usedBy('run')
    assert.deepEqual([once.requests, once.tokens], [1, 7])
    await budgets.settle(await take(), spending(7))
    const twice = await usedBy('run')
    assert.deepEqual([twice.requests, twice.tokens], [2, 14])
  })

  test('settling again, or what nobody reserved, changes nothing', async () => {
    const { budgets, take, usedBy } = await book()
    const reservation = await take()
    await budgets.settle(reservation, spending(1))
    await budgets.settle(reservation, spending(50))
    await budgets.settle('999999999', spending(50))
    assert.deepEqual(await usedBy('run'), { requests: 1, tokens: 1, microUsd: 1, atOnce: 0 })
  })

  test('who settles late is charged, and takes no place from who asked again', async () => {
    const { budgets, take, pass, draw, usedBy } = await book()
    const late = await take()
    await pass(60_001)
    await take()
    await budgets.settle(late, spending(3))
    assert.deepEqual(await usedBy('run'), { requests: 1, tokens: 103, microUsd: 103, atOnce: 1 })
    assert.deepEqual(await budgets.reserve(draw()), { is: 'in-flight' })
  })

  test('a run of another engagement has a budget of its own, whatever it is called', async () => {
    const [one, other] = [await book(), await book()]
    await one.take()
    assert.equal((await other.usedBy('run')).requests, 0)
  })
}
