import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { clientId, clientSecret, OpenIdProvider } from '../http/openid-provider.ts'
import { isWithoutBrowser } from './browser.ts'
import { freePort } from './instance.ts'
import { drawnWrong, read, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Sign-in through a provider in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const story = newStory()
let provider: OpenIdProvider
let me: BrowserContext
let page: Page

const button = 'button:text("Sign in through Harbour login")'
const sees = (selector: string) => page.waitForSelector(selector)
const signOut = async (): Promise<void> => {
  await page.locator('header button[aria-haspopup=menu]').click()
  await page.click('text=Sign out')
  await sees(button)
}
/** Says at the provider who one is; it forgets who was there before. */
const goAs = async (account: string): Promise<void> => {
  await page.waitForURL(/\/interaction\//)
  await page.fill('input[name=account]', account)
  await page.click('text=Go on')
}
const forgetMe = () => me.clearCookies({ domain: '127.0.0.1', name: /^_/ })

before(async () => {
  if (isWithoutBrowser) return
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  provider = await OpenIdProvider.open(`${address}/sign-in/provider`)
  await desk.start({
    port,
    env: {
      PARLEY_PUBLIC_URL: address,
      PARLEY_OIDC_ISSUER: provider.issuer,
      PARLEY_OIDC_CLIENT_ID: clientId,
      PARLEY_OIDC_CLIENT_SECRET: clientSecret,
      PARLEY_OIDC_LABEL: 'Harbour login',
    },
  })
  me = await desk.person()
  page = await desk.page(me)
})
after(async () => {
  await desk.end()
  await provider?.[Symbol.asyncDispose]()
})

story('an account that nobody linked is told what to do, and stays out', async () => {
  await page.goto('/sign-in')
  await page.click(button)
  await goAs('ada')
  await sees('[role=alert] >> text=signs nobody in here')
  assert.equal(new URL(page.url()).search, '')
  await page.click('text=Back to Parley')
  await page.waitForURL(/\/sign-in$/)
  await forgetMe()
})

story('whoever is signed in links an account on their profile', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await page.goto('/profile')
  await sees('text=None yet. An account at Harbour login')
  await page.click('button:text("Link an account at Harbour login")')
  await goAs('ada')
  await page.waitForURL(/\/profile$/)
  await page.locator('tr[data-row]', { hasText: 'ada' }).waitFor()
  assert.deepEqual(await drawnWrong(page), [])
  await forgetMe()
})

story('who signed out signs in through it, and lands where they wanted to go', async () => {
  await signOut()
  assert.deepEqual(await drawnWrong(page), [])
  await page.goto('/finders')
  await page.waitForURL(/\/sign-in\?next=/)
  await page.click(button)
  await goAs('ada')
  await page.waitForURL(/\/finders$/)
  await page.goto('/profile')
  await page.locator('tr[data-row]', { hasText: 'This one' }).waitFor()
  await sees('text=With a linked account')
  const [identity] = (await read(me, '/v1/profile')).at('identities').items
  assert.equal(identity?.at('subject').text, 'ada')
  await forgetMe()
})

story('a page of another browser brings nobody in', async () => {
  await signOut()
  await page.click(button)
  await page.waitForURL(/\/interaction\//)
  const other = await desk.person()
  const theirs = await desk.page(other)
  await page.route(/v1\/session\/provider$/, (route) => route.abort())
  const back = page.waitForRequest(/sign-in\/provider\?/)
  await goAs('ada')
  const address = (await back).url()
  await sees('[role=alert]')
  await page.unroute(/v1\/session\/provider$/)
  await theirs.goto(address)
  await theirs.waitForSelector('[role=alert] >> text=was not begun in this browser')
  assert.deepEqual(await drawnWrong(theirs), [])
  await other.close()
  await page.goto(address)
  await page.waitForURL(/\/queue/)
  await forgetMe()
})

story('a linked account is removed once that is meant, and signs nobody in', async () => {
  await page.goto('/profile')
  await page.locator('tr[data-row]', { hasText: 'ada' }).locator('button').click()
  await sees('[role=dialog] >> text=It is your last way in of your own')
  await page.click('text=Remove my last way in')
  await sees('text=None yet. An account at Harbour login')
  await signOut()
  await page.click(button)
  await goAs('ada')
  await sees('[role=alert] >> text=signs nobody in here')
})

story('the pages did nothing that they must not', async () => {
  const elsewhere = `request: ${provider.issuer}/`
  assert.deepEqual(
    desk.faults.filter((fault) => !fault.startsWith(elsewhere)),
    [],
  )
})
