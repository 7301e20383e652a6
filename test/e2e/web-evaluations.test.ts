import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { Cast, must, statusOf } from './web-cast.ts'
import { drawnWrong, sizes, until, WebDesk } from './web-desk.ts'
import { choose, press, reach, type } from './web-keyboard.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'
import { agreedModel, begunRun, declared, handIn, newPack, type Sides } from './web-windows.ts'

/** The pages of the model desk as its people try them; each test goes on where one before ended. */
const desk = new WebDesk()
const story = newStory()
let cast: Cast
let doras: Page
let eves: Page
let pats: Page
let elms: Page
let sides: Sides
let pack: Awaited<ReturnType<typeof newPack>>
/** Of a rule that may be looked at any time, and of one look at the end. */
let [run, fixedRun, engagement, later] = ['', '', '', '']

const dialog = '[role=dialog]'
const button = (words: string): string => `button:has-text("${words}")`
/** A field by its label. */
const field = (words: string): string =>
  `:is(input, select, textarea):below(label:text-is("${words}"))`
const dayMs = 86_400_000

/** Opens a page, and holds it against what nobody wants to see. */
async function look(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path)
  await page.waitForSelector('h1')
  await page.waitForSelector('main >> text=Reading…', { state: 'detached' })
  const text = await page.innerText('main')
  assert.doesNotMatch(text, /(person|org|pack|engagement|run)_[a-z2-7]{20}/, `${path} shows an id`)
  await picture(page, name, 1600)
  for (const size of [sizes.narrow, sizes.wide]) {
    await page.setViewportSize(size)
    const width = Number(await page.evaluate('document.scrollingElement.scrollWidth'))
    assert.ok(width <= size.width, `${path} is ${width} pixels wide`)
  }
}

before(async () => {
  if (isWithoutBrowser) return
  cast = await Cast.begin(desk)
  await must(cast.admin, 'PUT /v1/factors', { data: { role: 'partner', asks: 'any' } })
  await cast.somebody('Ed Oak', 'Oak Institute', 'evaluator')
  await cast.makeEvaluator('Oak Institute')
  const people = [
    ['Dora Larch', 'Larch Lab', 'developer'],
    ['Eve Oak', 'Oak Institute', 'evaluator'],
    ['Pat Grid', 'Grid Cooperative', 'partner'],
    ['Elm Dev', 'Elm Lab', 'developer'],
  ] as const
  const pages = await Promise.all(people.map(([name, of, role]) => cast.somebody(name, of, role)))
  const [dora, eve, pat, elm] = pages
  assert.ok(dora && eve && pat && elm)
  ;[doras, eves, pats, elms] = [dora, eve, pat, elm]
  sides = {
    ...{ developer: doras.context(), evaluator: eves.context() },
    organisation: await cast.organisation('Oak Institute'),
    people: [cast.idOf(eves)],
  }
})
after(() => desk.end())

story('before anything is there, each page says what comes first', async () => {
  await eves.goto('/evaluations')
  await eves.waitForSelector('h2:text-is("No window is open or to come")')
  await eves.goto('/packs')
  await eves.waitForSelector('text=commits to it with parley pack commit')
  await doras.goto('/packs')
  await doras.waitForSelector('text=once an evaluator published its commitment')
  await pats.goto('/early-access')
  await pats.waitForSelector('h2:text-is("You are named nowhere")')
  // Whoever is to name somebody needs it, and nobody else is told it.
  await pats.waitForSelector(`input[readonly][value="${cast.idOf(pats)}"]`)
  assert.deepEqual(await drawnWrong(pats), [])
})

