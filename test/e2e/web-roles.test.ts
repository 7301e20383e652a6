import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { exportKinds } from '#features/exchange/case-export.ts'
import { parleyTo, signIn } from './instance.ts'
import { WebDesk } from './web-desk.ts'

/** What only the proofs say, in one of them or in both; and what both reports say openly. */
const secrets = ['zanzibar_canary', 'quetzal_canary.c', 'CANARY-ATTACHED'] as const

const exploit = `${secrets[0]} walks into ${secrets[1]}:42 and then crashes`
const reports = ['first', 'second'].map((name) => ({
  purl: 'pkg:npm/kestrel@1.4.1',
  upstream_ids: ['CVE-2031-4242'],
  affected_symbol: { file: 'src/header.c', function: 'parse_header' },
  attachments: [
    {
      ...{ filename: `${name}.txt`, content_type: 'text/plain', type: 'reproducer' },
      data: `${exploit} ${secrets[2]} ${name}`,
    },
  ],
}))

const desk = new WebDesk()
let admin = ''
let receipts: readonly string[] = []
let found = { id: '', attachment: '' }

async function ask(call: string, { body, token }: { body?: object; token?: string } = {}) {
  const [method = '', path = ''] = call.split(' ')
  const response = await fetch(desk.service.url + path, {
    method,
    headers: {
      ...{ 'x-requested-by': 'test', 'sec-fetch-site': 'same-origin' },
      ...(token === undefined ? { cookie: admin } : { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

async function tokenOf(role: string): Promise<string> {
  const args = ['token', role, '--role', role, '--organisation', 'Heron', '--data', desk.data]
  const { said } = await parleyTo(args)
  const [token] = /(?:parley|tap_v1)_\w+/.exec(said) ?? []
  return token ?? assert.fail(said)
}

const List = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) })
const CasePage = z.looseObject({
  reportList: z.array(z.looseObject({ attachments: z.array(z.looseObject({ id: z.string() })) })),
})

before(async () => {
  await desk.start()
  admin = (await signIn(desk.service.url, desk.service.link)).cookie
  const token = await tokenOf('finder')
  const sent: string[] = []
  for (const body of reports) {
    const { status, text } = await ask('POST /v1/reports', { token, body })
    assert.equal(status, 202, text)
    sent.push(z.looseObject({ receipt: z.string() }).parse(JSON.parse(text)).receipt)
  }
  receipts = sent
  for (let time = 0; time < 200 && found.attachment === ''; time++) {
    await pause(150)
    const { items } = List.parse(JSON.parse((await ask('GET /v1/cases')).text))
    for (const { id } of items) {
      const page = CasePage.parse(JSON.parse((await ask(`GET /v1/cases/${id}`)).text))
      const [file] = page.reportList.flatMap(({ attachments }) => attachments)
      if (file && page.reportList.length === 2) found = { id, attachment: file.id }
    }
  }
  assert.notEqual(found.attachment, '', 'the reports have one case')
})

after(() => desk.end())

const calls = (): readonly string[] => [
  ...['/v1/cases', '/v1/cases/facets', '/v1/suggestions', '/v1/finders', '/v1/overview'],
  ...['/v1/imports', '/v1/people', '/v1/views', '/v1/jobs', '/v1/tokens', '/v1/profile'],
  ...secrets.map((text) => `/v1/cases?q=${encodeURIComponent(text)}`),
  ...[`/v1/cases/${found.id}`, `/v1/attachments/${found.attachment}`],
  ...exportKinds.map((kind) => `/v1/cases/${found.id}/export?as=${kind}`),
  ...receipts.map((receipt) => `/v1/submissions/${receipt}`),
]

async function leaked(token: string): Promise<readonly string[]> {
  const all: string[] = []
  for (const path of calls()) {
    const { text } = await ask(`GET ${path}`, { token })
    // What one asked for may be said back.
    const said = path.includes('?q=') ? text.replaceAll(decodeURIComponent(path), '') : text
    if (secrets.some((secret) => said.includes(secret))) all.push(path)
  }
  return all
}

test('what a proof says reaches whoever may read proofs, by these very routes', async () => {
  assert.deepEqual(await leaked(await tokenOf('reader')), [
    `/v1/cases/${found.id}`,
    `/v1/attachments/${found.attachment}`,
  ])
  assert.ok((await leaked(await tokenOf('analyst'))).some((path) => path.includes('as=')))
})

test('a triager of the very organisation gets no byte of a proof by any route', async () => {
  const token = await tokenOf('triager')
  assert.deepEqual(await leaked(token), [])
  const unknown = await ask('GET /v1/attachments/attachment_none', { token })
  const there = await ask(`GET /v1/attachments/${found.attachment}`, { token })
  assert.deepEqual([unknown.status, there.status], [403, 403])
  const words = await ask(`GET /v1/cases?q=${secrets[0]}`, { token })
  assert.deepEqual(List.parse(JSON.parse(words.text)).items, [])
})

test('what a triager decides, and what is told live of it, holds no byte of a proof', async () => {
  const token = await tokenOf('triager')
  const live = await fetch(`${desk.service.url}/v1/events`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': '0' },
  })
  const body = live.body ?? assert.fail('no stream')
  const { version } = z
    .looseObject({ version: z.number() })
    .parse(JSON.parse((await ask(`GET /v1/cases/${found.id}`, { token })).text))
  const change = { version, verdict: 'confirmed' }
  const changed = await ask(`PATCH /v1/cases/${found.id}`, { token, body: change })
  assert.equal(changed.status, 200, changed.text)
  let told = ''
  for await (const piece of body) {
    told += Buffer.from(piece).toString()
    if (told.includes(found.id)) break
  }
  assert.ok(secrets.every((secret) => !`${changed.text}${told}`.includes(secret)))
})

async function atDesk(role: string): Promise<Page> {
  const wish = { name: `A ${role}`, organisation: 'Heron', role }
  const { text } = await ask('POST /v1/people', { body: wish })
  const { link } = z.looseObject({ link: z.string() }).parse(JSON.parse(text))
  const page = await desk.page(await desk.person())
  await page.goto(`/sign-in#${link}`)
  await page.waitForURL(/\/queue/)
  await page.waitForSelector('nav a')
  return page
}

test('a triager decides at the queue and a case, and reads that proofs are left out', async () => {
  const page = await atDesk('triager')
  const pages = await page.locator('nav a').allInnerTexts()
  assert.deepEqual(
    pages.map((name) => name.split('\n')[0]),
    ['Queue', 'Suggestions', 'Finders', 'Overview', 'Tokens', 'Approvals', 'Agreements', 'Profile'],
  )
  await page.goto(`/cases/${found.id}`)
  await page.waitForSelector('text=This report came with proofs')
  await page.waitForSelector('article button:has-text("Never the same")')
  assert.equal(await page.locator('text=Send or export').count(), 0)
  const said = await page.innerText('body')
  assert.ok(secrets.every((secret) => !said.includes(secret)))
  await page.goto('/jobs')
  await page.waitForSelector('text=It lacks the permission “operate”')
})

test('a reader reads the proof and finds nothing to change', async () => {
  const page = await atDesk('reader')
  await page.goto(`/cases/${found.id}`)
  await page.waitForSelector(`text=${secrets[0]}`)
  for (const name of ['Never the same', 'Send or export', 'Edit', 'Add the note', 'Undo']) {
    assert.equal(await page.locator(`article button:has-text("${name}")`).count(), 0, name)
  }
  await page.keyboard.press('m')
  assert.equal(await page.locator('[role=dialog]').count(), 0)
  assert.deepEqual(desk.faults, [])
})
