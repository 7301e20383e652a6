import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findings } from './axe.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
const dialog = '[role=dialog]'

/** A page of the model desk, over a service of its own. */
async function opened(path: string) {
  const { url, mock } = await desk.serve({ cases: 5 })
  const page = await desk.open(url + path)
  await page.waitForSelector('h1')
  return { page, url, mock }
}

const button = (words: string): string => `button:has-text("${words}")`

/** What the log of the page says, the newest first. */
const log = (page: Page): Promise<string[]> =>
  page.locator('section:has(h2:text-is("Who did and saw what")) li').allInnerTexts()

test(
  'an offer without its five fields is sent nowhere, and each says what it lacks',
  options,
  async () => {
    const { page } = await opened('/models/offer')
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    await page.click(button('Offer it'))
    for (const words of [
      'Choose whom you offer it to.',
      'Name the model.',
      'Say which version it is.',
      'Say when you plan to release it.',
    ]) {
      await page.waitForSelector(`p:has-text("${words}")`)
    }
    await page.waitForSelector('select:focus')
    assert.deepEqual(
      sent.filter((method) => method === 'POST'),
      [],
    )
  },
)

/** Fills the five fields that are enough; the release so many days from now. */
async function fillFive(page: Page, days: number): Promise<void> {
  const release = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19)
  await page.selectOption('select >> nth=0', { label: 'Oak Institute' })
  await page.getByLabel('Name of the model').fill('Alder')
  await page.getByLabel('Version').fill('1 candidate')
  await page.getByLabel('Planned release (UTC)').fill(release)
}

test(
  'what the service refuses stands at its field, and everything typed stays',
  options,
  async () => {
    const { page } = await opened('/models/offer')
    await fillFive(page, 60)
    await page.click(button('Offer it'))
    const opens = page.getByLabel('Window opens (UTC)')
    await page.waitForSelector('text=It opens at most 30 days before the planned release.')
    assert.equal(await opens.getAttribute('aria-invalid'), 'true')
    assert.equal(await page.getByLabel('Name of the model').inputValue(), 'Alder')
    await fillFive(page, 20)
    await page.click('summary:has-text("Terms")')
    await page.getByLabel('Measure what it can do').uncheck()
    await page.click('summary:has-text("Terms")')
    await page.click(button('Offer it'))
    await page.waitForSelector('details[open] >> text=Name what access may be used for.')
  },
)

test('five fields are enough, and both sides read what was offered', options, async () => {
  const { page } = await opened('/models')
  await page.keyboard.press('n')
  await page.waitForURL(/\/models\/offer/)
  await fillFive(page, 20)
  await page.click(button('Offer it'))
  await page.waitForSelector('h1:has-text("Alder 1 candidate")')
  await page.waitForSelector('dd:has-text("The word of Oak Institute")')
  await page.waitForSelector('dd:has-text("20,000 requests, 100,000,000 tokens, 1,000.00 USD")')
  assert.match((await log(page)).join('\n'), /Ada Okafor, Harbour CERT, offered the model/)
  await page.click('a:text-is("Models")')
  await page.waitForSelector('a:has-text("Alder 1 candidate")')
})

test('weights that are handed over are explained, and go back by default', options, async () => {
  const { page } = await opened('/models/offer')
  await page.click('summary:has-text("How it is reached")')
  await page.getByLabel('Its weights will be published (open weight)').check()
  await page.waitForSelector('[role=note] >> text=run in an enclave of the evaluator')
  await page.click('summary:has-text("Terms")')
  assert.equal(await page.getByLabel('Afterwards').inputValue(), 'return')
})

test('a version tells what allows more and what less, in words', options, async () => {
  const { page } = await opened('/models/engagement_1')
  await page.waitForSelector('text=4 changes: 2 allow more, 1 allow less')
  const row = (words: string) => page.locator(`tr:has(th:text-is("${words}"))`).innerText()
  assert.match(await row('Results may go to'), /The authority[\s\S]*none[\s\S]*allows less/)
  assert.match(await row('Tokens at most'), /100,000,000[\s\S]*250,000,000[\s\S]*allows more/)
  await page.click('a:text-is("Version 1")')
  await page.waitForURL(/version=1/)
  await page.waitForSelector('text=there is nothing to compare it with')
  await page.goBack()
  await page.waitForSelector('text=4 changes')
})

test(
  'accepting shows the digest that is agreed to, and then there is a window',
  options,
  async () => {
    const { page } = await opened('/models/engagement_1')
    const digest = /SHA-256 (\w{64})/.exec(await page.locator('main').innerText())?.[1]
    await page.click(button('Accept…'))
    await page.waitForSelector(`${dialog} >> text=SHA-256 ${digest}`)
    await page.waitForSelector(`${dialog} >> text=Oak Institute accepted these very words`)
    await page.click(button('Accept these words'))
    await page.waitForSelector('h2:text-is("Terms that were agreed")')
    await page.waitForSelector('p:has-text("Opens in 1 d")')
    assert.equal(await page.locator(button('Accept')).count(), 0)
    assert.match((await log(page)).join('\n'), /Harbour CERT, accepted/)
  },
)

