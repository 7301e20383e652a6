import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { progressWords, rateOf, sampled } from '../pages/import/progress.ts'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }

async function start() {
  const { url, mock } = await desk.serve({ cases: 60 })
  const page = await desk.open(`${url}/import`)
  await page.waitForSelector('text=Nothing was handed in yet')
  return { page, mock, url }
}
const files = 'input[aria-label="Files to hand in"]'
const fileOf = (name: string, text: string) => ({
  ...{ name, mimeType: 'application/octet-stream' },
  buffer: Buffer.from(text),
})
const choose = (page: Page, ...given: readonly ReturnType<typeof fileOf>[]): Promise<void> =>
  page.setInputFiles(files, [...given])

test('a file above 256 MiB is not sent, and a hint says what to do', options, async () => {
  const { page, mock } = await start()
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await page.evaluate(`(() => {
    const input = document.querySelector(${JSON.stringify(files)})
    const file = new File([], 'huge.ndjson')
    Object.defineProperty(file, 'size', { value: 300 * 1024 * 1024 })
    Object.defineProperty(input, 'files', { value: [file], configurable: true })
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })()`)
  await page.waitForSelector('text=Compress it with gzip or zip')
  assert.deepEqual(
    requests.filter((one) => one.includes('/bulk')),
    [],
  )
  assert.equal(mock.world.imports.length, 0)
})

test('what the server refuses is said beside the file and can be sent again', options, async () => {
  const { page, url, mock } = await start()
  const keys: (string | undefined)[] = []
  let isFull = true
  await page.route(`${url}/v1/reports/bulk**`, (route) => {
    keys.push(route.request().headers()['idempotency-key'])
    if (!isFull) return route.fallback()
    return route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ detail: 'The disk of the server is full. Nothing was stored.' }),
    })
  })
  await choose(page, fileOf('scan.sarif', '{}'))
  await page.waitForSelector('text=The disk of the server is full')
  isFull = false
  await page.click('text=Send again')
  await page.waitForSelector('text=✓ Stored')
  assert.equal(mock.world.imports.length, 1)
  assert.equal(new Set(keys).size, 1, 'the same hand-in has the same key')
})

test('several files are read and correlated, refused ones say why', options, async () => {
  const { page } = await start()
  await page.fill('input[placeholder=nightly-scan]', 'nightly')
  await choose(page, fileOf('scan.sarif', '{"a":1}'), fileOf('empty.csv', ''))
  await page.waitForSelector('text=2 of 2 files sent')
  await page.waitForSelector('text=/Correlating \\d+ of 240, \\d+ a second/')
  await page.waitForSelector('text=/scan.sarif: done|2 imports: done/')
  await page.click('a[data-row]:has-text("scan.sarif")')
  await page.waitForURL(/\/import\?id=/)
  await page.waitForSelector('h2:text-is("scan.sarif")')
  await page.waitForSelector('article tbody tr')
  assert.match(await page.innerText('article'), /series nightly/)
  assert.match(await page.innerText('article'), /sarif\.bad-level/)
  assert.match(await page.innerText('article'), /\/runs\/0\/results\/41\/level/)
  assert.match(await page.innerText('article'), /Let the tool write one of/)
  await page.click('text=Cases of this import')
  await page.waitForURL(/\/queue\?import=import_/)
  await page.goBack()
  await page.keyboard.press('Escape')
  await page.click('a[data-row]:has-text("empty.csv")')
  await page.waitForSelector('article >> text=The file is empty')
})

test('files and folders are dropped; hidden files stay out', options, async () => {
  const { page, mock } = await start()
  await page.evaluate(`(() => {
    const fileOf = (path) => ({
      isFile: true, isDirectory: false, fullPath: path,
      file: (resolve) => resolve(new File([path], path.split('/').at(-1))),
    })
    const folder = {
      isFile: false, isDirectory: true, fullPath: '/scans',
      createReader: () => {
        const portions = [[fileOf('/scans/a.json'), fileOf('/scans/.DS_Store')], [fileOf('/scans/b.json')], []]
        return { readEntries: (resolve) => resolve(portions.shift()) }
      },
    }
    const items = [folder, fileOf('/c.json')].map((entry) => ({ kind: 'file', webkitGetAsEntry: () => entry }))
    const event = new Event('drop', { bubbles: true, cancelable: true })
    Object.defineProperty(event, 'dataTransfer', { value: { items } })
    document.querySelector('section[aria-label="Hand in files"]').dispatchEvent(event)
  })()`)
  await page.waitForSelector('text=3 of 3 files sent')
  const names = mock.world.imports.map(({ name }) => name).sort()
  assert.deepEqual(names, ['c.json', 'scans/a.json', 'scans/b.json'])
})

test(
  'the page can be left while an import runs, and the end is told elsewhere',
  options,
  async () => {
    const { page } = await start()
    await page.click('text=Load the example findings')
    await page.waitForSelector('a[data-row]:has-text("lab-a.sarif")')
    await page.click('nav >> text=Jobs')
    await page.waitForSelector('h1:text-is("Jobs")')
    await page.waitForSelector('text=/imports: done\\. \\d+ new reports/')
    await page.click('nav >> text=Import')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForSelector('article h2')
  },
)

test('the rate is that of the last seconds, and starts anew with another step', () => {
  const at = (atMs: number, done: number) => ({ atMs, done })
  const two = sampled(sampled([], at(0, 0)), at(2000, 100))
  assert.equal(rateOf(two), 50)
  assert.equal(rateOf(sampled(two, at(3000, 10))), null)
  assert.equal(rateOf([at(0, 0)]), null)
  const progress = { doing: 'Correlating', done: 100, of: 1100 }
  assert.equal(
    progressWords(progress, 50),
    'Correlating 100 of 1,100, 50 a second, about 20 s left',
  )
  assert.equal(progressWords(progress, null), 'Correlating 100 of 1,100')
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
