import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { root } from '../root.ts'
import { isWithoutBrowser } from './browser.ts'
import { allPlaced, drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Labels in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
let me: BrowserContext
let page: Page
const file = join(root, 'examples', 'findings', 'sablescan-tinyframe.sarif')
const sees = (selector: string) => page.waitForSelector(selector)

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
})
after(() => desk.end())

story('files are handed in under a label that is chosen for them', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await page.goto('/import')
  await page.selectOption('#label-of-files', 'red')
  await sees('text=It stays with the people it was given to.')
  assert.deepEqual(await drawnWrong(page), [])
  await page.setInputFiles('input[aria-label="Files to hand in"]', file)
  await until(async () => {
    const imports = (await read(me, '/v1/imports')).at('items').items
    return imports.length > 0 && (await allPlaced(me))
  }, 'the file is placed')
})

story('rows and cases say in words what they may be shown to', async () => {
  await page.goto('/queue')
  await sees(':text("TLP:RED")')
  assert.deepEqual(await drawnWrong(page), [])
  const id = (await read(me, '/v1/cases')).at('items', 0, 'id').text
  const answer = await me.request.get(`/v1/cases/${id}`)
  const { 'parley-label': label, 'cache-control': cache } = answer.headers()
  assert.deepEqual([label, cache], ['UNCLASSIFIED//TLP:RED', 'no-store'])
  for (const as of ['markdown', 'csaf', 'osv', 'mail', 'zip']) {
    const { 'parley-label': own } = (
      await me.request.get(`/v1/cases/${id}/export?as=${as}`)
    ).headers()
    assert.equal(own, 'UNCLASSIFIED//TLP:RED', as)
  }
  await page.goto(`/cases/${id}`)
  await sees('article :text("TLP:RED"):visible')
  assert.deepEqual(await drawnWrong(page), [])
})

story('a lower label waits for a second person, a higher one is set at once', async () => {
  await page.click('button:has-text("Change the label")')
  await sees('[role=dialog] >> text=It is of the case and of all its reports.')
  await page.click('[role=dialog] label:has-text("TLP:GREEN")')
  await sees('[role=dialog] >> text=A second person has to agree to that first')
  assert.deepEqual(await drawnWrong(page), [])
  await page.fill('[role=dialog] textarea', 'It is known by now.')
  await page.click('[role=dialog] button:has-text("Ask a second person")')
  await sees('text=A second person is asked now')
  const waiting = JSON.stringify((await read(me, '/v1/approvals')).value)
  assert.match(waiting, /case\.lower-label/)
  await page.click('button:has-text("Change the label")')
  await page.click('[role=dialog] label:has-text("TLP:RED")')
  await page.fill('[role=dialog] label:has-text("Compartments") input', 'glass')
  await page.fill('[role=dialog] textarea', 'It names a plant.')
  await page.click('[role=dialog] button:has-text("Set the label")')
  // Nobody here is read in to GLASS: the case is out of sight from that moment on.
  await sees('text=has another label now')
  const id = page.url().split('/').at(-1) ?? ''
  assert.equal((await me.request.get(`/v1/cases/${id}`)).status(), 404)
  assert.deepEqual(desk.faults, [])
})
