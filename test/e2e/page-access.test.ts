import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import { syntheticTriage } from '../synthetic/triage.ts'
import { Desk, isWithoutBrowser, narrow, type Opened, wide } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong, each as one line; best practices count as rules. */
async function findings({ page }: Opened): Promise<string[]> {
  const lines: unknown = await page.evaluate(`(async () => {
    ${axe}
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => [id, html.slice(0, 200), failureSummary].join(' ')))
  })()`)
  return Array.isArray(lines) ? lines.map(String) : ['axe gave no answer']
}

const triage = syntheticTriage({ cases: 40 })
const [merged] = triage.cases
const [aside] = triage.setAside
const states: Readonly<Record<string, string>> = {
  'the queue': '',
  'a case with three reports': `case=${merged?.id}`,
  'a filtered queue': 'q=path&decision=scheduled&severity=high',
  'a filter that finds nothing': 'q=nothing-is-called-this',
  'what is not there': 'case=case_gone',
  'the suggestions': 'view=suggestions',
  'a suggestion': 'view=suggestions&item=0',
  'the files': 'view=files',
  'a file': 'view=files&item=inbox/notes.bin',
  'what was set aside': 'view=set-aside',
  'a report that was set aside': `view=set-aside&item=${aside?.report.id}`,
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [narrow, wide]) {
    test(`axe finds nothing at ${viewport.width} pixels in ${colorScheme}`, {
      skip: isWithoutBrowser,
    }, async () => {
      const opened = await desk.open(triage, { viewport, colorScheme })
      const found: string[] = []
      const look = async (state: string): Promise<void> => {
        found.push(...(await findings(opened)).map((line) => `${state}: ${line}`))
      }
      for (const [state, fragment] of Object.entries(states)) {
        await opened.page.evaluate(`location.hash = ${JSON.stringify(fragment)}`)
        await opened.page.evaluate(
          'for (const details of document.querySelectorAll(".detail details")) details.open = true',
        )
        await look(state)
      }
      await opened.page.evaluate('location.hash = ""')
      await opened.page.click('.search button')
      await look('open filters')
      await opened.press('Escape', '?')
      await look('the list of keys')
      const empty = await desk.open(syntheticTriage({ cases: 0 }), { viewport, colorScheme })
      found.push(...(await findings(empty)).map((line) => `without cases: ${line}`))
      assert.deepEqual(found, [])
    })
  }
}
