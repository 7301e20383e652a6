import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { dial, replyOn, say } from '../http/wire.ts'
import { root } from '../root.ts'
import {
  type Attacked,
  answered,
  attacked,
  memoryMiB,
  newToken,
  seenOf,
  storedIn,
} from './hostile-http.ts'
import { endAll, handIn } from './instance.ts'

/** A running instance, attacked over its socket: what it answers, and what it has stored then. */
let on: Attacked
let slow: Awaited<ReturnType<typeof beginSlowly>>
let ended: Promise<readonly number[]>
before(async () => {
  on = await attacked()
  slow = await beginSlowly()
  const heads = slow.sockets.filter((_, at) => at % 3 === 0)
  ended = Promise.all(heads.map(async (socket) => (await replyOn(socket, 40_000)).status))
})
after(endAll)

const json = 'Content-Type: application/json'
const report = '{"purl":"pkg:npm/frames@1"}'
const message = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n')
const bearer = (): string => `Authorization: Bearer ${on.token}`
const sized = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}`

async function storesNothing<T>(work: () => Promise<T>): Promise<T> {
  const before = await storedIn(on)
  const done = await work()
  assert.deepEqual(await storedIn(on), before)
  return done
}

/** Dials often at once; half-open connections must not keep others out. */
const dials = (count: number): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, () => dial(on.url)))

const isAccepted = async (mark: string): Promise<void> =>
  assert.equal((await handIn(on, mark)).status, 202)

const slowTotal = 300

/** Heads and bodies that do not end, from the beginning on and until the end of the file. */
async function beginSlowly(): Promise<{ readonly sockets: Socket[]; readonly end: () => void }> {
  const sockets = await dials(slowTotal)
  const head = 'GET /v1/cases HTTP/1.1\r\nHost: loc'
  const begun = message('POST /v1/reports', [bearer(), json, 'Content-Length: 50'], '{"pu')
  // Of another organisation, which uses up its own share and nobody else's.
  const { token } = await newToken(on.api, 'A slow laboratory')
  const slow = [`Authorization: Bearer ${token}`, 'Content-Length: 50']
  const bulk = message('POST /v1/reports/bulk?name=slow', slow, '{')
  const drips = sockets.map((socket, at) => {
    socket.write([head, begun, bulk][at % 3] ?? '')
    return at % 3 === 1 ? setInterval(() => socket.write(' '), 3_000) : undefined
  })
  return {
    sockets,
    end: () => {
      for (const drip of drips) clearInterval(drip)
      for (const socket of sockets) socket.destroy()
    },
  }
}

test('expired, revoked, malformed and unknown tokens are answered in the same bytes', async () => {
  const revoked = await newToken(on.api)
  assert.equal((await on.api(`DELETE /v1/tokens/${revoked.id}`)).status, 204)
  const expired = await newToken(on.api)
  await on.rows(`update parley.api_token set expires_at = now() - interval '1 hour'
    where id = '${expired.id}'`)
  const shown = [
    ...[revoked.token, expired.token, `tap_v1_${'0'.repeat(43)}`, 'x', "tap_v1_' or 1=1 --"],
    ...[`${on.token}x`, on.token.toUpperCase(), `parley_${'a'.repeat(43)}`, 'ü'.repeat(20)],
  ]
  await storesNothing(async () => {
    for (const [line, headers, body] of [
      ['POST /v1/reports', [json, sized(report)], report],
      ['POST /v1/reports/bulk?name=x', [sized(report)], report],
      ['GET /v1/imports', [], ''],
      ['GET /v1/cases/case_aaaaaaaa', [], ''],
    ] as const) {
      const seen = await Promise.all(
        shown.map(async (token) => {
          const all = [`Authorization: Bearer ${token}`, ...headers]
          return seenOf(await say(on.url, message(line, all, body)))
        }),
      )
      assert.equal(new Set(seen).size, 1, [...new Set(seen)].join('\n'))
      assert.match(seen[0] ?? '', /^\[401/)
    }
  })
})

test('what is of others, unknown or malformed is not there, in the same bytes', async () => {
  const { receipt } = await handIn(on, 'mine')
  const other = await newToken(on.api, 'Another laboratory')
  const ask = async (path: string): Promise<string> =>
    seenOf(await say(on.url, message(`GET ${path}`, [`Authorization: Bearer ${other.token}`])))
  const unknown = 'SUB-aaaaaaaaaaaaaaaaaa'
  const nothing = await ask(`/v1/submissions/${unknown}`)
  assert.match(nothing, /^\[404/)
  for (const path of [
    receipt.toUpperCase(),
    'SUB-',
    'x',
    "'%20or%201=1--",
    '%00',
    'a'.repeat(511),
  ]) {
    assert.equal(await ask(`/v1/submissions/${path}`), nothing, path)
  }
  const mine = await answered(
    fetch(`${on.url}/v1/reports/bulk?name=mine`, {
      method: 'POST',
      headers: { authorization: `Bearer ${on.token}` },
      body: report,
    }),
  )
  for (const path of [mine.told['import'], 'import_aaaaaaaaaaaaaaaaaaaa', 'x', '%00']) {
    assert.equal(await ask(`/v1/imports/${path}`), nothing, String(path))
  }
})

test('thousands of guessed receipts find nothing and do not tire the server', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  const guess = (at: number): string =>
    `SUB-${Array.from({ length: 18 }, (_, n) => letters[(at * (31 + n) + n * n) % 32]).join('')}`
  const socket = await dial(on.url)
  let text = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece
  })
  for (let at = 0; at < 3_000; at++) socket.write(message(`GET /v1/submissions/${guess(at)}`))
  const end = performance.now() + 20_000
  const answers = (): number => text.split('HTTP/1.1 404').length - 1
  while (answers() < 3_000 && performance.now() < end) await pause(20)
  socket.destroy()
  assert.equal(answers(), 3_000)
  assert.ok(!text.includes('HTTP/1.1 200'))
})

test('a client that half closes or breaks off inside a body leaves nothing behind', async () => {
  await storesNothing(async () => {
    for (const path of ['/v1/reports', '/v1/reports/bulk?name=cut']) {
      const head = message(`POST ${path}`, [bearer(), json, 'Content-Length: 500'], report)
      const half = await say(on.url, head, { isHalfClosed: true })
      assert.equal(half.status, 400)
      const chunked = message(`POST ${path}`, [bearer(), json, 'Transfer-Encoding: chunked'])
      for (const text of [head, `${chunked}1b\r\n${report}\r\n`, `${chunked}1b\r\n${report}`]) {
        const socket = await dial(on.url)
        socket.write(text)
        await pause(30)
        socket.resetAndDestroy()
      }
    }
    await pause(300)
  })
})

test('a whole report of a client that half closes is taken', async () => {
  const text = message('POST /v1/reports', [bearer(), json, sized(report)], report)
  assert.equal((await say(on.url, text, { isHalfClosed: true })).status, 202)
})

test('what two readers could cut differently is refused, with what stands behind it', async () => {
  const inner = message('POST /v1/reports', [bearer(), json, sized(report)], report)
  const all = [bearer(), json]
  await storesNothing(async () => {
    for (const text of [
      message(
        'POST /v1/reports',
        [...all, 'Content-Length: 4', 'Transfer-Encoding: chunked'],
        `0\r\n\r\n${inner}`,
      ),
      message('POST /v1/reports', [...all, 'Content-Length: 0', sized(inner)], inner),
      message(
        'POST /v1/reports',
        [...all, 'Transfer-Encoding : chunked', 'Content-Length: 0'],
        inner,
      ),
      message('GET /v1/cases', ['X: a', ' Content-Length: 9'], inner),
      message('GET /v1/cases', ['Transfer-Encoding: xchunked'], inner),
      message('GET /v1/cases', [sized(inner)], inner),
      message('GET /readyz', ['X: \n\r\nPOST /v1/reports HTTP/1.1'], inner),
      message('GET /v1/cases', [`X: ${'a'.repeat(1e6)}`], inner),
      message(`GET /v1/cases?q=${'a'.repeat(1e6)}`, [], inner),
    ]) {
      const { status, headers, text: said } = await say(on.url, text)
      assert.ok([400, 401, 431].includes(status), said.slice(0, 200))
      assert.equal(said.match(/HTTP\/1\.1 \d/g)?.length, 1)
      if (status !== 401) assert.equal(headers.get('connection'), 'close')
    }
  })
})

test('pages of other origins neither change nor read anything, whatever they send', async () => {
  const { cookie = '' } = on.staff
  const body = JSON.stringify({ name: 'x', organisation: 'y', role: 'finder', days: 1 })
  const good = [`Cookie: ${cookie}`, json, sized(body), 'X-Requested-By: parley']
  const post = (headers: readonly string[]) =>
    say(on.url, message('POST /v1/tokens', headers, body))
  const tokens = (): Promise<unknown> => on.rows('select count(*) from parley.api_token')
  const before = await tokens()
  for (const headers of [
    good,
    good.slice(0, -1).concat('Sec-Fetch-Site: same-origin'),
    [...good, 'Sec-Fetch-Site: cross-site'],
    [...good, 'Sec-Fetch-Site: same-site'],
    [...good, 'Origin: https://evil.example'],
    [...good, 'Origin: null'],
    [...good, 'Origin: http://localhost.evil.example'],
  ]) {
    const { status, headers: told } = await post(headers)
    assert.equal(status, 403, headers.join())
    for (const name of told.keys()) assert.doesNotMatch(name, /^access-control-/)
  }
  assert.deepEqual(await tokens(), before)
  const preflight = ['Origin: https://evil.example', 'Access-Control-Request-Method: POST']
  for (const line of ['OPTIONS /v1/tokens', 'GET /v1/cases', 'GET /v1/session']) {
    const { headers } = await say(on.url, message(line, [...preflight, `Cookie: ${cookie}`]), {
      isHalfClosed: true,
    })
    for (const name of headers.keys()) assert.doesNotMatch(name, /^access-control-/)
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
  }
})

test('names that are not ours are refused, and stand in no answer', async () => {
  for (const host of ['evil.example', 'localhost@evil.example', '127.0.0.1.evil.example', 'x:y']) {
    const { status, text } = await say(
      on.url,
      `GET /v1/session HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: evil.example\r\n\r\n`,
    )
    assert.equal(status, 421)
    assert.doesNotMatch(text, /evil/)
  }
  const forwarded = [
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Proto: https',
    'Forwarded: host=evil',
  ]
  const { text } = await say(
    on.url,
    message('POST /v1/reports', [bearer(), json, sized(report), ...forwarded], report),
  )
  assert.match(text, /^HTTP\/1\.1 202 /)
  assert.doesNotMatch(text, /evil|strict-transport/)
})

type Paths = { readonly paths: Readonly<Record<string, object>> }

/** Routes that are there only where a provider is configured; the document has them all. */
const ofProvider = /^\/v1\/(session\/provider|identities)/

test('every route says which methods it has, and takes no other', async () => {
  const { paths }: Paths = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8'))
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const ask = async (line: string) => say(on.url, message(line), { isHalfClosed: true })
  await storesNothing(async () => {
    for (const [template, methods] of Object.entries(paths)) {
      const path = template.replaceAll(/\{\w+\}/g, '1')
      const own = Object.keys(methods).map((one) => one.toUpperCase())
      const allow = [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort().join(', ')
      const options = await ask(`OPTIONS ${path}`)
      if (ofProvider.test(path)) {
        assert.equal(options.status, 404, path)
        continue
      }
      // A path such as /v1/cases/bulk is also a case of that name.
      const said = options.headers.get('allow') ?? ''
      for (const one of allow.split(', ')) assert.ok(said.includes(one), `${path}: ${said}`)
      assert.deepEqual([options.status, options.body], [204, ''])
      for (const method of [...all.filter((one) => !said.includes(one)), 'TRACE', 'PROPFIND']) {
        const { status, headers } = await ask(`${method} ${path}`)
        assert.deepEqual([status, headers.get('allow')], [405, said], `${method} ${path}`)
      }
      if (!own.includes('GET')) continue
      const [head, get] = [await ask(`HEAD ${path}`), await ask(`GET ${path}`)]
      assert.deepEqual([head.status, head.body], [get.status, ''], path)
    }
  })
})

test('no path leads out of the web app, and no address is too much', async () => {
  for (const path of [
    ...['/../package.json', '/..%2f..%2fpackage.json', '/assets/..%5c..%5cpackage.json'],
    ...['/%2e%2e/%2e%2e/etc/passwd', '//etc/passwd', '/assets/%00', '/.git/config', '/parley.key'],
  ]) {
    const { status, text } = await say(on.url, message(`GET ${path}`))
    assert.ok(status === 400 || status === 404, `${path}: ${status}`)
    assert.doesNotMatch(text, /root:|parley-clearinghouse|\[core\]/)
  }
  const { staff } = on
  const get = (path: string) => answered(fetch(`${on.url}${path}`, { headers: staff }))
  for (const query of [
    Array.from({ length: 1_500 }, (_, at) => `a${at}=`).join('&'),
    'limit=1&'.repeat(1_500),
    'limit[a]=1',
    '__proto__[x]=1',
    'limit=1e9',
    'limit=-1',
    'limit=99999999999999999999',
    'after=%27',
    'status=open%27--',
    'q=%00',
  ]) {
    assert.equal((await get(`/v1/cases?${query}`)).status, 422, query.slice(0, 40))
  }
})

test('1,000 streams of one person are eight, and one that comes back misses nothing', async () => {
  const { cookie = '' } = on.staff
  const sockets = await dials(1_000)
  const stream = message('GET /v1/events', [`Cookie: ${cookie}`])
  const statuses = await Promise.all(
    sockets.map(async (socket) => {
      socket.write(stream)
      const [first] = await once(socket, 'data')
      return String(first).slice(9, 12)
    }),
  )
  const open = statuses.filter((status) => status === '200').length
  assert.deepEqual([open, statuses.filter((status) => status === '429').length], [8, 992])
  for (const socket of sockets) socket.destroy()
  await pause(200)
  const before = await dial(on.url)
  before.write(stream)
  let ready = ''
  before.setEncoding('utf8').on('data', (piece: string) => {
    ready += piece
  })
  while (!/id: (\S+)\nevent: ready/.test(ready)) await pause(20)
  before.destroy()
  await pause(200)
  const [, since = ''] = /id: (\S+)\nevent: ready/.exec(ready) ?? []
  await handIn(on, 'while-away')
  const back = await dial(on.url)
  let heard = ''
  back.setEncoding('utf8').on('data', (piece: string) => {
    heard += piece
  })
  back.write(message('GET /v1/events', [`Cookie: ${cookie}`, `Last-Event-ID: ${since}`]))
  const end = performance.now() + 5_000
  while (!heard.includes('event: report') && performance.now() < end) await pause(20)
  assert.match(heard, /event: report\ndata: \{"ref":"report_/)
  back.destroy()
  for (const id of ['-1', '1e99', "1' or 1=1", '99999999999999999999999', 'x'.repeat(300)]) {
    const odd = await dial(on.url)
    odd.write(message('GET /v1/events', [`Cookie: ${cookie}`, `Last-Event-ID: ${id}`]))
    const [first] = await once(odd, 'data')
    assert.match(String(first), /^HTTP\/1\.1 200 /, id)
    odd.destroy()
    await pause(50)
  }
})

test('regression: slow heads and bodies kept nobody out, ended and stored nothing', async () => {
  assert.deepEqual(new Set(await ended), new Set([408]))
  slow.end()
  await pause(300)
  assert.deepEqual(await on.rows("select no from parley.bulk_import where name = 'slow'"), [])
  await isAccepted('after-slow')
})

test('after all of that it is ready and small, takes reports, and its log is whole', async () => {
  assert.equal((await fetch(`${on.url}/readyz`)).status, 200)
  await isAccepted('at-last')
  assert.ok(memoryMiB(on) < 1_000, `${memoryMiB(on)} MiB`)
  const lines = on.served
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  assert.ok(lines.length > 3_000)
  const failed = lines.filter((line) => JSON.parse(line).level === 'error')
  assert.deepEqual(failed, [])
  assert.ok(!on.served.said().includes(on.token) && !/or 1=1|evil/.test(lines.join()))
})
