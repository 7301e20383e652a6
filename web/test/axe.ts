import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page, ViewportSize } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong, each as one line; best practices count as rules. */
export async function findings(page: Page, rules: readonly string[] = []): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe)
  const only = rules.length === 0 ? '' : `, runOnly: ${JSON.stringify(rules)}`
  const lines: unknown = await page.evaluate(`(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations']${only} })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, html.slice(0, 200), failureSummary].join(' ')))
  })()`)
  return Array.isArray(lines) ? lines.map(String) : ['axe gave no answer']
}

/** The rules of axe that compare colours; all others look at the document and at its places. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** How often a page that goes on changing by itself is looked at in both schemes. */
const looksMax = 5

/**
 * The same for a page as it is now, on screens of several sizes, in light and in dark. All rules are
 * asked in light on each. In the dark those of colours are, and nothing but colours may have changed:
 * not an element, not an attribute, not a place.
 */
export async function findingsInEach(
  page: Page,
  sizes: Readonly<Record<string, ViewportSize>>,
): Promise<string[]> {
  const found: string[] = []
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    const light = await atRest(page)
    found.push(...(await findings(page)).map((line) => `${size}, light: ${line}`))
    if (!(await isAlikeInDark(page, light))) {
      found.push(`${size}: the dark changes more than colours`)
    }
    found.push(...(await findings(page, ofColours)).map((line) => `${size}, dark: ${line}`))
    await page.emulateMedia({ colorScheme: 'light' })
  }
  return found
}

/** Whether the page looks as it did in light, but for its colours; leaves it in the dark. */
async function isAlikeInDark(page: Page, light: string): Promise<boolean> {
  let before = light
  for (let looks = 0; looks < looksMax; looks++) {
    await page.emulateMedia({ colorScheme: 'dark' })
    if ((await atRest(page)) === before) return true
    await page.emulateMedia({ colorScheme: 'light' })
    before = await atRest(page)
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  return false
}

/** All of a page but its colours, once three frames are alike, or after a second. */
async function atRest(page: Page): Promise<string> {
  const script = `new Promise((settle) => {
    const drawn = () => [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('*')].map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()
        return [x, y, width, height, one.checkVisibility({ visibilityProperty: true })].join()
      }),
    ].join('\\n')
    let [last, same, left] = ['', 0, 60]
    const look = () => {
      const now = drawn()
      same = now === last ? same + 1 : 0
      last = now
      left--
      if (same === 2 || left === 0) settle(now)
      else requestAnimationFrame(look)
    }
    look()
  })`
  return String(await page.evaluate(script))
}
