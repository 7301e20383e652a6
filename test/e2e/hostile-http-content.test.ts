import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { zipOf } from '../archive.ts'
import { dial, replyOn } from '../http/wire.ts'
import {
  type Answered,
  type Attacked,
  answered,
  attacked,
  memoryMiB,
  outcomeOf,
  sendDocument,
  storedIn,
} from './hostile-http.ts'
import { endAll, handIn } from './instance.ts'

/** A running instance, attacked by what documents and people say. */
let on: Attacked
before(async () => {
  on = await attacked()
})
after(endAll)

const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  answered(
    fetch(`${on.url}/v1/reports`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${on.token}`, 'content-type': 'application/json' },
        ...headers,
      },
      body: Buffer.from(body),
    }),
  )

async function storesNothing<T>(work: () => Promise<T>): Promise<T> {
  const before = await storedIn(on)
  const done = await work()
  assert.deepEqual(await storedIn(on), before)
  return done
}

const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`
const reportPart = part(
  'Content-Disposition: attachment; name="report"\r\nContent-Type: application/json',
  '{"purl":"pkg:npm/a@1"}',
)
const fileParts = Array.from({ length: 10_000 }, (_, at) =>
  part(
    `Content-Disposition: attachment; name="attachment"; filename="f${at}"\r\n` +
      'Content-Type: text/plain',
    'x',
  ),
)
const mixed = { 'content-type': 'multipart/mixed; boundary=b' }
const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
const surplus = Array.from({ length: 200_000 }, (_, at) => `"k${at}":1`).join()

for (const [what, body, headers, status] of [
  ['nothing', '', {}, 400],
  ['100,000 levels', `{"purl":"pkg:npm/a@1","enrichment":${nested}}`, {}, 413],
  ['a key twice', '{"purl":"pkg:npm/a@1","purl":"pkg:npm/b@1"}', {}, 400],
  ['a prototype', '{"purl":"pkg:npm/a@1","__proto__":{"notify":"all"}}', {}, 400],
  ['200,000 unknown fields', `{${surplus}}`, {}, 400],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, 400],
  ['half a surrogate pair', '{"purl":"pkg:npm/a@1","code_path":"\\ud800"}', {}, 400],
  ['a NUL', '{"purl":"pkg:npm/a@1","code_path":"\\u0000"}', {}, 400],
  ['10,000 parts', `${reportPart}${fileParts.join('')}--b--\r\n`, mixed, 413],
  ['a part of 400,000 headers', `--b\r\n${'X: y\r\n'.repeat(4e5)}\r\nx\r\n--b--`, mixed, 400],
  ['form data', reportPart, { 'content-type': 'multipart/form-data; boundary=b' }, 415],
  ['a form', 'purl=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['packed JSON', gzipSync('{"purl":"pkg:npm/a@1"}'), { 'content-encoding': 'gzip' }, 400],
] as const) {
  test(`a report of ${what} is refused with ${status}, quickly, and not stored`, async () => {
    const began = performance.now()
    const { status: found, text } = await storesNothing(() => post(body, headers))
    assert.equal(found, status, text.slice(0, 300))
    assert.ok(text.length < 5_000 && performance.now() - began < 3_000)
  })
}

const laughs = Array.from({ length: 9 }, (_, at) => {
  return `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`
})
const entities = `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs.join('')}]><a>&l9;</a>`
const outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
const zeros = gzipSync(Buffer.alloc(2 ** 27))
const slipped = join('/', 'var', 'tmp', 'parley-slipped.json')
const slip = zipOf([
  { name: `${'../'.repeat(20)}${slipped}`, content: '{"id":"x"}' },
  { name: slipped, content: '{"id":"x"}' },
])

const many = zipOf([
  { name: 'deep.json', content: '['.repeat(100_000) },
  { name: 'blank.json', content: ' \n' },
  { name: 'outside.xml', content: outside },
  { name: 'cut.gz', content: gzipSync('{"id":"QRSA-1"}').subarray(0, 20) },
])
const refused = [
  ['laughs.xml', entities, 'unsafe'],
  ['slip.zip', slip, 'unknown-format'],
  ['bomb.gz', zeros, 'too-large'],
  ['bomb.zip', zipOf([{ name: 'z', content: Buffer.alloc(2 ** 27, 'a') }]), 'too-large'],
  ['nested.zip', zipOf([{ name: 'z.gz', content: zeros }]), 'too-large'],
  ['deep.zip', many, 'too-deep'],
  ['blank.zip', many, 'malformed'],
  ['cut.zip', many, 'truncated'],
  ['outside.zip', many, 'unsafe'],
] as const

test('hostile documents of a finder are refused, and say why', async () => {
  const sent: Answered[] = []
  for (const [name, body] of refused) sent.push(await sendDocument(on, [name, body]))
  for (const [at, { status, told }] of sent.entries()) {
    const [name = '', , code = ''] = refused[at] ?? []
    assert.equal(status, 202)
    const { state, counts, problems } = await outcomeOf(on, told['import'])
    assert.deepEqual([state, counts.reports], ['refused', 0], name)
    assert.ok(
      problems.some((one) => one.code === code),
      `${name} ${JSON.stringify(problems)}`,
    )
    assert.doesNotMatch(JSON.stringify(problems), /root:/)
  }
  assert.equal(existsSync(slipped), false)
})

test('hostile documents out of the browser are refused likewise', async () => {
  for (const [name, body, code] of [refused[0], refused[4]]) {
    const { told } = await sendDocument(on, [`browser ${name}`, body], on.staff)
    const { state, problems } = await outcomeOf(on, told['import'])
    assert.ok(state === 'refused' && problems.some((one) => one.code === code), name)
  }
})

test('an empty document, one of 257 MiB and a form are not taken', async () => {
  const kept = (): number =>
    readdirSync(join(on.data, 'blobs'), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0)
  const bytes = kept()
  await storesNothing(async () => {
    assert.equal((await sendDocument(on, ['empty', ''])).status, 400)
    const form = { authorization: `Bearer ${on.token}`, 'content-type': 'multipart/form-data' }
    const sent = fetch(`${on.url}/v1/reports/bulk`, { method: 'POST', headers: form, body: 'x' })
    assert.equal((await sent).status, 415)
    const socket = await dial(on.url)
    const head = ['POST /v1/reports/bulk?name=endless HTTP/1.1', 'Host: localhost']
    const rest = [`Authorization: Bearer ${on.token}`, 'Transfer-Encoding: chunked', '', '']
    socket.write([...head, ...rest].join('\r\n'))
    const answer = replyOn(socket, 30_000)
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(2 ** 20, 'x')])
    for (let at = 0; at < 257 && !socket.destroyed; at++) {
      const isTaken = socket.write(Buffer.concat([piece, Buffer.from('\r\n')]))
      if (!isTaken) await Promise.race([once(socket, 'drain'), answer])
    }
    assert.equal((await answer).status, 413)
    socket.destroy()
  })
  assert.equal(kept(), bytes)
})

