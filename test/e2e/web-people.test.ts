import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Ways in and people in the browser: each test goes on where the one before ended. */
const desk = new WebDesk('localhost')
const story = newStory()
let me: BrowserContext
let page: Page
let device: CDPSession
let authenticator = ''

const dialog = '[role=dialog]'
const sees = (selector: string) => page.waitForSelector(selector)
const rowOf = (name: string) => page.locator('tr[data-row]', { hasText: name })

/** The device of this browser, which recognises its owner. */
async function plugIn(): Promise<void> {
  device = await me.newCDPSession(page)
  await device.send('WebAuthn.enable')
  const options = {
    ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
    ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  }
  const added = await device.send('WebAuthn.addVirtualAuthenticator', { options })
  authenticator = added.authenticatorId
}

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
  await plugIn()
})
after(() => desk.end())

story('who has no passkey yet is told what one is for, and adds one', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await sees('text=No findings yet')
  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await page.waitForURL(/\/profile/)
  await sees('text=None yet. A passkey signs you in')
  await page.fill('text=Name of a new passkey', '')
  await page.click('button:text("Add a passkey")')
  await sees('text=Say which device it is on.')
  await page.keyboard.type('Desk')
  await page.keyboard.press('Enter')
  await sees('text="Desk" signs you in from now on.')
  assert.equal((await read(me, '/v1/profile')).at('passkeys').items.length, 1)
})

story('a device adds no second passkey for the same person', async () => {
  await page.fill('text=Name of a new passkey', 'Again')
  await page.click('button:text("Add a passkey")')
  await sees('[role=alert] >> text=holds a passkey of yours')
})

story('a passkey takes another name', async () => {
  await rowOf('Desk').locator('button', { hasText: 'Rename' }).click()
  await sees(dialog)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Laptop at home')
  await page.keyboard.press('Enter')
  await rowOf('Laptop at home').waitFor()
})

story('who signed out signs in with the passkey, and the session says so', async () => {
  await signOut()
  await page.click('text=Sign in with a passkey')
  await page.waitForURL(/\/queue/)
  await page.goto('/profile')
  await rowOf('This one').locator('text=With a passkey').waitFor()
  await until(async () => {
    const [kept] = (await read(me, '/v1/profile')).at('passkeys').items
    return kept?.at('lastUsedAt').value !== null
  }, 'the passkey was used')
})

async function signOut(): Promise<void> {
  await page.locator('header button[aria-haspopup=menu]').click()
  await page.click('text=Sign out')
  await sees('text=There is no password')
}

story('a passkey whose owner is not recognised signs nobody in', async () => {
  await signOut()
  await device.send('WebAuthn.setUserVerified', {
    ...{ authenticatorId: authenticator, isUserVerified: false },
  })
  await page.click('text=Sign in with a passkey')
  await sees('[role=alert] >> text=The browser gave no passkey')
  await device.send('WebAuthn.setUserVerified', {
    ...{ authenticatorId: authenticator, isUserVerified: true },
  })
  await page.click('text=Sign in with a passkey')
  await page.waitForURL(/\/queue/)
})

story('recovery codes are shown once, and one signs in once', async () => {
  await page.goto('/profile')
  await page.click('button:text("Make recovery codes")')
  const codes = (await page.inputValue('textarea[aria-label="Recovery codes"]')).split('\n')
  assert.equal(codes.length, 10)
  await page.click('text=I have kept them')
  await sees('text=10 codes left')
  assert.equal((await page.content()).includes(codes[0] ?? '?'), false)
  await signOut()
  const useCode = async (): Promise<void> => {
    await page.click('summary')
    await page.fill('details input', codes[0]?.toUpperCase() ?? '')
    await page.click('text=Sign in with this code')
  }
  await useCode()
  await page.waitForURL(/\/queue/)
  await signOut()
  await useCode()
  await sees('[role=alert] >> text=was used before')
  await page.click('text=Sign in with a passkey')
  await page.waitForURL(/\/queue/)
})

let fay: BrowserContext
let theirs: Page

story('a person is added and comes in with the link that is shown', async () => {
  await page.goto('/people')
  await sees('text=is the only active coordinator')
  await page.keyboard.press('c')
  await page.click('button:text-is("Add the person")')
  await sees('text=Say who it is.')
  await page.fill('text="Name"', 'Fay Heron')
  await page.fill('text="Organisation"', 'Heron Lab')
  await page.locator('label', { hasText: 'Give it rarely' }).click()
  await page.click('button:text-is("Add the person")')
  const address = await page.inputValue('[aria-label="One-time link"]')
  await rowOf('Fay Heron').waitFor()
  fay = await desk.person()
  theirs = await desk.page(fay)
  await theirs.goto(address)
  await theirs.waitForURL(/\/queue/)
  await theirs.waitForSelector('header >> text=Live')
  await page.click('text=I have given it')
})

