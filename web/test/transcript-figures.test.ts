import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const elementsMax = 2_500
const heapBytesMax = 80e6

/** Milliseconds from frame to frame while the list moves by so many pixels in each. */
const framesOf = (page: Page, pixels: number) =>
  page.evaluate<number[]>(`new Promise((done) => {
    const box = document.querySelector('[data-events]')
    const took = []
    let last = performance.now()
    const step = (now) => {
      took.push(now - last)
      last = now
      box.scrollBy(0, ${pixels})
      if (took.length <= 200) requestAnimationFrame(step)
      else done(took.slice(1))
    }
    requestAnimationFrame(step)
  })`)

async function tellFrames(t: TestContext, page: Page, pixels: number): Promise<void> {
  const took = (await framesOf(page, pixels)).toSorted((one, other) => one - other)
  const at = (share: number): string =>
    `${(took[Math.floor(took.length * share)] ?? 0).toFixed(0)} ms`
  t.diagnostic(
    `200 frames of ${pixels} px: median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(0.999)}`,
  )
}

/** Until the event is drawn with what it says. */
async function tellJump(t: TestContext, page: Page, n: number): Promise<void> {
  await page.keyboard.press('e')
  await page.keyboard.type(String(n))
  const started = performance.now()
  await page.keyboard.press('Enter')
  await page
    .locator(`li[aria-current=true][aria-posinset="${n + 1}"]`, { hasNotText: 'Reading…' })
    .waitFor()
  t.diagnostic(
    `jump to event ${n}, until it is read: ${(performance.now() - started).toFixed(0)} ms`,
  )
}

test('100,000 events hold few elements and little memory, however much of them was seen', {
  skip: isWithoutBrowser,
}, async (t) => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1/samples/flaw-00/1`)
  await page.getByText('You work in /work.').waitFor()
  const devTools = await page.context().newCDPSession(page)
  const held = async (when: string): Promise<void> => {
    await devTools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devTools.send('Runtime.getHeapUsage')
    const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`)
    t.diagnostic(`${when}: ${elements} elements, ${(usedSize / 1e6).toFixed(1)} MB`)
    assert.ok(elements < elementsMax, `${elements} elements`)
    assert.ok(usedSize < heapBytesMax, `${usedSize} bytes`)
  }
  await held('at first')
  for (const pixels of [60, 600, 20_000]) await tellFrames(t, page, pixels)
  await tellJump(t, page, 50_001)
  await tellJump(t, page, 99_990)
  for (let place = 0; place < 100; place += 1) {
    await page.evaluate(`(() => {
      const box = document.querySelector('[data-events]')
      box.scrollTop = box.scrollHeight * ${place / 100}
    })()`)
    await page.waitForTimeout(60)
  }
  await held('after 100 places')
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})