test('the acts are those that the service offers and no others', options, async () => {
  const words = async (path: string): Promise<string[]> => {
    const { page } = await opened(path)
    await page.waitForSelector('h2:text-is("What you can say now")')
    const part = page.locator('section:has(h2:text-is("What you can say now")) button')
    return part.allInnerTexts()
  }
  const release = ['Change the planned release', 'It is released']
  assert.deepEqual(await words('/models/engagement_1'), [
    ...['Accept…', 'Propose something else', ...release],
  ])
  assert.deepEqual(await words('/models/engagement_2'), [
    ...['Pause', 'Take something back', 'Let it go on longer', 'Withdraw the model', ...release],
  ])
  assert.deepEqual(await words('/models/engagement_3'), ['Leave'])
  assert.deepEqual(await words('/models/engagement_4'), release)
})

test(
  'the developer leaves with one key and one confirmation, without a reason',
  options,
  async () => {
    const { page } = await opened('/models/engagement_2')
    await page.waitForSelector('time[role=timer]')
    assert.match(await page.locator('time[role=timer]').first().innerText(), /^4 h 59 min \d+ s$/)
    await page.keyboard.press('x')
    await page.waitForSelector(`${dialog} >> text=Nobody asks why.`)
    assert.equal(await page.locator(`${dialog} input, ${dialog} textarea`).count(), 0)
    await page.click(`${dialog} >> ${button('Leave now')}`)
    await page.waitForSelector('p:has-text("Ended now: the developer left")')
    assert.equal(await page.locator(button('Leave now')).count(), 0)
  },
)

test(
  'evaluators have no leave button of the developer, and both have the words of the order',
  options,
  async () => {
    const { page } = await opened('/models/engagement_3')
    await page.waitForSelector('text=Nothing here holds, delays or permits a release')
    await page.waitForSelector('h2:text-is("What you can say now")')
    assert.equal(await page.locator(button('Leave now')).count(), 0)
  },
)

test('pausing is undone as it was done', options, async () => {
  const { page } = await opened('/models/engagement_2')
  await page.click(button('Pause'))
  await page.waitForSelector('p:has-text("Paused, ends in")')
  await page.keyboard.press('u')
  await page.waitForSelector('p:has-text("Open, ends in")')
})

test(
  'what is taken back holds at once, and more than was agreed is refused at its field',
  options,
  async () => {
    const { page } = await opened('/models/engagement_2')
    await page.click(button('Take something back'))
    await page.waitForURL(/form=narrow/)
    await page.getByLabel('Tokens', { exact: true }).fill('300000000')
    await page.click(button('Take it back'))
    await page.waitForSelector('p:has-text("That allows more than was agreed")')
    assert.equal(
      await page.getByLabel('Tokens', { exact: true }).getAttribute('aria-invalid'),
      'true',
    )
    await page.getByLabel('Tokens', { exact: true }).fill('1000000')
    await page.click(button('Take it back'))
    await page.waitForSelector('dd:has-text("20,000 requests, 1,000,000 tokens")')
    await page.waitForSelector('text=1 change: 0 allow more, 1 allow less')
  },
)

test('a release is written down in every state, and nothing answers it', options, async () => {
  const { page } = await opened('/models/engagement_2')
  await page.click(button('It is released'))
  await page.waitForSelector(`${dialog} >> text=It is a fact and no request: nobody answers it.`)
  await page.click(`${dialog} >> ${button('It is released')}`)
  await page.waitForSelector('p:has-text("Ended now: the developer released the model")')
  await page.waitForSelector('dt:text-is("Released")')
  await page.waitForSelector(button('Change the planned release'))
})

test('what is past day 30 is refused where it was typed', options, async () => {
  const { page } = await opened('/models/engagement_2')
  await page.click(button('Let it go on longer'))
  const until = page.getByLabel('Until (UTC)')
  await until.fill('2099-01-01T00:00:00')
  await page.click(`${dialog} >> ${button('Let it go on')}`)
  await page.waitForSelector(`${dialog} >> text=No access lasts beyond day 30`)
  assert.match(await until.inputValue(), /^2099-01-01T00:00/)
})

test('a document is handed in once, and read by both', options, async () => {
  const { page } = await opened('/models/engagement_2')
  const hand = () =>
    page.setInputFiles('input[aria-label="Document to hand in"]', {
      ...{ name: 'agreement.txt', mimeType: 'text/plain', buffer: Buffer.from('We agree.') },
    })
  await hand()
  await page.waitForSelector('a[download]:has-text("agreement.txt")')
  await hand()
  await page.waitForSelector('[role=alert] >> text=agreement.txt is here already.')
  assert.equal(await page.locator('a[download]').count(), 1)
})

