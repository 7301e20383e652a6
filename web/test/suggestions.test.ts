import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { createMock } from '../mock/server.ts'
import { type Deck, emptyDeck, frontOf, type Step, stepped } from '../pages/suggestions/deck.ts'
import { paceOf } from '../pages/suggestions/pace.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }

async function start() {
  const { url, mock } = await desk.serve({ cases: 300 })
  const page = await desk.open(`${url}/suggestions`)
  await page.waitForSelector('h2')
  return { page, mock, url }
}
const question = (page: Page): Promise<string> => page.innerText('h2')
const asks = (page: Page, text: string): Promise<unknown> =>
  page.waitForSelector(`h2:text-is(${JSON.stringify(text)})`)
/** The question that takes the place of another one. */
const questionAfter = async (page: Page, before: string): Promise<string> => {
  const isAnother = `document.querySelector('h2').innerText !== ${JSON.stringify(before)}`
  await page.waitForFunction(isAnother)
  return question(page)
}
const statesOf = (mock: Awaited<ReturnType<typeof start>>['mock']): readonly string[] =>
  (mock.world.suggestions ?? []).map(({ state }) => state)

test('an answer that the server refuses comes back in front, and says why', options, async () => {
  const { page, url } = await start()
  await page.route(`${url}/v1/suggestions/*/decision`, (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ detail: 'Ben decided on this already.' }),
    }),
  )
  const first = await question(page)
  await page.keyboard.press('y')
  await page.waitForSelector('text=Ben decided on this already.')
  await asks(page, first)
})

test('a key that is held down answers once', options, async () => {
  const { page, mock } = await start()
  await page.keyboard.down('y')
  await page.keyboard.down('y')
  await page.keyboard.down('y')
  await page.keyboard.up('y')
  await page.waitForSelector('text=/merged/')
  assert.equal(statesOf(mock).filter((state) => state === 'accepted').length, 1)
})

test('y, n and u answer at once, the next one stands there, z takes back', options, async () => {
  const { page, mock } = await start()
  // What is shared is marked.
  await page.waitForSelector('article mark')
  await page.waitForSelector('text=What speaks for it')
  await page.waitForSelector('text=What speaks against it')
  const [first, left] = [await question(page), await page.innerText('main header [role=status]')]
  await page.keyboard.press('y')
  const second = await questionAfter(page, first)
  await page.waitForSelector('text=/merged/')
  await page.keyboard.press('n')
  await page.waitForSelector('text=/kept apart/')
  const third = await questionAfter(page, second)
  await page.keyboard.press('u')
  await page.waitForSelector('text=/left to somebody else/')
  await page.waitForSelector('main header [role=status] >> text=/an hour, about/')
  await page.waitForTimeout(100)
  assert.deepEqual(statesOf(mock).slice(0, 3), ['accepted', 'rejected', 'unsure'])
  for (const before of [third, second, first]) {
    await page.keyboard.press('z')
    await asks(page, before)
  }
  await page.waitForSelector(
    `main header [role=status]:has-text(${JSON.stringify(left.split(',')[0])})`,
  )
  await page.waitForTimeout(100)
  assert.deepEqual(new Set(statesOf(mock)), new Set(['open']))
})

test('j skips and k goes back; ? names the keys', options, async () => {
  const { page } = await start()
  const first = await question(page)
  await page.keyboard.press('j')
  await questionAfter(page, first)
  await page.keyboard.press('k')
  await asks(page, first)
  await page.keyboard.press('?')
  await page.waitForSelector('[role=dialog] >> text=answer: unsure')
})

test('fifty are answered without waiting, and at the end it says so', options, async () => {
  const { page, mock } = await start()
  const all = statesOf(mock).length
  const startedMs = performance.now()
  for (let count = 0; count < all; count += 1) {
    await page.waitForSelector('h2')
    await page.keyboard.press('n')
  }
  await page.waitForSelector('text=All decided')
  const each = (performance.now() - startedMs) / all
  assert.ok(each < 400, `${each} ms each of ${all}`)
  assert.ok(statesOf(mock).every((state) => state === 'rejected'))
})

test('somebody else changes the one in front: it stays, and says so', options, async () => {
  const { page, mock } = await start()
  await page.waitForSelector('text=Live')
  const first = await question(page)
  mock.world.tell('suggestion', mock.world.suggestions?.[0]?.id ?? '')
  await page.waitForSelector('text=Somebody else decided on this')
  assert.equal(await question(page), first)
  await page.click('text=Go on')
  assert.notEqual(await question(page), first)
})

const some = await (async () => {
  const { world, answer: _ } = createMock({ cases: 1 })
  const [row] = world.rows
  const report = row && world.detail(row.id)?.reportList[0]
  if (!row || !report) throw new Error('no case')
  const side = { case: row, report }
  return Array.from({ length: 6 }, (_none, at) => ({
    ...{ id: `s${at}`, kind: 'merge' as const, probability: 0.5, because: [], model: '' },
    ...{ state: 'open' as const, madeAt: '', a: side, b: side },
  }))
})()

test('a deck never loses or doubles a suggestion, and its front is one of it', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('read' as const), items: fc.subarray(some) }),
    fc.record({
      do: fc.constant('decide' as const),
      key: fc.nat(1_000_000),
      answer: fc.constantFrom('yes' as const, 'no' as const, 'unsure' as const),
    }),
    fc.record({ do: fc.constant('move' as const), by: fc.constantFrom(1 as const, -1 as const) }),
    fc.constant({ do: 'undo' as const }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let deck: Deck = emptyDeck
      const seen = new Set<string>()
      for (const one of steps) {
        const next: Step =
          one.do === 'undo' ? { do: 'bring-back', key: deck.decided.at(-1)?.key ?? -1 } : one
        if (next.do === 'read') for (const { id } of next.items) seen.add(id)
        const wasFront = frontOf(deck)
        deck = stepped(deck, next)
        if (next.do === 'read' && wasFront) assert.equal(frontOf(deck), wasFront)
        const ids = [...deck.open, ...deck.decided.map(({ suggestion }) => suggestion)]
        assert.deepEqual(ids.map(({ id }) => id).sort(), [...seen].sort())
        assert.equal(frontOf(deck) === undefined, deck.open.length === 0)
      }
    }),
  )
})

test('the pace leaves breaks out, and is silent until it can be told', () => {
  const minute = 60_000
  assert.equal(paceOf([0, minute]), null)
  assert.equal(paceOf([0, minute, 2 * minute, 3 * minute]), 60)
  const pausedMs = [0, minute, 2 * minute, 120 * minute]
  assert.equal(Math.round(paceOf(pausedMs) ?? 0), 36)
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
