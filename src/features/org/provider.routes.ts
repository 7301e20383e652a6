import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { open } from '#platform/http/access.ts'
import { cookieHeader, cookieName, cookiesOf } from '#platform/http/cookie.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import type { NotTold, Provider } from '#platform/openid/provider.ts'
import { inPerson } from './access.ts'
import { Attempts } from './attempts.ts'
import { sessionCookie, sessionIn } from './authenticate.ts'
import { openedFrom } from './opened-from.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal, providerTakesMs } from './org.ts'
import {
  enterByProvider,
  type IdentityRow,
  linkIdentity,
  noteRequest,
  removeIdentity,
  spendRequest,
} from './provider.store.ts'
import { isAnswerTo, type ProviderRequest, tiesOf } from './provider.ts'
import {
  type IdentityWire,
  ProviderAddressWire,
  ProviderAnswerWire,
  ProviderDoneWire,
  TargetWire,
  WaysInWire,
} from './provider.wire.ts'
import { lastWayIn, tooMany } from './session.routes.ts'
import { sessionOf } from './session.store.ts'
import { AgentHeadersWire, CookieHeadersWire } from './sign-in.wire.ts'

const cookie = 'parley_provider'
const face = { tag: 'sign-in', access: open, origin: 'same' } as const

type Parts = OrgParts & { readonly provider: Provider }

/** Sign-in through an OpenID provider; without one only the first route is there, and says so. */
export const providerRoutes = (parts: OrgParts): Route<Principal>[] => {
  const { provider } = parts
  if (provider === null) return [waysInRoute(provider)]
  const own = { ...parts, provider }
  return [waysInRoute(provider), ...beginRoutes(own), finishRoute(own), removeRoute(own)]
}

const waysInRoute = (provider: Provider | null): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/ways-in', name: 'waysIn' },
    summary: 'Ways to sign in that not every instance has',
    output: WaysInWire,
    problems: [],
    run: async () => yes({ provider: provider && { label: provider.label } }),
  })

/** Each one makes the provider be asked at most once an hour, but leaves a row for five minutes. */
const beginBounds = { windowMs: 60_000, perClient: 60, together: 3_000, waitMs: 500 }

function beginRoutes(parts: Parts): Route<Principal>[] {
  const { clock: own } = parts
  const attempts = new Attempts(own, beginBounds)
  const signIn = route({
    ...{ ...face, method: 'POST', path: '/v1/session/provider/begin', name: 'beginAtProvider' },
    summary: 'Ask where to send the browser to sign in through the provider',
    input: z.strictObject({ target: TargetWire }),
    output: ProviderAddressWire,
    problems: ['too-many-requests', 'saturated'],
    run: async ({ body, clock, isSecure, address, signal }) => {
      const wait = attempts.refusedFor(address)
      if (wait !== null) return no(tooMany(wait))
      attempts.count(address)
      await attempts.slowedDown(signal)
      return begun(parts, { purpose: 'sign-in', ...body }, { now: clock.now(), isSecure })
    },
  })
  const link = route({
    ...{ ...face, tag: 'profile', access: inPerson, method: 'POST' },
    ...{ path: '/v1/identities/begin', name: 'beginLinking' },
    summary: 'Ask where to send the browser to link an account at the provider',
    input: z.strictObject({}),
    output: ProviderAddressWire,
    problems: ['unauthenticated', 'not-allowed', 'saturated'],
    run: async ({ principal: { person, session = '' }, clock, isSecure }) => {
      const request = { purpose: 'link', target: '/profile', person, session } as const
      return begun(parts, request, { now: clock.now(), isSecure })
    },
  })
  return [signIn, link]
}

type Moment = { readonly now: Date; readonly isSecure: boolean }

async function begun(
  { pool, provider }: Parts,
  request: ProviderRequest,
  { now, isSecure }: Moment,
) {
  const secret = await noteRequest(pool, request, now)
  const url = await provider.begin(tiesOf(secret))
  if (!url.ok) return no(notToldProblem('away', provider.label))
  const kept = { name: cookie, value: secret, maxAgeS: providerTakesMs / 1000, isSecure }
  return done({ url: url.value.href }, { 'set-cookie': cookieHeader(kept) })
}

const startAgain =
  'This was not begun in this browser, took longer than five minutes, or was used already. ' +
  'Begin again.'

const notToldDetails: Readonly<Record<NotTold, (label: string) => string>> = {
  away: (label) => `${label} cannot be asked at the moment. Sign in another way, or try later.`,
  refused: (label) => `${label} did not sign you in, or its answer does not hold. Begin again.`,
  weak: (label) =>
    `This instance demands a stronger way of signing in, such as a security key, than ${label} ` +
    'told of. Use one there and begin again.',
}

