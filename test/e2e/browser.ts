import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { renderHtml } from '#features/exchange/html.ts'
import type { Triage } from '#features/exchange/triage.ts'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The system's Chromium, or null where there is none. */
const executablePath = paths.find((path) => existsSync(path)) ?? null

/**
 * Why tests that need a browser are left out, or false where they run. On a build machine they
 * always run: a missing browser fails there.
 */
export const isWithoutBrowser: string | false =
  executablePath === null && !process.env['CI'] ? 'needs Chromium: apt-get install chromium' : false

/** Starts a browser that asks the network for nothing of its own. */
export async function startBrowser(): Promise<Browser> {
  if (executablePath === null) throw new Error(`no Chromium at ${paths.join(', ')}`)
  return chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--no-first-run'],
    ],
  })
}

export const wide = { width: 1280, height: 900 }
export const narrow = { width: 390, height: 844 }

type Wish = BrowserContextOptions & { readonly fragment?: string }

/** Opens triages as pages of one browser and writes down what they do that they must not. */
export class Desk {
  #browser: Browser | null = null
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley page '))
  #files = 0

  /** Writes the triage as a page and opens it, in a browser that has no network. */
  async open(triage: Triage, { fragment = '', ...options }: Wish = {}): Promise<Opened> {
    this.#browser ??= await startBrowser()
    const file = join(this.#folder, `page ${this.#files++}.html`)
    writeFileSync(file, renderHtml(triage))
    const page = await this.#browser.newPage({ viewport: wide, offline: true, ...options })
    const opened = new Opened(page, pathToFileURL(file).href)
    await page.goto(opened.url + fragment)
    return opened
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    rmSync(this.#folder, { recursive: true })
  }
}

/** One open page, with the questions that tests ask it. */
export class Opened {
  readonly page: Page
  readonly url: string
  /** Errors, messages, requests and dialogues: there should be none. */
  readonly faults: string[] = []

  constructor(page: Page, url: string) {
    this.page = page
    this.url = url
    page.on('pageerror', ({ message }) => this.faults.push(`error: ${message}`))
    page.on('console', (said) => this.faults.push(`console: ${said.text()}`))
    page.on('dialog', (dialog) => {
      this.faults.push(`dialogue: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== url) this.faults.push(`request: ${request.url()}`)
    })
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key)
  }

  /** The text of the first element that fits, on one line. */
  async text(selector: string): Promise<string> {
    const text = await this.page.locator(selector).first().innerText()
    return text.replace(/\s+/g, ' ').trim()
  }

  texts(selector: string): Promise<string[]> {
    return this.page.locator(selector).allInnerTexts()
  }

  count(selector: string): Promise<number> {
    return this.page.locator(selector).count()
  }

  /** The heading of what is open. */
  title(): Promise<string> {
    return this.text('.detail h2')
  }

  /** What the address says after its `#`, decoded. */
  get fragment(): string {
    return decodeURIComponent(new URL(this.page.url()).hash.slice(1)).replaceAll('+', ' ')
  }

  /** What has the focus, as a selector of its element. */
  async focus(): Promise<string> {
    const script = `(({ tagName, id, classList }) =>
      [tagName.toLowerCase(), id && '#' + id, ...[...classList].map((name) => '.' + name)].join('')
    )(document.activeElement)`
    return String(await this.page.evaluate(script))
  }

  /** Waits for the detail to rest after keys that follow each other quickly. */
  async rest(): Promise<void> {
    await this.page.waitForTimeout(200)
  }
}
