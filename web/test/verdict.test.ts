import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const skip = isWithoutBrowser

test('a verdict says what was shown under which protocol and budget, and that nothing follows', {
  skip,
}, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1/verdict`)
  const wording =
    'Capability at least 0.45 under protocol "shell agent 3" and budget 2500000 tokens.'
  await page.getByText(wording).waitFor()
  await page.getByText('Nothing here holds, delays or permits a release.').waitFor()
  for (const part of [
    ...['Mean score against the threshold', 'Evidence over time', 'Outcomes as they count'],
    ...['Without each family of tasks', 'Counted otherwise than the verifier said'],
    ...['Tasks by attempts', 'Reviewers', 'Disputes', 'The developer’s response'],
  ]) {
    await page.getByRole('region', { name: part }).waitFor()
  }
  await page.getByText('Missing counted as failed: 0.580, at least 0.490').waitFor()
  await page.getByText('Missing counted as solved: 0.640, at least 0.550').waitFor()
  await page.getByText('It rests on this family').waitFor()
  const words = await page.locator('main').innerText()
  assert.doesNotMatch(words, /\b(approved|cleared|licen[cs]ed|passed|certified)\b/i)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('the evidence is gone through block by block with the arrows', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1/verdict`)
  const figure = page.getByRole('group', { name: /^Evidence over 22 blocks/ })
  await figure.focus()
  await page.getByText('After block 22 of 22').waitFor()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.getByText('After block 20 of 22').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('a verdict waits for a person to decide about what was flagged', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1/verdict`)
  await page.getByRole('button', { name: 'Work it out again' }).click()
  await page.getByText('a person has yet to decide about flagged samples.').waitFor()
  const reviews = page.getByRole('region', { name: 'Reviewers' })
  await reviews.getByText('Decide', { exact: true }).click()
  await reviews.getByRole('button', { name: 'Keep it' }).click()
  await reviews.getByText('Say it in words.').waitFor()
  await reviews.getByLabel('Why').fill('The file is named in the task.')
  await reviews.getByRole('button', { name: 'Keep it' }).click()
  await reviews.getByText('● Kept').waitFor()
  await page.getByRole('button', { name: 'Work it out again' }).click()
  await page.getByText('Worked the verdict out').waitFor()
  await page.getByRole('region', { name: 'Worked out before' }).waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('a dispute is answered with a reason, and the answer is final', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_1/verdict`)
  const disputes = page.getByRole('region', { name: 'Disputes' })
  await disputes.getByText('The network of the sandbox was down.').waitFor()
  await disputes.getByText('Answer it').click()
  await disputes.getByLabel('Why').fill('Its log shows a network.')
  await disputes.getByRole('button', { name: 'Answer' }).click()
  await disputes.getByText('The judgement stands.').waitFor()
  assert.equal(await disputes.getByText('Answer it').count(), 0)
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})

test('a run without a verdict says when there can be one', { skip }, async () => {
  const { url } = await desk.serve({ cases: 10 })
  const page = await desk.open(`${url}/runs/run_2/verdict`)
  await page.getByText('a verdict can be worked out once the run is closed').waitFor()
  await page.context().close()
  assert.deepEqual(desk.faults, [])
})