story("a leaver's open page is thrown out at once, and shows nothing more", async () => {
  await rowOf('Fay Heron').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Disable")')
  await sees(`${dialog} >> text=Their sessions end`)
  const since = performance.now()
  await page.click(`${dialog} >> button:text-is("Disable")`)
  await theirs.waitForURL(/\/sign-in/)
  assert.ok(performance.now() - since < 2_000, 'the page is gone within two seconds')
  await theirs.waitForSelector('text=Sign in to Parley')
  await rowOf('Fay Heron').locator('text=✗ Disabled').waitFor()
  await theirs.goto('/queue')
  await theirs.waitForURL(/\/sign-in/)
  await fay.close()
})

story('who is enabled again needs a new link', async () => {
  await rowOf('Fay Heron').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Enable")')
  await sees('text=Sessions and tokens of before stay ended')
  await rowOf('Fay Heron').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Make a one-time link")')
  await sees('text=Give Fay Heron this link')
  await page.click('text=I have given it')
})

story('a member gets another role, and is taken out of the organisation', async () => {
  await rowOf('Fay Heron').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Give another role")')
  await page.click(`${dialog} >> button:has-text("Give this role")`)
  await sees(`${dialog} >> text=That is their role already.`)
  await page.locator(`${dialog} >> label`, { hasText: 'reads no proofs' }).click()
  assert.deepEqual(await drawnWrong(page), [])
  await page.click(`${dialog} >> button:has-text("Give this role")`)
  await rowOf('Fay Heron').locator('td:text-is("Triager")').waitFor()
  await rowOf('Fay Heron').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Take out of this organisation")')
  await sees(`${dialog} >> text=What they did and handed in stays`)
  await page.click(`${dialog} >> button:text-is("Take out")`)
  await rowOf('Fay Heron').waitFor({ state: 'detached' })
})

story('an organisation is renamed, and the last coordinators are not disabled', async () => {
  await page.click('button:has-text("Change Heron Lab")')
  await page.click('[role=menuitem]:has-text("Rename")')
  await sees(dialog)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Heron & Sons')
  await page.keyboard.press('Enter')
  await sees('h2:has-text("Heron & Sons")')
  await page.click('button:has-text("Change Heron & Sons")')
  await page.click('[role=menuitem]:has-text("Disable")')
  await page.click(`${dialog} >> button:text-is("Disable")`)
  await sees('text=✗ Disabled')
  await rowOf('● You').locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Disable")')
  await sees(`${dialog} >> text=You are signed out by this yourself`)
  await page.click(`${dialog} >> button:text-is("Disable")`)
  await sees(`${dialog} >> text=No active coordinator would be left`)
  await page.keyboard.press('Escape')
})

for (const path of ['/profile', '/people']) {
  story(`axe finds nothing on ${path}, and nothing is cut`, async () => {
    await page.goto(path)
    await sees('tr[data-row]')
    assert.deepEqual(await drawnWrong(page), [])
  })
}

story('all other sessions end at once', async () => {
  const elsewhere = await desk.person()
  const other = await desk.page(elsewhere)
  await other.goto(`/sign-in#${await desk.link()}`)
  await other.waitForURL(/\/queue/)
  await other.waitForSelector('header >> text=Live')
  await page.goto('/profile')
  await page.click('text=End all but this one')
  await sees('text=this one goes on')
  await other.waitForURL(/\/sign-in/)
  await elsewhere.close()
})

story('the last way in is removed only after a warning, and is then refused', async () => {
  const [code = ''] = await newCodes()
  assert.notEqual(code, '')
  await rowOf('Laptop at home').locator('button', { hasText: 'Remove' }).click()
  await sees(`${dialog} >> text=Sessions that it opened go on`)
  assert.equal(await page.locator(`${dialog} >> text=last passkey`).count(), 0)
  await page.click(`${dialog} >> button:text-is("Remove")`)
  await sees('text=None yet. A passkey signs you in')
  await signOut()
  await page.click('text=Sign in with a passkey')
  await sees('[role=alert] >> text=This passkey signs nobody in here')
})

async function newCodes(): Promise<string[]> {
  await page.click('button:text("Make recovery codes")')
  await page.click(`${dialog} >> button:text("Make a new set")`)
  const codes = (await page.inputValue('textarea[aria-label="Recovery codes"]')).split('\n')
  await page.click('text=I have kept them')
  return codes
}

story('where passkeys cannot work the pages say where they do', async () => {
  const stranger = await desk.person()
  const other = await desk.page(stranger)
  const there = desk.service.url
  await other.goto(`${there}/sign-in`)
  await other.click('text=Sign in with a passkey')
  await other.waitForSelector(`[role=alert] >> text=Passkeys work at ${desk.address} only`)
  await other.goto(`${there}/sign-in#${await desk.link()}`)
  await other.waitForURL(/\/queue/)
  await other.goto(`${there}/profile`)
  await other.waitForSelector(`a:text-is("${desk.address}")`)
  await stranger.close()
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
