import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Pace, Places } from './pace.ts'

const turn = (): Promise<void> => new Promise((settle) => setImmediate(settle))

test('never more work at once than there are places, and none is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(30), async (most, count) => {
      const places = new Places(most)
      let [now, peak, done] = [0, 0, 0]
      const work = async (): Promise<void> => {
        peak = Math.max(peak, ++now)
        await turn()
        now--
        done++
      }
      await Promise.all(Array.from({ length: count }, () => places.with(work)))
      assert.equal(done, count)
      assert.ok(peak <= most)
    }),
    { numRuns: 30 },
  )
})

test('work that fails gives its place back', async () => {
  const places = new Places(1)
  const fails = (): Promise<never> => Promise.reject(new Error('no'))
  await assert.rejects(places.with(fails))
  assert.equal(await places.with(async () => 1), 1)
})

const answer = async () => ({ is: 'answer' }) as const
const overload = async () => ({ is: 'again', isOverload: true }) as const

test('answers make room, up to the most', async () => {
  const pace = new Pace({ first: 2, most: 5 })
  for (let count = 0; count < 20; count++) await pace.with(answer)
  assert.equal(pace.atOnce, 5)
})

test('an overload halves it once for all that was sent together, never to nothing', async () => {
  const pace = new Pace({ first: 8, most: 8 })
  const at = async () => {
    await turn()
    return overload()
  }
  await Promise.all(Array.from({ length: 8 }, () => pace.with(at)))
  assert.equal(pace.atOnce, 4)
  for (let count = 0; count < 5; count++) await pace.with(overload)
  assert.equal(pace.atOnce, 1)
  await pace.with(answer)
  assert.equal(pace.atOnce, 2, 'one more for a round of answers')
  await pace.with(answer)
  assert.equal(pace.atOnce, 2, 'a round is two answers now')
  await pace.with(answer)
  assert.equal(pace.atOnce, 3)
})

test('where it is halved, what waits waits on until places are free', async () => {
  const pace = new Pace({ first: 4, most: 4 })
  let [now, peak] = [0, 0]
  const work = async () => {
    now++
    await turn()
    peak = Math.max(peak, now)
    now--
    return answer()
  }
  await Promise.all(Array.from({ length: 4 }, () => pace.with(overload)))
  peak = 0
  await Promise.all(Array.from({ length: 6 }, () => pace.with(work)))
  assert.ok(peak <= 4 && pace.atOnce >= 2)
})
