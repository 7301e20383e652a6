import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import { clockAt } from '#kernel/clock.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { JobFailure, type Jobs } from '#platform/jobs/jobs.ts'
import { type Mailer, openMailer } from '#platform/mail/mailer.ts'
import { randomWebhookSecret, webhookKeyOf, webhookSignature } from '#platform/webhook/signature.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf } from '../../../test/db/reports.ts'
import { jobsOn } from '../../../test/e2e/intake-desk.ts'
import { collected } from '../../../test/platform/pieces.ts'
import { incomingOf, newReportId, reportKeysOf } from './incoming.ts'
import { type NoticeParts, sendNotice } from './notice.jobs.ts'
import { tellSubmitters } from './notice.store.ts'
import { type NoticeEvent, noticeEvents } from './notice.ts'
import { storeReports } from './receive.store.ts'
import { saveWebhook, webhookKeysOf, webhookOf } from './webhook.store.ts'

const keys = { is: 'root', all: [randomKey()] } as const
const clock = clockAt('2026-11-21T10:00:00Z')
const address = 'lab@finder.example'
let database: TestDatabase
let jobs: Jobs
before(async () => {
  database = await freshDatabase()
  await peopleOf(database.app)
  jobs = await jobsOn(database)
})
after(async () => {
  await jobs.close()
  await database[Symbol.asyncDispose]()
})

type Notify = 'off' | 'final' | 'milestones' | 'all'

/** A report of a finder who wants to be told so much; answers its number and receipt. */
async function reportOf(notify: Notify, organisation = 'org_finder01') {
  const submission = {
    ...{ versions: [], references: [], upstreamIds: [], attachments: [], notify },
    ...(notify !== 'off' && { email: address }),
    ...{ record: { purl: 'pkg:npm/a' }, document: { purl: 'pkg:npm/a' } },
  }
  const incoming = incomingOf(
    { submission, attachments: [], id: newReportId(), own: null },
    reportKeysOf(keys),
  )
  const entry = { incoming, organisation, person: null, token: null, receivedAt: clock.now() }
  const numbers = await asActor(database.app, systemActor, (tx) =>
    storeReports(tx, [entry], reportKeysOf(keys)),
  )
  return { no: numbers.get(incoming.id) ?? 0, receipt: incoming.receipt }
}

const tell = (no: number, event: NoticeEvent, actor = systemActor) =>
  asActor(database.app, actor, (tx) =>
    tellSubmitters(tx, { reports: [no], event, now: clock.now() }),
  )

type Row = {
  readonly id: string
  readonly event: string
  readonly state: string
  readonly attempts: number
  readonly why: string | null
}

const noticesOf = (no: number): Promise<readonly Row[]> =>
  asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql<Row>`
      select id, event, state, attempts, why from parley.notice where report_no = ${no}
      order by no`.execute(tx)
    return rows
  })

const partsOf = (more: Partial<NoticeParts>): NoticeParts => ({
  ...{ pool: database.app, clock, keys, mailer: null, publicUrl: 'https://parley.example/' },
  ...{ webhooks: { clock, allowHosts: [] }, ...more },
})
const never = new AbortController().signal

