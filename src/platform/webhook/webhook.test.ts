import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { clockAt } from '#kernel/clock.ts'
import { certificateFor } from '../../../test/platform/certificate.ts'
import { collected } from '../../../test/platform/pieces.ts'
import { randomWebhookSecret, webhookKeyOf, webhookSignature } from './signature.ts'
import { parseWebhookUrl, sendWebhook, type Webhook, type WebhookSettings } from './webhook.ts'

const clock = clockAt('2026-11-21T10:00:00Z')
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const refusedUrls: readonly (readonly [url: string, why: RegExp])[] = [
  ['', /is no address/],
  ['hooks.example.org', /is no address/],
  [`https://hooks.example.org/${'x'.repeat(2100)}`, /is no address/],
  ['http://hooks.example.org/', /is not https/],
  ['ftp://hooks.example.org/', /is not https/],
  ['file:///etc/passwd', /is not https/],
  ['gopher://127.0.0.1:25/', /is not https/],
  ['https://user:secret@hooks.example.org/', /user name or password/],
  ...[
    ...['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.1', '0177.0.0.1', '0x7f.1'],
    ...['0x7f000001', '2130706433', '017700000001', '①②⑦.0.0.1', '127.0.0.1.', '0', '0.0.0.0'],
    ...['10.0.0.1', '0xa.0.0.1', '012.1', '172.16.0.1', '192.168.0.1', '3232235521'],
    ...['100.64.0.1', '169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376'],
    ...['168.63.129.16', '224.0.0.1', '255.255.255.255', '192.0.2.1'],
    ...['[::]', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:a00:1]'],
    ...['[::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fc00::1]', '[fe80::1]'],
    ...['[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]', '%31%32%37.0.0.1', '127。0。0。1'],
  ].map((host) => [`https://${host}/`, /network that webhooks do not go to/] as const),
]

for (const [url, why] of refusedUrls) {
  test(`no address for webhooks: ${url.slice(0, 60) || 'nothing'}`, async () => {
    const found = parseWebhookUrl(url, [])
    assert.match(found.ok ? 'accepted' : found.refusal.why, why)
    assert.doesNotMatch(JSON.stringify(found), /secret/)
    const webhook = { url, event: 'event_1', body: '{}', secret }
    const sent = await sendWebhook(webhook, { clock, allowHosts: [] })
    assert.equal(sent.kind, 'permanent')
  })
}

type Answering = (request: IncomingMessage, response: ServerResponse) => void
type Heard = { readonly headers: IncomingMessage['headers']; readonly body: string }

const certificate = certificateFor(['hooks.example', '127.0.0.1'])

/** A real receiver on this machine, and what it has heard. */
async function receiving(answering: Answering, isPlain = false) {
  const heard: Heard[] = []
  const take: Answering = (request, response) => {
    collected(request).then(
      (body) => {
        heard.push({ headers: request.headers, body: body.toString() })
        answering(request, response)
      },
      () => {},
    )
  }
  const server = isPlain ? createServer(take) : createTlsServer(certificate, take)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { heard, port: portOf(server.address()) }
}

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number =>
  typeof address === 'object' && address !== null ? address.port : 0

const ok: Answering = (_request, response) => void response.end('thanks')

/** This machine is allowed under a name that no resolver of the world knows. */
const settings: WebhookSettings = {
  ...{ clock, allowHosts: ['hooks.example', '127.0.0.1'], authority: certificate.cert },
  ...{ resolve: async () => ['127.0.0.1'], stallMs: 500, wholeMs: 1000 },
}
const to = (port: number, more: Partial<Webhook> = {}): Webhook => ({
  ...{
    url: `https://hooks.example:${port}/in?x=1`,
    event: 'event_1',
    body: '{"type":"a"}',
    secret,
  },
  ...more,
})

const inside: readonly (readonly string[])[] = [
  ...['127.0.0.1', '10.1.2.3', '169.254.169.254', '100.64.0.1', '::1', 'fd00:ec2::254'].map((a) => [
    a,
  ]),
  ['93.184.216.34', '127.0.0.1'],
  ['2606:4700::1', '::ffff:10.0.0.1'],
]

for (const addresses of inside) {
  test(`a public name that stands for ${addresses.join(' and ')} is refused`, async () => {
    const { port, heard } = await receiving(ok)
    const guarded = { ...settings, allowHosts: [], resolve: async () => addresses }
    const sent = await sendWebhook(to(port), guarded)
    assert.equal(sent.kind, 'permanent')
    assert.equal(heard.length, 0)
  })
}

