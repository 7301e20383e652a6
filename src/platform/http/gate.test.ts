import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTrial, post, request } from '../../../test/http/trial.ts'
import { say } from '../../../test/http/wire.ts'

const { http, url } = await openTrial()
const https = await openTrial({ publicUrl: new URL('https://parley.example.org') })
const anywhere = await openTrial({ host: '0.0.0.0', trustedProxies: ['127.0.0.1'] })
after(() => Promise.all([http, https.http, anywhere.http].map((one) => one.close(100))))

const port = new URL(url).port
const title = '{"title":"a"}'
const cookie = 'Cookie: session=good'
const own = 'X-Requested-By: parley'
const same = 'Sec-Fetch-Site: same-origin'

/** A change by a browser that sends its cookie, with what else it says. */
const byCookie = (headers: readonly string[]): string =>
  post('/v1/notes', title, [cookie, ...headers]).replace('Authorization: Bearer good\r\n', '')

for (const [what, text, status] of [
  ['a form of another site', byCookie(['Sec-Fetch-Site: cross-site', own]), 403],
  ['a neighbouring host', byCookie(['Sec-Fetch-Site: same-site', own]), 403],
  ['an older browser on another site', byCookie(['Origin: http://evil.example', own]), 403],
  ['a page without origin', byCookie(['Origin: null', own]), 403],
  ['the same host by another port', byCookie([`Origin: http://localhost:1`, own]), 403],
  ['a page that says nothing of itself', byCookie([own]), 403],
  ['a page of ours without the header', byCookie([same]), 403],
  ['a page of ours with an empty header', byCookie([same, 'X-Requested-By:']), 403],
  ['a page of ours', byCookie([same, own]), 201],
  ['an address typed by the user', byCookie(['Sec-Fetch-Site: none', own]), 201],
  ['an older browser on our page', byCookie(['Origin: http://localhost', own]), 201],
  ['a program with a token', post('/v1/notes', title), 201],
  ['a token from a page of another site', post('/v1/notes', title, ['Origin: http://evil']), 403],
  [
    'a sign-in from another site',
    post('/v1/sign-in', '{"code":"x"}', ['Sec-Fetch-Site: cross-site']),
    403,
  ],
  ['a token that is none', request('GET /v1/notes/a', ['Authorization: Bearer bad']), 401],
  ['nobody where nobody need be', request('GET /v1/notes/a'), 200],
  ['nobody where somebody must be', post('/v1/notes', title).replace('good', 'bad'), 401],
  [
    'a cookie that is there twice',
    byCookie([same, own, 'X: 1']).replace('session=good', 'session=good; session=x'),
    401,
  ],
  ['reading with a cookie from anywhere', request('GET /v1/notes/a', [cookie]), 200],
] as const) {
  test(`${what} is answered with ${status}`, async () => {
    const reply = await say(url, text)
    assert.equal(reply.status, status, reply.text)
    if (status === 401) assert.equal(reply.headers.get('www-authenticate'), 'Bearer')
  })
}

test('tokens that are wrong in different ways are refused alike', async () => {
  const bodies = await Promise.all(
    ['Bearer bad', 'Bearer parley_x', 'Basic Z29vZA==', 'Bearer', 'good'].map(async (value) => {
      const head = request('DELETE /v1/notes/a', [`Authorization: ${value}`])
      const { status, body } = await say(url, head)
      return `${status} ${body.replace(/request:\w+/, '')}`
    }),
  )
  assert.equal(new Set(bodies).size, 1, bodies.join('\n'))
})

for (const [host, status] of [
  ['evil.example', 421],
  ['localhost.evil.example', 421],
  ['127.0.0.1.nip.io', 421],
  ['10.0.0.1', 421],
  ['0.0.0.0', 421],
  ['localhost@evil.example', 421],
  ['localhost/evil', 421],
  ['', 421],
  ['localhost', 200],
  [`localhost:${port}`, 200],
  [`127.0.0.1:${port}`, 200],
  ['[::1]:80', 200],
  ['parley.localhost', 200],
] as const) {
  test(`on loopback the name "${host}" is answered with ${status}`, async () => {
    const reply = await say(url, `GET /v1/notes/a HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    assert.equal(reply.status, status)
  })
}

test('the public name is a name of the server too, and its pages are ours', async () => {
  const head = request('GET /v1/notes/a').replace('localhost', 'parley.example.org')
  assert.equal((await say(https.url, head)).status, 200)
  const page = byCookie(['Origin: https://parley.example.org', own])
  assert.equal((await say(https.url, page)).status, 201)
  assert.equal((await say(url, page)).status, 403)
})

test('a server for everybody takes any name', async () => {
  const head = request('GET /v1/notes/a').replace('localhost', 'parley.lan')
  assert.equal((await say(anywhere.url.replace(/\/\/[^:]+:/, '//127.0.0.1:'), head)).status, 200)
})

const secure = 'strict-transport-security'

test('answers that are no pages forbid a browser everything', async () => {
  for (const line of ['GET /v1/notes/a', 'GET /v1/nothing', 'PUT /v1/notes', 'GET /%zz']) {
    const { headers } = await say(url, request(line))
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'.*sandbox/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.has(secure), false)
    assert.equal(headers.has('server') || headers.has('x-powered-by'), false)
  }
})

test('https is insisted on only where there is https, or a trusted proxy says so', async () => {
  const forwarded = request('GET /v1/notes/a', ['X-Forwarded-Proto: https'])
  const behind = anywhere.url.replace(/\/\/[^:]+:/, '//127.0.0.1:')
  assert.equal((await say(https.url, request('GET /v1/notes/a'))).headers.has(secure), true)
  assert.equal((await say(behind, forwarded)).headers.has(secure), true)
  assert.equal((await say(url, forwarded)).headers.has(secure), false)
})
