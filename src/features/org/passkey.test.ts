import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { challengeIn, hasCountedOn, relyingPartyOf } from './passkey.ts'

describe('the name that passkeys are bound to', () => {
  const none: readonly (readonly [publicUrl: string | null, host: string])[] = [
    [null, '0.0.0.0'],
    [null, '::'],
    [null, '192.0.2.4'],
    [null, 'fe80::1%eth0'],
    [null, 'parley.internal'],
    ['https://192.0.2.4', '127.0.0.1'],
    ['https://[2001:db8::1]', '127.0.0.1'],
    ['http://127.0.0.1:7300', '127.0.0.1'],
    ['http://parley.example.org', '127.0.0.1'],
  ]
  for (const [publicUrl, host] of none) {
    test(`is none at ${publicUrl ?? 'no address'} on ${host}`, () => {
      const given = publicUrl === null ? null : new URL(publicUrl)
      assert.equal(relyingPartyOf({ publicUrl: given, host, port: 7300 }), null)
    })
  }

  const some: readonly (readonly [publicUrl: string | null, id: string, origin: string])[] = [
    [null, 'localhost', 'http://localhost:7300'],
    ['http://localhost:8080/', 'localhost', 'http://localhost:8080'],
    ['https://parley.example.org/', 'parley.example.org', 'https://parley.example.org'],
    ['https://parley.example.org:8443/', 'parley.example.org', 'https://parley.example.org:8443'],
  ]
  for (const [publicUrl, id, origin] of some) {
    test(`is ${id} at ${publicUrl ?? 'no address'}`, () => {
      const given = publicUrl === null ? null : new URL(publicUrl)
      const party = relyingPartyOf({ publicUrl: given, host: '127.0.0.1', port: 7300 })
      assert.deepEqual(party, { id, origin })
    })
  }
})

const b64 = (text: string): string => Buffer.from(text).toString('base64url')
const withoutChallenge: readonly string[] = [
  '',
  b64('no JSON'),
  b64('null'),
  b64('[]'),
  b64('{"challenge":7}'),
  b64(`{"challenge":"${'A'.repeat(101)}"}`),
  b64('{"challenge":"AAAA","crossOrigin":true}'),
]
for (const clientDataJSON of withoutChallenge) {
  test(`no challenge is read from ${clientDataJSON.slice(0, 40) || 'nothing'}`, () => {
    assert.equal(challengeIn(clientDataJSON), null)
  })
}

const counters: readonly (readonly [kept: number, told: number, isOn: boolean])[] = [
  [5, 4, false],
  [5, 5, false],
  [5, 0, false],
  [0, 0, true],
  [0, 1, true],
  [5, 6, true],
]
for (const [kept, told, isOn] of counters) {
  test(`a counter from ${kept} to ${told} ${isOn ? 'goes on' : 'goes back'}`, () => {
    assert.equal(hasCountedOn(kept, told), isOn)
  })
}
