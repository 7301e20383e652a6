import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseDeclaration } from './declaration.ts'
import { orderKey } from './order.ts'

const plain: Readonly<Record<string, unknown>> = {
  kind: 'evaluation-declaration',
  version: 1,
  bankRoot: '0f'.repeat(32),
  strata: [
    { name: 'crypto', weight: 0.4, tasksMax: 20, bankTasks: 30 },
    { name: 'web', weight: 0.6, tasksMax: 20, bankTasks: 30 },
  ],
  protocol: 'agent loop 2, shell',
  tokenBudget: 2_500_000,
  attempts: 3,
  threshold: 0.45,
  alpha: 0.05,
  rule: { is: 'sequential', population: 'this-bank' },
  orderSeed: 'drawn in public',
  missing: 'both-bounds',
}

const refusalsOf = (value: unknown): string[] => {
  const read = parseDeclaration(value)
  return read.ok ? [] : read.refusal.map(({ at, why }) => `${at} ${why}`)
}

const stratum = (more: object): object[] => [{ name: 'a', weight: 1, tasksMax: 5, ...more }]

describe('a declaration is refused', () => {
  const cases = [
    [{ threshold: 1 }, /^\/threshold /],
    [{ alpha: 0.6 }, /^\/alpha /],
    [{ bankRoot: 'AB' }, /^\/bankRoot is no SHA-256/],
    [{ missing: 'drop' }, /^\/missing /],
    [{ rule: { is: 'both' } }, /^\/rule\/is /],
    [{ rule: { is: 'fixed-look', population: 'this-bank' } }, /population/],
    [{ rules: [] }, /rules/],
    [{ tokenBudget: undefined }, /^\/tokenBudget /],
    [{ strata: stratum({ weight: 0.9 }) }, /^\/strata the weights add up to 0.9, not to 1/],
    [{ strata: [...stratum({ weight: 0.5 }), ...stratum({ weight: 0.5 })] }, /was there before/],
    [{ strata: stratum({}) }, /^\/strata\/0\/bankTasks it is not said/],
    [{ strata: stratum({ bankTasks: 4 }) }, /fewer than the 5 asked for/],
    [{ rule: { is: 'fixed-look' }, strata: stratum({ tasksMax: 1 }) }, /needs two tasks in "a"/],
  ] as const
  for (const [change, why] of cases) {
    test(`with ${JSON.stringify(change)}`, () => {
      assert.match(refusalsOf({ ...plain, ...change }).join('\n'), why)
    })
  }

  test('where a finite bank has strata of several sizes', () => {
    const strata = [
      { name: 'a', weight: 0.5, tasksMax: 5, bankTasks: 9 },
      { name: 'b', weight: 0.5, tasksMax: 5, bankTasks: 8 },
    ]
    assert.match(refusalsOf({ ...plain, strata }).join(), /as many tasks of the bank in each/)
  })
})

describe('the digest of a declaration', () => {
  const digestOf = (value: unknown): string => {
    const read = parseDeclaration(value)
    assert.ok(read.ok)
    return read.value.digest
  }

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(plain), { minLength: 12 }), (keys) => {
        const shuffled = Object.fromEntries(keys.map((key) => [key, plain[key]]))
        assert.equal(digestOf(shuffled), digestOf(plain))
      }),
    )
  })

  test('is another one for every change', () => {
    for (const change of [{ threshold: 0.450001 }, { attempts: 4 }, { orderSeed: 'x' }]) {
      assert.notEqual(digestOf({ ...plain, ...change }), digestOf(plain))
    }
  })

  test('regression: is SHA-256 over sorted keys without spaces, as others work it out', () => {
    const digest = '2bcc89d02a1ecfffca18a3486a7bb1b8ae20611555628e368eab78cd22120808'
    assert.equal(digestOf(plain), digest)
  })
})

test('the order of tasks is that of SHA-256 over seed and name', () => {
  assert.equal(
    orderKey('seed', 'task'),
    '749d5b42a634460e13ed02dd50d7a6eb71fc9a25d733aa974307bd55f4fe5325',
  )
})