/** A real mail server; `refuse` says how it answers to the next recipient. */
async function mailServer() {
  const received: string[] = []
  const next: { refuse: { responseCode: number; message: string } | null } = { refuse: null }
  const server = new SMTPServer({
    ...{ authOptional: true, disableReverseLookup: true, hideSTARTTLS: true, closeTimeout: 10 },
    onRcptTo: (_to, _session, done) => {
      const { refuse } = next
      if (refuse === null) return done()
      const { message, responseCode } = refuse
      done(Object.assign(new Error(message), { responseCode }))
    },
    onData: (stream, _session, done) => {
      collected(stream).then((bytes) => {
        received.push(bytes.toString())
        done()
      }, done)
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  after(() => new Promise<void>((done) => server.close(done)))
  const at = server.server.address()
  const port = typeof at === 'object' && at !== null ? at.port : 0
  const opened = openMailer({
    url: `smtp://127.0.0.1:${port}`,
    from: 'P <p@parley.example>',
    clock,
  })
  assert.ok(opened.ok)
  const mailer: Mailer = opened.value
  return { received, next, mailer }
}

test('a report whose sender asked for nothing makes no notice', async () => {
  const { no } = await reportOf('off')
  for (const event of noticeEvents) await tell(no, event)
  assert.deepEqual(await noticesOf(no), [])
})

for (const [notify, events] of [
  ['final', ['closed']],
  ['milestones', ['placed', 'confirmed', 'refuted', 'closed']],
  ['all', ['placed', 'confirmed', 'refuted', 'closed', 'changed']],
] as const) {
  test(`"${notify}" is told ${events.join(', ')}, once each`, async () => {
    const { no } = await reportOf(notify)
    for (const event of [...noticeEvents, ...noticeEvents]) await tell(no, event)
    const told = (await noticesOf(no)).map(({ event }) => event)
    assert.deepEqual(
      told,
      events.map((event) => `mail:${event}`),
    )
  })
}

test('what a coordinator decides is told; a finder cannot have anybody told', async () => {
  const { no } = await reportOf('all')
  await tell(no, 'confirmed', coordinator)
  assert.equal((await noticesOf(no)).length, 1)
  await assert.rejects(tell(no, 'closed', finder), /row-level security/)
})

test('a mail goes out once and names the receipt; its address is not in the clear', async () => {
  const { received, mailer } = await mailServer()
  const { no, receipt } = await reportOf('final')
  await tell(no, 'closed')
  const [notice] = await noticesOf(no)
  const send = sendNotice(partsOf({ mailer }))
  await send(notice?.id ?? '', never)
  await send(notice?.id ?? '', never)
  assert.equal(received.length, 1)
  assert.match(received[0] ?? '', new RegExp(`^To: ${address}`, 'm'))
  assert.match(received[0] ?? '', new RegExp(`^Subject: ${receipt} is closed`, 'm'))
  assert.deepEqual((await noticesOf(no))[0], { ...notice, state: 'sent', attempts: 1 })
  const rows = await asActor(database.app, systemActor, async (tx) => {
    const all = await sql<{ text: string }>`
      select concat_ws(' ', r.finding, r.record, r.title, r.contact, n) as text
      from parley.report r join parley.notice n on n.report_no = r.no`.execute(tx)
    return all.rows.map(({ text }) => text).join()
  })
  assert.ok(!rows.includes(address))
})

test('a busy mail server is tried again; what it says is kept without the address', async () => {
  const { received, next, mailer } = await mailServer()
  const { no } = await reportOf('final')
  await tell(no, 'closed')
  const [notice] = await noticesOf(no)
  next.refuse = { responseCode: 451, message: `try later ${address}` }
  const send = sendNotice(partsOf({ mailer }))
  await assert.rejects(send(notice?.id ?? '', never), (error) => {
    assert.ok(error instanceof JobFailure)
    return error.message.includes('try later') && !error.message.includes(address)
  })
  const [waiting] = await noticesOf(no)
  assert.equal(waiting?.state, 'waiting')
  assert.match(waiting?.why ?? '', /try later \[address\]/)
  next.refuse = null
  await send(notice?.id ?? '', never)
  assert.equal(received.length, 1)
  const [sent] = await noticesOf(no)
  assert.deepEqual([sent?.state, sent?.attempts, sent?.why], ['sent', 2, null])
})

test('an address refused for good, and no mail server: given up with a reason', async () => {
  const { next, mailer } = await mailServer()
  next.refuse = { responseCode: 550, message: 'no such user' }
  const { no } = await reportOf('milestones')
  await tell(no, 'closed')
  await tell(no, 'confirmed')
  const [one, two] = await noticesOf(no)
  await sendNotice(partsOf({ mailer }))(one?.id ?? '', never)
  await sendNotice(partsOf({}))(two?.id ?? '', never)
  const [refused, unsent] = await noticesOf(no)
  assert.deepEqual([refused?.state, unsent?.state], ['failed', 'failed'])
  assert.match(refused?.why ?? '', /no such user/)
  assert.match(unsent?.why ?? '', /no mail server/)
})

test('an organisation with a webhook is told of all its reports, signed', async () => {
  const calls: { headers: Record<string, unknown>; body: string }[] = []
  const server = createServer((request, response) => {
    collected(request).then((bytes) => {
      calls.push({ headers: request.headers, body: bytes.toString() })
      response.writeHead(calls.length === 1 ? 503 : 204).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  after(() => server.close())
  const at = server.address()
  const host = `127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`
  const webhook = { url: `http://${host}/told`, secret: randomWebhookSecret() }
  const organisation = 'org_finder02'
  const save = (now: typeof webhook | null) =>
    asActor(database.app, coordinator, (tx) =>
      saveWebhook(tx, webhookKeysOf(keys), {
        ...{ organisation, webhook: now, by: coordinator.person, now: clock.now() },
      }),
    )
  await save(webhook)
  const { no, receipt } = await reportOf('off', organisation)
  await tell(no, 'placed')
  const [notice] = await noticesOf(no)
  assert.equal(notice?.event, 'webhook:placed')
  const send = sendNotice(partsOf({ webhooks: { clock, allowHosts: [host] } }))
  await assert.rejects(send(notice?.id ?? '', never), JobFailure)
  await send(notice?.id ?? '', never)
  const [first, second] = calls
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id'])
  const { type, data } = JSON.parse(second?.body ?? '')
  assert.deepEqual([type, data.receipt, data.outcome], ['report.placed', receipt, 'waiting'])
  const key = webhookKeyOf(webhook.secret)
  assert.ok(key)
  const signed = { id: notice?.id ?? '', timestamp: clock.now().getTime() / 1000 }
  assert.equal(
    second?.headers['webhook-signature'],
    webhookSignature(key, { ...signed, body: second?.body ?? '' }),
  )
  await save(null)
  await tell(no, 'closed')
  assert.equal((await noticesOf(no)).length, 1)
})

test('the secret of a webhook is sealed, and is for the staff alone', async () => {
  const organisation = 'org_finder01'
  const webhook = { url: 'https://hooks.example/a', secret: randomWebhookSecret() }
  const own = webhookKeysOf(keys)
  await asActor(database.app, coordinator, (tx) =>
    saveWebhook(tx, own, { organisation, webhook, by: null, now: clock.now() }),
  )
  const read = (actor = systemActor) =>
    asActor(database.app, actor, (tx) => webhookOf(tx, own, organisation))
  assert.deepEqual(await read(), webhook)
  assert.equal(await read(finder), null)
  const text = await asActor(database.app, systemActor, async (tx) => {
    const { rows } = await sql<{ text: string }>`
      select value::text as text from parley.setting`.execute(tx)
    return rows.map((row) => row.text).join()
  })
  assert.ok(!text.includes(webhook.secret))
})
