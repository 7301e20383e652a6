import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { eventAt } from '../mock/transcript.ts'
import { Heights } from '../pages/samples/heights.ts'
import { foundIn, isFlagged, seek } from '../pages/samples/seek.ts'
import { Slices, sliceEvents } from '../pages/samples/slices.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const skip = isWithoutBrowser
const sample = '/runs/run_1/samples/flaw-00/1'
const total = 100_000

test('rows of any height lie where the sum of those before them says', () => {
  const change = fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 0, max: 900 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(change), (count, changes) => {
      const [heights, plain] = [new Heights(count, 40), Array.from({ length: count }, () => 40)]
      for (const [at, px] of changes) {
        if (at >= count) continue
        heights.set(at, px)
        plain[at] = px
      }
      const tops = plain.map((_, at) => plain.slice(0, at).reduce((sum, px) => sum + px, 0))
      const totalPx = plain.reduce((sum, px) => sum + px, 0)
      assert.equal(heights.totalPx, totalPx)
      for (const [at, top] of tops.entries()) {
        assert.equal(heights.topOf(at), top)
        const rowPx = plain[at] ?? 0
        if (rowPx > 0) assert.equal(heights.rowAt(top + rowPx - 1), at)
      }
      assert.equal(heights.rowAt(totalPx + 10), count - 1)
      assert.equal(heights.rowAt(-10), 0)
    }),
  )
})

/** A transcript that is read from memory, and what was asked for of it. */
function readable(count: number) {
  const asked: number[] = []
  const slices = new Slices(count, async (from, size) => {
    asked.push(from)
    return Array.from({ length: size }, (_, at) => eventAt(from + at, count))
  })
  return { slices, asked }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

test('what was read longest ago is let go, and what is in sight stays', async () => {
  const { slices } = readable(total)
  slices.show(0, 10)
  for (let slice = 0; slice < total / sliceEvents; slice += 1) await slices.slice(slice)
  await settled()
  assert.ok([...slices.events()].length <= 41 * sliceEvents)
  assert.notEqual(slices.event(0), null, 'in sight')
  assert.equal(slices.event(30_000), null, 'let go')
  assert.notEqual(slices.event(total - 1), null, 'read last')
})

test('what could not be read is told once it is in sight, and read when asked again', async () => {
  let isBroken = true
  const slices = new Slices(1_000, async (from, size) => {
    if (isBroken) throw new Error('the line is cut')
    return Array.from({ length: size }, (_, at) => eventAt(from + at, 1_000))
  })
  slices.show(500, 510)
  await settled()
  assert.match(String(slices.failure()), /the line is cut/)
  isBroken = false
  slices.again()
  await settled()
  assert.equal(slices.failure(), null)
  assert.notEqual(slices.event(500), null)
})

test('the next flagged event is found far away, the one before too, and none where none is', async () => {
  const { slices } = readable(20_000)
  const control = new AbortController()
  const of = { slices, what: 'flag', signal: control.signal, onPlace: () => undefined } as const
  const plain = Array.from({ length: 20_000 }, (_, n) => eventAt(n, 20_000))
  const flagged = plain.filter(isFlagged).map(({ n }) => n)
  const [first = -1, second] = flagged
  assert.equal(await seek({ ...of, from: 0, step: 1 }), first)
  assert.equal(await seek({ ...of, from: first, step: 1 }), second)
  assert.equal(await seek({ ...of, from: second ?? 0, step: -1 }), first)
  assert.equal(await seek({ ...of, from: first, step: -1 }), null)
  control.abort()
  assert.equal(await seek({ ...of, from: 0, step: 1 }), null, 'given up')
})

test('a search finds words in any letters, in all parts of what is read', async () => {
  const { slices } = readable(400)
  await slices.slice(0)
  assert.deepEqual(foundIn(slices, 'YOU WORK IN'), [0])
  assert.deepEqual(foundIn(slices, ''), [])
  assert.ok(foundIn(slices, 'sed -n').length > 10)
  assert.ok(foundIn(slices, 'sed -n').every((n) => n < sliceEvents))
})

const current = (page: Page) => page.locator('li[aria-current=true]')
const elements = (page: Page) => page.evaluate<number>('document.querySelectorAll("*").length')

test('100,000 events: only those in sight are drawn, wherever somebody goes', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(url + sample)
  await page.getByText('You work in /work.').waitFor()
  const most = 2_500
  assert.ok((await elements(page)) < most)
  await page.keyboard.press('End')
  await page.getByText('Reward 1.').waitFor()
  assert.equal(await current(page).getAttribute('aria-posinset'), String(total))
  assert.equal(await current(page).getAttribute('aria-setsize'), String(total))
  await page.keyboard.press('e')
  await page.keyboard.type('50000')
  await page.keyboard.press('Enter')
  await page.getByText('Turn 10000.').first().waitFor()
  assert.equal(await current(page).getAttribute('aria-posinset'), '50001')
  const box = await page.locator('[data-events]').boundingBox()
  const row = await current(page).boundingBox()
  assert.ok(box && row && row.y >= box.y && row.y < box.y + 60, 'at the upper edge')
  await page.waitForURL(/event=50000/)
  assert.ok((await elements(page)) < most)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('calls and outputs are shut until somebody opens them, and stay open out of sight', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}${sample}?event=5000`)
  await page.getByText('Turn 1000.').first().waitFor()
  assert.equal(await page.locator('li pre').count(), 0)
  await page.keyboard.press('Enter')
  assert.equal(
    await current(page).locator('pre').innerText(),
    '{"command":"sed -n 1000,+20p label.c"}',
  )
  await page.keyboard.press('End')
  await page.getByText('Reward 1.').waitFor()
  await page.keyboard.press('e')
  await page.keyboard.type('5000')
  await page.keyboard.press('Enter')
  await page.locator('li[aria-current=true] pre').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('what a model said is text and nothing else: no element, no link, no script', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}${sample}?event=997`)
  await page.getByText('<script>document.title="taken"</script>').waitFor()
  assert.equal(await page.locator('[data-events] a, [data-events] script').count(), 0)
  assert.match(await page.title(), /^flaw-00/)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('f goes to the next flagged event, t to the next call, and / searches', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(url + sample)
  await page.getByText('You work in /work.').waitFor()
  await page.keyboard.press('f')
  await page.locator('li[aria-current=true]', { hasText: '!' }).waitFor()
  const flagged = Number(await current(page).getAttribute('aria-posinset')) - 1
  assert.ok(isFlagged(eventAt(flagged, total)))
  await page.keyboard.press('Home')
  await page.keyboard.press('t')
  await page.locator('li[aria-current=true][aria-posinset="3"]').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('Turn 12.')
  await page.getByText(/^\d+ found$/).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('li[aria-current=true] mark').first().waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})
