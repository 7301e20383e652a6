import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { type Route, route } from '#platform/http/route.ts'
import { may, mayInPerson, stepUp } from './access.ts'
import { noteLinkMade } from './human.store.ts'
import type { OrgParts } from './org.routes.ts'
import { actorOf, linkLivesMs, type Principal } from './org.ts'
import {
  addMember,
  type Changed,
  changeOrganisation,
  changePerson,
  findPerson,
  listOrganisations,
  type OrganisationChange,
  type OrganisationOfPeople,
} from './people.store.ts'
import {
  OneTimeLinkWire,
  OrganisationChangeWire,
  OrganisationListWire,
  PersonChangeWire,
  PersonWishWire,
} from './people.wire.ts'
import { makeSignInLink } from './session.store.ts'

const face = { tag: 'people', access: stepUp(mayInPerson('administer')) } as const
const idParams = z.strictObject({ id: z.string().max(100) })
const refusals = ['unauthenticated', 'not-allowed'] as const

/** Who belongs to this instance: what coordinators see and change of it. */
export const peopleRoutes = (parts: OrgParts): Route<Principal>[] => [
  listRoute(parts),
  addRoute(parts),
  linkRoute(parts),
  changePersonRoute(parts),
  changeOrganisationRoute(parts),
]

const listRoute = ({ pool }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, access: may('audit'), method: 'GET', path: '/v1/organisations' },
    ...{ name: 'organisations', summary: 'Organisations and their people' },
    output: OrganisationListWire,
    problems: refusals,
    run: async ({ principal }) => {
      const all = await asActor(pool, actorOf(principal), listOrganisations)
      return yes({ items: all.map(present) })
    },
  })

const present = ({ people, kinds, createdAt, disabledAt, ...rest }: OrganisationOfPeople) => ({
  ...{ ...rest, kinds: [...kinds], createdAt: createdAt.toISOString() },
  disabledAt: disabledAt?.toISOString() ?? null,
  people: people.map(({ addedAt, lastSeenAt, ...person }) => ({
    ...{ ...person, addedAt: addedAt.toISOString() },
    disabledAt: person.disabledAt?.toISOString() ?? null,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    sameHuman: [...person.sameHuman],
  })),
})

type Somebody = { readonly id: string; readonly name: string }

/** The link is made by the product; who asked for it is written down first. */
async function linkFor(
  { pool, told }: OrgParts,
  { id, name }: Somebody,
  { by, now }: { readonly by: Principal; readonly now: Date },
) {
  await asActor(pool, actorOf(by), async (tx) => {
    await told(tx, { action: 'link.make', kind: 'person', record: id, at: now })
    await noteLinkMade(tx, id, { by: by.person, now })
  })
  const link = await makeSignInLink(pool, id, now)
  return yes({
    person: { id, name },
    link,
    expiresAt: new Date(now.getTime() + linkLivesMs).toISOString(),
  })
}

const addRoute = (parts: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/people', name: 'addPerson' },
    summary: 'Add a person to an organisation, with a one-time link for their first sign-in',
    input: PersonWishWire,
    output: OneTimeLinkWire,
    problems: [...refusals, 'not-in-this-state'],
    run: async ({ principal, body, clock }) => {
      const now = clock.now()
      const made = await asActor(parts.pool, actorOf(principal), async (tx) => {
        const made = await addMember(tx, body, { now, keys: parts.pseudonyms })
        if (!made.ok) return made
        const { id: record, organisation, isPseudonymous } = made.value
        const change = { action: 'person.add', kind: 'person', at: now } as const
        // What is typed may be a name that nobody is to read here again; then it is the id.
        const named = isPseudonymous ? organisation : body.organisation
        const fields = { organisation: named, role: body.role }
        await parts.told(tx, { ...change, record, fields })
        if (body.isPseudonymous === true) {
          const about = { kind: 'organisation', record: organisation, at: now } as const
          await parts.told(tx, { ...about, action: 'pseudonym.make' })
        }
        return made
      })
      if (made.ok) return linkFor(parts, made.value, { by: principal, now })
      return no(problem('not-in-this-state', whyNotAdded[made.refusal]))
    },
  })

export const knownAlready =
  'An organisation of this name is known here already. Its own people can make it pseudonymous ' +
  'on their Profile, for what they hand in from then on.'

const whyNotAdded = {
  disabled: 'This organisation is disabled: enable it first.',
  'known already': knownAlready,
  'finders only': 'Everybody in a pseudonymous organisation is a finder.',
} as const

const linkRoute = (parts: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/people/{id}/link', name: 'makeOneTimeLink' },
    summary: 'Make a one-time link with which a person signs in',
    params: idParams,
    input: z.strictObject({}),
    output: OneTimeLinkWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock }) => {
      const found = await asActor(parts.pool, systemActor, (tx) => findPerson(tx, params.id))
      if (typeof found === 'object' && found.id === params.id) {
        return linkFor(parts, found, { by: principal, now: clock.now() })
      }
      return no(problem('not-found', 'Nobody of that id can sign in.'))
    },
  })

const changePersonRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'PATCH', path: '/v1/people/{id}', name: 'changePerson' },
    summary: 'Rename, disable or enable a person; who is disabled is out at once',
    params: idParams,
    input: PersonChangeWire,
    problems: [...refusals, 'not-found', 'not-in-this-state'],
    run: async ({ principal, params, body, clock }) => {
      const of = { id: params.id, now: clock.now() }
      const change = { action: 'person.change', kind: 'person', record: of.id, at: of.now } as const
      const changed = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await changePerson(tx, body, of)
        if (found === 'changed') await told(tx, { ...change, fields: fieldsOf(body) })
        return found
      })
      return answerTo(changed)
    },
  })

const changeOrganisationRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'PATCH', path: '/v1/organisations/{id}', name: 'changeOrganisation' },
    summary:
      'Rename, disable or enable an organisation, or say what it is; its people are out at once',
    params: idParams,
    input: OrganisationChangeWire,
    problems: [...refusals, 'not-found', 'not-in-this-state'],
    run: async ({ principal, params, body, clock }) => {
      const of = { id: params.id, now: clock.now() }
      const change = { kind: 'organisation', record: of.id, at: of.now } as const
      const changed = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await changeOrganisation(tx, body, of)
        const fields = fieldsOf(body)
        if (found === 'changed') {
          await told(tx, { ...change, action: 'organisation.change', fields })
        }
        return found
      })
      return answerTo(changed)
    },
  })

/** What was changed, in words; absent where it stays as it was. */
const fieldsOf = ({
  name,
  isDisabled,
  kinds,
}: OrganisationChange): Readonly<Record<string, string>> => ({
  ...(name !== undefined && { name }),
  ...(isDisabled !== undefined && { state: isDisabled ? 'disabled' : 'enabled' }),
  ...(kinds !== undefined && { kinds: kinds.join(' ') }),
})

const lastCoordinator = problem(
  'not-in-this-state',
  'No active coordinator would be left, so that nobody could run this instance. Add another first.',
)

export const staysPseudonymous = problem(
  'not-in-this-state',
  'This is a pseudonym: it stays, and everybody who has it is a finder for one organisation alone.',
)

export function answerTo(changed: Changed) {
  if (changed === 'changed') return yes(undefined)
  if (changed === 'last coordinator') return no(lastCoordinator)
  if (changed === 'pseudonymous') return no(staysPseudonymous)
  return no(problem('not-found', 'There is nothing of that id.'))
}
