import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Desk, isWithoutBrowser } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }
const built = fileURLToPath(new URL('../../dist/web/', import.meta.url))
const firstLoadBytesMax = 200_000

test('the page holds no script and no style of its own', () => {
  const html = readFileSync(join(built, 'index.html'), 'utf8')
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/)
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/)
})

test('no file asks another host for anything', () => {
  for (const name of readdirSync(join(built, 'assets'))) {
    const text = readFileSync(join(built, 'assets', name), 'utf8')
    assert.doesNotMatch(text, /@import\s|url\(\s*['"]?https?:/, name)
  }
})

/** Opens an address; gives what was fetched, with the size of files when compressed. */
async function loaded(path: string) {
  const { url } = await desk.serve({ cases: 3000 })
  const page = await desk.open('about:blank')
  const files: string[] = []
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    ;(pathname.startsWith('/v1/') ? asked : files).push(pathname)
  })
  await page.goto(url + path)
  await page.waitForSelector('#list, h1')
  await page.waitForTimeout(500)
  const bytes = files
    .map((file) => (file.includes('.') ? file.slice(1) : 'index.html'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0)
  return { page, files, asked, bytes }
}

for (const path of ['/queue?status=open,waiting', '/sign-in', '/overview', '/finders']) {
  test(
    `${path} loads at most 200 kB, compressed, with a handful of requests`,
    options,
    async () => {
      const { bytes, asked } = await loaded(path)
      assert.ok(bytes <= firstLoadBytesMax, `${bytes} bytes`)
      assert.ok(asked.length <= 7, asked.join(', '))
    },
  )
}

test(
  'a case asks for itself and its proofs only once, and moving on for what is near only',
  options,
  async () => {
    const { page, asked } = await loaded('/queue')
    const before = asked.length
    await page.keyboard.press('j')
    await page.waitForTimeout(400)
    await page.keyboard.press('Enter')
    await page.waitForSelector('article h2')
    await page.waitForTimeout(300)
    const later = asked.slice(before)
    assert.equal(new Set(later).size, later.length, later.join(', '))
    assert.ok(later.length <= 3, later.join(', '))
  },
)

test('nothing jumps while the queue loads', options, async () => {
  const { url } = await desk.serve({ cases: 3000 })
  const page = await desk.open('about:blank')
  await page.addInitScript(`
    window.shifts = 0
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) window.shifts += value
    }).observe({ type: 'layout-shift', buffered: true })`)
  await page.goto(`${url}/queue?status=open,waiting`)
  await page.waitForSelector('#list')
  await page.waitForTimeout(600)
  const shifts: unknown = await page.evaluate('window.shifts')
  assert.ok(Number(shifts) < 0.01, `layout shift ${shifts}`)
})

test('a stream of events that ends is opened again', options, async () => {
  const { url, mock } = await desk.serve({ cases: 50 })
  const page = await desk.open(`${url}/queue`)
  await page.waitForSelector('header >> text=Live')
  let refused = true
  await page.route('**/v1/events', (route) =>
    refused ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  )
  mock.hangUp()
  await page.waitForSelector('text=Connection lost')
  refused = false
  await page.waitForSelector('header >> text=Live', { timeout: 20_000 })
})

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