story('a declaration is proposed and agreed to without a mouse', async () => {
  pack = await newPack(eves.context(), 'Spring pack')
  later = await agreedModel(sides, { name: 'Birch', opensInMs: dayMs })
  engagement = await agreedModel(sides, { name: 'Alder', opensInMs: 4_000 })
  const other = await agreedModel(sides, { name: 'Cedar', opensInMs: 4_000 })
  const of = { root: pack.root, pack: pack.id }
  const sequential = { is: 'sequential', population: 'large-bank' }
  const declaration = await declared(sides, { ...of, engagement, rule: sequential })
  const once = { engagement: other, rule: { is: 'fixed-look' } }
  const fixed = await declared(sides, { ...of, ...once })
  await look(eves, `/models/${later}/declarations`, 'declare')
  await choose(eves, 'select >> nth=0', 'Spring pack')
  await type(eves, 'textarea', 'Shell agent 1, tools: shell and files')
  await press(eves, button('Propose, and agree for our side'))
  await eves.waitForSelector('text=○ Not agreed by both')
  await look(doras, `/models/${later}/declarations`, 'agree')
  await press(doras, button('Agree to this digest'))
  await press(doras, `${dialog} >> ${button('Agree')}`)
  await doras.waitForSelector('text=● Runs are under this one')
  assert.deepEqual(await drawnWrong(doras), [])
  run = await begunRun(sides, { ...of, engagement, declaration })
  fixedRun = await begunRun(sides, { ...of, engagement: other, declaration: fixed })
  await Promise.all([handIn(eves.context(), run, 3_000), handIn(eves.context(), fixedRun, 6)])
})

story('a right is given by name, and a pack is asked for by the name of a model', async () => {
  await look(eves, '/packs', 'packs')
  await look(eves, `/packs/${pack.id}`, 'pack')
  await choose(eves, field('Person'), 'Ed Oak')
  await press(eves, button('Give the right'))
  await eves.waitForSelector('li:has-text("Ed Oak"):has-text("may see that it is there")')
  await press(eves, 'summary:has-text("Ask to fetch a key")')
  await choose(eves, field('Engagement'), 'Birch 1 preview of Larch Lab')
  assert.deepEqual(await drawnWrong(eves), [])
  await look(doras, `/packs/${pack.id}`, 'pack-developer')
  assert.equal(await doras.locator(button('Give the right')).count(), 0)
})

story('the evaluator’s day names windows, runs and people', async () => {
  await look(eves, '/evaluations', 'evaluations')
  await eves.waitForSelector('li:has-text("Run 1 of Alder 1 preview"):has-text("Eve Oak")')
  assert.deepEqual(await drawnWrong(eves), [])
})

story('a countdown goes by the server’s clock, whatever the browser’s says', async () => {
  const page = await desk.page(eves.context())
  await page.addInitScript(`{
    const real = Date.now
    Date.now = () => real() + ${3 * dayMs}
  }`)
  await page.goto('/evaluations')
  await page.waitForSelector('li:has-text("Birch") >> text=/Opens in 23 h 5\\d min/')
  await page.close()
})

story('a run shows how each attempt ended, a part of it, and closes by a key', async () => {
  await look(doras, `/runs/${run}`, 'run-developer')
  await look(eves, `/runs/${run}`, 'run')
  await type(eves, 'input[type=search]', 'patch')
  await eves.waitForSelector('text="8 samples"')
  await choose(eves, 'search select', 'Budget exhausted')
  await eves.waitForSelector('text="1 sample"')
  assert.match(eves.url(), /outcome=budget_exhausted/)
  assert.deepEqual(await drawnWrong(eves), [])
  await look(eves, `/runs/${fixedRun}`, 'run-fixed')
  // Which attempts ended so is what one look at the end keeps for the end.
  assert.equal(await eves.locator('search select').count(), 0)
  const asked = `GET /v1/runs/${fixedRun}/samples?outcome=success`
  assert.equal(await statusOf(eves.context(), asked), 409)
  await eves.keyboard.press('c')
  await eves.waitForSelector(`${dialog} >> text=Close run 1?`)
  await press(eves, `${dialog} >> ${button('Close the run')}`)
  await eves.waitForSelector('text=Closed, whole')
})

story('a transcript of 3,000 events is read by keys, and few of them are drawn', async () => {
  await look(doras, `/runs/${run}/samples/flaw-1/1`, 'transcript')
  await doras.waitForSelector('text=Turn 2: the length.')
  await press(doras, button('End'))
  await doras.waitForSelector('text=/Verifier/')
  const drawn = Number(await doras.evaluate("document.querySelectorAll('main *').length"))
  assert.ok(drawn < 3_000, `${drawn} elements drawn`)
  assert.deepEqual(await drawnWrong(doras), [])
})

