import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batches } from './batches.ts'

const refused = (error: unknown): boolean => error instanceof RangeError

/** Doubles numbers; refuses a batch with a negative one, and breaks at zero. */
const doubling = () => {
  const seen: number[][] = []
  const batches = new Batches<number, number>(
    async (items) => {
      seen.push([...items])
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (items.some((one) => one < 0)) throw new RangeError('negative')
      if (items.includes(0)) throw new Error('broken')
      return items.map((one) => 2 * one)
    },
    refused,
    3,
  )
  return { seen, batches }
}

test('what comes in one breath is done together, what comes meanwhile next', async () => {
  const { seen, batches } = doubling()
  const all = Promise.all([1, 2, 3, 4].map((one) => batches.add(one)))
  assert.deepEqual(await all, [2, 4, 6, 8])
  assert.deepEqual(seen, [[1, 2, 3], [4]])
  assert.equal(await batches.add(5), 10)
})

test('one that is refused spoils nothing for the others', async () => {
  const { batches } = doubling()
  const all = await Promise.allSettled([1, -2, 3].map((one) => batches.add(one)))
  assert.deepEqual(
    all.map((one) => (one.status === 'fulfilled' ? one.value : 'refused')),
    [2, 'refused', 6],
  )
})

test('what breaks in between is not done again, because it may have been done', async () => {
  const { seen, batches } = doubling()
  const all = await Promise.allSettled([1, 0].map((one) => batches.add(one)))
  assert.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(seen.length, 1)
  await batches.idle()
})
