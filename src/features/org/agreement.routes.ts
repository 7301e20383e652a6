import type { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import {
  inPersonBeforeAgreeing,
  may,
  mayInPerson,
  signedInBeforeAgreeing,
  stepUp,
} from './access.ts'
import {
  type Accepted,
  type AgreementFace,
  acceptAgreement,
  findAgreement,
  listAcceptances,
  listAgreements,
  publishAgreement,
} from './agreement.store.ts'
import {
  AcceptanceListWire,
  AcceptWire,
  AgreementListWire,
  AgreementParams,
  AgreementWire,
  AgreementWishWire,
} from './agreement.wire.ts'
import { Attempts } from './attempts.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, type Principal } from './org.ts'
import { tooMany } from './session.routes.ts'

const refusals = ['unauthenticated', 'not-allowed'] as const
const face = { tag: 'agreements', problems: refusals } as const

/** What people agree to: read, published, accepted, and who did. */
export const agreementRoutes = (parts: OrgParts): Route<Principal>[] => [
  listRoute(parts),
  showRoute(parts),
  publishRoute(parts),
  acceptRoute(parts),
  acceptancesRoute(parts),
]

const present = (one: AgreementFace): z.infer<typeof AgreementListWire>['items'][number] => ({
  ...{ kind: one.kind, version: one.version, digest: one.digest, tokenDays: one.tokenDays },
  ...{ roles: [...one.roles], organisations: [...one.organisations], isNeeded: one.isNeeded },
  publishedAt: one.publishedAt.toISOString(),
  acceptedAt: one.acceptedAt?.toISOString() ?? null,
})

const listRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/agreements', name: 'agreements' },
    summary: 'What is to be agreed to: of each kind the version that counts',
    access: signedInBeforeAgreeing,
    output: AgreementListWire,
    run: async ({ principal }) => {
      const found = await asActor(pool, actorOf(principal), (tx) => listAgreements(tx, principal))
      return yes({ items: found.map(present) })
    },
  })

const showRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/agreements/{kind}/versions/{version}' },
    ...{ name: 'showAgreement', summary: 'One version of an agreement, with its text' },
    access: signedInBeforeAgreeing,
    params: AgreementParams,
    output: AgreementWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params }) => {
      const wanted = { kind: params.kind, version: Number(params.version) }
      const found = await asActor(pool, actorOf(principal), (tx) =>
        findAgreement(tx, wanted, principal),
      )
      if (found === null) return no(unknown)
      const { text, versions, publishedBy } = found
      return yes({ ...present(found), text, versions, publishedBy })
    },
  })

const unknown = problem('not-found', 'There is no such version of an agreement.')

const publishRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/agreements', name: 'publishAgreement' },
    summary: 'Publish an agreement, or its next version; whoever it is asked of accepts it first',
    access: stepUp(mayInPerson('administer')),
    input: AgreementWishWire,
    output: AgreementWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal: by, body, clock }) =>
      asActor(pool, actorOf(by), async (tx) => {
        const published = await publishAgreement(tx, body, { by, now: clock.now(), told })
        const found = published && (await findAgreement(tx, published, by))
        if (!found) return no(problem('not-found', 'An organisation that it names is not there.'))
        const { text, versions, publishedBy } = found
        return yes({ ...present(found), text, versions, publishedBy })
      }),
  })

/** Nobody accepts by the hundred; the bounds keep a page that goes wrong from costing us. */
const acceptBounds = { windowMs: 60_000, perClient: 120, together: 6_000, waitMs: 500 }

function acceptRoute({ pool, clock: own, told }: OrgParts): Route<Principal> {
  const attempts = new Attempts(own, acceptBounds)
  return route({
    ...{ ...face, method: 'POST', path: '/v1/agreements/accept', name: 'acceptAgreement' },
    summary: 'Accept a version for your organisation, by the digest of what you read',
    access: inPersonBeforeAgreeing,
    input: AcceptWire,
    problems: [...refusals, 'not-found', 'changed', 'not-in-this-state', 'too-many-requests'],
    run: async ({ principal: by, body, clock, address, signal }) => {
      const wait = attempts.refusedFor(address)
      if (wait !== null) return no(tooMany(wait))
      attempts.count(address)
      await attempts.slowedDown(signal)
      const acting = { by, now: clock.now(), told }
      return answerTo(await asActor(pool, actorOf(by), (tx) => acceptAgreement(tx, body, acting)))
    },
  })
}

function answerTo(accepted: Accepted) {
  if (accepted === 'accepted') return yes(undefined)
  if (accepted === 'unknown') return no(unknown)
  if (accepted === 'other text') {
    return no(problem('changed', 'This version has another text than the one you name: read it.'))
  }
  const detail = 'A later version took its place: read and accept that one.'
  return no(problem('not-in-this-state', detail))
}

const acceptancesRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'GET', path: '/v1/agreements/acceptances', name: 'acceptances' },
    summary: 'Who accepted which version, and who has not; the latter first',
    access: may('audit'),
    output: AcceptanceListWire,
    run: async ({ principal }) => {
      const all = await asActor(pool, actorOf(principal), listAcceptances)
      return yes({
        items: all.map(({ acceptedAt, ...rest }) => ({
          ...{ ...rest, acceptedAt: acceptedAt?.toISOString() ?? null },
        })),
      })
    },
  })
