import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Secret } from '#platform/config/settings-secret.ts'
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
const newPerson = async (name: string): Promise<string> => {
  const { organisation } = await ensureFirstCoordinator(server.database.app, '', server.now)
  const wish = { name, organisation, role: 'finder' } as const
  const made = await asActor(server.database.app, systemActor, (tx) =>
    addMember(tx, wish, server.now),
  )
  assert.ok(made)
  return made
}

describe('an account at a provider', () => {
  test('that nobody linked signs nobody in, and makes nobody', async () => {
    const told = await signIn('stranger')
    assert.equal(told.status, 403)
    assert.match(told.text, /link the account on your Profile page/)
    const { recoveryCodes, identities } = await profileOf(await server.signIn())
    assert.deepEqual([recoveryCodes.left, identities], [0, []])
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
