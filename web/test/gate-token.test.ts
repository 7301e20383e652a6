import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findings } from './axe.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
const dialog = '[role=dialog]'
const button = (words: string): string => `button:has-text("${words}")`

async function opened(path: string) {
  const { url } = await desk.serve({ cases: 5 })
  const page = await desk.open(url + path)
  await page.waitForSelector('h1')
  return { page, url }
}
type Page = Awaited<ReturnType<typeof opened>>['page']

/** Makes one, as whoever forgets first what it is for and then how long one may live. */
async function makes(page: Page, hoursMax: number): Promise<string> {
  await page.click(button('Make a token'))
  await page.click(`${dialog} >> ${button('Make it')}`)
  await page.waitForSelector(`${dialog} >> text=Name the work, without spaces.`)
  await page.getByLabel('For which work').fill('audit-7')
  await page.getByLabel('Hours').fill(String(hoursMax + 1))
  await page.click(`${dialog} >> ${button('Make it')}`)
  await page.waitForSelector(`${dialog} >> text=It lives ${hoursMax} hours at most.`)
  await page.getByLabel('Hours').fill(String(hoursMax))
  assert.deepEqual(await findings(page), [])
  await page.click(`${dialog} >> ${button('Make it')}`)
  await page.waitForSelector('p:text-is("Keep this token now")')
  for (const viewport of [sizes.narrow, sizes.middle]) {
    await page.setViewportSize(viewport)
    assert.deepEqual(await findings(page), [])
  }
  const token = await page.getByLabel('Token', { exact: true }).inputValue()
  assert.match(token, /^gate_/)
  return token
}

async function isShownOnce(page: Page, token: string): Promise<void> {
  await page.click(button('I have kept it'))
  await page.waitForSelector(button('Make a token'))
  assert.ok(!(await page.content()).includes(token))
}

test('an evaluator makes a token on the page of the model, and sees it once', options, async () => {
  const { page } = await opened('/models/engagement_3')
  const token = await makes(page, 12)
  await page.waitForSelector('text=https://gateway.example.org/engagements/engagement_3/v1')
  await isShownOnce(page, token)
})

test('the developer of a model is offered none, nor whoever has no access', options, async () => {
  for (const path of ['/models/engagement_2', '/models/engagement_1']) {
    const { page } = await opened(path)
    await page.waitForSelector('h2:text-is("Trusted partners")')
    assert.equal(await page.locator(button('Make a token')).count(), 0, path)
  }
})

test('a partner makes a token once it has started, within its tier', options, async () => {
  const { page, url } = await opened('/models/engagement_2')
  await page.click(button('Name a partner'))
  await page.fill(`${dialog} input >> nth=0`, 'Grid Cooperative')
  await page.getByLabel('People at most').fill('25')
  await page.click(`${dialog} >> ${button('Name it')}`)
  await page.waitForSelector('p:has-text("Grid Cooperative") >> text=Proposed')
  await page.goto(`${url}/early-access`)
  await page.waitForSelector('p:has-text("Grid Cooperative")')
  assert.equal(await page.locator(button('Make a token')).count(), 0)
  await page.goto(`${url}/models/engagement_2`)
  await page.click(button('Start it…'))
  await page.click(`${dialog} >> ${button('Start it: it is released')}`)
  await page.waitForSelector('p:has-text("Grid Cooperative") >> text=Has the model')
  await page.goto(`${url}/early-access`)
  await page.waitForSelector(button('Make a token'))
  const lives = await page.locator('text=credentials live').innerText()
  const token = await makes(page, Number(/live (\d+)/.exec(lives)?.[1]))
  await page.waitForSelector('text=https://gateway.example.org/partners/')
  await isShownOnce(page, token)
  assert.deepEqual(desk.faults, [])
})
