import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { dial, type Reply, replyOn, say } from '../http/wire.ts'
import { type Desk, openDesk } from './intake-desk.ts'

/** The intake contract over a socket: every status that it names, on a real database. */
let desk: Desk
before(async () => {
  desk = await openDesk()
})
after(() => desk[Symbol.asyncDispose]())

const report = {
  ...{ purl: 'pkg:npm/frames@2.3.1', email: 'lab@example.org', notify: 'final' },
  affected_symbol: { file: 'lib/read.js', function: 'readFrame', line: 88 },
  enrichment: { cwe: 'CWE-787', verified: 'confirmed' },
  attachments: [
    {
      ...{ filename: 'crash', content_type: 'application/octet-stream', type: 'reproducer' },
      data: 'AAEC/w==',
    },
  ],
}
const json = { 'content-type': 'application/json' }
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

type Told = { readonly [member: string]: unknown }

async function post(
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ readonly response: Response; readonly told: Told; readonly text: string }> {
  const response = await fetch(`${desk.url}/v1/reports`, {
    method: 'POST',
    headers: { ...json, ...bearer(desk.token), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { response, text, told: JSON.parse(text) }
}

const numberOf = (table: string): Promise<number> =>
  asActor(desk.database.app, systemActor, async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(`parley.${table}`)}`.execute(tx)
    return rows[0]?.n ?? -1
  })

async function storesNothing<T>(work: () => Promise<T>): Promise<T> {
  const before = await numberOf('report')
  const done = await work()
  assert.equal(await numberOf('report'), before)
  return done
}

/** A request of which the body never comes: what answers it has read none of it. */
const unread = (headers: readonly string[]): Promise<Reply> =>
  say(
    desk.url,
    [
      'POST /v1/reports HTTP/1.1',
      'Host: localhost',
      'Content-Length: 500',
      ...headers,
      '',
      '',
    ].join('\r\n'),
  )

const problemOf = ({ body }: Reply): Told => JSON.parse(body)

test('401 with the body unread, in the same bytes for whatever is wrong with a token', async () => {
  const type = 'Content-Type: application/json'
  const revoked = await revokedToken('revoked_at = now()')
  const expired = await revokedToken("expires_at = now() - interval '1 hour'")
  const replies = await Promise.all(
    [
      [],
      ['Authorization: Bearer tap_v1_00000000000000000000000000000000000000000000'],
      ['Authorization: Basic YTpi'],
      [`Authorization: Bearer ${revoked}`],
      [`Authorization: Bearer ${expired}`],
      ['Authorization: Bearer nonsense'],
      ['TAP-SUBMISSION-TOKEN: tap_v1_00000000000000000000000000000000000000000000'],
    ].map((headers) => unread([type, ...headers])),
  )
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([401]))
  assert.equal(new Set(replies.map(({ body }) => body)).size, 1)
  const [reply] = replies
  assert.equal(reply?.headers.get('content-type'), 'application/problem+json')
  assert.equal(problemOf(reply ?? assert.fail())['type'], 'about:blank')
})

async function revokedToken(change: string): Promise<string> {
  const other = await openToken()
  await asActor(desk.database.app, systemActor, (tx) =>
    sql`update parley.api_token set ${sql.raw(change)} where id = ${other.id}`.execute(tx),
  )
  return other.token
}

async function openToken() {
  const { makeToken } = await import('#features/org/org.store.ts')
  return asActor(desk.database.app, systemActor, (tx) => {
    const wish = { name: 'more', organisation: 'org_finder01', role: 'finder' as const, days: 30 }
    return makeToken(tx, { ...wish, owner: 'person_ada00001' }, new Date(Date.now() - 86_400_000))
  })
}

test('400 when two tokens differ; the legacy header alone or with the same is fine', async () => {
  const { response, told } = await storesNothing(() =>
    post(report, { 'tap-submission-token': desk.otherToken }),
  )
  assert.deepEqual([response.status, told['type']], [400, 'about:blank'])
  assert.equal((await post(report, { 'tap-submission-token': desk.token })).response.status, 202)
  const legacy = await fetch(`${desk.url}/v1/reports`, {
    method: 'POST',
    headers: { ...json, 'tap-submission-token': desk.token },
    body: JSON.stringify(report),
  })
  assert.equal(legacy.status, 202)
})

test('403 while the body is unread, for pages of another origin', async () => {
  const token = `Authorization: Bearer ${desk.token}`
  for (const header of ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site']) {
    const reply = await unread([token, 'Content-Type: application/json', header])
    assert.deepEqual([reply.status, problemOf(reply)['type']], [403, 'about:blank'])
  }
})

test('404 for other paths, 405 with Allow for other methods', async () => {
  assert.equal((await fetch(`${desk.url}/v1/report`)).status, 404)
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const { status, headers } = await fetch(`${desk.url}/v1/reports`, { method })
    assert.deepEqual([status, headers.get('allow')?.includes('POST')], [405, true], method)
  }
  const polled = await fetch(`${desk.url}/v1/submissions/SUB-x`, { method: 'POST' })
  assert.deepEqual([polled.status, polled.headers.get('allow')?.includes('GET')], [405, true])
})

test('408 when the body is too slow, and nothing is stored', async () => {
  await storesNothing(async () => {
    const socket = await dial(desk.url)
    const head = [
      'POST /v1/reports HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${desk.token}`,
    ]
    socket.write(
      [...head, 'Content-Type: application/json', 'Content-Length: 40', '', '{"a"'].join('\r\n'),
    )
    const reply = await replyOn(socket)
    socket.destroy()
    assert.deepEqual([reply.status, problemOf(reply)['type']], [408, 'about:blank'])
  })
})

