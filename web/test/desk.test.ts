import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { strataOf } from '../pages/declarations/wish.ts'
import { pairsOf } from '../pages/packs/words.ts'
import { outcomeList } from '../parts/runs/outcome-list.ts'
import { outcomeFaces } from '../parts/runs/outcome-words.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const skip = isWithoutBrowser

test('every outcome there is has a word and a letter of its own, and is listed', () => {
  assert.deepEqual(outcomeList.toSorted(), outcomes.toSorted())
  for (const say of ['word', 'letter'] as const) {
    assert.equal(new Set(outcomes.map((one) => outcomeFaces[one][say])).size, outcomes.length)
  }
})

test('however a bank is grouped, its strata have every task and weigh 1 together', () => {
  const cell = fc.record({
    family: fc.constantFrom('a', 'b', 'c'),
    difficulty: fc.integer({ min: 1, max: 5 }),
    tasks: fc.integer({ min: 1, max: 40 }),
    weight: fc.double({ min: 0.001, max: 50, noNaN: true }),
  })
  const grouping = fc.constantFrom('all' as const, 'families' as const, 'cells' as const)
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), grouping, (strata, by) => {
      const declared = strataOf({ strata }, by)
      const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0)
      assert.ok(Math.abs(sum(declared.map(({ weight }) => weight)) - 1) < 1e-9)
      assert.equal(sum(declared.map((one) => one.tasksMax)), sum(strata.map((one) => one.tasks)))
      assert.equal(new Set(declared.map(({ name }) => name)).size, declared.length)
    }),
  )
})

test('pairs of holders are called by their places', () => {
  assert.deepEqual(pairsOf(['ada']), [])
  assert.deepEqual(
    pairsOf(['ada', 'ben', 'chi']).map(([pair]) => pair),
    ['1-2', '1-3', '2-3'],
  )
})

test('running results of a fixed look stay hidden until somebody gives the verdict up', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_2`)
  await page.getByText('One look at the end was declared').waitFor()
  assert.equal(await page.getByRole('rowheader', { name: 'Success' }).count(), 0)
  assert.equal(await page.getByRole('cell', { name: 'not shown yet' }).count(), 80)
  await page.getByRole('button', { name: 'Look all the same' }).click()
  await page.getByText('After it no verdict can come of this run').waitFor()
  await page.getByRole('button', { name: 'Wait for the end' }).click()
  assert.equal(await page.getByRole('rowheader', { name: 'Success' }).count(), 0)
  await page.getByRole('button', { name: 'Look all the same' }).click()
  await page.getByRole('button', { name: 'Look, and give up the verdict' }).click()
  await page.getByRole('rowheader', { name: 'Success' }).waitFor()
  await page.getByText('1 look while it was open.').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('a run shows every outcome with its count, and leads from a cell to its transcript', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1`)
  const table = page.getByRole('table', { name: 'Attempts by outcome' })
  await table.waitFor()
  const heads = await table.getByRole('rowheader').allInnerTexts()
  for (const one of outcomes) {
    assert.ok(
      heads.some((head) => head.includes(outcomeFaces[one].word)),
      one,
    )
  }
  const figures = await table.locator('tbody td:nth-child(2)').allInnerTexts()
  assert.equal(
    figures.reduce((sum, text) => sum + Number(text), 0),
    96,
    'none is left out',
  )
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('grader_error')
  await page.waitForURL(/outcome=grader_error/)
  await page.getByText('4 samples', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'flaw-00, attempt 1: Success' }).click()
  await page.getByText('You work in /work.').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('closing a run says what is missing and asks once', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1`)
  await page.getByRole('heading', { name: 'Run 1' }).waitFor()
  await page.keyboard.press('c')
  await page.getByText('16 samples did not come in.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close the run' }).click()
  await page.getByText('Closed before it was whole').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Close the run' }).count(), 0)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('what is declared is refused with its reasons, and nothing that was typed is lost', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/models/engagement_3/declarations`)
  const send = page.getByRole('button', { name: 'Propose, and agree for our side' })
  await send.click()
  await page.getByText('Choose the pack that the tasks are from.').waitFor()
  await page.getByLabel('Pack', { exact: true }).selectOption({ label: 'public 1.0.0' })
  await page.getByLabel('Protocol').fill('shell agent 4')
  await page.getByLabel('Threshold').fill('0.99')
  await send.click()
  await page.getByText('/strata/0: The bank has fewer.').waitFor()
  assert.equal(await page.getByLabel('Protocol').inputValue(), 'shell agent 4')
  await page.getByLabel('Threshold').fill('0.6')
  await page.getByLabel('Looks at any time, about tasks like these').check()
  await send.click()
  await page.getByRole('heading', { name: 'Declaration 9c9c9c9c9c9c' }).waitFor()
  await page.getByText('Is the mean score at least 0.6').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('a side agrees to a digest once it was asked, and runs are under that one then', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/models/engagement_3/declarations`)
  const other = page.getByRole('region', { name: 'Declaration efefefefefef' })
  await other.getByText('Not agreed by both').waitFor()
  await other.getByRole('button', { name: 'Agree to this digest' }).click()
  await page.getByRole('button', { name: 'Agree', exact: true }).click()
  await other.getByText('Runs are under this one').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('once access has begun nothing can be declared', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/models/engagement_2/declarations`)
  await page.getByText('Nothing can be declared any more').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Propose, and agree' }).count(), 0)
  assert.equal(await page.getByRole('button', { name: 'Agree to this digest' }).count(), 0)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('rights to a pack are given apart, ended, and given back by undo', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/packs/pack_1`)
  const rights = page.getByRole('region', { name: 'Who may do what' })
  await rights.getByText('Ben Sato may see that it is there').waitFor()
  await rights.getByRole('button', { name: 'End the rights of Ben Sato' }).click()
  await rights.getByText('Ben Sato').first().waitFor({ state: 'detached' })
  await page.getByText('Ended what Ben Sato may do').waitFor()
  await page.keyboard.press('u')
  await rights.getByRole('listitem').getByText('may see that it is there').waitFor()
  await page.getByRole('link', { name: 'The approval' }).waitFor()
  await page.getByRole('button', { name: 'Publish the commitment' }).click()
  await page.getByText('It cannot be taken back.').waitFor()
  await page.getByRole('button', { name: 'Publish it' }).click()
  await page.getByRole('button', { name: 'Publish the commitment' }).waitFor({ state: 'detached' })
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('the page of an evaluator shows windows, runs and packs with a handful of requests', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/profile`)
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) asked.push(request.url())
  })
  await page.goto(`${url}/evaluations`)
  await page.getByRole('link', { name: /^Run 1 of Larch/ }).waitFor()
  await page.getByText(/Opens in \d+/).waitFor()
  await page.getByRole('link', { name: 'harbour 2.1.0' }).waitFor()
  assert.ok(asked.length <= 8, asked.join('\n'))
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})