test('regression: names too long or too odd for an index hold up nobody', async () => {
  const odd = ['\0', '\ud800', '__proto__', 'z'.repeat(5_000), noise(100_000), '𝕏'.repeat(9_000)]
  const before = await on.rows('select count(*)::int as n from parley.case_report')
  const documents = odd.flatMap((text, at) =>
    [sarifOf(text), osvOf(text)].flat().map((one, place) => ({
      ...{ name: `${at}.${place}.json`, content: JSON.stringify(one) },
    })),
  )
  const { told } = await sendDocument(on, ['odd.zip', zipOf(documents)])
  assert.equal((await outcomeOf(on, told['import'])).state, 'placed')
  await handIn(on, 'behind-the-odd')
  const after = await on.rows('select count(*)::int as n from parley.case_report')
  assert.ok(Number(after[0]?.['n']) - Number(before[0]?.['n']) >= 2 * odd.length)
  const failed = await on.rows("select name from pgboss.job where state = 'failed'")
  assert.deepEqual(failed, [])
})

/** Text that no compression makes smaller. */
const noise = (length: number): string =>
  createHash('shake256', { outputLength: length }).update('noise').digest('base64').slice(0, length)

const evil = [
  ...['</script><script>x=1</script>', '<img src=x onerror=x=1>', '=HYPERLINK("http://e","x")'],
  ...['\r\nBcc: evil@example.org\r\n\r\nbody', '\u001b[2J\u009b31m', '\u202egnp.exe'],
  ...['\n{"level":"error","event":"forged"}', "'; drop table parley.report; --", '\ud800'],
  ...['[a](javascript:x) ![b](http://e/x.png) `c`\n# d\n---\n```\n', '\u2028'],
].join(' ')

