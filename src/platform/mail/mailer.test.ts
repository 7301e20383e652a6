import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { clockAt } from '#kernel/clock.ts'
import { certificateFor } from '../../../test/platform/certificate.ts'
import { collected } from '../../../test/platform/pieces.ts'
import { type Mail, type Mailer, type MailerSettings, openMailer } from './mailer.ts'

const clock = clockAt('2026-11-21T10:00:00Z')
const from = 'Parley <parley@clearing.example>'
const mail: Mail = {
  ...{ to: 'ada@finder.example', subject: 'Your report', text: 'It was received.\n' },
  idempotencyKey: 'notice-1',
}
const own = certificateFor(['127.0.0.1', 'localhost'])

function opened(url: string, more: Partial<MailerSettings> = {}): Mailer {
  const mailer = openMailer({ url, from, clock, stallMs: 2000, wholeMs: 4000, ...more })
  assert.ok(mailer.ok, JSON.stringify(mailer))
  return mailer.value
}

type Received = { readonly from: string; readonly to: readonly string[]; readonly text: string }

type Fault = Error & { responseCode?: number }
const saying = (responseCode: number, words: string): Fault =>
  Object.assign(new Error(words), { responseCode })

/** A real SMTP server on this machine, and what it has received. */
async function serving(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    ...{ ...own, authOptional: true, disableReverseLookup: true, closeTimeout: 10 },
    onData: (stream, { envelope }, done) => {
      collected(stream).then((bytes) => {
        const sender = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from: sender, to, text: bytes.toString() })
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  after(() => new Promise<void>((done) => server.close(done)))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { received, port, url: `smtp://127.0.0.1:${port}` }
}

const unusable: readonly (readonly [why: string, more: Partial<MailerSettings>])[] = [
  ['no URL', { url: 'mail.example.org' }],
  ['another protocol', { url: 'https://u:hunter2@mail.example.org' }],
  ['no host', { url: 'smtp://' }],
  ['only a user', { url: 'smtp://u@mail.example.org' }],
  ['only a password', { url: 'smtp://:hunter2@mail.example.org' }],
  ['a broken escape', { url: 'smtp://u%zz:hunter2@mail.example.org' }],
  ['options in the URL', { url: 'smtp://u:hunter2@mail.example.org?ignoreTLS=true' }],
  ['a path', { url: 'smtp://u:hunter2@mail.example.org/x' }],
  ['a sender without a mailbox', { from: 'Parley' }],
  ['a sender with a line break', { from: 'Parley\r\nBcc: x@y.example <a@b.example>' }],
]

for (const [why, more] of unusable) {
  test(`a mailer is not opened: ${why}`, () => {
    const found = openMailer({ url: 'smtps://mail.example.org', from, clock, ...more })
    assert.equal(found.ok ? 'opened' : found.refusal.code, 'bad-usage')
    assert.doesNotMatch(JSON.stringify(found), /hunter2/)
  })
}

test('a recipient that is no mailbox is refused before anything is connected', async () => {
  const mailer = opened('smtp://127.0.0.1:1')
  for (const to of ['', 'a@b.example, c@d.example', 'a@b.example\r\nRCPT TO:<c@d.example>', 'a']) {
    const sent = await mailer.send({ ...mail, to })
    assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'permanent')
  }
  const long = await mailer.send({ ...mail, text: 'x'.repeat(2 ** 20 + 1) })
  assert.equal(long.ok ? 'sent' : long.refusal.kind, 'permanent')
})

const replies: readonly (readonly [code: number, kind: 'retry' | 'permanent'])[] = [
  [421, 'retry'],
  [450, 'retry'],
  [452, 'retry'],
  [503, 'retry'],
  [530, 'retry'],
  [550, 'permanent'],
  [552, 'permanent'],
  [554, 'permanent'],
]

for (const [code, kind] of replies) {
  test(`a server that answers ${code}: ${kind}, at each step`, async () => {
    const refuse = saying(code, 'no \u001b[31mthanks')
    const steps: readonly SMTPServerOptions[] = [
      { onMailFrom: (_address, _session, done) => done(refuse) },
      { onRcptTo: (_address, _session, done) => done(refuse) },
      { onData: (stream, _session, done) => stream.resume().on('end', () => done(refuse)) },
    ]
    for (const step of steps) {
      const { url } = await serving(step)
      const sent = await opened(url).send(mail)
      assert.equal(sent.ok ? 'sent' : sent.refusal.kind, kind)
      assert.match(sent.ok ? '' : sent.refusal.why, new RegExp(`${code}.* \\[31mthanks`))
      assert.doesNotMatch(sent.ok ? '' : sent.refusal.why, /\u001b/)
    }
  })
}

