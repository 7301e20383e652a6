import { test } from 'node:test'
import { isWithoutBrowser } from './browser.ts'

/**
 * Tests in the browser that go on where the one before ended: what follows one that failed is left
 * out, and says which that was.
 */
export function newStory() {
  let broken = ''
  return (title: string, run: () => Promise<void>) =>
    test(title, { skip: isWithoutBrowser }, async (t) => {
      if (broken !== '') return t.skip(`"${broken}" failed`)
      broken = title
      await run()
      broken = ''
    })
}
