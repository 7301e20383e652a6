import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { root } from '../root.ts'
import { isWithoutBrowser } from './browser.ts'
import { tokenFor } from './instance.ts'
import { ProofBench, shownFixed, shownFlaky } from './proof-bench.ts'
import { drawnWrong, read, until, WebDesk } from './web-desk.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'

/** Proofs and their workers in the browser: each test goes on where the one before ended. */
const desk = new WebDesk()
const bench = new ProofBench(desk.data)
const story = newStory()
let me: BrowserContext
let page: Page
let found = ''
let proof = ''

const dialog = '[role=dialog]'
const sees = (selector: string) => page.waitForSelector(selector)
const row = 'li[data-proof]'

/** A bundle of the corpus, packed by a program that is not ours. */
const bundle = execFileSync('tar', [
  ...['-czf', '-', '-C', join(root, 'test', 'proofs', 'c-heap-overflow'), '.'],
])

before(async () => {
  if (isWithoutBrowser) return
  const env = await bench.prepare()
  await desk.start({ env })
  me = await desk.person()
  page = await desk.page(me)
  const token = await tokenFor(desk.data, { env })
  const body = { purl: 'pkg:generic/parley-proofs/label@1.0.0', email: 'a@example.org' }
  assert.equal(await desk.post(token, '/v1/reports', body), 202)
  await page.goto(`/sign-in#${desk.service.link}`)
  await page.waitForURL(/\/queue/)
  await until(async () => {
    const [first] = (await read(me, '/v1/cases')).at('items').items
    found = first?.at('id').text ?? ''
    return first !== undefined
  }, 'the report has a case')
})
after(async () => {
  await bench.end()
  await desk.end()
  await bench.drop()
})

async function hand(name: string, buffer: Buffer): Promise<void> {
  const file = { name, mimeType: 'application/octet-stream', buffer }
  await page.locator(`${dialog} input[type=file]`).setInputFiles(file)
  await page.click(`${dialog} >> button:has-text("Hand it in")`)
}

story('a case without proofs says what one is, and what is no bundle is refused', async () => {
  await page.goto(`/cases/${found}`)
  await sees('text=None yet. A proof is an archive')
  await page.click('button:text("Hand in a proof")')
  await page.click(`${dialog} >> button:has-text("Hand it in")`)
  await sees(`${dialog} >> text=Choose the file.`)
  await hand('bundle.tar.gz', Buffer.from('not an archive'))
  await sees(`${dialog} [role=alert] >> text=This is no bundle that can be run.`)
  assert.deepEqual(await drawnWrong(page), [])
})

story('a bundle that is handed in waits, and handing it in again changes nothing', async () => {
  await hand('bundle.tar.gz', bundle)
  await sees('text=Handed in: it waits to be run.')
  await sees(`${row} >> text=Waits to be run`)
  await page.click('button:text("Hand in a proof")')
  await hand('other-name.tgz', bundle)
  await sees('text=This very proof was here already.')
  assert.equal(await page.locator(row).count(), 1)
})

story('whoever operates sees that it waits and that nobody takes it', async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('k')
  await page.waitForURL(/\/workers/)
  await sees('text=1 proof waits and nobody takes any')
  await sees('text=No worker was ever here')
  await sees('table:has-text("Handed in by") >> td:text-is("1")')
})

