import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }

test('without a link the page says where links come from', options, async () => {
  const { url } = await desk.serve({ cases: 10, isSignedIn: false })
  const page = await desk.open(`${url}/queue?status=open`)
  await page.waitForURL(/\/sign-in/)
  await page.waitForSelector('text=There is no password')
  await page.waitForSelector('text=parley sign-in')
})

test('a spent link says so, and is gone from the address', options, async () => {
  const { url } = await desk.serve({ cases: 10, isSignedIn: false })
  const page = await desk.open(`${url}/sign-in#spent-secret`)
  await page.waitForSelector('text=used before')
  assert.equal(new URL(page.url()).hash, '')
})

test('a link never leads to another site', options, async () => {
  const { url } = await desk.serve({ cases: 10, isSignedIn: false })
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example']) {
    const page = await desk.open(`${url}/sign-in?next=${encodeURIComponent(next)}#open-1`)
    await page.waitForURL(/\/queue/)
    assert.equal(new URL(page.url()).origin, url)
    await page.context().close()
  }
})

test(
  'a link signs in, leaves the address, and leads to where one wanted to go',
  options,
  async () => {
    const { url } = await desk.serve({ cases: 10, isSignedIn: false })
    const page = await desk.open(
      `${url}/sign-in?next=${encodeURIComponent('/finders')}#open-sesame`,
    )
    await page.waitForURL(/\/finders/)
    assert.equal(page.url().includes('sesame'), false)
    await page.goBack()
    assert.equal(page.url().includes('sesame'), false)
  },
)

test('a session that ends while a page is open leads to sign-in and back', options, async () => {
  const { url, mock } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/queue`)
  await page.waitForSelector('#list')
  mock.world.isSignedIn = false
  await page.click('#list tr >> nth=1')
  await page.waitForURL(/\/sign-in\?next=%2Fqueue%2Fcase_/)
})

test('signing out asks for a link again', options, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/queue`)
  await page.click('text=Ada Okafor')
  await page.click('text=Sign out')
  await page.waitForSelector('text=There is no password')
})

test('someone who only hands in sees only the pages for that', options, async () => {
  const { url } = await desk.serve({ cases: 10, role: 'finder' })
  const page = await desk.open(url)
  await page.waitForURL(/\/import$/)
  await page.waitForSelector('nav a')
  assert.deepEqual(await page.locator('nav a').allInnerTexts(), [
    'Import',
    'Tokens',
    'Approvals',
    'Agreements',
    'Profile',
  ])
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
