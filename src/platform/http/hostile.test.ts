import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openTrial, post, request, until } from '../../../test/http/trial.ts'
import { dial, type Reply, replyOn, say } from '../../../test/http/wire.ts'

const { http, url, seen } = await openTrial()
after(() => http.close(100))

const good = 'Authorization: Bearer good'
const json = 'Content-Type: application/json'
const title = JSON.stringify({ title: 'a' })
const chunked = 'Transfer-Encoding: chunked'

const errorsOf = ({ body }: Reply): readonly (readonly [string, string])[] =>
  (JSON.parse(body).errors ?? []).map((one: { in: string; pointer: string }) => [
    one.in,
    one.pointer,
  ])

/** Heads and framings that are no clean HTTP/1.1, and what is answered to them. */
for (const [what, text, status] of [
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['an unknown version', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n', 400],
  ['a header of 1 MB', request('GET /v1/notes/a', [`X: ${'a'.repeat(1e6)}`]), 431],
  ['10,000 headers', request('GET /v1/notes/a', Array(10_000).fill('X: 1')), 431],
  ['a path of 1 MB', request(`GET /${'a'.repeat(1e6)}`), 431],
  ['no Host', 'GET /v1/notes/a HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', request('GET /v1/notes/a', ['Host: localhost']), 400],
  ['two tokens', request('GET /v1/notes/a', [good, 'Authorization: Bearer bad']), 400],
  ['two Origins', request('GET /v1/notes/a', ['Origin: http://a', 'Origin: http://b']), 400],
  ['two types', post('/v1/notes', title, [json]), 400],
  ['two lengths', post('/v1/notes', title, ['Content-Length: 5']), 400],
  ['length and chunks', post('/v1/notes', title, [chunked]), 400],
  ['a coding beside chunked', request('POST /v1/notes', ['Transfer-Encoding: gzip, chunked']), 400],
  ['chunked twice', request('POST /v1/notes', ['Transfer-Encoding: chunked, chunked']), 400],
  ['chunked not last', request('POST /v1/notes', ['Transfer-Encoding: chunked, identity']), 400],
  ['a space before the colon', request('GET /v1/notes/a', ['Content-Length : 5']), 400],
  ['a negative length', request('POST /v1/notes', [good, json, 'Content-Length: -1']), 400],
  ['a length with a sign', request('POST /v1/notes', [good, json, 'Content-Length: +5']), 400],
  ['a folded header', request('GET /v1/notes/a', ['X: a\r\n b: c']), 400],
  ['a NUL in a header', request('GET /v1/notes/a', ['X: a\0b']), 400],
  ['a bare line feed', 'GET /v1/notes/a HTTP/1.1\nHost: localhost\n\n', 400],
  ['a whole address', 'GET http://localhost/v1/notes/a HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['a bad percent sign', request('GET /v1/notes/%zz'), 400],
  ['half a surrogate in a path', request('GET /v1/notes/%ed%a0%80'), 400],
  ['a body where none is taken', request('GET /v1/notes/a', ['Content-Length: 3'], 'abc'), 400],
  ['a body to be deleted by', request('DELETE /v1/notes/a', [good, chunked], '0\r\n\r\n'), 400],
] as const) {
  test(`${what} is answered with ${status}`, async () => {
    const reply = await say(url, text)
    assert.equal(reply.status, status, reply.text)
    assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json$/)
    assert.equal(JSON.parse(reply.body).status, status)
    assert.doesNotMatch(reply.text, /hello|Bearer/)
  })
}

const deep = `{"free":{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`

/** Bodies that are no clean JSON, and which place is named. */
for (const [what, body, status, places] of [
  ['no JSON', '{"title":', 400, []],
  ['two documents', `${title}${title}`, 400, []],
  ['a comment', '{"title":"a"/**/}', 400, []],
  ['NaN', '{"rank":NaN}', 400, []],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, []],
  ['nesting 80 deep', `{"free":{"x":${'['.repeat(80)}${']'.repeat(80)}}}`, 400, []],
  ['a key twice', '{"title":"a","title":"b"}', 400, [['body', '/title']]],
  ['a key twice, once escaped', '{"title":"a","t\\u0069tle":"b"}', 400, [['body', '/title']]],
  [
    'a key twice far apart',
    `{"title":"a",${' '.repeat(999)}"title":"b"}`,
    400,
    [['body', '/title']],
  ],
  ['a key twice inside', '{"tags":[{"a/b":"","a/b":""}]}', 400, [['body', '/tags/0/a~1b']]],
  ['a prototype', '{"title":"a","__proto__":{"by":"x"}}', 400, [['body', '/__proto__']]],
  ['a prototype within', '{"free":{"__proto__":1}}', 400, [['body', '/free/__proto__']]],
  ['an escaped prototype', '{"__pro\\u0074o__":1}', 400, [['body', '/__proto__']]],
  ['a NUL', '{"title":"a\\u0000"}', 400, [['body', '/title']]],
  ['half a surrogate pair', '{"free":{"x":["\\ud800"]}}', 400, [['body', '/free/x/0']]],
  ['a constructor', '{"title":"a","constructor":{}}', 422, [['body', '/constructor']]],
  ['a list', '[]', 422, [['body', '']]],
  ['null', 'null', 422, [['body', '']]],
  [
    'everything wrong at once',
    '{"title":"","rank":1.5,"tags":[{"a/b":1},{"x":1}],"more":1}',
    422,
    [
      ...[
        ['body', '/title'],
        ['body', '/rank'],
        ['body', '/tags/0/a~1b'],
        ['body', '/tags/1/a~1b'],
      ],
      ...[
        ['body', '/tags/1/x'],
        ['body', '/more'],
      ],
    ],
  ],
] as const) {
  test(`a body with ${what} is answered with ${status}, naming the place`, async () => {
    const runs = seen.runs
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body)
    const head = post('/v1/notes', '').replace(
      'Content-Length: 0',
      `Content-Length: ${bytes.length}`,
    )
    const reply = await say(url, Buffer.concat([Buffer.from(head), bytes]))
    assert.equal(reply.status, status, reply.text)
    assert.deepEqual(errorsOf(reply), places)
    assert.equal(seen.runs, runs)
  })
}