story('a proof that nobody ran says what it claims and where, and what is next', async () => {
  await page.goto(`/cases/${found}`)
  await page.locator(`${row} a`).click()
  await page.waitForURL(/\/proofs\//)
  proof = new URL(page.url()).pathname.replace('/proofs/', '')
  await sees('h1:has-text("A label is written past the end of its buffer")')
  await sees('dd:has-text("label.c in capitals")')
  await sees('dd:has-text("A report of the address sanitizer: heap-buffer-overflow in capitals")')
  await sees('li:has-text("E1 Located next") >> text=no run has shown anything yet')
  await sees('button:disabled:has-text("Run it again")')
  assert.deepEqual(await drawnWrong(page), [])
})

story('what a run showed comes to the open page by itself, and nothing of it acts', async () => {
  bench.next(shownFlaky)
  await bench.begin()
  await sees('p:has-text("E2 Artifacts") >> text=2 of 3 fresh runs showed the flaw')
  await sees('li:has-text("E3 Reproduced next") >> text=Run 2 of 3 ended before the flaw')
  await sees('text=! Not as claimed')
  await sees('text=Patch does not fix it')
  const first = '[aria-label="The frames that matter"]'
  assert.match(await page.locator(first).innerText(), /#2\s+capitals label\.c:12/)
  assert.doesNotMatch(await page.locator(first).innerText(), /__asan_memcpy/)
  await page.click('summary:has-text("All 9 frames")')
  await sees('[aria-label="All frames"] >> text=__asan_memcpy')
  await page.click('summary:has-text("Run 1 of 3")')
  await sees('pre:has-text("<img src=x onerror=alert(1)>")')
  assert.equal(await page.locator('main img, main script').count(), 0)
  await sees('dd:has-text("none; tried before each run: connect: network is unreachable")')
  await sees('text=Look at:')
})

story('the patch is a diff in which signs and words say what is added', async () => {
  const diff = page.locator('section[aria-label="The patch as a diff"]')
  const text = await diff.innerText()
  assert.match(text, /added:\s*\+/)
  assert.match(text, /removed:\s*-/)
  assert.deepEqual(await drawnWrong(page), [])
  await picture(page, 'proof-flaky', 2600)
})

story('the bundle comes down as it was handed in, and the attestation of its run', async () => {
  const take = async (words: string): Promise<Buffer> => {
    const coming = page.waitForEvent('download')
    await page.click(`a:has-text("${words}")`)
    return readFile(await (await coming).path())
  }
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  assert.equal(sha256(await take('Download the bundle')), sha256(bundle))
  const attestation: unknown = JSON.parse(String(await take('Download the attestation')))
  assert.ok(typeof attestation === 'object' && attestation && 'dsseEnvelope' in attestation)
})

story('it is run again by a key, and the page shows the new run when it is done', async () => {
  bench.next(shownFixed)
  await page.keyboard.press('r')
  await sees('text=A run of it waits')
  await sees('p:has-text("E4 Fix verified") >> text=3 of 3 fresh runs showed the flaw')
  await sees('text=✓ Patch fixes it')
  await sees('li:has-text("Asked for by") >> text=Shown above')
  await page.click('a:text("Show this run")')
  await page.waitForURL(/run=run_/)
  await sees('li:has-text("When it came in") >> text=Shown above')
  await page.goBack()
  await sees('li:has-text("Asked for by") >> text=Shown above')
  await picture(page, 'proof-fixed', 2600)
})

story('a run that shows nothing says why, and what was shown before stays', async () => {
  bench.next({ code: 'no-root', why: 'the image of its environment is not here', isHere: false })
  await page.click('button:has-text("Run it again")')
  await sees('text=The last run showed nothing: The image of its environment is not here.')
  await sees('text=What earlier runs showed stays.')
  await sees('p:has-text("E4 Fix verified") >> text=Last run showed nothing')
  await sees('li:has-text("The image of its environment is not here.") >> text=Could not be run')
})

story('it is disputed for a reason only, and that is taken back and undone', async () => {
  await page.keyboard.press('d')
  await sees(`${dialog} textarea:focus`)
  await page.keyboard.press('Control+Enter')
  await sees(`${dialog} [role=alert] >> text=Say why, in a few words.`)
  assert.deepEqual(await drawnWrong(page), [])
  await page.fill(`${dialog} textarea`, 'The buffer is\nnever that long.')
  await page.click(`${dialog} >> button:has-text("Dispute it")`)
  await sees('[role=note]:has-text("Disputed by") >> text=The buffer is never that long.')
  await page.click('button:has-text("Take the dispute back")')
  await sees('text=The dispute is taken back')
  await page.waitForSelector('[role=note]:has-text("Disputed by")', { state: 'detached' })
  await page.keyboard.press('u')
  await sees('[role=note]:has-text("Disputed by") >> text=The buffer is never that long.')
  await page.goto(`/cases/${found}`)
  await sees(`${row}:has-text("3 of 3") >> text=! Disputed`)
  assert.deepEqual(await drawnWrong(page), [])
  await picture(page, 'case-proofs', 2600)
})

story('a worker is switched off and on again, and the page says by whom and why', async () => {
  await page.goto('/workers')
  await sees('tr:has-text("bench-1") >> text=● Takes proofs')
  await sees('tr:has-text("bench-1") >> td:text-is("2")')
  await page.click('tr:has-text("bench-1") >> button:has-text("Switch off")')
  await sees(`${dialog} textarea:focus`)
  await page.keyboard.press('Control+Enter')
  await sees(`${dialog} [role=alert] >> text=Say why, in a few words.`)
  await page.fill(`${dialog} textarea`, 'It is being moved.')
  await page.click(`${dialog} >> button:has-text("Switch it off")`)
  await sees('tr:has-text("○ Switched off") >> text=“It is being moved.”')
  assert.deepEqual(await drawnWrong(page), [])
  await picture(page, 'workers', 2600)
  await page.click('tr:has-text("bench-1") >> button:has-text("Switch on")')
  await page.fill(`${dialog} textarea`, 'It is there.')
  await page.click(`${dialog} >> button:has-text("Switch it on")`)
  await sees('tr:has-text("bench-1") >> text=● Takes proofs')
})

/** Somebody of this role, signed in at a browser of their own. */
async function somebody(role: string): Promise<Page> {
  const response = await me.request.post('/v1/people', {
    data: { name: `Some ${role}`, organisation: 'Heron Lab', role },
    headers: { 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' },
  })
  assert.equal(response.status(), 200, await response.text())
  const theirs = await desk.page(await desk.person())
  await theirs.goto(`/sign-in#${String(Object(await response.json()).link)}`)
  await theirs.waitForURL(/\/queue/)
  return theirs
}

story('who may only read sees the proof without what changes it, and no workers', async () => {
  const theirs = await somebody('reader')
  await theirs.goto(`/proofs/${proof}`)
  await theirs.waitForSelector('p:has-text("E4 Fix verified")')
  assert.equal(await theirs.locator('button:has-text("Run it again")').count(), 0)
  assert.equal(await theirs.locator('button:has-text("dispute")').count(), 0)
  assert.equal(await theirs.locator('nav a:text-is("Workers")').count(), 0)
  await theirs.goto('/workers')
  await theirs.waitForSelector('text=It lacks the permission “operate”')
})

story('who may see no proofs finds none on the case', async () => {
  const theirs = await somebody('triager')
  await theirs.goto(`/cases/${found}`)
  await theirs.waitForSelector('h2:text-is("History")')
  assert.equal(await theirs.locator('h2:text-is("Proofs")').count(), 0)
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