test('413 for a body over 3 MiB, as about:blank, and for size codes, as validation', async () => {
  const pad = 'x'.repeat(3 * 2 ** 20)
  const large = await storesNothing(() => post({ ...report, code_path: pad }))
  assert.deepEqual([large.response.status, large.told['type']], [413, 'about:blank'])
  const long = await storesNothing(() => post({ ...report, code_path: 'x'.repeat(1025) }))
  assert.equal(long.response.status, 413)
  assert.match(String(long.told['type']), /problem\/validation$/)
})

test('415 while the body is unread, for neither JSON nor multipart/mixed', async () => {
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
    const reply = await unread([`Authorization: Bearer ${desk.token}`, `Content-Type: ${type}`])
    assert.deepEqual([reply.status, problemOf(reply)['type']], [415, 'about:blank'], type)
  }
})

test('400 for what is no JSON or not valid, with every violation and no echo', async () => {
  const broken = await post('{"purl":')
  assert.equal(broken.response.status, 400)
  assert.match(String(broken.told['type']), /problem\/malformed-json$/)
  const invalid = await post({ purl: 'nonsense', notify: 'final', introduced_commit: 'xyz' })
  assert.equal(invalid.response.status, 400)
  assert.equal(invalid.response.headers.get('content-type'), 'application/problem+json')
  const codes = Object(invalid.told['errors']).map(({ code }: { code: string }) => code)
  assert.deepEqual(codes.sort(), ['invalid_commit', 'invalid_purl', 'missing_field'])
  assert.doesNotMatch(invalid.text, /nonsense|xyz/)
})

test('202 with a receipt and where to look, and the report is in the database', async () => {
  const { response, told } = await post(report)
  assert.equal(response.status, 202)
  const receipt = String(told['receipt'])
  assert.match(receipt, /^SUB-[a-z2-7]{18}$/)
  assert.equal(response.headers.get('link'), `</v1/submissions/${receipt}>; rel="monitor"`)
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.deepEqual(Object.keys(told).sort(), ['message', 'receipt'])
  const status = await fetch(`${desk.url}/v1/submissions/${receipt}`)
  const polled: Told = await status.json().then(Object)
  assert.deepEqual(Object.keys(polled), ['receipt', 'status', 'at'])
  assert.equal(polled['status'], 'queued')
})

test('202 for multipart/mixed, and a warning for what is deprecated', async () => {
  const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`
  const { attachments: _none, ...rest } = report
  const body =
    part(
      'Content-Disposition: attachment; name="report"\r\nContent-Type: application/json',
      JSON.stringify(rest),
    ) +
    part(
      'Content-Disposition: attachment; name="exploit"\r\nContent-Type: text/plain',
      'curl -d @x http://localhost',
    ) +
    '--b--\r\n'
  const { response, told } = await post(body, { 'content-type': 'multipart/mixed; boundary=b' })
  assert.equal(response.status, 202, JSON.stringify(told))
  const [warning] = Object(told['warnings'])
  assert.deepEqual([warning.code, warning.field], ['deprecated_field', 'exploit'])
})

test('an Idempotency-Key answers the same bytes again and stores once', async () => {
  const before = await numberOf('report')
  const key = { 'idempotency-key': 'one-of-mine' }
  const [one, two, three] = await Promise.all([
    post(report, key),
    post(report, key),
    post(report, key),
  ])
  assert.deepEqual([one.response.status, two.text, three.text], [202, one.text, one.text])
  const late = await post(report, key)
  assert.equal(late.text, one.text)
  assert.equal(late.response.headers.get('link'), one.response.headers.get('link'))
  assert.equal((await numberOf('report')) - before, 1)
  const other = await post({ ...report, purl: 'pkg:npm/other@1' }, key)
  assert.equal(other.response.status, 422)
  assert.equal((await post(report, { 'idempotency-key': 'a b' })).response.status, 400)
  const theirs = await post(report, { ...key, ...bearer(desk.otherToken) })
  assert.notEqual(theirs.text, one.text)
})

test('unknown and malformed receipts look alike, whoever asks', async () => {
  const ask = async (receipt: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${desk.url}/v1/submissions/${receipt}`, { headers })
    const { instance: _instance, ...told } = Object(await response.json())
    return { status: response.status, told, names: [...response.headers.keys()].sort() }
  }
  const unknown = await ask('SUB-aaaaaaaaaaaaaaaaaa')
  assert.equal(unknown.status, 404)
  for (const text of ['SUB-AAAAAAAAAAAAAAAAAA', 'SUB-', 'x', "'%20or%201=1--", 'a'.repeat(190)]) {
    assert.deepEqual(await ask(text), unknown, text)
  }
  assert.deepEqual(await ask('SUB-aaaaaaaaaaaaaaaaaa', bearer(desk.token)), unknown)
})

