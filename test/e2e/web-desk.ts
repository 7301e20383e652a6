import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { findings } from '../../web/test/axe.ts'
import { newFolder } from '../db/embedded-process.ts'
import { startBrowser } from './browser.ts'
import { endAll, parleyTo, type Served, type ServeWish, serve } from './instance.ts'

export const sizes = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 390, height: 844 },
} as const

/** More than a machine with other work to do needs; nothing waits for so long where all is well. */
const patienceMs = 120_000

/** An instance of its own and people who sit before it, each in a browser profile of their own. */
export class WebDesk {
  readonly data = newFolder()
  /** Errors, messages, dialogues and requests to elsewhere: there should be none. */
  readonly faults: string[] = []
  readonly #host: string
  #service: Served | null = null
  #browser: Browser | null = null

  /** By which name the pages are opened; passkeys need one that is no number. */
  constructor(host = '127.0.0.1') {
    this.#host = host
  }

  async start(wish: Omit<ServeWish, 'data'> = {}): Promise<void> {
    const serving = serve({ ...wish, data: this.data })
    const [service, browser] = await Promise.all([serving, startBrowser()])
    this.#service = service
    this.#browser = browser
  }

  async end(): Promise<void> {
    await this.#browser?.close()
    await endAll()
  }

  get service(): Served {
    assert.ok(this.#service, 'it was not started')
    return this.#service
  }

  /** What people put in their browser. */
  get address(): string {
    return this.service.url.replace('127.0.0.1', this.#host)
  }

  /** Somebody with a browser that knows nothing yet. */
  async person(): Promise<BrowserContext> {
    assert.ok(this.#browser, 'it was not started')
    const context = await this.#browser.newContext({
      viewport: sizes.wide,
      colorScheme: 'light',
      baseURL: this.address,
      acceptDownloads: true,
    })
    context.setDefaultTimeout(patienceMs)
    return context
  }

  async page(of: BrowserContext): Promise<Page> {
    const page = await of.newPage()
    page.on('pageerror', ({ message }) => this.faults.push(`error: ${message}`))
    page.on('console', (said) => {
      // The browser itself reports answers of 400 and more; pages show those in their own words.
      const isAnswer = said.text().startsWith('Failed to load resource')
      const isSignOut = said.text().startsWith('Clear-Site-Data header on')
      if (!isAnswer && !isSignOut) this.faults.push(`console: ${said.text()}`)
    })
    page.on('dialog', (dialog) => {
      // Leaving a page with a token that was not kept asks; nothing else may.
      if (dialog.type() !== 'beforeunload') this.faults.push(`dialogue: ${dialog.message()}`)
      void dialog.accept()
    })
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      const isOurs = origin === this.address || origin === this.service.url
      const isHere = isOurs || protocol === 'blob:' || protocol === 'data:'
      if (!isHere) this.faults.push(`request: ${request.url()}`)
    })
    return page
  }

  /** What a machine hands in with a token; the status of the answer. */
  async post(token: string, path: string, body: unknown): Promise<number> {
    const { status } = await fetch(this.service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return status
  }

  /** Another one-time link, as `parley sign-in` prints it. */
  async link(): Promise<string> {
    const { code, said } = await parleyTo(['sign-in', '--data', this.data])
    assert.equal(code, 0, said)
    const [, secret] = /sign-in#([\w-]+)/.exec(said) ?? []
    assert.ok(secret, said)
    return secret
  }
}

/** Reads JSON as the person who is signed in. */
export async function read(of: BrowserContext, path: string): Promise<Answer> {
  const response = await of.request.get(path)
  assert.equal(response.status(), 200, `${path}: ${await response.text()}`)
  return new Answer(await response.json())
}

/** A value from outside, read member by member. */
export class Answer {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }

  at(...names: readonly (string | number)[]): Answer {
    let value = this.value
    for (const name of names) {
      value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
    }
    return new Answer(value)
  }

  get items(): Answer[] {
    return Array.isArray(this.value) ? this.value.map((one) => new Answer(one)) : []
  }

  get text(): string {
    return String(this.value)
  }

  get json(): string {
    return JSON.stringify(this.value)
  }

  get number(): number {
    return Number(this.value)
  }
}

/** Waits for a condition of the server. */
export async function until(is: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await is())) {
    assert.ok(performance.now() < end, `it never came to be that ${what}`)
    await pause(50)
  }
}

/** Whether every import has ended; the reports of those are in cases or set aside. */
export async function allPlaced(of: BrowserContext): Promise<boolean> {
  const states = (await read(of, '/v1/imports')).at('items').items.map((one) => one.at('state'))
  return states.every(({ text }) => text === 'placed' || text === 'refused')
}

/**
 * What is wrong with how the page is drawn: by axe in both themes at both widths, and what makes it
 * wider than a narrow screen.
 */
export async function drawnWrong(page: Page): Promise<string[]> {
  const wrong: string[] = []
  for (const [name, size] of Object.entries(sizes)) {
    await page.setViewportSize(size)
    const width = Number(await page.evaluate('document.scrollingElement.scrollWidth'))
    if (width > size.width) wrong.push(`${name}: ${width} pixels wide`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const line of await findings(page)) wrong.push(`${name} ${colorScheme}: ${line}`)
    }
  }
  await page.setViewportSize(sizes.wide)
  await page.emulateMedia({ colorScheme: 'light' })
  return wrong
}