const notToldProblem = (why: NotTold, label: string): Problem =>
  why === 'away'
    ? problem('saturated', notToldDetails.away(label), { headers: { 'retry-after': '10' } })
    : problem('not-allowed', notToldDetails[why](label))

/** Accounts that nobody linked and those of disabled people: one answer for all. */
const unknownDetail = (label: string): string =>
  `This account at ${label} signs nobody in here. Sign in with a passkey, or with a one-time ` +
  'link from a coordinator, and link the account on your Profile page.'

const finishRoute = (parts: Parts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/session/provider', name: 'finishAtProvider' },
    summary: 'Open a session, or link an account, with the answer of the provider',
    headers: CookieHeadersWire.extend(AgentHeadersWire.shape),
    input: ProviderAnswerWire,
    output: ProviderDoneWire,
    problems: ['unauthenticated', 'not-allowed', 'already-there', 'not-in-this-state', 'saturated'],
    run: async ({ body, headers, clock, isSecure }) => {
      const { pool, provider } = parts
      const secret = cookiesOf(headers.cookie).get(cookieName(cookie, isSecure))
      if (!secret || !isAnswerTo(tiesOf(secret), body.answer)) return no(notBegun())
      const request = await spendRequest(pool, secret, clock.now())
      if (request === null) return no(notBegun())
      const told = await provider.whoIs(body.answer, tiesOf(secret))
      if (!told.ok) return no(notToldProblem(told.refusal, provider.label))
      const now = clock.now()
      const { issuer, label } = provider
      const spent = cookieHeader({ name: cookie, value: '', maxAgeS: 0, isSecure })
      const { purpose, target } = request
      if (purpose === 'link') {
        const wrong = await linkedTo(parts, request, { ...headers, told: told.value, now })
        return wrong === null ? done({ purpose, target }, { 'set-cookie': spent }) : no(wrong)
      }
      const from = openedFrom(headers['user-agent'])
      const session = await enterByProvider(pool, told.value, {
        ...{ issuer, from, now },
        told: parts.told,
      })
      if (session === null) return no(problem('not-allowed', unknownDetail(label)))
      const cookies = [spent, sessionCookie(session, isSecure)]
      return done({ purpose, target }, { 'set-cookie': cookies })
    },
  })

const notBegun = (): Problem => problem('not-allowed', startAgain)

type Linking = {
  readonly cookie?: string | undefined
  readonly told: Parameters<typeof linkIdentity>[1]
  readonly now: Date
}

/** Links an account to whoever began it in this very session; null where that is done. */
async function linkedTo(
  { pool, told: record, provider: { issuer, label } }: Parts,
  { person, session }: Extract<ProviderRequest, { readonly purpose: 'link' }>,
  { cookie: sent, told, now }: Linking,
): Promise<Problem | null> {
  const found = await sessionOf(pool, sessionIn(sent) ?? '', now)
  if (found?.id !== session || found.principal.person !== person) return notBegun()
  const linked = await asActor(pool, actorOf(found.principal), async (tx) => {
    const done = await linkIdentity(tx, told, { person, issuer, now })
    const change = { action: 'identity.link', kind: 'person', record: person, at: now } as const
    if (done === 'linked') await record(tx, { ...change, fields: { issuer } })
    return done
  })
  if (linked === 'linked') return null
  if (linked === 'taken') {
    return problem('already-there', `This account at ${label} is linked to somebody already.`)
  }
  return problem('not-in-this-state', 'You have linked as many accounts as you may: remove one.')
}

const removeRoute = ({ pool, told }: Parts): Route<Principal> =>
  route({
    ...{ method: 'DELETE', path: '/v1/identities/{id}', name: 'removeIdentity' },
    ...{ tag: 'profile', access: inPerson },
    summary: 'Remove the link to an account of yours at the provider',
    params: z.strictObject({ id: z.string().max(100) }),
    query: z.strictObject({ isLastMeant: z.boolean().default(false) }),
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'not-in-this-state'],
    run: async ({ principal, params, query, clock }) => {
      const own = { person: principal.person, ...params, ...query }
      const removed = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await removeIdentity(tx, own)
        const change = { action: 'identity.remove', kind: 'person', record: own.person } as const
        if (found === 'removed') await told(tx, { ...change, at: clock.now() })
        return found
      })
      if (removed === 'removed') return yes(undefined)
      return no(removed === 'unknown' ? notLinked : lastAccount)
    },
  })

const notLinked = problem('not-found', 'You have linked no account of that id.')

const lastAccount = lastWayIn(
  'linked account and you have neither a passkey nor recovery codes',
  'add a passkey',
)

export const presentIdentity = (row: IdentityRow): z.infer<typeof IdentityWire> => ({
  ...{ id: row.id, issuer: row.issuer, subject: row.subject },
  linkedAt: row.linked_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})