test('what others do comes to the open page by itself', options, async () => {
  const { page, url } = await opened('/models/engagement_2')
  await page.waitForSelector('header >> text=Live')
  await page.waitForSelector('p:has-text("Open, ends in")')
  const headers = { 'x-requested-by': 'parley', 'content-type': 'application/json' }
  const body = JSON.stringify({ kind: 'pause' })
  const path = '/v1/engagements/engagement_2/acts'
  assert.equal((await fetch(url + path, { method: 'POST', headers, body })).status, 200)
  await page.waitForSelector('p:has-text("Paused, ends in")')
})

test('both say different things about cover, and both stand', options, async () => {
  const { page } = await opened('/models/engagement_2')
  await page.click(button('Ask whether it is covered'))
  await page.click(button('Say what you think'))
  await page.focus(`${dialog} textarea`)
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector(`${dialog} [role=alert] >> text=Say it in words.`)
  await page.selectOption(`${dialog} select`, 'not covered')
  await page.fill(`${dialog} textarea`, 'It does no more than the last one.')
  await page.click(`${dialog} >> ${button('Say it')}`)
  await page.waitForSelector('dl:has(dt:text-is("The developer says")) >> text=not covered')
  await page.waitForSelector('dl:has(dt:text-is("The authority says")) >> text=Nothing yet.')
})

test('a partner is named, and starting it says that it is the release', options, async () => {
  const { page } = await opened('/models/engagement_2')
  await page.click(button('Name a partner'))
  await page.fill(`${dialog} input >> nth=0`, 'Grid Cooperative')
  await page.getByLabel('People at most').fill('40')
  await page.click(`${dialog} >> ${button('Name it')}`)
  await page.waitForSelector(`${dialog} >> text=1 to 25 named users.`)
  await page.getByLabel('People at most').fill('25')
  await page.click(`${dialog} >> ${button('Name it')}`)
  await page.waitForSelector('p:has-text("Grid Cooperative") >> text=Proposed')
  await page.click(button('Start it…'))
  await page.waitForSelector(`${dialog} >> text=That is the release`)
  await page.click(`${dialog} >> ${button('Start it: it is released')}`)
  await page.waitForSelector('p:has-text("Grid Cooperative") >> text=Has the model')
  await page.waitForSelector('p:has-text("Ended now: the developer released the model")')
  await page.click(button('Something happened'))
  await page.fill(`${dialog} textarea`, 'A key was found on a shared disk.')
  await page.click(`${dialog} >> ${button('Write it down')}`)
  await page.waitForSelector('li:has-text("Report it") >> text=due in 23 h 59 min')
  await page
    .locator(`li:has-text("Report it") >> ${button('Done')}`)
    .last()
    .click()
  await page.waitForSelector('li:has-text("Report it") >> text=✓')
  const wrong: string[] = []
  for (const viewport of [sizes.narrow, sizes.middle]) {
    await page.setViewportSize(viewport)
    wrong.push(...(await findings(page)))
  }
  assert.deepEqual(wrong, [])
})

test(
  'the public page says nothing until an administrator publishes, then counts only',
  options,
  async () => {
    const { page, url, mock } = await opened('/models')
    await page.click('a:text-is("The public page")')
    await page.waitForSelector('text=This instance does not publish how many.')
    await page.goBack()
    await page.click(button('Publish how many'))
    await page.waitForSelector(button('Publish it no more'))
    mock.world.isSignedIn = false
    await page.goto(`${url}/desk`)
    await page.waitForSelector('tr:has-text("offered to show") >> td:text-is("4")')
    assert.equal(new URL(page.url()).pathname, '/desk')
    assert.doesNotMatch(await page.locator('main').innerText(), /Larch|Oak|Harbour/)
  },
)

const rails: readonly (readonly ['developer' | 'evaluator' | 'finder' | 'partner', boolean])[] = [
  ['developer', true],
  ['evaluator', true],
  ['finder', false],
  ['partner', false],
]
for (const [role, has] of rails) {
  test(`the rail of a ${role} has ${has ? '' : 'no '}models`, options, async () => {
    const { url } = await desk.serve({ cases: 5, role })
    const page = await desk.open(url)
    await page.waitForSelector('nav a[aria-current=page]')
    assert.equal(await page.locator('nav a:text-is("Models")').count(), has ? 1 : 0)
    if (has) assert.equal(new URL(page.url()).pathname, '/models')
    if (has) return
    await page.goto(`${url}/models`)
    await page.waitForSelector('h1:text-is("Your role does not open this page")')
  })
}

test('no word of a judge stands on any page of it', options, async () => {
  const { page, url } = await opened('/models')
  for (const path of ['', '/offer', '/engagement_1', '/engagement_2', '/engagement_4']) {
    await page.goto(`${url}/models${path}`)
    await page.waitForSelector('h1')
    await page.waitForTimeout(300)
    const text = await page.locator('main').innerText()
    assert.doesNotMatch(text, /\b(?:approved|cleared|licensed|blocked|passed|failed)\b/i, path)
  }
  assert.deepEqual(desk.faults, [])
})
