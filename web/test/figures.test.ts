import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { csvOf } from '../parts/plot/csv.ts'
import { roundTop } from '../parts/plot/scale.ts'
import { dayPlotSvg, labelPlaces } from '../parts/plot/time-svg.ts'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }

async function open(path: string, viewport: (typeof sizes)[keyof typeof sizes] = sizes.middle) {
  const { url, mock } = await desk.serve({ cases: 300 })
  const page = await desk.open(url + path, { viewport })
  await page.waitForSelector('h1')
  return { page, mock, url }
}

/** The text of the file that a button gives. */
async function fileFrom(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)])
  const text = await readFile(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), text }
}

test(
  'finders: the surest stands first, a line leads to the cases, t shows the table',
  options,
  async () => {
    const { page, url } = await open('/finders')
    const names = page.locator('figure li a > span:first-child')
    await names.first().waitFor()
    const [plotted] = await names.allInnerTexts()
    await page.keyboard.press('j')
    await page.waitForSelector('figure > p >> text=/submitted,.*duplicates.*confirmed/s')
    await page.keyboard.press('t')
    await page.waitForURL(/as=table/)
    assert.equal(await page.innerText('tbody tr:first-child th'), plotted)
    await page.click('th >> text=Submitted')
    await page.waitForURL(/sort=submitted/)
    await page.waitForSelector('th[aria-sort=descending]:has-text("Submitted")')
    const counts = await page.locator('tbody tr td:nth-child(3)').allInnerTexts()
    const numbers = counts.map((text) => Number(text.replaceAll(',', '')))
    assert.deepEqual(
      numbers,
      [...numbers].sort((one, other) => other - one),
    )
    await page.goto(`${url}/finders?sort=name`)
    await page.waitForSelector('figure li')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/queue\?finder=/)
  },
)

test('finders: the files hold every finder with its interval', options, async () => {
  const { page } = await open('/finders')
  await page.waitForSelector('figure li')
  const csv = await fileFrom(page, 'button:has-text("CSV")')
  assert.equal(csv.name, 'finders.csv')
  const rows = csv.text.trimEnd().split('\r\n')
  assert.match(rows[0] ?? '', /^finder,organisation,submitted.*confirmed_low_95/)
  assert.equal(rows.length - 1, await page.locator('figure li').count())
  const svg = await fileFrom(page, 'button:has-text("SVG")')
  assert.match(svg.text, /95 % Wilson interval/)
  assert.equal(await isXml(page, svg.text), true)
})

/** Whether a browser takes a text for XML. */
const isXml = (page: Page, text: string): Promise<unknown> =>
  page.evaluate(
    `new DOMParser().parseFromString(${JSON.stringify(text)}, 'image/svg+xml')
      .querySelector('parsererror') === null`,
  )

test('overview: numbers lead to their rows, days can be pointed at and read', options, async () => {
  const { page, mock } = await open('/overview')
  await page.waitForSelector('canvas')
  const plot = page.locator('[role=group][aria-label^="Reports by day"]')
  const box = await plot.boundingBox()
  await plot.focus()
  await page.keyboard.press('ArrowLeft')
  await page.waitForSelector('[role=status] >> text=/Nov 2026: .* reports, .* duplicates/')
  await page.keyboard.press('Escape')
  await page.waitForSelector('[role=status] >> text=/30 days:/')
  await plot.hover({ position: { x: 200, y: 80 } })
  await page.waitForSelector('[role=status] >> text=/2026: .* reports/')
  assert.deepEqual(await plot.boundingBox(), box, 'nothing jumps')
  await page.keyboard.press('t')
  await page.waitForSelector('caption:has-text("Reports by day")', { state: 'attached' })
  assert.equal(await page.locator('canvas').count(), 0)
  const csv = await fileFrom(page, 'button:has-text("CSV") >> nth=1')
  assert.equal(csv.text.trimEnd().split('\r\n').length, 31)
  const svg = await fileFrom(page, 'button:has-text("SVG") >> nth=1')
  assert.match(svg.text, /Reports a day/)
  assert.equal(await isXml(page, svg.text), true)
  await page.click('text=Confirmed')
  await page.waitForURL(/\/queue\?verdict=confirmed/)
  const confirmed = mock.world.rows.filter(({ verdict }) => verdict === 'confirmed').length
  await page.waitForSelector(`text=${confirmed} cases`)
})

test('overview: the range stands in the address', options, async () => {
  const { page } = await open('/overview?days=7')
  await page.waitForSelector('text=/^7 days:/')
  await page.selectOption('select', '90')
  await page.waitForURL(/days=90/)
  await page.waitForSelector('text=/^90 days:/')
})

for (const path of ['/finders', '/finders?as=table', '/overview', '/overview?as=table']) {
  test(`${path} fits a screen of 390 pixels`, options, async () => {
    const { page } = await open(path, sizes.narrow)
    await page.waitForTimeout(400)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
  })
}

test('names of an export keep their distance and their order', () => {
  const places = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 6 })
  fc.assert(
    fc.property(places, (wanted) => {
      const given = labelPlaces(wanted, 16)
      const order = wanted.map((_, at) => at).sort((a, b) => (given[a] ?? 0) - (given[b] ?? 0))
      for (const [at, index] of order.entries()) {
        const before = order[at - 1]
        assert.ok((given[index] ?? 0) >= (wanted[index] ?? 0))
        if (before === undefined) continue
        assert.ok((given[index] ?? 0) - (given[before] ?? 0) >= 16)
        assert.ok((wanted[index] ?? 0) >= (wanted[before] ?? 0))
      }
    }),
  )
})

test('an axis ends at or above its highest value, and not far above', () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 10_000_000 }), (most) => {
      assert.ok(roundTop(most) >= most)
      assert.ok(roundTop(most) <= most * 1.6)
    }),
  )
})

test('a text from outside is no formula in a table and no markup in a figure', () => {
  const hostile = ['=cmd()', '+1', '-1', '@a', '<script>', 'a"b,c', 'x\r\ny']
  const rows = csvOf(
    ['name'],
    hostile.map((text) => [text]),
  )
    .trimEnd()
    .split('\r\n')
  assert.deepEqual(rows.slice(1, 5), ["'=cmd()", "'+1", "'-1", "'@a"])
  assert.equal(rows[6], '"a""b,c"')
  assert.equal(rows.length, hostile.length + 1)
  const svg = dayPlotSvg({
    ...{ title: '<script>alert(1)</script>', about: '"&', unit: '<b>' },
    days: ['2026-11-20'],
    series: [{ name: '</svg><script>', kind: 'line', look: 'strong', values: [1] }],
  })
  assert.doesNotMatch(svg, /<script|<b>/)
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
