import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { Cast } from './web-cast.ts'
import { drawnWrong, read, WebDesk } from './web-desk.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'

/** A developer and an evaluator at the model desk; each test goes on where one before ended. */
const desk = new WebDesk()
const story = newStory()
let cast: Cast
let doras: Page
let eves: Page
let engagement = ''

const dialog = '[role=dialog]'
const button = (words: string): string => `button:has-text("${words}")`
const agreement = Buffer.from('What lawyers agreed on.')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const dayMs = 86_400_000
const field = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 19)

before(async () => {
  if (isWithoutBrowser) return
  cast = await Cast.begin(desk)
  doras = await cast.somebody('Dora Larch', 'Larch Lab', 'developer')
  eves = await cast.somebody('Eve Oak', 'Oak Institute', 'evaluator')
  await cast.makeEvaluator('Oak Institute')
  // What an organisation is holds for the sessions that begin after it.
  eves = await cast.somebody('Ed Oak', 'Oak Institute', 'evaluator')
})
after(() => desk.end())

story(
  'a developer begins at its models, and reads first that nothing holds a release',
  async () => {
    await doras.waitForURL(/\/models/)
    await doras.waitForSelector('text=Nothing here holds, delays or permits a release')
    await doras.waitForSelector('h2:text-is("No models yet")')
    assert.deepEqual(await drawnWrong(doras), [])
  },
)

story('what the service refuses stands at the field, and five fields are enough', async () => {
  await doras.click(button('Offer a model'))
  await doras.waitForURL(/\/models\/offer/)
  await doras.selectOption('select >> nth=0', { label: 'Oak Institute' })
  await doras.getByLabel('Name of the model').fill('Larch')
  await doras.getByLabel('Version').fill('5 candidate')
  await doras.getByLabel('Planned release (UTC)').fill(field(60 * dayMs))
  await doras.click(button('Offer it'))
  await doras.waitForSelector('p:has-text("It opens at most 30 days before the planned release.")')
  assert.deepEqual(await drawnWrong(doras), [])
  await picture(doras, 'model-offer')
  await doras.getByLabel('Planned release (UTC)').fill(field(20 * dayMs))
  await doras.click('summary:has-text("Documents and disclosures")')
  await doras.setInputFiles('input[aria-label="File: Agreement as a document (SHA-256)"]', {
    ...{ name: 'agreement.txt', mimeType: 'text/plain', buffer: agreement },
  })
  await doras.waitForSelector('text=agreement.txt is handed in with the rest.')
  await doras.click(button('Offer it'))
  await doras.waitForSelector('h1:has-text("Larch 5 candidate")')
  await doras.waitForSelector('a[download]:has-text("agreement.txt")')
  await doras.waitForSelector('dd:has-text("The word of Oak Institute")')
  engagement = new URL(doras.url()).pathname
})

story('the evaluator finds it by itself, and cannot accept before it says what it is', async () => {
  await eves.goto('/models')
  await eves.click('a[data-row]:has-text("Larch 5 candidate")')
  await eves.waitForSelector('dd:has-text("Your word")')
  await eves.click(button('Accept…'))
  await eves.waitForSelector(
    `${dialog} >> text=it lacks what the evaluator says of its independence`,
  )
  await eves.click(`${dialog} >> ${button('Accept these words')}`)
  await eves.waitForSelector(`${dialog} [role=alert]`)
  await eves.click(`${dialog} >> a:has-text("Propose it now")`)
  await eves.waitForURL(/form=counter/)
})

