import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Draw } from './books.ts'
import { MemoryBudgets } from './memory-budgets.ts'

const limits = { requests: 10, tokens: 1_000, microUsd: 5_000, atOnce: 3 }
const draw = (more: Partial<Draw> = {}): Draw => ({
  accounts: [
    { name: 'whole', limits },
    { name: 'run', limits: { ...limits, tokens: 500 } },
  ],
  ...{ run: 'run', request: 'r', digest: 'd', tokens: 100, microUsd: 100, leaseMs: 1_000 },
  ...more,
})
const spent = (tokens: number, isAnswered = true) => ({ tokens, microUsd: tokens, isAnswered })

const book = () => {
  const at = { ms: 0 }
  const budgets = new MemoryBudgets({ now: () => new Date(at.ms) })
  const take = async (more: Partial<Draw> = {}): Promise<string> => {
    const drawn = await budgets.reserve(draw(more))
    if (drawn.is !== 'reserved') throw new Error(JSON.stringify(drawn))
    return drawn.reservation
  }
  return { at, budgets, take }
}

for (const [what, more, expected] of [
  ['more tokens than a run has', { tokens: 501 }, { account: 'run', what: 'tokens' }],
  ['more tokens than all have', { tokens: 1_001 }, { account: 'whole', what: 'tokens' }],
  ['more money', { microUsd: 5_001 }, { account: 'whole', what: 'microUsd' }],
] as const) {
  test(`${what} is not reserved, and nothing of it is used`, async () => {
    const { budgets } = book()
    assert.deepEqual(await budgets.reserve(draw(more)), { is: 'exhausted', ...expected })
    assert.deepEqual(budgets.usedBy('whole'), { requests: 0, tokens: 0, microUsd: 0, atOnce: 0 })
  })
}

test('more at once than allowed waits for one to be settled, or for its lease to end', async () => {
  const { at, budgets, take } = book()
  const first = await take({ request: '1' })
  await take({ request: '2' })
  await take({ request: '3' })
  const fourth = draw({ request: '4' })
  assert.equal((await budgets.reserve(fourth)).is, 'exhausted')
  await budgets.settle(first, spent(1))
  assert.equal((await budgets.reserve(fourth)).is, 'reserved')
  assert.equal((await budgets.reserve(draw({ request: '5' }))).is, 'exhausted')
  at.ms = 1_001
  const { tokens } = budgets.usedBy('whole')
  assert.equal((await budgets.reserve(draw({ request: '5' }))).is, 'reserved')
  assert.equal(budgets.usedBy('whole').tokens, tokens + 100, 'what nobody settled stays used')
})

test('one name goes with one request, one at a time', async () => {
  const { budgets, take } = book()
  const first = await take()
  assert.deepEqual(await budgets.reserve(draw()), { is: 'in-flight' })
  assert.deepEqual(await budgets.reserve(draw({ digest: 'x' })), { is: 'another-request' })
  await budgets.settle(first, spent(1))
  assert.deepEqual(await budgets.reserve(draw({ digest: 'x' })), { is: 'another-request' })
})

test('asking again after a failure counts no second request, after an answer it does', async () => {
  const { budgets, take } = book()
  for (let turn = 0; turn < 5; turn += 1) await budgets.settle(await take(), spent(0, false))
  assert.equal(budgets.usedBy('run').requests, 1)
  await budgets.settle(await take(), spent(7))
  assert.deepEqual([budgets.usedBy('run').requests, budgets.usedBy('run').tokens], [1, 7])
  await budgets.settle(await take(), spent(7))
  assert.deepEqual([budgets.usedBy('run').requests, budgets.usedBy('run').tokens], [2, 14])
})

test('a reservation is settled once', async () => {
  const { budgets, take } = book()
  const reservation = await take()
  await budgets.settle(reservation, spent(1))
  await assert.rejects(budgets.settle(reservation, spent(1)), /settled once/)
})

test('whatever is drawn, settled and left, no budget is exceeded by honest use', async () => {
  const step = fc.record({
    ...{ request: fc.nat(15).map(String), tokens: fc.nat(300), microUsd: fc.nat(2_000) },
    ...{ share: fc.double({ min: 0, max: 1, noNaN: true }), isAnswered: fc.boolean() },
    settles: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { at, budgets } = book()
      for (const { request, tokens, microUsd, share, isAnswered, settles } of steps) {
        const drawn = await budgets.reserve(draw({ request, tokens, microUsd }))
        at.ms += 400
        const used = budgets.usedBy('whole')
        assert.ok(used.requests <= limits.requests && used.tokens <= limits.tokens)
        assert.ok(used.microUsd <= limits.microUsd && used.atOnce <= limits.atOnce)
        if (drawn.is !== 'reserved' || !settles) continue
        const part = Math.floor(tokens * share)
        const cost = Math.floor(microUsd * share)
        await budgets.settle(drawn.reservation, { tokens: part, microUsd: cost, isAnswered })
      }
    }),
  )
})
