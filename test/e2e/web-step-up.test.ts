import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { parleyTo } from './instance.ts'
import { drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** Passkeys shown again, or asked of a role: each test goes on where the one before ended. */
const desk = new WebDesk('localhost')
const story = newStory()
let me: BrowserContext
let page: Page

const dialog = '[role=dialog]'
const sees = (selector: string) => page.waitForSelector(selector)

before(async () => {
  if (isWithoutBrowser) return
  await desk.start()
  me = await desk.person()
  page = await desk.page(me)
  const device = await me.newCDPSession(page)
  await device.send('WebAuthn.enable')
  const options = {
    ...({ protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const),
    ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  }
  await device.send('WebAuthn.addVirtualAuthenticator', { options })
})
after(() => desk.end())

async function signOut(): Promise<void> {
  await page.locator('header button[aria-haspopup=menu]').click()
  await page.click('text=Sign out')
  await sees('text=There is no password')
}

/** A session in which no passkey was shown. */
async function comeByLink(): Promise<void> {
  await signOut()
  await page.goto(`/sign-in#${await desk.link()}`)
}

story('a person with a passkey comes by a link', async () => {
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await page.goto('/profile')
  await page.fill('text=Name of a new passkey', 'Desk')
  await page.click('button:text("Add a passkey")')
  await sees('text="Desk" signs you in from now on.')
  await comeByLink()
  await page.waitForURL(/\/queue/)
})

story('making a token asks for the passkey; left, nothing is made and nothing lost', async () => {
  await page.goto('/tokens')
  await page.fill('text="Name"', 'nightly')
  await page.fill('text="Organisation"', 'Heron Lab')
  await page.locator('label', { hasText: 'Reads cases and proofs, decides' }).click()
  await page.uncheck('text="Take cases out"')
  await page.fill('text="Agent or scanner"', 'triage-agent')
  await page.fill('text="Its version"', '4.2')
  await page.click('button:text-is("Make the token")')
  await sees(`${dialog} >> text=Show your passkey again`)
  assert.deepEqual(await drawnWrong(page), [])
  await page.click(`${dialog} >> button:text-is("Leave it")`)
  await sees('[role=alert] >> text=Your passkey was not shown, so nothing was changed.')
  assert.equal((await read(me, '/v1/tokens')).at('items').items.length, 0)
})

story('shown, it is made, says what uses it, and nothing asks again', async () => {
  await page.click('button:text-is("Make the token")')
  await page.click(`${dialog} >> button:text-is("Use my passkey")`)
  await sees('text=Keep this token now')
  await sees('td, th >> text=Used by triage-agent 4.2')
  const [made] = (await read(me, '/v1/tokens')).at('items').items
  assert.equal(
    made?.at('scopes').json,
    JSON.stringify(['read', 'read-proofs', 'decide', 'hand-in']),
  )
  await page.click('text=I have kept it')
  await page.fill('text="Name"', 'another')
  await page.fill('text="Organisation"', 'Heron Lab')
  await page.click('button:text-is("Make the token")')
  await sees('text=Keep this token now')
  await page.click('text=I have kept it')
})

story('axe finds nothing on the page of tokens, and nothing is cut', async () => {
  await page.goto('/tokens')
  await sees('tr[data-row]')
  assert.deepEqual(await drawnWrong(page), [])
})

story(
  'a terminal of the server makes, lists and revokes tokens, or says what is wrong',
  async () => {
    const run = (...args: readonly string[]) => parleyTo(['token', ...args, '--data', desk.data])
    const lab = ['--organisation', 'Heron Lab'] as const
    for (const args of [
      [],
      ['cli', '--list', ...lab],
      ['cli'],
      ['cli', ...lab, '--role', 'reader', '--scopes', 'read,decide'],
      ['cli', ...lab, '--workload-version', '2'],
      ['cli', ...lab, '--days', '366'],
      ['--revoke', 'token_none'],
    ]) {
      assert.equal((await run(...args)).code, 2, args.join(' '))
    }
    const wish = ['--role', 'analyst', '--scopes', 'read', '--workload', 'fuzz', '--days', '9']
    const made = await run('cli', ...lab, ...wish)
    assert.match(made.said, /as analyst \(read only\), for 9 days/)
    const line = (said: string) => said.split('\n').find((one) => one.includes('\tcli\t')) ?? ''
    const [id = '', state, ...rest] = line((await run('--list')).said).split('\t')
    assert.deepEqual(rest.slice(0, 5), ['cli', 'Heron Lab', 'analyst', 'read', 'fuzz'])
    assert.equal(state, 'works')
    assert.equal((await run('--revoke', id)).code, 0)
    assert.match(line((await run('--list')).said), /\trevoked\t/)
    assert.equal((await run('--revoke', id)).code, 2)
  },
)

story('what asks in a dialogue of its own goes on in it', async () => {
  await page.goto('/profile')
  await page.click('button:text("Make recovery codes")')
  await page.click('text=I have kept them')
  await comeByLink()
  await page.waitForURL(/\/queue/)
  await page.goto('/profile')
  await page.click('button:text("Make recovery codes")')
  await page.click(`${dialog} >> button:text("Make a new set")`)
  await page.click(`${dialog} >> button:text-is("Use my passkey")`)
  await sees('textarea[aria-label="Recovery codes"]')
  await page.click('text=I have kept them')
})

const roleNow = async () => (await read(me, '/v1/session')).at('role').text

/** A session is another one from the answer on, and the page is read anew. */
async function goOnFor(name: string): Promise<void> {
  const read = page.waitForEvent('load')
  await page.click(`[role=menuitem]:has-text("Go on for ${name}")`)
  await read
}

story('an organisation is of kinds, and somebody goes on for another one', async () => {
  await page.goto('/people')
  await page.click('button:has-text("Change Heron Lab")')
  await page.click('[role=menuitem]:has-text("Say what it is")')
  await page.locator(`${dialog} >> label`, { hasText: 'Lab' }).click()
  await page.locator(`${dialog} >> label`, { hasText: 'Vendor' }).click()
  await page.click(`${dialog} >> button:text-is("Save")`)
  await sees('text=Lab, Vendor or maintainer')
  const you = page.locator('tr[data-row]', { hasText: '● You' })
  await you.locator('button', { hasText: 'Change' }).click()
  await page.click('[role=menuitem]:has-text("Add to another organisation")')
  await page.selectOption(`${dialog} >> select >> nth=0`, { label: 'Heron Lab' })
  await page.selectOption(`${dialog} >> select >> nth=1`, { label: 'Reader' })
  await page.click(`${dialog} >> button:text-is("Add")`)
  await sees('text=finds it in the menu')
  await page.reload()
  await sees('tr[data-row]')
  await page.locator('header button[aria-haspopup=menu]').click()
  await goOnFor('Heron Lab')
  await until(async () => (await roleNow()) === 'reader', 'they go on as a reader')
  await page.locator('header button[aria-haspopup=menu]').click()
  await goOnFor('This clearinghouse')
  await until(async () => (await roleNow()) === 'coordinator', 'they go on as a coordinator')
})

story('a role is asked for a passkey, and who came by a link uses theirs', async () => {
  await page.goto('/people')
  const field = '[aria-label="What a coordinator is asked for"]'
  await sees(field)
  assert.deepEqual(await drawnWrong(page), [])
  await page.selectOption(field, 'phishing-resistant')
  await sees('text=Your role needs a passkey')
  await page.click('text=Go to my profile')
  await sees('tr[data-row] >> text=Desk')
  await sees('[role=note] >> text=Your role needs a passkey')
  assert.deepEqual(await drawnWrong(page), [])
  await page.goto('/queue')
  await sees('h1:text-is("Your role needs a passkey")')
  assert.deepEqual(await drawnWrong(page), [])
  await page.click('button:text-is("Sign in with my passkey")')
  await sees('text=No findings yet')
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
