import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** More than any page has; beyond it something is not to be reached. */
const tabsMax = 150

const hasFocus = (page: Page, selector: string): Promise<boolean> =>
  page
    .locator(selector)
    .first()
    .and(page.locator(':focus'))
    .count()
    .then((count) => count > 0)

/** Goes on with Tab until something has the focus, as somebody without a mouse does. */
export async function reach(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector)
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    if (await hasFocus(page, selector)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`${selector} is not to be reached by keys`)
}

/** Reaches something, and presses it. */
export async function press(page: Page, selector: string, key = 'Enter'): Promise<void> {
  await reach(page, selector)
  await page.keyboard.press(key)
}

/** Reaches a field, and types in it in the place of what stood there. */
export async function type(page: Page, selector: string, text: string): Promise<void> {
  await reach(page, selector)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

/** Reaches a list of choices, and takes the one whose words begin so. */
export async function choose(page: Page, selector: string, words: string): Promise<void> {
  await reach(page, selector)
  await page.keyboard.type(words)
  const chosen = await page.locator(`${selector} >> option:checked`).first().innerText()
  assert.ok(chosen.startsWith(words), `${selector} took "${chosen}"`)
}
