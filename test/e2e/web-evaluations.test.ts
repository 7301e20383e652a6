import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { isWithoutBrowser } from './browser.ts'
import { Cast, must } from './web-cast.ts'
import { drawnWrong, WebDesk } from './web-desk.ts'
import { picture } from './web-pictures.ts'
import { newStory } from './web-story.ts'
import { agreedModel, begunRun, declared, handIn, newPack, type Sides } from './web-windows.ts'

const desk = new WebDesk()
const story = newStory()
let cast: Cast
let doras: Page
let eves: Page
let coras: Page
let pats: Page
let elms: Page
let sides: Sides
let pack: Awaited<ReturnType<typeof newPack>>
let run = ''
let fixedRun = ''
let engagement = ''
let later = ''

before(async () => {
  if (isWithoutBrowser) return
  cast = await Cast.begin(desk)
  coras = await desk.page(cast.admin)
  await must(cast.admin, 'PUT /v1/factors', { data: { role: 'partner', asks: 'any' } })
  doras = await cast.somebody('Dora Larch', 'Larch Lab', 'developer')
  await cast.somebody('Ed Oak', 'Oak Institute', 'evaluator')
  await cast.makeEvaluator('Oak Institute')
  eves = await cast.somebody('Eve Oak', 'Oak Institute', 'evaluator')
  pats = await cast.somebody('Pat Grid', 'Grid Cooperative', 'partner')
  elms = await cast.somebody('Elm Dev', 'Elm Lab', 'developer')
  sides = {
    ...{ developer: doras.context(), evaluator: eves.context() },
    organisation: await cast.organisation('Oak Institute'),
    people: [cast.idOf(eves)],
  }
})
after(() => desk.end())

const shoot = async (page: Page, path: string, name: string, high?: number) => {
  await page.goto(path)
  await page.waitForSelector('h1')
  await page.waitForTimeout(400)
  await picture(page, name, high)
  const wrong = await drawnWrong(page)
  if (wrong.length > 0) console.log(name, wrong)
}

story('look', async () => {
  pack = await newPack(eves.context(), 'Spring pack')
  later = await agreedModel(sides, { name: 'Birch', opensInMs: 86_400_000 })
  engagement = await agreedModel(sides, { name: 'Alder', opensInMs: 3_000 })
  const other = await agreedModel(sides, { name: 'Cedar', opensInMs: 3_500 })
  const rule = { is: 'sequential', population: 'large-bank' }
  const declaration = await declared(sides, { engagement, root: pack.root, rule })
  const fixed = await declared(sides, {
    engagement: other,
    root: pack.root,
    rule: { is: 'fixed-look' },
  })
  run = await begunRun(sides, { engagement, declaration, pack: pack.id })
  fixedRun = await begunRun(sides, { engagement: other, declaration: fixed, pack: pack.id })
  await handIn(eves.context(), run, 3_000)
  await handIn(eves.context(), fixedRun, 10)
  for (const [who, page] of Object.entries({ eves, doras, coras, elms })) {
    const all = {
      packs: '/packs',
      pack: `/packs/${pack.id}`,
      later: `/models/${later}/declarations`,
      declarations: `/models/${engagement}/declarations`,
      evaluations: '/evaluations',
      run: `/runs/${run}`,
      fixed: `/runs/${fixedRun}`,
      sample: `/runs/${run}/samples/flaw-1/1`,
      verdict: `/runs/${run}/verdict`,
      engagement: `/models/${engagement}`,
    }
    for (const [name, path] of Object.entries(all)) {
      if (
        who === 'elms' &&
        !['run', 'sample', 'verdict', 'declarations', 'packs', 'pack'].includes(name)
      )
        continue
      await shoot(page, path, `${name}-${who}`, 1800)
    }
  }
  await must(eves.context(), `POST /v1/runs/${run}/verdict`, { data: { capability: 'cyber' } })
  await must(eves.context(), `POST /v1/runs/${fixedRun}/closing`)
  await must(eves.context(), `POST /v1/runs/${fixedRun}/verdict`, { data: { capability: 'cyber' } })
  for (const [who, page] of Object.entries({ eves, doras })) {
    await shoot(page, `/runs/${run}/verdict`, `given-${who}`, 3200)
    await shoot(page, `/runs/${fixedRun}/verdict`, `fixedgiven-${who}`, 3200)
  }
})

story('no page did anything that it must not', async () => {
  assert.deepEqual(desk.faults, [])
})