const sarifOf = (text: string): object[] => [
  {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: text, version: text, rules: [{ id: text, name: text }] } },
        results: [
          {
            ...{ ruleId: text, level: 'error', message: { text }, fingerprints: { [text]: text } },
            locations: [{ physicalLocation: { artifactLocation: { uri: text } } }],
          },
        ],
      },
    ],
  },
]
const osvOf = (text: string): object[] => [
  {
    ...{ id: `OSV-1-${text}`, modified: '2026-01-01T00:00:00Z', summary: text, details: text },
    ...{ aliases: ['CVE-2026-11111', text], credits: [{ name: text }] },
    references: [text, 'javascript:x', 'https://e.example/`)](<b>'].map((url) => ({
      ...{ type: 'WEB', url },
    })),
    affected: [{ package: { ecosystem: 'npm', name: text }, versions: [text] }],
  },
]

const Cases = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })

/** Cases of which everything that can be hostile is. */
async function hostileCases(): Promise<readonly string[]> {
  const documents = [...sarifOf(evil), ...osvOf(evil)].map((one, at) => ({
    ...{ name: `${at}\u001b[2J\r\n<b>.json`, content: JSON.stringify(one) },
  }))
  const { told } = await sendDocument(on, ['evil \u001b[2J\r\n<b>', zipOf(documents)])
  assert.equal((await outcomeOf(on, told['import'])).state, 'placed')
  const { items } = Cases.parse((await on.api('GET /v1/cases?limit=200')).told)
  const found = items.filter(({ title }) => title.includes('script')).map(({ id }) => id)
  assert.ok(found.length >= 2)
  return found
}

