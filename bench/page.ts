/**
 * The page of `parley triage --html`: how large it is, how long it takes to write, and how long a
 * key takes in Chromium. Run: `node bench/page.ts [cases]`, 10,000 by default. The budget is ours:
 * 100 ms for a key at 10,000 cases. There is no peer: other triage tools show lists from a server.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { renderCsv } from '#features/exchange/csv.ts'
import { renderHtml } from '#features/exchange/html.ts'
import { renderJson } from '#features/exchange/json.ts'
import { renderSarif } from '#features/exchange/sarif.ts'
import { renderTable } from '#features/exchange/table.ts'
import type { Triage } from '#features/exchange/triage.ts'
import { isWithoutBrowser, startBrowser, wide } from '../test/e2e/browser.ts'
import { syntheticTriage } from '../test/synthetic/triage.ts'

const cases = Number(process.argv[2] ?? 10_000)
const [cpu] = cpus()
const gibibytes = Math.round(totalmem() / 2 ** 30)

const say = (what: string, value: string): void => console.log(`${what.padEnd(44)}${value}`)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Milliseconds of the fastest of three runs, and what it gave. */
function timed<T>(run: () => T): { readonly ms: number; readonly value: T } {
  const runs = Array.from({ length: 3 }, () => {
    const started = performance.now()
    const value = run()
    return { ms: performance.now() - started, value }
  })
  return runs.reduce((best, one) => (one.ms < best.ms ? one : best))
}

function benchOutputs(triage: Triage): string {
  const outputs = {
    html: () => renderHtml(triage),
    json: () => renderJson(triage),
    csv: () => renderCsv(triage),
    sarif: () => renderSarif(triage),
    'table, 120 cells': () => renderTable(triage, { width: 120, colour: true }),
  }
  let page = ''
  for (const [name, render] of Object.entries(outputs)) {
    const { ms, value } = timed(render)
    say(
      `${name}: bytes, time to write`,
      `${megabytes(Buffer.byteLength(value))}, ${ms.toFixed(0)} ms`,
    )
    if (name === 'html') page = value
  }
  say('html: gzip', megabytes(gzipSync(page).length))
  return page
}

/** From the press of each key to the next frame that shows its effect, in milliseconds. */
async function latencies(page: Page, press: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`globalThis.took = []
    globalThis.watch ??= addEventListener('keydown', (event) => requestAnimationFrame(() =>
      setTimeout(() => took.push(performance.now() - event.timeStamp))), { capture: true }) ?? 1`)
  await press()
  await page.waitForTimeout(300)
  const took: unknown = await page.evaluate('took')
  return Array.isArray(took) ? took.map(Number).sort((a, b) => a - b) : []
}

const sayLatency = (what: string, sorted: readonly number[]): void => {
  const at = (share: number): string =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)} ms`
  say(what, `median ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)} of ${sorted.length} keys`)
}

async function benchKeys(html: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const file = join(folder, 'page.html')
  writeFileSync(file, html)
  const browser = await startBrowser()
  try {
    const page = await browser.newPage({ viewport: wide, offline: true })
    const started = performance.now()
    await page.goto(pathToFileURL(file).href)
    await page.locator('.row').first().waitFor()
    say('from file to first rows', `${(performance.now() - started).toFixed(0)} ms`)
    const times = (count: number, key: string) => async (): Promise<void> => {
      for (let at = 0; at < count; at++) {
        await page.keyboard.down(key)
        await page.waitForTimeout(33)
      }
      await page.keyboard.up(key)
    }
    sayLatency('j held, 30 a second', await latencies(page, times(150, 'j')))
    const slowly = async (): Promise<void> => {
      for (let at = 0; at < 30; at++) {
        await page.keyboard.press('j')
        await page.waitForTimeout(200)
      }
    }
    sayLatency('j one by one, each case drawn', await latencies(page, slowly))
    await page.keyboard.press('/')
    const query = 'path traversal in read_chunk heron'
    const type = (): Promise<void> => page.keyboard.type(query, { delay: 40 })
    sayLatency('typing in the filter', await latencies(page, type))
    await page.click('.search button')
    await page.fill('#filter', '')
    await page.focus('#filter')
    sayLatency('typing, with the filters open', await latencies(page, type))
    say('rows in the page', String(await page.locator('.row').count()))
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}

const triage = syntheticTriage({ cases })
say('machine', `${cpu?.model ?? 'unknown'}, ${cpus().length} cores, ${gibibytes} GiB`)
say('node', process.version)
say('triage', `${cases} cases of ${triage.counts.reports} reports, invented`)
const html = benchOutputs(triage)
if (isWithoutBrowser) say('keys', isWithoutBrowser)
else await benchKeys(html)
