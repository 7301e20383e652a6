import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Desk, isWithoutBrowser, sizes } from './browser.ts'

const desk = new Desk()
after(() => desk.close())
const options = { skip: isWithoutBrowser }

async function open(path: string, viewport: (typeof sizes)[keyof typeof sizes] = sizes.middle) {
  const { url, mock } = await desk.serve({ cases: 30 })
  const page = await desk.open(url + path, { viewport })
  await page.waitForSelector('h1')
  return { page, mock, url }
}

test(
  'tokens: without a name or an organisation the field says what is missing',
  options,
  async () => {
    const { page, mock } = await open('/tokens')
    await page.waitForSelector('text=None yet')
    await page.click('text=Make the token')
    await page.waitForSelector('text=Say what will use it.')
    await page.waitForSelector('text=Say whose machine it is.')
    assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-invalid")'), 'true')
    assert.equal(mock.world.tokens.length, 0)
  },
)

test('tokens: made once, shown once, copied, revoked after one question', options, async () => {
  const { page, mock } = await open('/tokens')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.waitForSelector('text=None yet')
  await page.keyboard.press('c')
  await page.keyboard.type('nightly scan')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Harbour CERT')
  await page.waitForSelector('text=Known here')
  await page.keyboard.press('Enter')
  await page.waitForSelector('text=Keep this token now')
  const token = await page.inputValue('input[aria-label=Token]')
  assert.match(token, /^parley_/)
  assert.equal(mock.world.tokens[0]?.organisation.id, 'org_1', 'the known one, by its id')
  assert.equal(mock.world.tokens[0]?.role, 'finder', 'the lesser right unless a person says so')
  await page.click('text="Copy"')
  await page.waitForSelector('text=Copied.')
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), token)
  await page.click('text=I have kept it')
  await page.waitForSelector('input[aria-label=Token]', { state: 'detached' })
  assert.equal((await page.content()).includes(token), false, 'nowhere on the page any more')
  await page.click('tbody >> text=Revoke')
  await page.waitForSelector('[role=dialog] >> text=This cannot be undone')
  await page.keyboard.press('Escape')
  assert.equal(mock.world.tokens[0]?.revokedAt, null)
  await page.click('tbody >> text=Revoke')
  await page.click('[role=dialog] >> text="Revoke"')
  await page.waitForSelector('tbody >> text=✗ Revoked')
  assert.notEqual(mock.world.tokens[0]?.revokedAt, null)
})

test(
  'jobs: a number of a queue leads to its jobs, r retries the one with the focus',
  options,
  async () => {
    const { page } = await open('/jobs')
    const posts: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(new URL(request.url()).pathname)
    })
    await page.click('a:has-text("failed in notify")')
    await page.waitForURL(/state=failed/)
    await page.waitForSelector('tbody >> text=▸ Running', { state: 'detached' })
    await page.waitForSelector('tr[data-job]')
    assert.match(await page.innerText('tr[data-job]'), /451: try again later/)
    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.waitForSelector('text=1 job in line again')
    assert.equal(posts.length, 1)
    assert.match(posts[0] ?? '', /^\/v1\/jobs\/job_\d+\/retry$/)
  },
)

const refused = { status: 409, contentType: 'application/problem+json' }

test('jobs: a retry that is refused says why', options, async () => {
  const { page, url } = await open('/jobs?state=failed')
  await page.route(`${url}/v1/jobs/*/retry`, (route) =>
    route.fulfill({ ...refused, body: JSON.stringify({ detail: 'It runs already.' }) }),
  )
  await page.click('tr[data-job] >> text=Retry >> nth=0')
  await page.waitForSelector('text=It runs already.')
})

for (const path of ['/jobs', '/tokens', '/import', '/suggestions']) {
  test(`${path} fits a screen of 390 pixels`, options, async () => {
    const { page } = await open(path, sizes.narrow)
    await page.waitForTimeout(400)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
  })
}

test('no page did anything that it must not', options, () => {
  assert.deepEqual(desk.faults, [])
})