test('a body 10,000 deep is beyond the bound of the route before it is read', async () => {
  const reply = await say(url, post('/v1/notes', deep))
  assert.deepEqual([reply.status, JSON.parse(reply.body).code], [413, 'too-large'])
})

test('keys named like members of every object are plain keys', async () => {
  const body = '{"title":"a","free":{"constructor":1,"toString":2,"hasOwnProperty":3}}'
  assert.equal((await say(url, post('/v1/notes', body))).status, 201)
})

for (const [what, type, status] of [
  ['none', null, 415],
  ['form data', 'application/x-www-form-urlencoded', 415],
  ['text, which a form can send', 'text/plain', 415],
  ['multipart', 'multipart/form-data; boundary=x', 415],
  ['another charset', 'application/json; charset=latin1', 415],
  ['a charset twice', 'application/json; charset=utf-8; charset=latin1', 415],
  ['garbage', '///', 415],
  ['two in one', 'application/json, text/plain', 415],
  ['JSON', 'application/json', 201],
  ['JSON in capitals with charset', 'Application/JSON ; Charset="UTF-8"', 201],
  ['a JSON of a name', 'application/merge-patch+json', 201],
] as const) {
  test(`a valid body of the type ${what} is answered with ${status}`, async () => {
    const typed = type === null ? [] : [`Content-Type: ${type}`]
    const reply = await say(
      url,
      request('POST /v1/notes', [good, ...typed, 'Content-Length: 13'], title),
    )
    assert.equal(reply.status, status)
  })
}

test('a compressed body is refused: its size is not known', async () => {
  const reply = await say(url, post('/v1/notes', title, ['Content-Encoding: gzip']))
  assert.deepEqual([reply.status, reply.headers.get('accept-encoding')], [415, 'identity'])
})

test('a body that never comes or drips is answered with 408, and nothing runs', async () => {
  const runs = seen.runs
  const head = post('/v1/notes', '').replace('Content-Length: 0', 'Content-Length: 50')
  assert.equal((await say(url, head)).status, 408)
  const socket = await dial(url)
  const drip = setInterval(() => socket.write(' '), 100)
  socket.write(head)
  const reply = await replyOn(socket)
  clearInterval(drip)
  assert.deepEqual([reply.status, reply.headers.get('connection')], [408, 'close'])
  assert.equal(seen.runs, runs)
})

test('a head that does not come to its end is answered with 408', async () => {
  const reply = await say(url, 'GET /v1/notes/a HTTP/1.1\r\nHost: loc')
  assert.equal(reply.status, 408)
})

test('a connection that says nothing is closed', async () => {
  const socket = await dial(url)
  await once(socket.resume(), 'end')
})

for (const [what, chunks] of [
  ['a size that is no number', 'zz\r\nabc\r\n0\r\n\r\n'],
  ['a size too small', '1\r\nabc\r\n0\r\n\r\n'],
  ['a size beyond all bounds', 'ffffffffffffffffff\r\na'],
  ['bare line feeds', '3\nabc\n0\n\n'],
] as const) {
  test(`chunks with ${what} are answered with 400`, async () => {
    const runs = seen.runs
    const reply = await say(url, request('POST /v1/notes', [good, json, chunked], chunks))
    assert.deepEqual([reply.status, JSON.parse(reply.body).code], [400, 'malformed'])
    assert.equal(seen.runs, runs)
  })
}

test('endless chunk extensions end', async () => {
  const text = `1;${'a'.repeat(100_000)}\r\n{`
  const reply = await say(url, request('POST /v1/notes', [good, json, chunked], text))
  assert.equal(reply.status, 413)
})

test('endless chunks end at the bound of the route', async () => {
  const socket = await dial(url)
  socket.write(request('POST /v1/notes', [good, json, chunked]))
  const flood = setInterval(() => socket.write(`400\r\n${' '.repeat(0x400)}\r\n`), 1)
  const reply = await replyOn(socket)
  clearInterval(flood)
  assert.deepEqual([reply.status, reply.headers.get('connection')], [413, 'close'])
})

