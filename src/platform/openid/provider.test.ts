import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '#kernel/clock.ts'
import { Secret } from '#platform/config/settings-secret.ts'
import { openLog } from '#platform/log/log.ts'
import { newFolder } from '../../../test/db/embedded-process.ts'
import { type Crookedness, CrookedProvider } from '../../../test/http/crooked-provider.ts'
import { type NotTold, Provider, type ProviderSettings } from './provider.ts'

const ties = { state: 'a-state', nonce: 'a-nonce', verifier: 'v'.repeat(43) }
const seconds = (): number => Math.floor(Date.now() / 1000)

let there: CrookedProvider
before(async () => {
  there = await CrookedProvider.open()
})
after(() => there[Symbol.asyncDispose]())

/** A client that did not ask the provider about itself yet, and what it logs. */
function client(more: Partial<ProviderSettings> = {}) {
  there.crooked = {}
  there.asked.length = 0
  const lines: string[] = []
  const log = openLog({ level: 'warn', clock: systemClock, write: (line) => lines.push(line) })
  const settings: ProviderSettings = {
    ...{ kind: 'provider', issuer: new URL(there.issuer), clientId: 'parley', label: 'Login' },
    ...{ secret: new Secret('hunter2hunter2'), acr: [], amr: [] },
    redirectUri: new URL('https://parley.example.org/sign-in/provider'),
    ...more,
  }
  return { lines, client: new Provider({ settings, clock: systemClock, log, wholeMs: 400 }) }
}

const answers: readonly (readonly [string, Crookedness, NotTold])[] = [
  ['a wrong nonce', { claims: { nonce: 'another' } }, 'refused'],
  ['no nonce', { claims: { nonce: undefined } }, 'refused'],
  ['a token of another issuer', { claims: { iss: 'https://other.example.org' } }, 'refused'],
  ['a token for another audience', { claims: { aud: 'another' } }, 'refused'],
  ['a token of another party', { claims: { aud: ['parley', 'b'], azp: 'b' } }, 'refused'],
  ['an expired token', { claims: { exp: seconds() - 120 } }, 'refused'],
  ['a token from the future', { claims: { nbf: seconds() + 600 } }, 'refused'],
  ['a token without end', { claims: { exp: undefined } }, 'refused'],
  ['a bad signature', { isSignedByAnother: true }, 'refused'],
  ['no signature', { algorithm: 'none' }, 'refused'],
  ['a symmetric signature', { algorithm: 'HS256' }, 'refused'],
  ['no subject', { claims: { sub: undefined } }, 'refused'],
  ['a subject that is too long', { claims: { sub: 'x'.repeat(256) } }, 'refused'],
  ['methods that are no list', { claims: { amr: 'pwd' } }, 'refused'],
  ['a refusal', { status: 400 }, 'refused'],
  ['a failure of its own', { status: 500 }, 'away'],
  ['more than is read', { bytes: 300_000 }, 'away'],
  ['a drop at a time', { dripMs: 50 }, 'away'],
]

describe('nobody is told of by', () => {
  for (const [what, crooked, why] of answers) {
    test(`a provider that answers with ${what}`, async () => {
      const { client: own, lines } = client()
      const begun = await own.begin(ties)
      assert.ok(begun.ok)
      const answer = there.comeBack(begun.value.href)
      there.crooked = crooked
      assert.deepEqual(await own.whoIs(answer, ties), { ok: false, refusal: why })
      assert.equal(lines.length, 1)
      assert.doesNotMatch(lines.join(), /hunter2|a-code|eyJ/)
    })
  }

  for (const [what, query] of [
    ['another state', '?code=a-code&state=another'],
    ['no state', '?code=a-code'],
    ['another issuer', '?code=a-code&state=a-state&iss=https://other.example.org'],
    ['an error', '?error=access_denied&state=a-state'],
    ['nothing', ''],
    ['a token in the address', '?code=a-code&state=a-state&id_token=a.b.c'],
  ] as const) {
    test(`a browser that comes back with ${what}, and the provider is not asked`, async () => {
      const { client: own } = client()
      const begun = await own.begin(ties)
      assert.ok(begun.ok)
      there.comeBack(begun.value.href)
      assert.deepEqual(await own.whoIs(query, ties), { ok: false, refusal: 'refused' })
      assert.ok(!there.asked.includes('/token'))
    })
  }

  test('a code of another question, whose verifier is another', async () => {
    const { client: own } = client()
    const begun = await own.begin(ties)
    assert.ok(begun.ok)
    const answer = there.comeBack(begun.value.href)
    const other = { ...ties, verifier: 'w'.repeat(43) }
    assert.deepEqual(await own.whoIs(answer, other), { ok: false, refusal: 'refused' })
  })

  const demands = [
    [{ acr: ['strong'] }, {}],
    [{ acr: ['strong'] }, { acr: 'weak', amr: ['strong'] }],
    [{ amr: ['hwk', 'swk'] }, { amr: ['pwd'] }],
    [
      { amr: ['hwk'], acr: ['strong'] },
      { amr: ['hwk'], acr: 'weak' },
    ],
  ] as const
  for (const [demand, claims] of demands) {
    const what = `${JSON.stringify(claims)} where ${JSON.stringify(demand)} is demanded`
    test(`a provider that tells ${what}`, async () => {
      const { client: own } = client(demand)
      const begun = await own.begin(ties)
      assert.ok(begun.ok)
      there.crooked = { claims }
      const answer = there.comeBack(begun.value.href)
      assert.deepEqual(await own.whoIs(answer, ties), { ok: false, refusal: 'weak' })
    })
  }
})