const exported = async (id: string, as: string): Promise<Answered> => {
  const answer = await on.api(`GET /v1/cases/${id}/export?as=${as}`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="[\w.]+"/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  return answer
}

test('what others wrote acts in no export: mail, Markdown, OSV, CSAF', async () => {
  for (const id of await hostileCases()) {
    const mail = (await exported(id, 'mail')).text
    const [head = '', body = ''] = mail.split('\r\n\r\n')
    assert.doesNotMatch(head, /^(bcc|cc|reply-to):/im)
    assert.ok(head.split('\r\n').every((line) => /^([A-Z][\w-]*: ?| )[\x20-\x7e]*$/.test(line)))
    assert.match(body, /^[A-Za-z0-9+/=\r\n]+$/)
    assert.doesNotMatch(Buffer.from(body, 'base64').toString(), /[\u001b\u009b\u202e]|^Bcc/m)
    const markdown = (await exported(id, 'markdown')).text
    const outsideOfFences = markdown.replaceAll(/^(`{3,})text\n[\s\S]*?^\1$/gm, '')
    assert.doesNotMatch(outsideOfFences, /<\w|\]\(|^# d|[\u001b\u009b\u202e]/m)
    const osv = (await exported(id, 'osv')).told
    assert.equal(typeof osv['schema_version'], 'string')
    assert.doesNotMatch(JSON.stringify(osv['references'] ?? []), /javascript:/)
    const csaf = (await exported(id, 'csaf')).told
    assert.match(JSON.stringify(csaf), /"csaf_version":"2.0"/)
    assert.doesNotMatch(JSON.stringify(csaf['vulnerabilities']), /"url":"javascript:/)
    for (const text of [JSON.stringify(osv), JSON.stringify(csaf)]) {
      assert.doesNotMatch(text, /\\u001b|\\u0000|\\ud800|\u202e|\u009b/)
    }
  }
})

test('two people who edit one case: the second is told, and nothing is lost', async () => {
  const { items } = Cases.parse((await on.api('GET /v1/cases?limit=1')).told)
  const id = items[0]?.id ?? assert.fail()
  const { version } = (await on.api(`GET /v1/cases/${id}`)).told
  const wishes = ['first', 'second', 'third', 'fourth'].map((title) => ({ version, title }))
  const answers = await Promise.all(wishes.map((wish) => on.api(`PATCH /v1/cases/${id}`, wish)))
  const told = answers.map(({ status }) => status).sort()
  assert.deepEqual(told, [200, 409, 409, 409])
  const won = wishes[answers.findIndex(({ status }) => status === 200)]?.title ?? assert.fail()
  const lost = answers.find(({ status }) => status === 409) ?? assert.fail()
  assert.equal(lost.told['current'], Number(version) + 1)
  assert.match(String(lost.told['detail']), new RegExp(`“${won}”.*Nothing of your change`))
  const page = (await on.api(`GET /v1/cases/${id}`)).told
  assert.deepEqual([page['title'], page['version']], [won, Number(version) + 1])
  const bulk = { cases: [{ id, version }], change: { status: 'open' } }
  const many = (await on.api('POST /v1/cases/bulk', bulk)).told
  assert.match(JSON.stringify(many), /"changed":\[\],"refused":\[\{"id":"case_/)
})

test('an Idempotency-Key of another request is refused, and the first one stands', async () => {
  const key = { 'idempotency-key': 'once' }
  const first = await post('{"purl":"pkg:npm/once@1"}', key)
  const other = await storesNothing(() => post('{"purl":"pkg:npm/other@1"}', key))
  assert.deepEqual([first.status, other.status], [202, 422])
  assert.equal((await post('{"purl":"pkg:npm/once@1"}', key)).text, first.text)
  const bad = await storesNothing(() =>
    post('{"purl":"pkg:npm/a@1"}', { 'idempotency-key': 'a b' }),
  )
  assert.equal(bad.status, 400)
})

test('what people type to search is text, never a query of the database', async () => {
  for (const typed of [
    "'",
    "' or 1=1--",
    '"',
    '\\',
    '%_',
    '& | ! ( ) :* <->',
    "x'||pg_sleep(9)||'",
  ]) {
    for (const name of ['q', 'package', 'finder', 'assignee', 'import']) {
      const began = performance.now()
      const path = `/v1/cases?${name}=${encodeURIComponent(typed)}`
      assert.equal((await on.api(`GET ${path}`)).status, 200, path)
      assert.ok(performance.now() - began < 3_000)
    }
  }
})

test('regression: names of tokens, cases and views are one line that shows', async () => {
  const { items } = Cases.parse((await on.api('GET /v1/cases?limit=1')).told)
  const { version } = (await on.api(`GET /v1/cases/${items[0]?.id}`)).told
  await storesNothing(async () => {
    for (const odd of ['a\nb', 'a\u001b[2J', '\u0085', '\u2028', 'x\t']) {
      const wish = { role: 'finder', days: 1 }
      for (const [line, body] of [
        ['POST /v1/tokens', { ...wish, name: odd, organisation: 'A' }],
        ['POST /v1/tokens', { ...wish, name: 'a', organisation: odd }],
        ['POST /v1/views', { name: odd, query: '' }],
        [`PATCH /v1/cases/${items[0]?.id}`, { version, title: odd }],
      ] as const) {
        assert.equal((await on.api(line, body)).status, 422, line)
      }
    }
  })
})

test('after all of that it is ready and small, takes reports, and its log is whole', async () => {
  assert.equal((await fetch(`${on.url}/readyz`)).status, 200)
  assert.equal((await handIn(on, 'at-last')).status, 202)
  assert.ok(memoryMiB(on) < 1_400, `${memoryMiB(on)} MiB`)
  const lines = on.served
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
  assert.deepEqual(
    lines.filter((line) => JSON.parse(line).level === 'error'),
    [],
  )
  assert.doesNotMatch(lines.join('\n'), /forged|onerror|Bcc|[\u001b\u009b\u202e]/)
})
