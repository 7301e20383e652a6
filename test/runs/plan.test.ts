import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDeclaration } from '#features/evaluation/declaration.ts'
import { orderKey } from '#features/evaluation/order.ts'
import { openPack } from '#features/evaluation/pack-reading.ts'
import { planOf } from '#features/evaluation/runner/plan.ts'
import { plainScaffold } from '#features/evaluation/runner/scaffold.ts'
import { toyPack, writeAt } from './toy-pack.ts'

const familyOf = { alder: 'tree', birch: 'tree', cedar: 'tree', daisy: 'flower', elder: 'shrub' }
const ids = Object.keys(familyOf)
const folder = toyPack(ids)
for (const [id, family] of Object.entries(familyOf)) {
  const name = `tasks/${id}/task.yaml`
  const text = readFileSync(join(folder, name), 'utf8')
  writeAt(folder, { [name]: text.replace('family: write', `family: ${family}`) })
}

/** The tasks that are planned under a declaration, or under none. */
async function planned(strata: Readonly<Record<string, number>> | null, orderSeed: string) {
  const opened = await openPack(folder)
  assert.ok(opened.ok)
  await using pack = opened.value
  const all = Object.entries(strata ?? {})
  const parsed = parseDeclaration({
    ...{ kind: 'evaluation-declaration', version: 1, bankRoot: 'a'.repeat(64), protocol: 'plain' },
    strata: all.map(([name, tasksMax]) => ({ name, tasksMax, weight: 1 / all.length })),
    ...{ tokenBudget: 20_000, attempts: 1, threshold: 0.5, alpha: 0.05, orderSeed },
    ...{ rule: { is: 'sequential', population: 'large-bank' }, missing: 'both-bounds' },
  })
  assert.ok(strata === null || parsed.ok, JSON.stringify(parsed))
  const declared = strata !== null && parsed.ok ? parsed.value : null
  const { tasks } = planOf({
    ...{ pack, declared, model: { name: 'larch', at: null }, scaffold: plainScaffold },
    ...{ epochs: 1, seed: orderSeed, microUsdMax: null },
  })
  return tasks.map(({ id }) => id)
}

const inOrder = (seed: string) =>
  ids.toSorted((one, other) => (orderKey(seed, one) < orderKey(seed, other) ? -1 : 1))

test('without a declaration every task is planned', async () => {
  assert.deepEqual(await planned(null, 's'), inOrder('s'))
})

test('regression: of each stratum the first so many as were declared are planned', async () => {
  const tried = fc.record({
    tree: fc.integer({ min: 1, max: 3 }),
    seed: fc.string({ minLength: 1 }),
  })
  await fc.assert(
    fc.asyncProperty(tried, async ({ tree, seed }) => {
      // Nothing was declared of shrubs.
      const trees = inOrder(seed).filter((id) => /^[abc]/.test(id))
      const chosen = new Set(['daisy', ...trees.slice(0, tree)])
      const expected = inOrder(seed).filter((id) => chosen.has(id))
      assert.deepEqual(await planned({ tree, flower: 1 }, seed), expected)
    }),
    { numRuns: 20 },
  )
})
