import { existsSync } from 'node:fs'
import type { Server } from 'node:http'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { createMock, type Mock, serveBuilt } from '../mock/server.ts'
import type { WorldWish } from '../mock/world.ts'

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = paths.find((path) => existsSync(path)) ?? null

/** Why tests that need a browser are left out, or false where they run; CI always runs them. */
export const isWithoutBrowser: string | false =
  executablePath === null && !process.env['CI'] ? 'needs Chromium: apt-get install chromium' : false

export const sizes = {
  narrow: { width: 390, height: 844 },
  middle: { width: 1280, height: 800 },
  wide: { width: 1920, height: 1080 },
} as const

/** The built pages over a mock of their own, in one browser. */
export class Desk {
  #browser: Browser | null = null
  readonly #servers: Server[] = []
  readonly faults: string[] = []

  /** Starts a service over invented cases; gives where it is and what it knows. */
  async serve(wish: WorldWish = {}): Promise<{ readonly url: string; readonly mock: Mock }> {
    const mock = createMock(wish)
    const server = serveBuilt(mock)
    this.#servers.push(server)
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return { url: `http://127.0.0.1:${port}`, mock }
  }

  /** Opens an address and writes down what the page does that it must not. */
  async open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (executablePath === null) throw new Error(`no Chromium at ${paths.join(', ')}`)
    this.#browser ??= await chromium.launch({
      executablePath,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--no-first-run'],
      ],
    })
    const context = await this.#browser.newContext({ viewport: sizes.middle, ...options })
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => this.faults.push(`error: ${message}`))
    page.on('console', (said) => {
      // The browser itself reports answers of 400 and more; pages show those in their own words.
      const isAnswer = said.text().startsWith('Failed to load resource')
      if (!isAnswer) this.faults.push(`console: ${said.text()}`)
    })
    page.on('request', (request) => {
      const { hostname } = new URL(request.url())
      if (hostname !== '127.0.0.1') this.faults.push(`request: ${request.url()}`)
    })
    await page.goto(address)
    return page
  }

  async close(): Promise<void> {
    await this.#browser?.close()
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
  }
}
