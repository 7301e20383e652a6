import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { type Answer, read } from './web-desk.ts'

/** A dialogue that is open and has the focus. */
export const dialog = '[role=dialog]:not([aria-busy]) :focus'
export const rows = 'table#list tbody tr'

/** What a person does on a page, and what is looked up behind it. */
export function handsOf(page: () => Page) {
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page().keyboard.press(key)
  }
  const sees = (selector: string): Promise<unknown> => page().waitForSelector(selector)
  /** What the page says about what was just done. */
  const done = (says: string): Promise<unknown> =>
    sees(`[aria-label="What was just done"] >> text=${says}`)
  const undo = async (): Promise<void> => {
    const answered = page().waitForResponse(/\/undo$/)
    await press('u')
    assert.equal((await answered).status(), 200)
    await done('Taken back')
  }
  const caseOf = (id: string): Promise<Answer> => read(page().context(), `/v1/cases/${id}`)
  /** The ids of the cases in the order of the queue. */
  const queued = async (query = 'status=open,waiting'): Promise<string[]> => {
    const found = await read(page().context(), `/v1/cases?${query}&limit=100`)
    return found.at('items').items.map((one) => one.at('id').text)
  }
  /** Looks for a case in the open dialogue by its title, and takes it. */
  const choose = async (id: string): Promise<void> => {
    const found = await caseOf(id)
    await sees(dialog)
    await page().keyboard.type(found.at('title').text)
    await page().click(
      `[role=option]:has-text("#${found.at('id').text.replace('case_', '').slice(0, 6)} ")`,
    )
  }
  /** Gives the reason in the open dialogue and sends it. */
  const send = async (why: string): Promise<void> => {
    await page().locator('[role=dialog] textarea').fill(why)
    await press('Control+Enter')
    await page().waitForSelector('[role=dialog]', { state: 'detached' })
  }
  return { press, sees, done, undo, caseOf, queued, choose, send, drop: dropOn(page) }
}

/** Drops files as a person does, from a folder of theirs onto the page. */
const dropOn =
  (page: () => Page) =>
  async (...files: readonly string[]): Promise<void> => {
    const session = await page().context().newCDPSession(page())
    const box = await page().locator('text=Drop files or folders here').boundingBox()
    assert.ok(box)
    const data = { items: [], files: [...files], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: box.x + 5, y: box.y + 5, data })
    }
  }