story('the counter-proposal names people and conflicts, and the other page shows it', async () => {
  await eves.getByLabel('We are not independent of it').check()
  await eves.getByLabel('Conflicts of interest').fill('We hold shares of a competitor.')
  await eves.getByLabel('Ed Oak').check()
  await eves.getByLabel('The authority').check()
  assert.equal(await eves.getByLabel('Planned release (UTC)').isDisabled(), true)
  assert.deepEqual(await drawnWrong(eves), [])
  await picture(eves, 'model-counter', 2000)
  await eves.click(button('Propose this'))
  await eves.waitForSelector('text=Version 2 (newest)')
  // Nobody reads the page of the developer again: what is live brings it.
  await doras.waitForSelector('text=Version 2 (newest)')
  const row = (words: string) => doras.locator(`tr:has(th:text-is("${words}"))`).innerText()
  assert.match(await row('By whom'), /none[\s\S]*Ed Oak[\s\S]*allows more/)
  assert.match(await row('Results may go to'), /The authority[\s\S]*allows more/)
  assert.match(await row('Independence'), /not independent, We hold shares of a competitor\./)
  assert.deepEqual(await drawnWrong(doras), [])
  await picture(doras, 'model-diff', 2200)
})

story('both accept one digest, and the window waits to open by itself', async () => {
  const digest = (await read(doras.context(), `/v1/engagements${engagement.slice(7)}`)).at('digest')
  await doras.click(button('Accept…'))
  await doras.waitForSelector(`${dialog} >> text=SHA-256 ${digest.text}`)
  await doras.waitForSelector(`${dialog} >> text=with yours it is agreed`)
  assert.deepEqual(await drawnWrong(doras), [])
  await doras.click(`${dialog} >> ${button('Accept these words')}`)
  await doras.waitForSelector('h2:text-is("Terms that were agreed")')
  await doras.waitForSelector('p:has-text("Opens in")')
  await eves.waitForSelector('h2:text-is("Terms that were agreed")')
})

story('the credential of the endpoint goes in, and no answer of the service has it', async () => {
  const secret = 'sk-of-the-developer-alone-0123456789'
  const told: Promise<string>[] = []
  doras.on('response', (response) => {
    if (response.url().includes('/endpoint')) told.push(response.text().catch(() => ''))
  })
  await doras.click(button('Say where it answers'))
  await doras.getByLabel('Address').fill('ftp://models.example.org')
  await doras.getByLabel('Credential', { exact: true }).fill(secret)
  await doras.click(`${dialog} >> ${button('Keep it')}`)
  await doras.waitForSelector(`${dialog} p:has(strong):has-text("Origin, and a path")`)
  assert.deepEqual(await drawnWrong(doras), [])
  await doras.getByLabel('Address').fill('https://models.example.org/preview')
  await doras.click(`${dialog} >> ${button('Keep it')}`)
  await doras.waitForSelector('dd:has-text("Nobody reads it any more, you neither")')
  assert.doesNotMatch(await doras.content(), new RegExp(secret))
  const answers = (await Promise.all(told)).join('\n')
  assert.match(answers, /models\.example\.org/)
  assert.doesNotMatch(answers, new RegExp(secret))
  assert.equal(await eves.locator('h2:text-is("Your endpoint")').count(), 0)
})

story('every request has a place in the log, which is empty before the window opens', async () => {
  await eves.click('a:text-is("Every request")')
  await eves.waitForSelector('text=No request.')
  await eves.click(button('Back to the engagement'))
  await eves.waitForSelector('h2:text-is("What was asked of it")')
})

story(
  'the document comes down as it was handed in, and the developer sees who read it',
  async () => {
    const coming = eves.waitForEvent('download')
    await eves.click('a[download]:has-text("agreement.txt")')
    const bytes = await readFile(await (await coming).path())
    assert.equal(sha256(bytes), sha256(agreement))
    await doras.reload()
    await doras.waitForSelector('li:has-text("Ed Oak") >> text=read a document')
    await doras.waitForSelector('li:has-text("Ed Oak") >> text=opened this page')
  },
)

story('the developer takes something back at once; more is refused at its field', async () => {
  await doras.click(button('Take something back'))
  const tokens = doras.getByLabel('Tokens', { exact: true })
  await tokens.fill('900000000')
  await doras.click(button('Take it back'))
  await doras.waitForSelector('p:has-text("That allows more than was agreed")')
  assert.deepEqual(await drawnWrong(doras), [])
  await tokens.fill('5000')
  await doras.click(button('Take it back'))
  await doras.waitForSelector('dd:has-text("20,000 requests, 5,000 tokens")')
  await eves.waitForSelector('dd:has-text("20,000 requests, 5,000 tokens")')
})

