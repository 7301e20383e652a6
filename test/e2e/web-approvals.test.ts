import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { startEmbedded } from '#platform/db/embedded/embedded.ts'
import { query } from '../db/embedded-process.ts'
import { isWithoutBrowser } from './browser.ts'
import { Answer, drawnWrong, read, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Two people before one instance: what one asks for, the other grants. */
const desk = new WebDesk()
const story = newStory()
let ada: BrowserContext
let bo: BrowserContext
let hers: Page
let his: Page

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  ada = await desk.person()
  hers = await desk.page(ada)
  await hers.goto(`/sign-in#${desk.service.link}`)
  await hers.waitForURL(/\/queue/)
  const made = await ada.request.post('/v1/people', {
    headers: { 'x-requested-by': 'parley', 'sec-fetch-site': 'same-origin' },
    data: { name: 'Bo Larch', organisation: 'Larch Institute', role: 'coordinator' },
  })
  assert.equal(made.status(), 200, await made.text())
  const link = new Answer(await made.json()).at('link').text
  bo = await desk.person()
  his = await desk.page(bo)
  await his.goto(`/sign-in#${link}`)
  await his.waitForURL(/\/queue/)
})
after(() => desk.end())

async function inDatabase(text: string): Promise<void> {
  const started = await startEmbedded({ dataFolder: desk.data, log: () => undefined })
  assert.ok(started.ok)
  await query(started.value.superuserUrl('parley'), text)
  await started.value.close()
}

/** As if the accounts that were made here were made long ago. */
const thirtyDaysLater = (): Promise<void> =>
  inDatabase(`update parley.account_hand set at = at - interval '31 days'`)

async function asks(page: Page, hours: string, why: string): Promise<void> {
  await page.goto('/approvals')
  await page.click('text=Ask for another way')
  await page.fill('text=Hours that a request waits', hours)
  await page.fill('details[open] textarea', why)
  await page.click('details[open] >> button:text-is("Ask")')
  await page.waitForURL(/\/approvals\/approval_/)
  await page.waitForSelector('text=Exactly this will happen')
}

story(
  'who asks sees what will happen, that it is not theirs to decide, and that nobody can',
  async () => {
    await asks(hers, '5', 'We answer within a working day.')
    await hers.waitForSelector('text=changes from 72 h to 5 h')
    await hers.waitForSelector('text=You asked for this yourself')
    await hers.waitForSelector('text=Nobody could decide this yet')
    assert.equal(await hers.locator('button:has-text("Grant")').count(), 0)
  },
)

story('whose account the asker made is told why it is not theirs to decide', async () => {
  await his.goto('/approvals')
  await his.waitForSelector('text=Not for you: One person made one of the two accounts')
  await his.waitForSelector('nav >> text=Profile')
  assert.equal(await his.locator('nav >> text=for you to decide').count(), 0)
})

story('another person sees it counted on every page, and grants it with a reason', async () => {
  await thirtyDaysLater()
  await his.goto('/queue')
  await his.waitForSelector('nav a:has-text("Approvals") >> text=1')
  await hers.reload()
  await hers.waitForSelector('text=1 person could decide it now.')
  await his.click('nav a:has-text("Approvals")')
  await his.click('a:text-is("Change how approvals are given")')
  await his.waitForSelector('text=changes from 72 h to 5 h')
  await his.waitForSelector('text=We answer within a working day.')
  await his.click('button:text-is("Grant: do it now")')
  await his.waitForSelector('[role=alert] >> text=Say why')
  await his.fill('textarea', 'Agreed at noon.')
  await his.click('button:text-is("Grant: do it now")')
  await his.waitForSelector('text=✓ Granted and done')
  await hers.waitForSelector('text=✓ Granted and done')
  await hers.waitForSelector('text=By Bo Larch, Larch Institute')
  assert.equal((await read(ada, '/v1/approval-policy')).at('expiryHours').number, 5)
})

story('what one asks for the other refuses, and what one takes back is over', async () => {
  await asks(his, '9', 'Five is too short.')
  await hers.goto('/approvals')
  await hers.click('a:text-is("Change how approvals are given")')
  await hers.fill('textarea', 'It is not.')
  await hers.click('button:text-is("Refuse")')
  await hers.waitForSelector('text=✗ Refused')
  await his.waitForSelector('text=“It is not.”')
  await asks(his, '8', 'Eight then.')
  await his.click('button:text-is("Take it back")')
  await his.waitForSelector('text=✗ Withdrawn')
})

story('two accounts are said to be one person’s, and decide nothing for each other', async () => {
  await asks(his, '7', 'Seven?')
  await hers.goto('/people')

  await hers.click('button:has-text("Change Bo Larch")')
  await hers.click('[role=menuitem]:has-text("Same person as")')
  await hers.locator('[role=dialog] select').selectOption({ index: 1 })
  await hers.click('[role=dialog] >> button:has-text("They are the same person")')
  await hers.waitForSelector('text=Same person as Coordinator')
  await hers.click('button:has-text("Change Bo Larch")')
  await hers.click('[role=menuitem]:has-text("Not the same person")')
  await hers.waitForSelector('text=another administrator says this')
  await hers.goto('/approvals')
  await hers.waitForSelector('text=Not for you: Your account and the one that asks')
})

story('axe finds nothing on the pages of approvals, and nothing is cut', async () => {
  const { items } = (await read(bo, '/v1/approvals')).at('mine')
  const [waiting] = items
  for (const path of ['/approvals', `/approvals/${waiting?.at('id').text}`, '/people']) {
    await his.goto(path)
    await his.waitForSelector('h2')
    assert.deepEqual(await drawnWrong(his), [], path)
  }
})

story('who is alone lets a restored instance open, after being told what that means', async () => {
  await inDatabase(`insert into parley.hold values ('restore', now(), now() - interval '1 day')`)
  await hers.goto('/approvals')
  await hers.waitForSelector('text=This instance was restored and is held')
  await hers.waitForSelector('text=you may let it open alone')
  assert.deepEqual(await drawnWrong(hers), [])
  await hers.click('button:text-is("Let it open")')
  await hers.waitForSelector('[role=dialog] >> text=tokens and sessions of then work again')
  await hers.click('[role=dialog] >> button:text-is("Let it open")')
  await hers.waitForSelector('text=restored and is held', { state: 'detached' })
  assert.equal((await read(ada, '/v1/hold')).at('hold').value, null)
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
