import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { syntheticTriage } from '../synthetic/triage.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

test('10,000 cases: few rows are drawn, all are reachable, a key takes at most 100 ms', {
  skip: isWithoutBrowser,
}, async () => {
  const opened = await desk.open(syntheticTriage({ cases: 10_000 }))
  await opened.press('j', 'End')
  await opened.rest()
  assert.ok((await opened.count('.row')) < 60)
  const last = opened.page.locator('.row[aria-selected=true]')
  assert.equal(await last.getAttribute('aria-setsize'), '10000')
  assert.equal(await last.getAttribute('aria-posinset'), '10000')
  const active = await opened.page.locator('.list').getAttribute('aria-activedescendant')
  assert.equal(active, await last.getAttribute('id'))
  assert.match(await opened.text('.case > p'), /^Number 10,000 of 10,000/)
  await opened.press('Home')
  const moves = await latencies(
    opened.page,
    Array.from({ length: 60 }, () => 'j'),
  )
  await opened.press('/')
  const typed = await latencies(opened.page, [...'path traversal in copper'])
  for (const times of [moves, typed]) {
    const [median = 0] = times.sort((a, b) => a - b).slice(Math.floor(times.length / 2))
    assert.ok(median <= 100, `half of the keys took more than ${median} ms`)
  }
  assert.deepEqual(opened.faults, [])
})

/** For each key, the milliseconds from its press to the next frame that shows its effect. */
async function latencies(
  page: Awaited<ReturnType<Desk['open']>>['page'],
  keys: readonly string[],
): Promise<number[]> {
  await page.evaluate(`globalThis.took = []; addEventListener('keydown', (event) => {
    requestAnimationFrame(() => setTimeout(() => took.push(performance.now() - event.timeStamp)))
  }, { capture: true })`)
  for (const key of keys) {
    await page.keyboard.press(key)
    await page.waitForTimeout(5)
  }
  await page.waitForTimeout(200)
  const took: unknown = await page.evaluate('took')
  return Array.isArray(took) ? took.map(Number) : []
}
