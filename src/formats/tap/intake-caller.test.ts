import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type IntakeHeaders, judgeHeaders } from './intake-caller.ts'

const good: IntakeHeaders = {
  contentType: 'application/json',
  authorization: 'Bearer tap_v1_abc',
  tapToken: null,
  origin: null,
  secFetchSite: null,
  host: 'intake.example',
}

/** The status of the refusal, with `then` where the token comes first; or the token. */
function answerTo(headers: Partial<IntakeHeaders>): string {
  const judged = judgeHeaders({ ...good, ...headers })
  if (!judged.ok) return `${judged.refusal.status} ${judged.refusal.type}`
  const { token, thenRefuse } = judged.value
  return thenRefuse === null ? token : `then ${thenRefuse.status} ${thenRefuse.type}`
}

const cases: readonly (readonly [what: string, headers: Partial<IntakeHeaders>, answer: string])[] =
  [
    ['no token', { authorization: null }, '401 about:blank'],
    ['an empty Authorization', { authorization: '' }, '401 about:blank'],
    ['Bearer without a token', { authorization: 'Bearer ' }, '401 about:blank'],
    ['another scheme', { authorization: 'Basic dGFwOnRhcA==' }, '401 about:blank'],
    ['two words behind Bearer', { authorization: 'Bearer a b' }, '401 about:blank'],
    ['a token that is no ASCII', { authorization: 'Bearer täp' }, '401 about:blank'],
    [
      'a token of 513 characters',
      { authorization: `Bearer ${'a'.repeat(513)}` },
      '401 about:blank',
    ],
    ['two legacy headers', { authorization: null, tapToken: 'a, b' }, '401 about:blank'],
    ['two tokens that differ', { tapToken: 'tap_v1_other' }, '400 about:blank'],
    ['Basic beside a legacy token', { authorization: 'Basic x', tapToken: 'x' }, '400 about:blank'],
    ['an empty legacy header beside a token', { tapToken: '' }, '400 about:blank'],
    ['a page of another site', { secFetchSite: 'cross-site' }, '403 about:blank'],
    ['a page of the same site, other origin', { secFetchSite: 'same-site' }, '403 about:blank'],
    ['a word for the site that nobody knows', { secFetchSite: 'x' }, '403 about:blank'],
    ['the origin of another host', { origin: 'https://evil.example' }, '403 about:blank'],
    ['another port', { origin: 'https://intake.example:8443' }, '403 about:blank'],
    ['an opaque origin', { origin: 'null' }, '403 about:blank'],
    ['an origin that is no URL', { origin: 'intake.example' }, '403 about:blank'],
    ['an extension', { origin: 'chrome-extension://intake.example' }, '403 about:blank'],
    ['an origin without a host', { origin: 'https://a.example', host: null }, '403 about:blank'],
    [
      'cross-origin before any other fault',
      { origin: 'null', authorization: null, contentType: null },
      '403 about:blank',
    ],
    ['no token before a wrong type', { authorization: null, contentType: null }, '401 about:blank'],
    ['no Content-Type', { contentType: null }, 'then 415 about:blank'],
    ['an empty Content-Type', { contentType: '' }, 'then 415 about:blank'],
    ['text', { contentType: 'text/plain' }, 'then 415 about:blank'],
    ['text/json', { contentType: 'text/json' }, 'then 415 about:blank'],
    ['a suffix', { contentType: 'application/problem+json' }, 'then 415 about:blank'],
    ['a form', { contentType: 'multipart/form-data; boundary=x' }, 'then 415 about:blank'],
    ['other parts', { contentType: 'multipart/related; boundary=x' }, 'then 415 about:blank'],
    ['two types', { contentType: 'application/json, text/plain' }, 'then 415 about:blank'],
    [
      'another charset',
      { contentType: 'application/json; charset=latin1' },
      'then 400 about:blank',
    ],
    ['a parameter', { contentType: 'application/json; version=2' }, 'then 400 about:blank'],
    ['a boundary of JSON', { contentType: 'application/json; boundary=x' }, 'then 400 about:blank'],
    ['a garbled parameter', { contentType: 'application/json; charset' }, 'then 400 about:blank'],
    ['an open quote', { contentType: 'multipart/mixed; boundary="x' }, 'then 400 about:blank'],
    ['no boundary', { contentType: 'multipart/mixed' }, 'then 400 about:blank'],
    ['an empty boundary', { contentType: 'multipart/mixed; boundary=""' }, 'then 400 about:blank'],
    [
      'a boundary of 71 characters',
      { contentType: `multipart/mixed; boundary=${'x'.repeat(71)}` },
      'then 400 about:blank',
    ],
    [
      'a boundary that ends in a space',
      { contentType: 'multipart/mixed; boundary="x "' },
      'then 400 about:blank',
    ],
    [
      'a boundary of other signs',
      { contentType: 'multipart/mixed; boundary="é"' },
      'then 400 about:blank',
    ],
    [
      'two boundaries',
      { contentType: 'multipart/mixed; boundary=x; boundary=y' },
      'then 400 about:blank',
    ],
    ['a token', {}, 'tap_v1_abc'],
    [
      'a token in small letters of the scheme',
      { authorization: 'bearer tap_v1_abc' },
      'tap_v1_abc',
    ],
    ['the legacy header', { authorization: null, tapToken: 'tap_v1_abc' }, 'tap_v1_abc'],
    ['both headers with one token', { tapToken: 'tap_v1_abc' }, 'tap_v1_abc'],
    ['a page of our own', { secFetchSite: 'same-origin' }, 'tap_v1_abc'],
    ['a person typing the address', { secFetchSite: 'none' }, 'tap_v1_abc'],
    ['our own origin', { origin: 'https://intake.example' }, 'tap_v1_abc'],
    [
      'our own origin with the usual port written out',
      { origin: 'https://intake.example', host: 'intake.example:443' },
      'tap_v1_abc',
    ],
    ['JSON in capitals', { contentType: 'Application/JSON' }, 'tap_v1_abc'],
    ['JSON in UTF-8', { contentType: 'application/json;charset="UTF-8"' }, 'tap_v1_abc'],
    ['an empty parameter', { contentType: 'application/json; ' }, 'tap_v1_abc'],
    ['parts', { contentType: 'multipart/mixed; boundary=x' }, 'tap_v1_abc'],
    [
      'a boundary of 70 characters',
      { contentType: `multipart/mixed; boundary=${'x'.repeat(70)}` },
      'tap_v1_abc',
    ],
    [
      'a quoted boundary',
      { contentType: `multipart/mixed; boundary="a b'()+_,-./:=?c"` },
      'tap_v1_abc',
    ],
  ]
for (const [what, headers, answer] of cases) {
  test(`${what} answers ${answer}`, () => assert.equal(answerTo(headers), answer))
}

test('every failure to show a token is the same to the byte', () => {
  const shown = ['', 'Bearer', 'Basic x', 'Bearer a b', 'Token tap_v1_abc'].map((authorization) =>
    JSON.stringify(judgeHeaders({ ...good, authorization })),
  )
  const absent = JSON.stringify(judgeHeaders({ ...good, authorization: null }))
  assert.deepEqual(new Set(shown), new Set([absent]))
})

test('the site that the browser names counts before the origin, which a proxy may not fit', () => {
  const origin = 'https://public.example'
  assert.equal(answerTo({ secFetchSite: 'same-origin', origin }), 'tap_v1_abc')
  assert.equal(
    answerTo({ secFetchSite: 'cross-site', origin: 'https://intake.example' }),
    '403 about:blank',
  )
})