test('a name is asked for once, and what is connected to is what was judged', async () => {
  const { port, heard } = await receiving(ok)
  const answers = [['127.0.0.1'], ['169.254.169.254']]
  let asked = 0
  const resolve = async () => answers[asked++] ?? []
  assert.equal((await sendWebhook(to(port), { ...settings, resolve })).kind, 'delivered')
  assert.deepEqual([asked, heard.length], [1, 1])
})

test('a name on the list allows that name only, and that port where it names one', async () => {
  const { port, heard } = await receiving(ok)
  for (const allowHosts of [['example'], ['x.hooks.example'], [`hooks.example:${port + 1}`]]) {
    assert.equal((await sendWebhook(to(port), { ...settings, allowHosts })).kind, 'permanent')
  }
  assert.equal(heard.length, 0)
  const allowHosts = [`hooks.example:${port}`]
  assert.equal((await sendWebhook(to(port), { ...settings, allowHosts })).kind, 'delivered')
})

test('http goes to this machine alone, and only when its host is on the list', async () => {
  const { port, heard } = await receiving(ok, true)
  const webhook = to(port, { url: `http://127.0.0.1:${port}/` })
  assert.equal((await sendWebhook(webhook, { ...settings, allowHosts: [] })).kind, 'permanent')
  const elsewhere = { ...settings, resolve: async () => ['10.0.0.1'] }
  const named = to(port, { url: `http://hooks.example:${port}/` })
  assert.equal((await sendWebhook(named, elsewhere)).kind, 'permanent')
  assert.equal(heard.length, 0)
  assert.equal((await sendWebhook(webhook, settings)).kind, 'delivered')
})

const badWebhooks: readonly (readonly [why: string, more: Partial<Webhook>])[] = [
  ['a secret without its prefix', { secret: secret.slice(6) }],
  ['a short secret', { secret: 'whsec_AAAA' }],
  ['a secret that is not base64', { secret: `${secret}!` }],
  ['an event with a line break', { event: 'a\r\nx: y' }],
  ['an event with a dot, which parts what is signed', { event: 'a.1' }],
  ['an event without an id', { event: '' }],
]

for (const [why, more] of badWebhooks) {
  test(`not sent: ${why}`, async () => {
    const { port, heard } = await receiving(ok)
    assert.equal((await sendWebhook(to(port, more), settings)).kind, 'permanent')
    assert.equal(heard.length, 0)
  })
}

const statuses: readonly (readonly [status: number, kind: string])[] = [
  ...([300, 304, 400, 401, 403, 404, 405, 410, 413, 422] as const).map(
    (status) => [status, 'permanent'] as const,
  ),
  ...([408, 425, 429, 500, 502, 503, 504, 599] as const).map(
    (status) => [status, 'retry'] as const,
  ),
  ...([200, 201, 202, 204, 299] as const).map((status) => [status, 'delivered'] as const),
]

for (const [status, kind] of statuses) {
  test(`a receiver that answers ${status}: ${kind}`, async () => {
    const { port } = await receiving((_request, response) => void response.writeHead(status).end())
    const sent = await sendWebhook(to(port), settings)
    assert.deepEqual([sent.kind, 'status' in sent && sent.status], [kind, status])
  })
}

test('no redirect is followed', async () => {
  const target = await receiving(ok)
  for (const status of [301, 302, 303, 307, 308]) {
    const { port } = await receiving((_request, response) => {
      response.writeHead(status, { location: `https://hooks.example:${target.port}/` }).end()
    })
    const sent = await sendWebhook(to(port), settings)
    assert.equal(sent.kind, 'permanent')
    assert.match('why' in sent ? sent.why : '', /redirects are not followed/)
  }
  assert.equal(target.heard.length, 0)
})

const waits: readonly (readonly [text: string, waitMs: number | undefined])[] = [
  ['120', 120_000],
  ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
  ['999999999', 86_400_000],
  ['Sat, 21 Nov 2020 10:01:00 GMT', undefined],
  ['-5', undefined],
  ['soon', undefined],
]

for (const [text, waitMs] of waits) {
  test(`a receiver that asks to wait: ${text}`, async () => {
    const { port } = await receiving((_request, response) => {
      response.writeHead(503, { 'retry-after': text }).end()
    })
    const sent = await sendWebhook(to(port), settings)
    assert.equal(sent.kind === 'retry' ? sent.waitMs : sent.kind, waitMs)
  })
}

