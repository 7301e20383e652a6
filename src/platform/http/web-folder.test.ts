import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openTrial, request } from '../../../test/http/trial.ts'
import { say } from '../../../test/http/wire.ts'
import { webFolder } from './web-folder.ts'

const root = await mkdtemp(join(tmpdir(), 'parley-web-'))
const folder = join(root, 'web')
await mkdir(join(folder, 'assets'), { recursive: true })
await writeFile(join(root, 'secret.txt'), 'SECRET')
await writeFile(join(folder, 'index.html'), '<!doctype html><title>Start</title>')
await writeFile(join(folder, 'assets', 'main-AbCd1234.js'), 'console.log(1)')
await writeFile(join(folder, 'assets', 'main-AbCd1234.js.br'), 'brotli')
await writeFile(join(folder, 'assets', 'main-AbCd1234.js.gz'), 'gzip')
await writeFile(join(folder, 'a b.txt'), 'spaces')
await symlink(join(root, 'secret.txt'), join(folder, 'link.txt'))

const pages = await webFolder(folder)
assert.ok(pages)
const { http, url } = await openTrial({ pages })
after(async () => {
  await http.close(100)
  await rm(root, { recursive: true })
})

const html = 'Accept: text/html,application/xhtml+xml'
const script = 'GET /assets/main-AbCd1234.js'

for (const path of [
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/assets/../../secret.txt',
  '/assets/..%252f..%252fsecret.txt',
  '/assets/%c0%ae%c0%ae/secret.txt',
  '/link.txt',
  '//etc/passwd',
  '/index.html%00.js',
  '/assets/',
  '/assets/main-AbCd1234.js.br',
  '/constructor',
  '/__proto__',
  '/nothing.js',
  '/v1/nothing',
]) {
  test(`${path} is nothing`, async () => {
    const reply = await say(url, request(`GET ${path}`))
    assert.ok([400, 404].includes(reply.status), reply.text)
    assert.doesNotMatch(reply.text, /SECRET|root:/)
  })
}

test('an address inside the app is its start page for who wants HTML; not below /v1', async () => {
  for (const path of ['/', '/cases/case_123', '/a.b/c', '/v1x']) {
    const reply = await say(url, request(`GET ${path}?token=x`, [html]))
    assert.deepEqual([reply.status, reply.headers.get('cache-control')], [200, 'no-cache'])
    assert.match(reply.body, /<title>Start/)
  }
  for (const path of ['/v1', '/v1/nothing']) {
    assert.equal((await say(url, request(`GET ${path}`, [html]))).status, 404)
  }
})

test('a page may use what is from this host alone, and nothing that stands in it', async () => {
  const { headers } = await say(url, request('GET /', [html]))
  const policy = headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"]) {
    assert.ok(policy.includes(rule))
  }
  assert.doesNotMatch(policy, /unsafe|\*|sandbox/)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
})

for (const [accepted, coding] of [
  ['br, gzip', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=0.000', undefined],
  ['identity', undefined],
  ['', undefined],
] as const) {
  test(`with Accept-Encoding "${accepted}" a script comes ${coding ?? 'as it is'}`, async () => {
    const reply = await say(url, request(script, [`Accept-Encoding: ${accepted}`]))
    assert.equal(reply.headers.get('content-encoding'), coding)
    assert.equal(reply.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(reply.headers.get('vary'), 'accept-encoding')
    assert.match(reply.headers.get('cache-control') ?? '', /max-age=31536000, immutable/)
    const bodies = { br: 'brotli', gzip: 'gzip', plain: 'console.log(1)' }
    assert.equal(reply.body, bodies[coding ?? 'plain'])
  })
}

test('what a browser has is not sent again', async () => {
  const first = await say(url, request('GET /a%20b.txt'))
  assert.equal(first.body, 'spaces')
  const etag = first.headers.get('etag') ?? ''
  const again = request('GET /a%20b.txt', [`If-None-Match: "x", W/${etag}`])
  const reply = await say(url, again, { isHalfClosed: true })
  assert.deepEqual([reply.status, reply.body], [304, ''])
})

test('pages are only read', async () => {
  const reply = await say(url, request('POST /index.html', ['Content-Length: 1'], 'x'))
  assert.deepEqual([reply.status, reply.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
})

test('a folder without a start page is no web app', async () => {
  assert.equal(await webFolder(join(root, 'nothing')), null)
  assert.equal(await webFolder(root), null)
})
