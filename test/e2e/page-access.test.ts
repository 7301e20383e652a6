import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findingsInEach } from '../../web/test/axe.ts'
import { syntheticTriage } from '../synthetic/triage.ts'
import { Desk, isWithoutBrowser, narrow, type Opened, wide } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

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

/** The page itself asks how wide the screen is when it shows something, so each size is loaded. */
for (const viewport of [narrow, wide]) {
  const name = `${viewport.width} pixels`
  test(`axe finds nothing at ${name} in light and dark`, { skip: isWithoutBrowser }, async () => {
    const opened = await desk.open(triage, { viewport, colorScheme: 'light' })
    const found: string[] = []
    const look = async (state: string, { page }: Opened = opened): Promise<void> => {
      const lines = await findingsInEach(page, { [name]: viewport })
      found.push(...lines.map((line) => `${state}: ${line}`))
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
    const empty = await desk.open(syntheticTriage({ cases: 0 }), { viewport, colorScheme: 'light' })
    await look('without cases', empty)
    assert.deepEqual(found, [])
  })
}