test('a certificate that is not for the host, or of nobody known, is not taken', async () => {
  const { port, heard } = await receiving(ok)
  const other = { ...settings, allowHosts: ['other.example'] }
  const sent = await sendWebhook(to(port, { url: `https://other.example:${port}/` }), other)
  assert.equal(sent.kind, 'retry')
  const { authority: _, ...strangers } = settings
  assert.equal((await sendWebhook(to(port), strangers)).kind, 'retry')
  assert.equal(heard.length, 0)
})

const unheard: readonly (readonly [what: string, answering: Answering])[] = [
  ['never answers', () => {}],
  ['hangs up', (request) => void request.socket.destroy()],
  [
    'drips its headers',
    (request) => {
      const timer = setInterval(() => request.socket.write('HTTP/1.1 200 OK\r\nx'.slice(0, 1)), 50)
      request.socket.once('close', () => clearInterval(timer))
    },
  ],
  [
    'answers with too long headers',
    (_request, response) => void response.writeHead(200, { x: 'y'.repeat(40_000) }).end(),
  ],
]

for (const [what, answering] of unheard) {
  test(`a receiver that ${what} is given up in time, to be retried`, async () => {
    const { port } = await receiving(answering)
    const begun = performance.now()
    assert.equal((await sendWebhook(to(port), settings)).kind, 'retry')
    assert.ok(performance.now() - begun < 2000)
  })
}

test('no receiver, and a name that stands for nothing: to be retried', async () => {
  assert.equal((await sendWebhook(to(1), settings)).kind, 'retry')
  const none = { ...settings, resolve: async () => [] }
  assert.equal((await sendWebhook(to(1), none)).kind, 'retry')
  const failing = { ...settings, resolve: () => Promise.reject(new Error('no such name')) }
  const sent = await sendWebhook(to(1), failing)
  assert.equal(sent.kind, 'retry')
  assert.doesNotMatch(JSON.stringify(sent), /no such name/)
  const silent = { ...settings, resolve: () => new Promise<readonly string[]>(() => {}) }
  assert.equal((await sendWebhook(to(1), silent)).kind, 'retry')
})

test('an endless answer is not heard out', async () => {
  let sentBytes = 0
  let isClosed = false
  const { port } = await receiving((_request, response) => {
    response.writeHead(200)
    const more = (): void => {
      while (!isClosed && response.write(Buffer.alloc(65_536))) sentBytes += 65_536
    }
    response.on('drain', more).once('close', () => {
      isClosed = true
    })
    more()
  })
  const begun = performance.now()
  const sent = await sendWebhook(to(port), { ...settings, stallMs: 5000, wholeMs: 5000 })
  assert.equal(sent.kind, 'delivered')
  assert.ok(performance.now() - begun < 3000)
  await new Promise((done) => setTimeout(done, 100))
  assert.ok(isClosed)
  assert.ok(sentBytes < 2 ** 26)
})

test('an answer that begins and never ends counts by its status', async () => {
  const { port } = await receiving((_request, response) => {
    response.writeHead(200)
    response.write('a')
  })
  assert.equal((await sendWebhook(to(port), settings)).kind, 'delivered')
})

test('what is sent is what Standard Webhooks says, and can be verified', async () => {
  const { port, heard } = await receiving(ok)
  const body = '{"type":"report.received","data":{"title":"Grüße 🐛"}}'
  assert.deepEqual(await sendWebhook(to(port, { body }), settings), {
    kind: 'delivered',
    status: 200,
  })
  const [only] = heard
  assert.equal(only?.body, body)
  assert.equal(only?.headers['webhook-id'], 'event_1')
  assert.equal(only?.headers['webhook-timestamp'], '1795255200')
  assert.equal(only?.headers['content-type'], 'application/json')
  assert.equal(only?.headers.host, `hooks.example:${port}`)
  const key = Buffer.from(secret.slice(6), 'base64')
  const expected = createHmac('sha256', key).update(`event_1.1795255200.${body}`).digest('base64')
  assert.equal(only?.headers['webhook-signature'], `v1,${expected}`)
})

test('the signature is that of the example of the standard', () => {
  const key = webhookKeyOf(secret)
  assert.ok(key)
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  }
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  assert.equal(webhookSignature(key, message), signature)
  assert.equal(webhookKeyOf(randomWebhookSecret())?.length, 32)
})

test('nothing that is not HTTP is taken for an answer', async () => {
  const server = createSocketServer((socket: Socket) => {
    socket.on('error', () => {}).end('220 mail.example ESMTP\r\n')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const port = portOf(server.address())
  for (const url of [`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`]) {
    assert.equal((await sendWebhook(to(port, { url }), settings)).kind, 'retry')
  }
})