story('a question of cover has two answers beside each other, and both stand', async () => {
  await doras.click(button('Ask whether it is covered'))
  await doras.click(button('Say what you think'))
  await doras.selectOption(`${dialog} select`, 'not covered')
  await doras.fill(`${dialog} textarea`, 'It does no more than the last one.')
  await doras.click(`${dialog} >> ${button('Say it')}`)
  await eves.click(button('Say what the authority decided'))
  await eves.selectOption(`${dialog} select`, 'covered')
  await eves.fill(`${dialog} textarea`, 'It does more.')
  await eves.click(`${dialog} >> ${button('Say it')}`)
  await eves.waitForSelector(`${dialog} >> text=A decision rests on a verdict`)
  await eves.selectOption(`${dialog} select`, 'not decided')
  await eves.click(`${dialog} >> ${button('Say it')}`)
  await doras.waitForSelector('text=They say different things. Both stand as they were said')
  assert.deepEqual(await drawnWrong(doras), [])
})

story('a partner is agreed to, and starting it is the release', async () => {
  await doras.click(button('Name a partner'))
  await doras.fill(`${dialog} input >> nth=0`, 'Grid Cooperative')
  await doras.click(`${dialog} >> ${button('Name it')}`)
  await eves.click(button('Agree to it'))
  await doras.waitForSelector('p:has-text("Grid Cooperative") >> text=Agreed, not started')
  await doras.click(button('Start it…'))
  await doras.waitForSelector(
    `${dialog} >> text=nobody answers it. The window of Oak Institute ends`,
  )
  assert.deepEqual(await drawnWrong(doras), [])
  await doras.click(`${dialog} >> ${button('Start it: it is released')}`)
  await doras.waitForSelector('p:has-text("Grid Cooperative") >> text=Has the model')
  await eves.waitForSelector('p:has-text("the developer released the model")')
  await doras.waitForSelector('h2:text-is("Proofs that access ended")')
  await picture(doras, 'model-partners', 2600)
})

story('another offer is left with one key, one confirmation and no reason', async () => {
  await doras.goto('/models/offer')
  await doras.selectOption('select >> nth=0', { label: 'Oak Institute' })
  await doras.getByLabel('Name of the model').fill('Alder')
  await doras.getByLabel('Version').fill('1')
  await doras.getByLabel('Planned release (UTC)').fill(field(9 * dayMs))
  await doras.click(button('Offer it'))
  await doras.waitForSelector('h1:has-text("Alder 1")')
  await doras.keyboard.press('x')
  await doras.waitForSelector(`${dialog} >> text=Nobody asks why.`)
  await doras.click(`${dialog} >> ${button('Withdraw it')}`)
  await doras.waitForSelector('section >> text=– Withdrawn')
  assert.equal(await doras.locator(button('Leave now')).count(), 0)
})

story('a finder has nothing of it, and an engagement of others is as if it never was', async () => {
  const fays = await cast.somebody('Fay Elm', 'Elm Lab', 'finder')
  assert.equal(await fays.locator('nav a:text-is("Models")').count(), 0)
  const elms = await cast.somebody('Elm Dev', 'Elm Lab', 'developer')
  await elms.goto(engagement)
  await elms.waitForSelector('h1:text-is("There is no such engagement")')
})

story(
  'everybody is told how many once an administrator says so, and nothing of which',
  async () => {
    const stranger = await desk.page(await desk.person())
    await stranger.goto('/desk')
    await stranger.waitForSelector('text=This instance does not publish how many.')
    const page = await desk.page(cast.admin)
    await page.goto('/models')
    await page.click(button('Publish how many'))
    await page.waitForSelector(button('Publish it no more'))
    await stranger.reload()
    await stranger.waitForSelector('tr:has-text("offered to show") >> td:text-is("2")')
    assert.deepEqual(await drawnWrong(stranger), [])
    await picture(stranger, 'model-counts')
  },
)

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
