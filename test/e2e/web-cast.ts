import assert from 'node:assert/strict'
import type { BrowserContext, Page } from 'playwright-core'
import { Answer, read, type WebDesk } from './web-desk.ts'

/** What a browser of these pages sends beside each change. */
const headers = { 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' }

type Body = { readonly data?: unknown; readonly type?: string }

/** Asks the service as the person of this browser. */
async function asked(of: BrowserContext, call: string, { data, type }: Body) {
  const [method = '', path = ''] = call.split(' ')
  return of.request.fetch(path, {
    ...{ method, headers: type === undefined ? headers : { ...headers, 'content-type': type } },
    ...(data === undefined ? {} : { data }),
  })
}

/** Asks as somebody who has to be answered. */
export async function must(of: BrowserContext, call: string, body: Body = {}): Promise<Answer> {
  const response = await asked(of, call, body)
  const text = await response.text()
  assert.ok(response.ok(), `${call}: ${response.status()} ${text}`)
  return new Answer(text === '' ? null : JSON.parse(text))
}

/** The status of the answer, whatever it is. */
export async function statusOf(of: BrowserContext, call: string, body: Body = {}): Promise<number> {
  return (await asked(of, call, body)).status()
}

/** People at browsers of their own, brought in by whoever administers the instance. */
export class Cast {
  readonly #desk: WebDesk
  readonly admin: BrowserContext
  readonly #ids = new Map<Page, string>()

  private constructor(desk: WebDesk, admin: BrowserContext) {
    this.#desk = desk
    this.admin = admin
  }

  static async begin(desk: WebDesk): Promise<Cast> {
    await desk.start()
    const admin = await desk.person()
    const page = await desk.page(admin)
    await page.goto(`/sign-in#${desk.service.link}`)
    await page.waitForURL(/\/queue/)
    return new Cast(desk, admin)
  }

  /** Somebody of this role, signed in. */
  async somebody(name: string, organisation: string, role: string): Promise<Page> {
    const made = await must(this.admin, 'POST /v1/people', { data: { name, organisation, role } })
    const page = await this.#desk.page(await this.#desk.person())
    await page.goto(`/sign-in#${made.at('link').text}`)
    await page.waitForSelector('h1')
    this.#ids.set(page, made.at('person', 'id').text)
    return page
  }

  idOf(page: Page): string {
    return this.#ids.get(page) ?? assert.fail('nobody sits there')
  }

  async organisation(name: string): Promise<string> {
    const all = (await read(this.admin, '/v1/organisations')).at('items').items
    return all.find((one) => one.at('name').text === name)?.at('id').text ?? ''
  }

  /** Says that an organisation evaluates; it holds for sessions that begin afterwards. */
  async makeEvaluator(name: string): Promise<void> {
    const path = `/v1/organisations/${await this.organisation(name)}`
    await must(this.admin, `PATCH ${path}`, { data: { kinds: ['evaluator'] } })
  }
}
