import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { tokenFor } from './instance.ts'
import { drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'

/** A coordinator and a participant at their browsers; each test goes on where one before ended. */
const desk = new WebDesk('localhost')
const story = newStory()
let ada: BrowserContext
let adas: Page
let nan: BrowserContext
let nans: Page
let found = ''

const secret = 'quillet-zanzibar'

async function added(name: string, organisation: string): Promise<string> {
  const response = await ada.request.post('/v1/people', {
    data: { name, organisation, role: 'participant' },
    headers: { 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' },
  })
  assert.equal(response.status(), 200, await response.text())
  return String(Object(await response.json()).link)
}

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  ada = await desk.person()
  adas = await desk.page(ada)
  await adas.goto(`/sign-in#${desk.service.link}`)
  await adas.waitForURL(/\/queue/)
  const token = await tokenFor(desk.data)
  await desk.post(token, '/v1/reports', { purl: `pkg:npm/${secret}@1.0.0`, email: 'a@example.org' })
  const cases = async () => (await read(ada, '/v1/cases')).at('items').items
  await until(async () => (await cases()).length > 0, 'there is a case')
  found = (await cases())[0]?.at('id').text ?? ''
})
after(() => desk.end())

story('a participant finds nothing but their own pages, and adds a passkey', async () => {
  await added('Spo Reed', 'Reed Registry')
  const link = await added('Nan Reed', 'Reed Registry')
  nan = await desk.person()
  nans = await desk.page(nan)
  const device = await nan.newCDPSession(nans)
  await device.send('WebAuthn.enable')
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await nans.goto(`/sign-in#${link}`)
  await nans.waitForURL(/\/read-ins/)
  await nans.waitForSelector('text=You are read in to nothing')
  await nans.waitForSelector('nav a')
  const pages = await nans.locator('nav a').allInnerTexts()
  assert.deepEqual(pages, ['My read-ins', 'Agreements', 'Profile'])
  await nans.goto(`/cases/${found}`)
  await nans.waitForSelector('text=It lacks the permission “read”')
  await nans.goto('/profile')
  await nans.fill('text=Name of a new passkey', 'Desk')
  await nans.click('button:text("Add a passkey")')
  await nans.waitForSelector('text="Desk" signs you in from now on.')
  await nans.goto('/read-ins')
})

const dialog = '[role=dialog]'
const field = (label: string) => adas.locator(dialog).getByLabel(label, { exact: true })
/** At once, without waiting until nothing moves any more. */
const click = (element: { click?: () => void }): void => element.click?.()
const minute = (hours: number): string =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16)

story('a coordinator plans the case and takes a nomination through its gates', async () => {
  await adas.goto(`/cases/${found}`)
  await adas.click('button:text("Fix and dates")')
  await adas.waitForSelector(`${dialog} >> text=Goes live (UTC)`)
  await field('Goes live (UTC)').fill(minute(20))
  await field('Artifacts').fill(`pkg:npm/osprey@2.0.1 2.0.1 ${'a'.repeat(64)}`)
  assert.deepEqual(await drawnWrong(adas), [])
  await picture(adas, 'plan')
  await adas.click(`${dialog} >> button:has-text("Save")`)
  await adas.locator(dialog).waitFor({ state: 'detached' })
  await adas.waitForSelector('text=planned the artifacts and when it goes live')
  await adas.click('button:text("Read-ins")')
  await adas.click(`${dialog} >> button:text("Nominate somebody")`)
  await field('Who').selectOption({ label: 'Nan Reed' })
  await field('Sponsor').selectOption({ label: 'Spo Reed' })
  await field('Tier').selectOption('3')
  await adas.click(`${dialog} >> button:text-is("Nominate")`)
  await adas.waitForSelector('[role=alert] >> text=what this case needs them for')
  await field('Need').fill('The registry publishes at one hour.')
  await picture(adas, 'nominate')
  await adas.click(`${dialog} >> button:text-is("Nominate")`)
  await adas.waitForSelector(`${dialog} >> text=Nominated`)
  for (const gate of ['1', '2', '3']) {
    await adas.click(`${dialog} >> button:text("Decide a gate")`)
    await field('Gate').selectOption(gate)
    await field('What was seen or said').fill('Spoke to them and to their sponsor.')
    if (gate === '3') {
      for (const paper of ['non-disclosure', 'conduct', 'antitrust']) {
        await field(paper).check()
      }
    }
    await adas.click(`${dialog} >> button:text("Write the gate down")`)
    await adas.waitForSelector(`${dialog} >> li:nth-child(${gate}):has-text("passed by")`)
  }
  assert.deepEqual(await drawnWrong(adas), [])
  await picture(adas, 'gates')
  await adas.click(`${dialog} >> button:text-is("Assign")`)
  await field('Why').fill('They stage the release.')
  await adas.click(`${dialog} >> form >> button:text-is("Assign")`)
  await adas.waitForSelector(`${dialog} >> text=Waits for the acknowledgement`)
})

story('the participant acknowledges, and sees artifact and hour and nothing else', async () => {
  await nans.waitForSelector('text=I acknowledge this')
  assert.deepEqual(await drawnWrong(nans), [])
  await picture(nans, 'acknowledge')
  await nans.click('button:text("I acknowledge this")')
  await nans.click('button:text("Show what I may see")')
  await nans.waitForSelector('text=pkg:npm/osprey@2.0.1')
  await nans.waitForSelector('text=Goes live')
  const said = await nans.innerText('body')
  assert.equal(said.match(/^TLP:AMBER$/gm)?.length, 2)
  for (const hidden of [secret, found, 'one hour', 'Spoke']) assert.ok(!said.includes(hidden))
  assert.deepEqual(await drawnWrong(nans), [])
  await picture(nans, 'shown')
})

story('what is ended is gone from the open page within a second', async () => {
  await adas.click(`${dialog} >> button:text("End now")`)
  await field('Why it ends').selectOption('task-done')
  const gone = nans.locator('text=pkg:npm/osprey@2.0.1').waitFor({ state: 'detached' })
  const answered = adas.waitForResponse((response) => response.url().endsWith('/end'))
  await adas.locator(`${dialog} >> form >> button:text("End now")`).evaluate(click)
  await answered
  const late = pause(1_000, 'late', { ref: false })
  assert.notEqual(await Promise.race([gone.then(() => 'gone'), late]), 'late')
  await nans.waitForSelector('text=the task is done')
  await picture(nans, 'ended')
  assert.deepEqual(desk.faults, [])
})