describe('nobody is sent to', () => {
  for (const [what, crooked] of [
    ['one that names another issuer', { metadata: { issuer: 'https://other.example.org' } }],
    ['a page over http elsewhere', { metadata: { authorization_endpoint: 'http://a.b/c' } }],
    ['a script', { metadata: { authorization_endpoint: 'javascript:alert(1)' } }],
    ['one without such a page', { metadata: { authorization_endpoint: undefined } }],
    ['one that tells more than is read', { bytes: 300_000 }],
    ['one that tells it a drop at a time', { dripMs: 50 }],
    ['one that fails', { status: 503 }],
    ['one that knows nothing of it', { status: 404 }],
    ['one that leads elsewhere', { status: 302 }],
  ] as const) {
    test(`${what}, until it is mended`, async () => {
      const { client: own, lines } = client()
      there.crooked = crooked
      const began = performance.now()
      assert.deepEqual(await own.begin(ties), { ok: false, refusal: 'away' })
      assert.ok(performance.now() - began < 2_000)
      assert.match(lines.join(), /the OpenID provider cannot be asked/)
      if ('metadata' in crooked && !('issuer' in crooked.metadata)) return
      there.crooked = {}
      assert.ok((await own.begin(ties)).ok)
    })
  }

  test('one that is down', async () => {
    const gone = await CrookedProvider.open()
    await gone[Symbol.asyncDispose]()
    const { client: own, lines } = client({ issuer: new URL(gone.issuer) })
    assert.deepEqual(await own.begin(ties), { ok: false, refusal: 'away' })
    assert.match(lines.join(), /ECONNREFUSED/)
  })

  test('one whose secret is in a file that is missing or empty', async () => {
    const file = join(newFolder(), 'secret')
    const { client: own, lines } = client({ secret: { file } })
    assert.deepEqual(await own.begin(ties), { ok: false, refusal: 'away' })
    writeFileSync(file, '\n')
    assert.deepEqual(await own.begin(ties), { ok: false, refusal: 'away' })
    assert.match(lines.join(), /ENOENT.*holds no client secret/s)
    writeFileSync(file, 'hunter2\n')
    assert.ok((await own.begin(ties)).ok)
  })
})

describe('a provider', () => {
  test('is asked about itself once, by all who come at once', async () => {
    const { client: own } = client()
    const begun = await Promise.all([own.begin(ties), own.begin(ties), own.begin(ties)])
    assert.ok(begun.every(({ ok }) => ok))
    assert.ok((await own.begin(ties)).ok)
    assert.deepEqual(there.asked, ['/.well-known/openid-configuration'])
  })

  test('is asked for one way back, by code, with what ties the answer to it', async () => {
    const { client: own } = client({ acr: ['strong', 'stronger'] })
    const begun = await own.begin(ties)
    assert.ok(begun.ok)
    const { code_challenge: challenge, ...sent } = Object.fromEntries(begun.value.searchParams)
    assert.match(challenge ?? '', /^[\w-]{43}$/)
    assert.deepEqual(sent, {
      ...{ client_id: 'parley', response_type: 'code', scope: 'openid', state: ties.state },
      ...{ nonce: ties.nonce, code_challenge_method: 'S256', acr_values: 'strong stronger' },
      redirect_uri: 'https://parley.example.org/sign-in/provider',
    })
  })

  for (const methods of [undefined, ['client_secret_basic'], ['client_secret_post']]) {
    test(`that takes secrets by ${methods} tells who somebody is, and by what`, async () => {
      const { client: own, lines } = client({ acr: ['strong'], amr: ['swk', 'hwk'] })
      there.crooked = {
        metadata: { token_endpoint_auth_methods_supported: methods },
        claims: { acr: 'strong', amr: ['hwk', 'user'] },
      }
      const begun = await own.begin(ties)
      assert.ok(begun.ok)
      const told = await own.whoIs(there.comeBack(begun.value.href), ties)
      assert.deepEqual(told, {
        ok: true,
        value: { subject: 'ada', acr: 'strong', amr: ['hwk', 'user'] },
      })
      const isPosted = methods?.includes('client_secret_post') === true
      assert.equal(there.secretBy, isPosted ? 'body' : 'header')
      assert.deepEqual(lines, [])
    })
  }
})