test('a wrong password is to be retried, and shown by nobody', async () => {
  const { url, received } = await serving({
    authOptional: false,
    onAuth: ({ password }, _session, done) => done(saying(535, `bad password ${password}`)),
  })
  const sent = await opened(url.replace('//', '//ada:hunter2@')).send(mail)
  assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
  assert.doesNotMatch(JSON.stringify(sent), /hunter2|aHVudGVyMg/)
  assert.equal(received.length, 0)
})

test('a server that offers no TLS gets neither mail nor password', async () => {
  const seen: string[] = []
  const { url, received } = await serving({
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username }, _session, done) => {
      seen.push(String(username))
      done(null, { user: 1 })
    },
  })
  const mailer = opened(url.replace('//', '//ada:hunter2@'), { isTlsAlwaysRequired: true })
  const sent = await mailer.send(mail)
  assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
  assert.deepEqual([seen, received], [[], []])
})

test('a name that only leads to this machine is not trusted like it', async () => {
  const { port, received } = await serving({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
  for (const host of ['127.1', 'mail.localhost', '0x7f000001', 'localhost.']) {
    const sent = await opened(`smtp://${host}:${port}`).send(mail)
    assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry', host)
  }
  assert.equal(received.length, 0)
})

const distrusted: readonly (readonly [why: string, names: readonly string[], days: number])[] = [
  ['for another name', ['mail.example'], 30],
  ['that has expired', ['127.0.0.1'], 0],
]

for (const [why, names, days] of distrusted) {
  test(`a certificate ${why} is not taken, with or without STARTTLS`, async () => {
    const certificate = certificateFor(names, days)
    for (const secure of [true, false]) {
      const { port, received } = await serving({ ...certificate, secure })
      const settings = { isTlsAlwaysRequired: true, authority: certificate.cert }
      const url = `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`
      const sent = await opened(url, settings).send(mail)
      assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
      assert.equal(received.length, 0)
    }
  })
}

test('a certificate of an authority that nobody named is not taken', async () => {
  const { url, received } = await serving()
  const sent = await opened(url, { isTlsAlwaysRequired: true }).send(mail)
  assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
  assert.equal(received.length, 0)
})

/** A server that is not SMTP all the way: it gets each line that is sent. */
async function acting(act: (line: string, socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', (bytes) => act(bytes.toString(), socket))
    act('', socket)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  after(() => server.close())
  const address = server.address()
  return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** As far as DATA, where `inData` takes over. */
const untilData =
  (inData: (socket: Socket) => void) =>
  (line: string, socket: Socket): void => {
    if (line.startsWith('DATA')) inData(socket)
    else socket.write(line === '' ? '220 here\r\n' : '250 yes\r\n')
  }

const broken: readonly (readonly [what: string, act: (line: string, socket: Socket) => void])[] = [
  ['says nothing', () => {}],
  ['hangs up at once', (_line, socket) => socket.destroy()],
  ['speaks another language', (_line, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['hangs up before the text', untilData((socket) => socket.destroy())],
  [
    'hangs up in the middle of the text',
    untilData((socket) => {
      socket.write('354 go on\r\n')
      socket.removeAllListeners('data').once('data', () => socket.resetAndDestroy())
    }),
  ],
  [
    'never acknowledges the text',
    untilData((socket) => {
      socket.removeAllListeners('data').resume()
      socket.write('354 go on\r\n')
    }),
  ],
  [
    'drips',
    (line, socket) => {
      if (line === '') return void socket.write('220 here\r\n')
      const timer = setInterval(() => socket.write('250-slow\r\n'), 50)
      socket.once('close', () => clearInterval(timer))
    },
  ],
]

for (const [what, act] of broken) {
  test(`a server that ${what} is given up in time, to be retried`, async () => {
    const begun = performance.now()
    const mailer = opened(await acting(act), { stallMs: 300, wholeMs: 600 })
    const sent = await mailer.send(mail)
    assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
    assert.ok(performance.now() - begun < 2500)
  })
}

test('nothing listens: to be retried', async () => {
  const sent = await opened('smtp://127.0.0.1:1').send(mail)
  assert.equal(sent.ok ? 'sent' : sent.refusal.kind, 'retry')
})

/** The headers of a mail, unfolded, and its text, decoded. */
function parts(text: string): { readonly headers: readonly string[]; readonly body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const bytes = rest
    .join('\r\n\r\n')
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
  const body = Buffer.from(bytes, 'latin1').toString()
  return { headers: head.replace(/\r\n[ \t]/g, ' ').split('\r\n'), body }
}

const names = [
  ...['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'Date', 'From'],
  ...['MIME-Version', 'Message-ID', 'Subject', 'To'],
]

test('no subject and no text makes a header, a recipient or a second mail', async () => {
  const { url, received } = await serving()
  const hostile = [
    ...['x\r\nBcc: eve@evil.example', 'x\nX-Evil: 1', 'x\r\n\r\nbody', 'x\u2028Bcc: e@e.example'],
    ...['x\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n', '=?utf-8?B?DQpCY2M6IGV2ZQ==?=', '\0x\u0085y'],
  ]
  for (const words of hostile) {
    const sent = await opened(url).send({ ...mail, subject: words, text: words })
    assert.ok(sent.ok, JSON.stringify(sent))
  }
  assert.equal(received.length, hostile.length)
  for (const { to, from: sender, text } of received) {
    assert.deepEqual([sender, to], ['parley@clearing.example', ['ada@finder.example']])
    const found = parts(text).headers.map((line) => line.slice(0, line.indexOf(':')))
    assert.deepEqual(found.toSorted(), names)
  }
  const subjects = received.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]?.trim())
  assert.equal(subjects[0], 'x Bcc: eve@evil.example')
  assert.equal(subjects[3], 'x Bcc: e@e.example')
  assert.equal(subjects[6], 'x y')
})

test('a mail comes with sender, date, subject and text as they are, in any script', async () => {
  const { url, received } = await serving()
  const subject = `Überlauf in 解析器 🐛 ${'x'.repeat(300)}`
  const text = 'Grüße\r\nzweite Zeile\n.\n..\n解析器 🐛 =3D\n\ttab\n'
  const sent = await opened(url).send({ ...mail, subject, text, to: 'ada@bücher.example' })
  assert.ok(sent.ok, JSON.stringify(sent))
  const [only] = received
  const { headers, body } = parts(only?.text ?? '')
  assert.equal(body.replace(/\r\n/g, '\n').trimEnd(), text.replace(/\r\n/g, '\n').trimEnd())
  // The server writes international names out again; what it was sent is ASCII.
  assert.deepEqual(only?.to, ['ada@bücher.example'])
  assert.ok(headers.includes('To: ada@xn--bcher-kva.example'))
  assert.ok(headers.includes('From: Parley <parley@clearing.example>'))
  assert.ok(headers.includes('Date: Sat, 21 Nov 2026 10:00:00 +0000'))
  assert.ok(headers.includes('Auto-Submitted: auto-generated'))
  assert.ok((only?.text ?? '').split('\r\n').every((line) => line.length <= 998))
  assert.match(only?.text ?? '', /^[\t\r\n -~]*$/)
})

test('attempts at one message bear the same Message-ID, another message another', async () => {
  const { url, received } = await serving()
  for (const idempotencyKey of ['one', 'one', 'other\r\nX: y']) {
    assert.ok((await opened(url).send({ ...mail, idempotencyKey })).ok)
  }
  const ids = received.map(({ text }) =>
    parts(text).headers.find((line) => /^message-id/i.test(line)),
  )
  assert.match(ids[0] ?? '', /^Message-ID: <[0-9a-f]{40}@clearing\.example>$/)
  assert.equal(ids[0], ids[1])
  assert.notEqual(ids[0], ids[2])
})

test('mail goes out through TLS from the start and through STARTTLS, with a password', async () => {
  for (const secure of [true, false]) {
    const seen: string[] = []
    const { port, received } = await serving({
      ...{ secure, authOptional: false },
      onAuth: ({ username, password }, session, done) => {
        seen.push(`${username} ${password} ${session.secure}`)
        done(null, { user: username })
      },
    })
    const url = `${secure ? 'smtps' : 'smtp'}://ada%40x:p%2Fss%20w%C3%B6rd@127.0.0.1:${port}`
    const mailer = opened(url, { isTlsAlwaysRequired: true, authority: own.cert })
    const sent = await mailer.send(mail)
    assert.ok(sent.ok, JSON.stringify(sent))
    assert.deepEqual(seen, ['ada@x p/ss wörd true'])
    assert.equal(received.length, 1)
  }
})
