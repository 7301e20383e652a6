import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockAt } from '#kernel/clock.ts'
import { Secret } from '#platform/config/settings-secret.ts'
import { type Fields, openLog } from './log.ts'

const clock = clockAt('2026-11-21T14:02:07.000Z')

function linesOf(write: (log: ReturnType<typeof openLog>) => void, isPretty = false): string[] {
  const lines: string[] = []
  const log = openLog({ level: 'info', clock, isPretty, write: (line) => lines.push(line) })
  write(log)
  return lines
}

const lineOf = (fields: Fields, event = 'tried'): string =>
  linesOf((log) => log.info(event, fields)).join('')

for (const [what, fields] of [
  ['a token of ours', { text: 'Sent parley_HUSHhush12345678 along' }],
  ['a token of a finder', { text: 'tap_v1_HUSHhush12345678' }],
  ['a bearer', { text: 'Authorization: Bearer HUSHhush.hush-hush' }],
  ['a header', { headers: { Authorization: 'HUSH', cookie: 'HUSH', 'set-cookie': ['HUSH'] } }],
  ['a header of the old kind', { 'TAP-SUBMISSION-TOKEN': 'HUSH' }],
  ['names of secrets', { password: 'HUSH', apiKey: 'HUSH', secretAccessKey: { a: 'HUSH' } }],
  ['an address with a password', { url: 'postgres://user:HUSH@db/parley' }],
  ['an e-mail address', { text: 'mail to hush.HUSH+x@mail.example.org now' }],
  ['a sign-in link', { url: 'https://p.example/sign-in?code=HUSH&next=/HUSH' }],
  ['a link with its secret behind the hash', { url: 'https://p.example/#code=HUSH' }],
  ['a link that is one', { url: 'https://p.example/sign-in#HUSH' }],
  ['a path with a query', { path: '/sign-in?a=1&code=HUSH' }],
  ['a wrapped secret', { database: new Secret('HUSH') }],
  ['bytes', { bytes: Buffer.from('HUSH') }],
  ['an error that carries one', { error: new Error('no: parley_HUSHhush1234') }],
  ['its cause', { error: new Error('no', { cause: new Error('Bearer HUSHhush') }) }],
  ['what an error carries beside', { error: Object.assign(new Error('no'), { detail: 'HUSH' }) }],
] as const) {
  test(`${what} is not written`, () => assert.doesNotMatch(lineOf(fields), /HUSH/))
}

test('the event itself is redacted too', () =>
  assert.doesNotMatch(lineOf({}, 'took parley_HUSHhush12345'), /HUSH/))

test('a line is JSON with time, level and event, which fields cannot replace', () => {
  const fields = { time: 'x', level: 'y', event: 'z', requestId: 'r', ms: 3, none: null }
  assert.deepEqual(JSON.parse(lineOf(fields)), {
    ...{ time: '2026-11-21T14:02:07.000Z', level: 'info', event: 'tried' },
    ...{ requestId: 'r', ms: 3, none: null },
  })
})

test('what is known is in every line; what is below the level is in none', () => {
  const lines = linesOf((log) => {
    const known = log.with({ requestId: 'r' }).with({ job: 'j' })
    known.debug('unseen')
    known.error('seen')
  })
  assert.equal(lines.length, 1)
  const { requestId, job, level } = JSON.parse(lines[0] ?? '')
  assert.deepEqual([requestId, job, level], ['r', 'j', 'error'])
})

test('an error says its name, reason, code and place', () => {
  const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' })
  const { error: shown } = JSON.parse(lineOf({ error }))
  assert.deepEqual([shown.name, shown.why, shown.code], ['RangeError', 'too far', 'E_FAR'])
  assert.match(shown.stack[0], /^at .*log\.test\.ts/)
})

test('what is large is cut: long texts, long lists, deep and round values', () => {
  const round: Record<string, unknown> = {}
  round['self'] = round
  const fields = {
    text: 'x'.repeat(1e6),
    list: Array(1e5).fill('y'),
    members: Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`n${i}`, i])),
    round,
  }
  assert.ok(lineOf(fields).length < 8_000)
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('\n{"level":"error"}', '\r\n', '\x1b[2J', '\u009b31m', '\u2028', '\u202e', '"'),
)

test('no text begins another line or acts on a terminal, as JSON and for people', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, value, event) => {
      for (const isPretty of [false, true]) {
        const lines = linesOf((log) => log.warn(event, { [name]: value, list: [value] }), isPretty)
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', /^[^\n]*\n$/)
        assert.doesNotMatch(lines[0]?.slice(0, -1) ?? '', /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u)
        if (!isPretty) JSON.parse(lines[0] ?? '')
      }
    }),
  )
})

test('for people a line is short', () => {
  const [line] = linesOf((log) => log.warn('refused', { status: 503, why: 'no room' }), true)
  assert.equal(line, '14:02:07 warn refused status=503 why="no room"\n')
})