test('more is told to the submitting organisation and the staff, and to nobody else', async () => {
  const { told } = await post(report)
  const ask = async (headers: Record<string, string>): Promise<Told> =>
    Object(await (await fetch(`${desk.url}/v1/submissions/${told['receipt']}`, { headers })).json())
  const plain = await ask({})
  assert.deepEqual(await ask(bearer(desk.otherToken)), plain)
  assert.deepEqual(await ask(bearer('tap_v1_expired0000000000000000000000000')), plain)
  const mine = await ask(bearer(desk.token))
  assert.deepEqual([mine['outcome'], typeof mine['next']], ['waiting', 'string'])
  await openCase(String(told['receipt']))
  const placed = await ask(bearer(desk.staffToken))
  assert.equal(placed['outcome'], 'new')
  assert.deepEqual(Object.keys(Object(placed['case'])).sort(), [
    ...['evidence', 'firstReportedAt', 'id', 'isFirst', 'severity', 'status', 'title', 'verdict'],
  ])
  assert.deepEqual(Object.keys(await ask(bearer(desk.otherToken))), ['receipt', 'status', 'at'])
  assert.equal((await ask({}))['status'], 'done')
})

const openCase = (receipt: string): Promise<unknown> =>
  asActor(desk.database.app, systemActor, async (tx) => {
    await sql`
      insert into parley.vulnerability_case (id, title, severity, evidence, band, rank_key, told,
        report_count, finder_count, first_reported_at, last_reported_at, changed_at,
        label_id)
      values ('case_a1234567', 'Frames', 'high', 'E1', 'soon', '{}', '{}', 1, 1, now(), now(),
        now(), 1)
    `.execute(tx)
    await sql`
      insert into parley.case_report (report_no, case_id, joined_at, how)
      select no, 'case_a1234567', now(), 'first' from parley.report where receipt = ${receipt}
    `.execute(tx)
  })

test('neither the log nor any file or row shows what a payload or an address says', async () => {
  const canary = 'canary-77aa41'
  const told = await post({
    ...report,
    email: `${canary}@example.org`,
    attachments: [
      { filename: 'a.txt', content_type: 'text/plain', data: `${canary} says`, type: 'other' },
    ],
  })
  assert.equal(told.response.status, 202)
  await post({ ...report, email: canary })
  assert.doesNotMatch(desk.log.join('\n'), new RegExp(canary))
  for (const name of readdirSync(desk.blobFolder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue
    assert.ok(!readFileSync(join(name.parentPath, name.name)).includes(canary))
  }
  const text = await everyRow()
  assert.ok(text.includes('a.txt'))
  assert.doesNotMatch(text, new RegExp(canary))
})

/** What stands in the rows, sealed parts included, which the product may not read as they are. */
async function everyRow(): Promise<string> {
  const { superuserUrl, name } = desk.database
  const client = new Client({ connectionString: superuserUrl.replace(/[^/]*$/, name) })
  await client.connect()
  const { rows } = await client.query<{ text: string }>(
    `select r::text || coalesce(a::text, '') as text
     from parley.report r left join parley.attachment a on a.report_no = r.no`,
  )
  await client.end()
  return rows.map((row) => row.text).join('\n')
}

test('the staff alone sets and takes away webhooks, and none inside our network', async () => {
  const ask = (method: string, path: string, { token = desk.staffToken, to = '' } = {}) =>
    fetch(`${desk.url}/v1/webhooks${path}`, {
      method,
      headers: { ...json, ...bearer(token) },
      ...(to && { body: JSON.stringify({ url: to }) }),
    })
  const path = '/org_finder01'
  const url = 'https://hooks.example/parley'
  assert.equal((await ask('PUT', path, { token: desk.token, to: url })).status, 403)
  assert.equal((await ask('PUT', '/org_nobody', { to: url })).status, 404)
  for (const inside of [
    'http://hooks.example/',
    'https://127.0.0.1/',
    'https://169.254.169.254/',
  ]) {
    assert.equal((await ask('PUT', path, { to: inside })).status, 422, inside)
  }
  const made = await ask('PUT', path, { to: url })
  assert.match(Object(await made.json()).secret, /^whsec_/)
  const listed = await (await ask('GET', '')).json()
  assert.deepEqual(Object(listed).items, [{ organisation: 'org_finder01', name: 'Heron Lab', url }])
  assert.equal((await ask('DELETE', path)).status, 204)
  const after = await (await ask('GET', '')).json()
  assert.deepEqual(Object(after).items, [])
})
