import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { allPlaced, drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Honey, budgets and paper in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
let me: BrowserContext
let page: Page
let first = ''
const dialog = '[role=dialog]'
const own = { 'x-requested-by': 'parley', 'sec-fetch-site': 'same-origin' }

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  const loaded = await me.request.post('/v1/examples', { data: {}, headers: own })
  assert.equal(loaded.ok(), true, await loaded.text())
  await until(() => allPlaced(me), 'the examples are placed')
  const { items } = (await read(me, '/v1/cases')).at('items')
  first = items[0]?.at('id').text ?? ''
})
after(() => desk.end())

story('a honey case is made by a form, and stands among the others', async () => {
  await page.goto('/alerts')
  await page.click('button:has-text("Make a honey case")')
  await page.waitForSelector(dialog)
  assert.deepEqual(await drawnWrong(page), [])
  await page.click(`${dialog} >> button:text("Make it")`)
  await page.waitForSelector(`${dialog} >> text=Fill in every field.`)
  await page.getByLabel('Handed in by').fill('Grey Wharf Labs')
  await page.getByLabel('Package').fill('pkg:npm/osprey@2.0.1')
  await page.getByLabel('Title').fill('Keys of the vault are logged')
  await page.getByLabel('Text').fill('Each key is written to the log in the clear.')
  await page.click(`${dialog} >> button:text("Make it")`)
  await page.waitForSelector('text=Made. It stands among the other cases now.')
  await page.waitForSelector('main >> text=Keys of the vault are logged')
  assert.deepEqual(await drawnWrong(page), [])
  const { items } = (await read(me, '/v1/cases?q=vault')).at('items')
  assert.equal(items.length, 1)
})

story('who opens it shows in the page of alerts by itself', async () => {
  const { items } = (await read(me, '/v1/honey')).at('items')
  const id = items[0]?.at('case').text ?? ''
  assert.equal((await me.request.get(`/v1/cases/${id}`)).status(), 200)
  await page.waitForSelector('text=Opened the honey case')
})

story('budgets are set by a form', async () => {
  await page.getByLabel('Reader: Cases in an hour').fill('60')
  await page.click('button:has-text("Set the budgets")')
  await page.waitForSelector('text=The budgets are set.')
  const kept = await me.request.get('/v1/read-budgets')
  assert.deepEqual(Reflect.get(Object(await kept.json()), 'reader').cases, [60, 1_000])
  assert.deepEqual(await drawnWrong(page), [])
})

const onPaper = async (): Promise<string> => {
  await page.emulateMedia({ media: 'print' })
  const text = await page.locator('main').innerText()
  await page.emulateMedia({ media: 'screen' })
  return text
}

story('what is AMBER+STRICT is not printed, and the sheet says so', async () => {
  await page.goto(`/cases/${first}`)
  const title = await page.locator('#case h1').innerText()
  const text = await onPaper()
  assert.match(text, /Not printed: TLP:AMBER\+STRICT\./)
  assert.ok(!text.includes(title), text)
  await page.evaluate("dispatchEvent(new Event('beforeprint'))")
  await page.waitForFunction('document.title === "Parley"')
  await page.evaluate("dispatchEvent(new Event('afterprint'))")
  await page.waitForFunction('document.title !== "Parley"')
  await page.goto('/queue')
  await page.waitForSelector('#list [id^=row-]')
  assert.ok(!(await onPaper()).includes(title))
})

/** Whether a copy of the title goes through. */
const isCopied = () =>
  page.evaluate(
    `document.querySelector('#case h1')
      .dispatchEvent(new ClipboardEvent('copy', { bubbles: true, cancelable: true }))`,
  )

story('of what is RED copying is off as well, and the page says what that is worth', async () => {
  await page.goto(`/cases/${first}`)
  await page.waitForSelector('#case h1')
  assert.equal(await isCopied(), true)
  await page.click('button:has-text("Change the label"), button:has-text("Change")')
  await page.waitForSelector(dialog)
  await page.click(`${dialog} >> label:has-text("TLP:RED") >> input`)
  await page.fill(`${dialog} textarea`, 'The vendor asked for it')
  await page.click(`${dialog} >> button:text("Set the label")`)
  await page.waitForSelector('text=That protects nothing from')
  assert.equal(await isCopied(), false)
  assert.match(await onPaper(), /Not printed: TLP:RED\./)
  assert.deepEqual(await drawnWrong(page), [])
})

story('nothing went wrong in the pages on the way', async () => {
  assert.deepEqual(desk.faults, [])
})
