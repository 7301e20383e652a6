import assert from 'node:assert/strict'
import { type TestOptions, test } from 'node:test'
import { isWithoutBrowser } from './browser.ts'

/**
 * Tests that go on where the one before ended. What follows one that failed fails too, and says
 * where the story broke: nobody takes what was not tried for something that holds.
 */
export function newStory({ skip = false }: Pick<TestOptions, 'skip'> = { skip: isWithoutBrowser }) {
  let broken = ''
  return (title: string, run: () => Promise<void>) =>
    test(title, { skip }, async () => {
      if (broken !== '') assert.fail(`not reached: it broke at "${broken}"`)
      broken = title
      await run()
      broken = ''
    })
}
