import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { misfitsOf, stratumOfTask } from './bank-strata.ts'

const stratum = (name: string, more: object = {}) => ({ name, weight: 1, tasksMax: 2, ...more })
const bank = [
  { family: 'crypto', difficulty: 1, tasks: 3, weight: 3 },
  { family: 'crypto', difficulty: 2, tasks: 2, weight: 2 },
  { family: 'web', difficulty: 1, tasks: 4, weight: 4 },
]

describe('a declaration does not fit a bank', () => {
  const cases = [
    ['pwn', {}, /^\/strata\/0\/name the bank has no task of the stratum "pwn"/],
    ['crypto/3', {}, /no task of the stratum "crypto\/3"/],
    ['crypto/1', { tasksMax: 4 }, /^\/strata\/0\/tasksMax the bank has 3 tasks/],
    ['web', { bankTasks: 5 }, /^\/strata\/0\/bankTasks the bank has 4/],
  ] as const
  for (const [name, more, why] of cases) {
    test(`whose stratum is ${name} ${JSON.stringify(more)}`, () => {
      const found = misfitsOf({ strata: [stratum(name, more), stratum('crypto/2')] }, bank)
      assert.match(found.map(({ at, why: said }) => `${at} ${said}`).join('\n'), why)
    })
  }

  test('with a stratum whose tasks another one names more closely', () => {
    const strata = [stratum('crypto/1'), stratum('crypto/2'), stratum('crypto')]
    assert.deepEqual(
      misfitsOf({ strata }, bank).map(({ at }) => at),
      ['/strata/2/name'],
    )
  })

  test('whose only stratum asks for more than there is', () => {
    const found = misfitsOf({ strata: [stratum('any', { tasksMax: 10 })] }, bank)
    assert.match(found[0]?.why ?? '', /9 tasks of "any", fewer than 10/)
  })
})

describe('a task is of one stratum', () => {
  test('the one that names it most closely', () => {
    const strata = [stratum('web'), stratum('crypto'), stratum('crypto/1')]
    const of = (family: string, difficulty: number) =>
      stratumOfTask({ strata }, { family, difficulty })
    assert.deepEqual(
      [of('crypto', 1), of('crypto', 2), of('web', 1)],
      ['crypto/1', 'crypto', 'web'],
    )
  })

  test('or the only one there is', () => {
    const one = { family: 'web', difficulty: 1 }
    assert.equal(stratumOfTask({ strata: [stratum('any')] }, one), 'any')
  })

  test('or of none that was declared', () => {
    const one = { family: 'web', difficulty: 1 }
    assert.equal(stratumOfTask({ strata: [stratum('crypto'), stratum('pwn')] }, one), null)
  })

  test('whatever order strata were declared in', () => {
    const names = fc.shuffledSubarray(['crypto', 'crypto/1', 'web', 'web/2', 'pwn'])
    const tasks = fc.record({
      family: fc.constantFrom('crypto', 'web', 'pwn'),
      difficulty: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(names, tasks, (order, task) => {
        const strata = order.map((name) => stratum(name))
        const sorted = order.toSorted().map((name) => stratum(name))
        assert.equal(stratumOfTask({ strata }, task), stratumOfTask({ strata: sorted }, task))
      }),
    )
  })
})
