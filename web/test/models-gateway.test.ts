import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findings } from './axe.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
const dialog = '[role=dialog]'
const button = (words: string): string => `button:has-text("${words}")`
const secret = 'sk-never-shown-again-0123456789'

async function opened(path: string) {
  const { url } = await desk.serve({ cases: 5 })
  const page = await desk.open(url + path)
  await page.waitForSelector('h1')
  return { page, url }
}

test('a credential goes in and never comes out', options, async () => {
  const { page } = await opened('/models/engagement_2')
  const answers: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/v1/')) answers.push(response.text().catch(() => ''))
  })
  await page.waitForSelector('text=nobody can ask your model before you say where it answers')
  await page.click(button('Say where it answers'))
  await page.getByLabel('Address').fill('https://models.example.org/preview')
  await page.click(`${dialog} >> ${button('Keep it')}`)
  await page.waitForSelector(`${dialog} >> text=The address and the credential are needed.`)
  const field = page.getByLabel('Credential', { exact: true })
  assert.equal(await field.getAttribute('type'), 'password')
  await field.fill('short')
  await page.click(`${dialog} >> ${button('Keep it')}`)
  await page.waitForSelector(`${dialog} >> text=is not 8 to 8,000 signs without spaces`)
  await field.fill(secret)
  assert.deepEqual(await findings(page), [])
  await page.click(`${dialog} >> ${button('Keep it')}`)
  await page.waitForSelector('dd:has-text("https://models.example.org/preview")')
  await page.waitForSelector('dd:has-text("Nobody reads it any more, you neither")')
  await page.click(button('Say another'))
  assert.equal(await field.inputValue(), '', 'what was typed before is gone')
  await page.keyboard.press('Escape')
  assert.doesNotMatch(await page.content(), new RegExp(secret))
  assert.doesNotMatch((await Promise.all(answers)).join('\n'), new RegExp(secret))
})

test(
  'an endpoint is taken back with one confirmation, and its credential destroyed',
  options,
  async () => {
    const { page } = await opened('/models/engagement_2')
    await page.click(button('Say where it answers'))
    await page.getByLabel('Address').fill('https://models.example.org')
    await page.getByLabel('Credential', { exact: true }).fill(secret)
    await page.click(`${dialog} >> ${button('Keep it')}`)
    await page.click(button('Take it back'))
    await page.waitForSelector(`${dialog} >> text=Answers on their way are cut at this second`)
    await page.click(`${dialog} >> ${button('Take it back')}`)
    await page.waitForSelector('dt:text-is("Taken back")')
    await page.waitForSelector('dd:has-text("Destroyed")')
  },
)

test(
  'an evaluator is shown no endpoint, and nobody before there is an agreement',
  options,
  async () => {
    for (const path of ['/models/engagement_3', '/models/engagement_1']) {
      const { page } = await opened(path)
      await page.waitForSelector('h2:text-is("Trusted partners")')
      assert.equal(await page.locator('h2:text-is("Your endpoint")').count(), 0, path)
    }
  },
)

test(
  'the log of 5,000 requests draws those in sight, and reads on as one scrolls',
  options,
  async () => {
    const { page } = await opened('/models/engagement_2')
    await page.waitForSelector('dd:has-text("4,990 of 20,000")')
    await page.click('a:text-is("Every request")')
    await page.waitForURL(/part=log/)
    await page.waitForSelector('text=100 requests read, earlier ones come as you scroll')
    const rows = page.locator('section[aria-label="Requests"] tbody tr')
    assert.ok((await rows.count()) < 60, `${await rows.count()} rows drawn`)
    const box = page.locator('section[aria-label="Requests"]')
    await box.hover()
    await page.mouse.wheel(0, 1_000_000)
    await page.waitForSelector('text=200 requests read')
    assert.ok((await rows.count()) < 60, `${await rows.count()} rows drawn`)
  },
)

test(
  'the log tells who, which run, sizes, what came of it and the cost, in both sizes',
  options,
  async () => {
    const { page } = await opened('/models/engagement_2?part=log')
    const first = page.locator('section[aria-label="Requests"] tbody tr').first()
    const text = await first.innerText()
    for (const part of [/(?:Ben Lindqvist|Chiara Romano)/, /run_\d/, /KiB \/ /, /USD/]) {
      assert.match(text, part)
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [sizes.narrow, sizes.middle]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize(viewport)
        await page.waitForTimeout(200)
        assert.deepEqual(await findings(page), [])
        const isWider = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
        assert.equal(isWider, false)
      }
    }
  },
)

test('one run is looked at alone, by a link that can be sent', options, async () => {
  const { page } = await opened('/models/engagement_2?part=log')
  const table = 'section[aria-label="Requests"]'
  await page.locator(`${table} >> a:text-is("run_2")`).first().click()
  await page.waitForURL(/run=run_2/)
  await page.waitForSelector(`${table} >> a:text-is("run_2")`)
  await page.waitForSelector(`${table} >> a:text-is("run_1")`, { state: 'detached' })
  await page.click('a:text-is("Take the filter away")')
  await page.waitForSelector(`${table} >> a:text-is("run_1")`)
})

test('a window that is over shows the proof that nothing passes any more', options, async () => {
  const { page } = await opened('/models/engagement_4')
  await page.waitForSelector('h2:text-is("Proofs that access ended")')
  await page.waitForSelector('text=3 answers cut, 4,812 entries in its log')
  assert.equal(await page.locator(button('Say where it answers')).count(), 0)
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
