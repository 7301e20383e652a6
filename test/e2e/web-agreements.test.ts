import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { drawnWrong, read, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Agreements in the browser: each test goes on where the one before ended. */
const desk = new WebDesk('localhost')
const story = newStory()
let me: BrowserContext
let page: Page
let hers: BrowserContext
let her: Page

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
})
after(() => desk.end())

const main = '#main >> '

story('an instance that published none asks nobody, and lets administrators publish', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await page.waitForSelector('text=No findings yet')
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await page.waitForURL(/\/agreements/)
  await page.waitForSelector('text=None was published here')
  await page.click('button:text-is("Publish")')
  await page.waitForSelector('text=Write or paste the text.')
  await page.selectOption('select', 'nda')
  await page.fill('textarea', '# Nondisclosure\n\nWhat is `embargoed` stays here.')
  await page.waitForSelector('[aria-label="Preview"] >> code:text-is("embargoed")')
  await page.locator('label', { hasText: 'Finder' }).click()
  await page.locator('label', { hasText: 'Auditor' }).click()
})

story('whoever it is asked of is led to it on the page that is open, at once', async () => {
  const link = await newPerson()
  hers = await desk.person()
  her = await desk.page(hers)
  await her.goto(`/sign-in#${link}`)
  await her.waitForURL(/\/import/)
  await her.waitForSelector('header >> text=Live')
  await page.click('button:text-is("Publish")')
  await page.waitForSelector('[role=dialog] >> text=reaches nothing but this page')
  const since = performance.now()
  await page.click('button:text-is("Publish it")')
  await her.waitForSelector('text=One agreement is asked of you')
  assert.ok(performance.now() - since < 5_000)
  assert.match(her.url(), /\/import/)
  await page.waitForSelector('text=1 acceptance missing')
  await page.waitForSelector('text=● Not yet')
})

story('until then other pages show it too, and profile and signing out work', async () => {
  await her.goto('/finders')
  await her.waitForSelector('text=One agreement is asked of you')
  await her.waitForSelector('nav >> text=Profile')
  assert.equal(await her.locator('nav >> text=Import').count(), 0)
  assert.equal((await hers.request.get('/v1/imports')).status(), 403)
  await her.click('nav >> text=Profile')
  await her.waitForSelector('text=None yet. A passkey signs you in')
})

for (const [whose, of] of [
  ['of whoever accepts', () => her],
  ['of whoever publishes', () => page],
] as const) {
  story(`axe finds nothing on the page ${whose}, and nothing is cut`, async () => {
    await of().goto('/agreements')
    await of().waitForSelector('tr[data-row]')
    assert.deepEqual(await drawnWrong(of()), [])
  })
}

story('who read and accepts goes on where they were', async () => {
  await her.goto('/import')
  await her.waitForSelector(`${main}code:text-is("embargoed")`)
  await her.click('text=I have read this and accept it')
  await her.waitForSelector('text=Drop files or folders here')
  await her.waitForSelector('header >> text=Live')
  await page.reload()
  await page.waitForSelector('text=Nobody has anything left to accept')
  const entries = await read(me, '/v1/ledger/entries?action=agreement.accept')
  assert.equal(entries.at('items').items.length, 1)
})

story('a next version asks again, and the one before stays to be read', async () => {
  await page.selectOption('select', 'nda')
  await page.fill('textarea', '# Nondisclosure\n\nAlso what was shown.')
  await page.click('button:text-is("Publish")')
  await page.click('button:text-is("Publish it")')
  await page.waitForSelector('text=One agreement is asked of you')
  await page.click('text=I have read this and accept it')
  await page.waitForSelector('text=✓ Accepted')
  await her.waitForSelector('text=Also what was shown')
})

story('no page did anything that it must not', async () => {
  await hers.close()
  assert.deepEqual(desk.faults, [])
})

/** Adds somebody who hands in, and answers their one-time link. */
async function newPerson(): Promise<string> {
  const made = await me.request.post('/v1/people', {
    data: { name: 'Fay Heron', organisation: 'Heron Lab', role: 'finder' },
    headers: { 'x-requested-by': 'parley', origin: desk.address },
  })
  assert.equal(made.status(), 200, await made.text())
  return String(Reflect.get(Object(await made.json()), 'link'))
}