test('a client that closes its side after the request is answered', async () => {
  const reply = await say(url, post('/v1/notes', title), { isHalfClosed: true })
  assert.equal(reply.status, 201)
  const slow = await say(url, request('GET /v1/slow'), { isHalfClosed: true })
  assert.deepEqual([slow.status, slow.body], [200, '{"isDone":true}'])
})

test('a client that closes its side inside the body is refused, and nothing runs', async () => {
  const runs = seen.runs
  const head = post('/v1/notes', '').replace('Content-Length: 0', 'Content-Length: 50')
  const reply = await say(url, `${head}{"title":"a"}`, { isHalfClosed: true })
  assert.equal(reply.status, 400)
  assert.equal(seen.runs, runs)
})

test('what runs for a client whose connection breaks is told so', async () => {
  const runs = seen.runs
  const socket = await dial(url)
  socket.write(request('GET /v1/slow'))
  await until(() => seen.runs === runs + 1)
  socket.resetAndDestroy()
  await until(() => seen.runs === runs + 101)
})

test('garbage behind a request waits for its answer, then the connection closes', async () => {
  const socket = await dial(url)
  socket.write(`${request('GET /v1/slow')}garbage\r\n\r\n`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'end')
  const text = String(Buffer.concat(chunks))
  assert.match(text, /^HTTP\/1\.1 200 /)
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1)
})

test('what is smuggled behind a length is no request of its own with another head', async () => {
  const inner = request('DELETE /v1/notes/a', [good])
  const reply = await say(url, post('/v1/notes', inner))
  assert.equal(reply.status, 400)
  await pause(50)
  assert.equal(reply.text.match(/HTTP\/1\.1 \d/g)?.length, 1)
})

test('requests in a row on one connection are answered in a row', async () => {
  const socket = await dial(url)
  socket.write(`${request('GET /v1/slow')}${post('/v1/notes', title)}${request('GET /v1/notes/z')}`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await until(() => String(Buffer.concat(chunks)).includes('"id":"z"'))
  const text = String(Buffer.concat(chunks))
  assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 201', 'HTTP/1.1 200'])
  socket.destroy()
})

for (const [line, status, allow] of [
  ['PUT /v1/notes', 405, 'OPTIONS, POST'],
  ['PATCH /v1/notes/a', 405, 'DELETE, GET, HEAD, OPTIONS'],
  ['PROPFIND /v1/notes/a', 405, 'DELETE, GET, HEAD, OPTIONS'],
  ['TRACE /v1/notes/a', 405, 'DELETE, GET, HEAD, OPTIONS'],
  ['QUERY /v1/notes/a', 405, 'DELETE, GET, HEAD, OPTIONS'],
  ['OPTIONS /v1/notes', 204, 'OPTIONS, POST'],
  ['GET /v1/notes/', 404, null],
  ['GET /v1/Notes/a', 404, null],
  ['GET /v1/notes/a/', 404, null],
  ['GET //v1/notes/a', 404, null],
  ['GET /v1/notes/../notes/a', 404, null],
  ['GET /v1%2fnotes/a', 404, null],
  [`GET /v1/notes/${'a'.repeat(600)}`, 404, null],
  [`GET /v1/notes/${'a'.repeat(101)}`, 404, null],
  ['DELETE /v1/nothing', 404, null],
  ['OPTIONS /v1/nothing', 404, null],
] as const) {
  test(`${line.slice(0, 40)} is answered with ${status}`, async () => {
    const reply = await say(url, request(line))
    assert.deepEqual([reply.status, reply.headers.get('allow') ?? null], [status, allow])
    for (const name of reply.headers.keys()) assert.doesNotMatch(name, /^access-control-/)
  })
}

test('HEAD answers like GET, without the body', async () => {
  const head = await say(url, request('HEAD /v1/notes/a'), { isHalfClosed: true })
  const get = await say(url, request('GET /v1/notes/a'))
  assert.deepEqual([head.status, head.body], [200, ''])
  assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
})

test('a NUL in a path names nothing, in a query it is a fault', async () => {
  assert.equal((await say(url, request('GET /v1/notes/a%00b'))).status, 404)
  const query = await say(url, request('GET /v1/notes/a?tag=a%00b'))
  assert.deepEqual([query.status, errorsOf(query)], [422, [['query', '/tag']]])
})

test('a query has the declared types, or every fault of it is named', async () => {
  const fine = await say(url, request('GET /v1/notes/a?limit=7&isOpen=true&tag=x'))
  assert.deepEqual(JSON.parse(fine.body).query, { limit: 7, isOpen: true, tag: ['x'] })
  const wrong = await say(
    url,
    request('GET /v1/notes/a?limit=1e9&limit=2&isOpen=1&__proto__=x&tag=a&tag=b&more[a]=1'),
  )
  assert.deepEqual(errorsOf(wrong), [
    ...[
      ['query', '/limit'],
      ['query', '/isOpen'],
      ['query', '/__proto__'],
    ],
    ['query', '/more[a]'],
  ])
})