story('a verdict is worked out, with its interval, its evidence and its horizon', async () => {
  for (const [id, name] of [
    [run, 'verdict'],
    [fixedRun, 'verdict-fixed'],
  ] as const) {
    await look(eves, `/runs/${id}/verdict`, `${name}-none`)
    await press(eves, button('Work it out'))
    await eves.waitForSelector('main >> text=/COVERED|NOT SHOWN|UNDETERMINED/ >> nth=0')
    await look(eves, `/runs/${id}/verdict`, name)
    await eves.waitForSelector('section:has-text("Time horizon") >> text=/Half of the time at/')
    await eves.waitForSelector('text=/95 % interval/ >> nth=0')
  }
  assert.deepEqual(await drawnWrong(eves), [])
  await eves.goto(`/runs/${run}/verdict`)
  await reach(eves, '[role=group][aria-label^="Evidence over"]')
  await eves.keyboard.press('ArrowLeft')
  await eves.waitForSelector('text=/After block 11 of 12/')
})

story('the developer disputes a sample and answers, and the evaluator answers it', async () => {
  await look(doras, `/runs/${run}/verdict`, 'verdict-developer')
  await press(doras, 'summary:has-text("Dispute a sample")')
  await type(doras, field('Task'), 'flaw-4')
  await type(doras, field('What is wrong with it'), 'The verifier read another file.')
  await press(doras, button('Dispute it'))
  await doras.waitForSelector('text=○ Open')
  await press(doras, 'summary:text-is("Respond")')
  await type(doras, field('Response'), 'We measured the same.')
  await press(doras, `form >> button:text-is("Respond")`)
  await doras.waitForSelector('p:has-text("We measured the same.")')
  await look(eves, `/runs/${run}/verdict`, 'dispute')
  await press(eves, 'summary:has-text("Answer it")')
  await type(eves, field('Why'), 'It was the file of the task.')
  await press(eves, 'button:text-is("Answer")')
  await eves.waitForSelector('text=Eve Oak answered')
  assert.deepEqual(await drawnWrong(eves), [])
})

story('somebody makes a token for a program of theirs, and it may what they may', async () => {
  await look(eves, '/tokens', 'tokens')
  await eves.keyboard.press('c')
  await eves.keyboard.type('lab runner')
  await press(eves, button('Make the token'))
  const token = await eves.inputValue('input[aria-label=Token]')
  const headers = { authorization: `Bearer ${token}` }
  const asked = await fetch(`${desk.address}/v1/runs/${run}`, { headers })
  assert.equal(asked.status, 200)
  const beyond = await fetch(`${desk.address}/v1/people`, { headers })
  assert.equal(beyond.status, 403)
  assert.deepEqual(await drawnWrong(eves), [])
  await press(eves, button('I have kept it'))
  await press(eves, `tr:has-text("lab runner") >> ${button('Revoke')}`)
  await press(eves, `${dialog} >> ${button('Revoke')}`)
  const isRefused = async () => (await fetch(asked.url, { headers })).status === 401
  await until(isRefused, 'the token was refused')
})

story('others are told the same of what is not theirs as of what is not there', async () => {
  const coras = await desk.page(cast.admin)
  for (const page of [elms, coras]) {
    for (const [path, says] of [
      [`/runs/${run}`, 'There is no such run'],
      [`/runs/${run}/verdict`, 'There is no such run'],
      [`/runs/${run}/samples/flaw-1/1`, 'There is no such'],
      [`/packs/${pack.id}`, 'There is no such pack'],
      [`/models/${engagement}/declarations`, 'There is no such engagement'],
    ] as const) {
      await page.goto(path)
      await page.waitForSelector(`h1:has-text("${says}")`)
      const mine = await page.innerText('main')
      await page.goto(path.replace(/_[a-z2-7]{20}/, '_aaaaaaaaaaaaaaaaaaaa'))
      await page.waitForSelector(`h1:has-text("${says}")`)
      assert.equal(await page.innerText('main'), mine)
    }
  }
  const stranger = await desk.page(await desk.person())
  await stranger.goto(`/runs/${run}`)
  await stranger.waitForURL(/sign-in/)
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
