import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Secret } from '#platform/config/settings-secret.ts'
import { type Keys, keysFor, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { ProviderSettings } from '#platform/openid/provider.ts'
import {
  clientId,
  clientSecret,
  goThrough,
  OpenIdProvider,
} from '../../../test/http/openid-provider.ts'
import { bytesOf, OrgServer, party, type Told } from '../../../test/http/org-server.ts'
import { ensureFirstCoordinator } from './org.store.ts'
import { addMember } from './people.store.ts'
import { ProfileWire } from './sign-in.wire.ts'

const redirectUri = new URL('/sign-in/provider', party.origin)

const settingsFor = (issuer: string): ProviderSettings => ({
  ...{ kind: 'provider', issuer: new URL(issuer), clientId, redirectUri },
  ...{ secret: new Secret(clientSecret), label: 'Harbour login', acr: [], amr: [] },
})

let provider: OpenIdProvider
let server: OrgServer
before(async () => {
  provider = await OpenIdProvider.open(redirectUri.href)
  const settings = settingsFor(provider.issuer)
  server = await OrgServer.open({ provider: settings, at: new Date() })
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
// Each test begins in a window of its own.
beforeEach(() => server.pass(60_000))

type Begun = { readonly url: string; readonly cookie: string }

const begun = ({ status, text, cookie }: Told): Begun => {
  assert.equal(status, 200, text)
  return { url: JSON.parse(text).url, cookie }
}
const begin = async (target = '/queue'): Promise<Begun> =>
  begun(await server.ask('POST /v1/session/provider/begin', { body: { target } }))
const beginLink = async (session: string): Promise<Begun> =>
  begun(await server.ask('POST /v1/identities/begin', { cookie: session, body: {} }))
const finish = (answer: string, cookie?: string) =>
  server.ask('POST /v1/session/provider', {
    body: { answer },
    ...(cookie === undefined ? {} : { cookie }),
  })
const signIn = async (account: string): Promise<Told> => {
  const { url, cookie } = await begin()
  return finish(await goThrough(url, account), cookie)
}
const link = async (session: string, account: string): Promise<Told> => {
  const { url, cookie } = await beginLink(session)
  return finish(await goThrough(url, account), `${cookie}; ${session}`)
}
const profileOf = async (cookie: string) =>
  ProfileWire.parse(JSON.parse((await server.ask('GET /v1/profile', { cookie })).text))
const root: Keys = { is: 'root', all: [randomKey()] }
const newPerson = async (name: string): Promise<string> => {
  const { organisation } = await ensureFirstCoordinator(server.database.app, '', server.now)
  const wish = { name, organisation, role: 'finder' } as const
  const made = await asActor(server.database.app, systemActor, (tx) =>
    addMember(tx, wish, { now: server.now, keys: keysFor(root, 'pseudonym') }),
  )
  assert.ok(made.ok)
  return made.value.id
}

const setDisabled = (person: string, at: Date | null) =>
  asActor(server.database.app, systemActor, (tx) =>
    tx.updateTable('parley.person').set({ disabled_at: at }).where('id', '=', person).execute(),
  )
const sessionsOpen = () =>
  asActor(server.database.app, systemActor, (tx) =>
    tx.selectFrom('parley.session').select('id').execute(),
  )

describe('nobody gets in', () => {
  /** Who has begun, and came back from the provider with an answer. */
  const cameBack = async (account = 'grace') => {
    const { url, cookie } = await begin()
    return { answer: await goThrough(url, account), cookie }
  }
  const grace = { person: '', session: '' }
  before(async () => {
    grace.person = await newPerson('Grace')
    grace.session = await server.signIn(grace.person)
    assert.equal((await link(grace.session, 'grace')).status, 200)
  })

  const notBegun = /was not begun in this browser/
  const refused = /its answer does not hold/
  const notLinked = /signs nobody in here/
  const cases: readonly (readonly [string, () => Promise<Told>, RegExp])[] = [
    [
      'with the cookie of another browser',
      async () => finish((await cameBack()).answer, (await begin()).cookie),
      notBegun,
    ],
    ['without any cookie', async () => finish((await cameBack()).answer), notBegun],
    [
      'with two cookies of which one may be planted',
      async () => {
        const { answer, cookie } = await cameBack()
        return finish(answer, `${cookie}; ${(await begin()).cookie}`)
      },
      notBegun,
    ],
    [
      'with another state',
      async () => {
        const { answer, cookie } = await cameBack()
        return finish(answer.replace(/state=[^&]+/, 'state=another'), cookie)
      },
      notBegun,
    ],
    [
      'with two states',
      async () => {
        const { answer, cookie } = await cameBack()
        return finish(`${answer}&state=another`, cookie)
      },
      notBegun,
    ],
    [
      'twice with one answer',
      async () => {
        const { answer, cookie } = await cameBack()
        assert.equal((await finish(answer, cookie)).status, 200)
        return finish(answer, cookie)
      },
      notBegun,
    ],
    [
      'after five minutes',
      async () => {
        const { answer, cookie } = await cameBack()
        server.pass(5 * 60_000)
        return finish(answer, cookie)
      },
      notBegun,
    ],
    [
      'with a code that was used',
      async () => {
        const first = await cameBack()
        assert.equal((await finish(first.answer, first.cookie)).status, 200)
        const { answer, cookie } = await cameBack()
        const code = /code=[^&]+/.exec(first.answer)?.[0] ?? ''
        return finish(answer.replace(/code=[^&]+/, code), cookie)
      },
      refused,
    ],
    [
      'with a code that somebody else got',
      async () => {
        const [mine, theirs] = [await cameBack(), await cameBack()]
        const code = /code=[^&]+/.exec(theirs.answer)?.[0] ?? ''
        return finish(mine.answer.replace(/code=[^&]+/, code), mine.cookie)
      },
      refused,
    ],
    [
      'who goes back at the provider',
      async () => {
        const { answer, cookie } = await cameBack('nobody')
        assert.match(answer, /error=access_denied/)
        return finish(answer, cookie)
      },
      refused,
    ],
    ['by an account that nobody linked', () => signIn('stranger'), notLinked],
    [
      'who is disabled',
      async () => {
        await setDisabled(grace.person, server.now)
        try {
          return await signIn('grace')
        } finally {
          await setDisabled(grace.person, null)
        }
      },
      notLinked,
    ],
  ]
  for (const [what, tried, says] of cases) {
    test(what, async () => {
      const told = await tried()
      assert.equal(told.status, 403, told.text)
      assert.match(told.text, says)
      assert.doesNotMatch(told.cookie, /session/)
    })
  }

  test('and the answers to disabled and unknown people are the same bytes', async () => {
    const unknown = await signIn('stranger')
    await setDisabled(grace.person, server.now)
    const disabled = await signIn('grace')
    await setDisabled(grace.person, null)
    assert.equal(bytesOf(disabled), bytesOf(unknown))
    assert.equal((await signIn('grace')).status, 200)
  })

  test('twice at once with one answer', async () => {
    const { answer, cookie } = await cameBack()
    const both = await Promise.all([finish(answer, cookie), finish(answer, cookie)])
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 403])
  })

  for (const target of [
    ...['https://evil.example', '//evil.example', '/\\evil.example', 'queue', '', '/\n', '/a b'],
    ...['javascript:alert(1)', '/\t/evil.example', `/${'x'.repeat(2_000)}`],
  ]) {
    test(`and goes on at ${JSON.stringify(target).slice(0, 30)}`, async () => {
      const told = await server.ask('POST /v1/session/provider/begin', { body: { target } })
      assert.equal(told.status, 422)
      assert.equal(told.cookie, '')
    })
  }

  test('from a page of another site', async () => {
    const body = { target: '/' }
    const told = await server.ask('POST /v1/session/provider/begin', { body, site: 'cross-site' })
    assert.equal(told.status, 403)
  })

  test('who asks too often: they wait for the window', async () => {
    for (let count = 0; count < 60; count++) await begin()
    const told = await server.ask('POST /v1/session/provider/begin', { body: { target: '/' } })
    assert.equal(told.status, 429)
  })
})

describe('an account is not linked', () => {
  const linking = async (account: string) => {
    const session = await server.signIn()
    const { url, cookie } = await beginLink(session)
    return { session, answer: await goThrough(url, account), cookie }
  }

  for (const [what, other] of [
    ['in another session of the same person', () => server.signIn()],
    ['in the session of somebody else', async () => server.signIn(await newPerson('Mallory'))],
    ['without a session', async () => 'unrelated=1'],
  ] as const) {
    test(what, async () => {
      const { answer, cookie } = await linking('linus')
      const told = await finish(answer, `${cookie}; ${await other()}`)
      assert.equal(told.status, 403, told.text)
      assert.equal((await signIn('linus')).status, 403)
    })
  }

  test('after signing out', async () => {
    const { answer, cookie, session } = await linking('linus')
    assert.equal((await server.ask('DELETE /v1/session', { cookie: session })).status, 204)
    assert.equal((await finish(answer, `${cookie}; ${session}`)).status, 403)
  })

  test('by a token, nor without signing in', async () => {
    const told = await server.ask('POST /v1/identities/begin', { body: {} })
    assert.equal(told.status, 401)
    const cookie = await server.signIn()
    const wish = { name: 'robot', organisation: 'Harbour CERT', role: 'coordinator', days: 1 }
    const made = await server.ask('POST /v1/tokens', { cookie, body: wish })
    const { token } = JSON.parse(made.text)
    const byToken = await server.ask('POST /v1/identities/begin', { token, body: {} })
    assert.equal(byToken.status, 403)
  })

  test('to a second person, nor twice, nor more than ten to one', async () => {
    const [first, second] = [await newPerson('Barbara'), await newPerson('Edsger')]
    const [one, two] = [await server.signIn(first), await server.signIn(second)]
    assert.equal((await link(one, 'shared')).status, 200)
    assert.equal((await link(two, 'shared')).status, 409)
    assert.equal((await link(one, 'shared')).status, 409)
    assert.equal((await profileOf((await signIn('shared')).cookie)).person.id, first)
    for (let count = 1; count < 10; count++) {
      assert.equal((await link(one, `number-${count}`)).status, 200)
    }
    const told = await link(one, 'number-10')
    assert.equal(told.status, 409)
    assert.match(told.text, /as many accounts as you may/)
  })
})

describe('an account at a provider', () => {
  test('that nobody linked signs nobody in, and makes nobody', async () => {
    const cookie = await server.signIn()
    const people = async () => (await server.ask('GET /v1/organisations', { cookie })).text
    const [before, sessions] = [await people(), await sessionsOpen()]
    const told = await signIn('stranger')
    assert.equal(told.status, 403)
    assert.match(told.text, /link the account on your Profile page/)
    assert.deepEqual([await people(), await sessionsOpen()], [before, sessions])
  })

  test('is linked by whoever is signed in, signs them in, and is removed', async () => {
    const session = await server.signIn()
    const linked = await link(session, 'ada')
    assert.equal(linked.status, 200, linked.text)
    assert.deepEqual(JSON.parse(linked.text), { purpose: 'link', target: '/profile' })
    const entered = await signIn('ada')
    assert.deepEqual(JSON.parse(entered.text), { purpose: 'sign-in', target: '/queue' })
    const { identities, sessions, person, provider: shown } = await profileOf(entered.cookie)
    assert.equal(person.id, server.person)
    assert.deepEqual(shown, { label: 'Harbour login' })
    assert.equal(sessions.find((one) => one.isThisOne)?.factor, 'provider')
    const [identity] = identities
    assert.deepEqual(
      [identity?.subject, identity?.issuer, identity?.lastUsedAt],
      ['ada', `${provider.issuer}/`, server.now.toISOString()],
    )
    const path = `/v1/identities/${identity?.id}`
    const kept = await server.ask(`DELETE ${path}`, { cookie: session })
    assert.equal(kept.status, 409)
    assert.match(kept.text, /last linked account/)
    const other = await server.signIn(await newPerson('Grace'))
    assert.equal((await server.ask(`DELETE ${path}`, { cookie: other })).status, 404)
    const removed = await server.ask(`DELETE ${path}?isLastMeant=true`, { cookie: session })
    assert.equal(removed.status, 204, removed.text)
    assert.equal(bytesOf(await signIn('ada')), bytesOf(await signIn('stranger')))
  })
})

describe('what a provider tells', () => {
  test('of how somebody signed in stays with the session', async () => {
    const session = await server.signIn(await newPerson('Radia'))
    assert.equal((await link(session, 'radia')).status, 200)
    await signIn('radia+key')
    await signIn('radia')
    const kept = await asActor(server.database.app, systemActor, (tx) =>
      tx
        .selectFrom('parley.session')
        .select(['provider_acr', 'provider_amr'])
        .where('factor', '=', 'provider')
        .orderBy('created_at', 'desc')
        .orderBy('provider_acr')
        .limit(2)
        .execute(),
    )
    assert.deepEqual(kept, [
      { provider_acr: 'urn:example:strong', provider_amr: ['hwk', 'user'] },
      { provider_acr: null, provider_amr: ['pwd'] },
    ])
  })

  test('is not enough where more is demanded', async () => {
    const settings = { ...settingsFor(provider.issuer), amr: ['hwk'] }
    await using strict = await OrgServer.open({ provider: settings, at: new Date() })
    const asked = await strict.ask('POST /v1/session/provider/begin', { body: { target: '/' } })
    const { url, cookie } = begun(asked)
    const body = { answer: await goThrough(url, 'ada') }
    const told = await strict.ask('POST /v1/session/provider', { body, cookie })
    assert.equal(told.status, 403)
    assert.match(told.text, /demands a stronger way/)
  })
})

describe('an instance', () => {
  test('without a provider says so, and has none of its routes', async () => {
    await using plain = await OrgServer.open()
    const cookie = await plain.signIn()
    assert.deepEqual(JSON.parse((await plain.ask('GET /v1/ways-in')).text), { provider: null })
    for (const call of [
      ...['POST /v1/session/provider/begin', 'POST /v1/session/provider'],
      ...['POST /v1/identities/begin', 'DELETE /v1/identities/identity_1'],
    ]) {
      const body = call.startsWith('POST') ? { body: {} } : {}
      assert.equal((await plain.ask(call, { cookie, ...body })).status, 404, call)
    }
    const profile = await plain.ask('GET /v1/profile', { cookie })
    const { provider: shown, identities } = ProfileWire.parse(JSON.parse(profile.text))
    assert.deepEqual([shown, identities], [null, []])
  })

  test('whose provider is away says so, and other ways in work', async () => {
    const gone = await OpenIdProvider.open(redirectUri.href)
    await gone[Symbol.asyncDispose]()
    const settings = settingsFor(gone.issuer)
    await using lone = await OrgServer.open({ provider: settings, at: new Date() })
    const told = await lone.ask('POST /v1/session/provider/begin', { body: { target: '/' } })
    assert.equal(told.status, 503)
    assert.match(told.text, /Harbour login cannot be asked at the moment/)
    assert.match(await lone.signIn(), /session/)
  })
})
