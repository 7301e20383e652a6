import type { OneTimeLink, Organisation, PersonChange, PersonWish, Profile } from '../api/types.ts'
import { type Ask, type MockRoute, nothing, notThere, ok, refusal } from './answer.ts'
import { me } from './query.ts'
import { now, people } from './rows.ts'
import type { World } from './world.ts'

const bodyOf = <T>({ body }: Ask): T => JSON.parse(JSON.stringify(body ?? {}))
const iso = (ageMs: number): string => new Date(now - ageMs).toISOString()
const dayMs = 86_400_000

/** The profile of whoever is signed in, and the people of the instance. */
export const peopleRoutes = (world: World): readonly MockRoute[] => {
  const profile = profileOf(world)
  const organisations = organisationsOf(world)
  return [...profileRoutes(profile), ...adminRoutes(organisations, world)]
}

function profileRoutes(profile: ReturnType<typeof profileOf>): readonly MockRoute[] {
  return [
    { method: 'GET', path: '/v1/profile', run: () => ok(profile) },
    {
      method: 'GET',
      path: '/v1/ways-in',
      run: () => ok({ provider: profile.provider }),
    },
    {
      method: 'DELETE',
      path: '/v1/identities/:id',
      run: ({ params }) => {
        const at = profile.identities.findIndex(({ id }) => id === params['id'])
        if (at < 0) return notThere()
        profile.identities.splice(at, 1)
        return nothing
      },
    },
    {
      method: 'PATCH',
      path: '/v1/passkeys/:id',
      run: (ask) => {
        const at = profile.passkeys.findIndex(({ id }) => id === ask.params['id'])
        const found = profile.passkeys[at]
        if (!found) return notThere()
        profile.passkeys[at] = { ...found, name: bodyOf<{ name: string }>(ask).name }
        return nothing
      },
    },
    {
      method: 'DELETE',
      path: '/v1/passkeys/:id',
      run: ({ params, query }) => {
        const rest = profile.passkeys.filter(({ id }) => id !== params['id'])
        const isLast = rest.length === 0 && profile.recoveryCodes.left === 0
        if (isLast && query['isLastMeant'] !== 'true') {
          return refusal(409, 'not-in-this-state', 'This is your last passkey.')
        }
        profile.passkeys.splice(0, profile.passkeys.length, ...rest)
        return nothing
      },
    },
    {
      method: 'POST',
      path: '/v1/recovery-codes',
      run: () => {
        profile.recoveryCodes = { left: 10, madeAt: iso(0) }
        return ok({ codes: Array.from({ length: 10 }, (_, at) => `abcde-fghij-klmno-pqrs${at}`) })
      },
    },
    {
      method: 'DELETE',
      path: '/v1/sessions/:id',
      run: ({ params }) => {
        const at = profile.sessions.findIndex(({ id }) => id === params['id'])
        if (at < 0) return notThere()
        profile.sessions.splice(at, 1)
        return nothing
      },
    },
    {
      method: 'DELETE',
      path: '/v1/sessions',
      run: () => {
        const own = profile.sessions.filter(({ isThisOne }) => isThisOne)
        const ended = profile.sessions.length - own.length
        profile.sessions.splice(0, profile.sessions.length, ...own)
        return ok({ ended })
      },
    },
  ]
}

type Loose<T> = { -readonly [Name in keyof T]: T[Name] }

function profileOf({ session }: World) {
  const passkeys: Profile['passkeys'][number][] = [
    {
      ...{ id: 'passkey_1', name: 'Laptop at the office', createdAt: iso(90 * dayMs) },
      ...{ lastUsedAt: iso(3 * dayMs), copiedAt: null },
    },
    {
      ...{ id: 'passkey_2', name: 'Blue key on the ring', createdAt: iso(40 * dayMs) },
      ...{ lastUsedAt: iso(20 * dayMs), copiedAt: iso(20 * dayMs) },
    },
  ]
  const sessions: Profile['sessions'][number][] = [
    {
      ...{ id: 'session_1', isThisOne: true, from: 'Chrome on Linux', factor: 'passkey' },
      ...{ openedAt: iso(3_600_000), lastUsedAt: iso(0) },
    },
    {
      ...{ id: 'session_2', isThisOne: false, from: 'Safari on iPhone', factor: 'link' },
      ...{ openedAt: iso(9 * 3_600_000), lastUsedAt: iso(5 * 3_600_000) },
    },
  ]
  const { person, organisation, role } = session
  const recoveryCodes: Loose<Profile['recoveryCodes']> = { left: 7, madeAt: iso(90 * dayMs) }
  const identities: Profile['identities'][number][] = [
    {
      ...{ id: 'identity_1', issuer: 'https://login.harbour.example/', subject: 'u-4711' },
      ...{ linkedAt: iso(60 * dayMs), lastUsedAt: iso(2 * dayMs) },
    },
  ]
  const provider = { label: 'Harbour login' }
  const ways = { passkeys, passkeyOrigin: null, recoveryCodes, provider, identities }
  return { person, organisation, role, ...ways, sessions }
}

function organisationsOf({ session }: World): Organisation[] {
  const member = {
    ...{ addedAt: iso(200 * dayMs), disabledAt: null, lastSeenAt: iso(dayMs), sameHuman: [] },
  }
  const staff = people.map(({ id, name }, at) => ({
    ...{ ...member, id, name, role: 'coordinator' as const },
    ...(at === 3 ? { disabledAt: iso(2 * dayMs) } : {}),
    ...(id === me ? { lastSeenAt: iso(0) } : {}),
  }))
  const made = {
    createdAt: iso(200 * dayMs),
    disabledAt: null,
    kinds: [],
    isPseudonymous: false,
  } as const
  const finder = { ...member, id: 'person_fay', name: 'Fay Heron', role: 'finder' as const }
  return [
    { ...made, ...session.organisation, people: staff },
    { ...made, id: 'org_2', name: 'Heron Lab', people: [{ ...finder, lastSeenAt: null }] },
    { ...made, id: 'org_3', name: 'Nightly scanners', people: [] },
  ]
}

function adminRoutes(organisations: Organisation[], world: World): readonly MockRoute[] {
  const linkFor = (person: OneTimeLink['person']): OneTimeLink => ({
    ...{ person, link: 'x'.repeat(43), expiresAt: new Date(Date.now() + 1_800_000).toISOString() },
  })
  const disabledAt = ({ isDisabled }: PersonChange) =>
    isDisabled === undefined ? {} : { disabledAt: isDisabled ? iso(0) : null }
  const named = ({ name }: PersonChange) => (name === undefined ? {} : { name })
  const changed = (change: PersonChange) => ({ ...named(change), ...disabledAt(change) })
  return [
    { method: 'GET', path: '/v1/organisations', run: () => ok({ items: organisations }) },
    {
      method: 'POST',
      path: '/v1/people',
      run: (ask) => {
        const { name, organisation, role } = bodyOf<PersonWish>(ask)
        const person = { id: world.idOf('person'), name }
        const seen = { disabledAt: null, lastSeenAt: null, sameHuman: [] }
        const member = { ...person, role, addedAt: iso(0), ...seen }
        const at = organisations.findIndex(({ id }) => id === organisation)
        const found = organisations[at]
        if (found) organisations[at] = { ...found, people: [...found.people, member] }
        else {
          const made = { id: world.idOf('org'), name: organisation, createdAt: iso(0) }
          organisations.push({
            ...made,
            disabledAt: null,
            kinds: [],
            isPseudonymous: false,
            people: [member],
          })
        }
        return ok(linkFor(person))
      },
    },
    {
      method: 'POST',
      path: '/v1/people/:id/link',
      run: ({ params }) => {
        const all = organisations.flatMap((one) => one.people)
        const found = all.find(({ id }) => id === params['id'])
        return found ? ok(linkFor({ id: found.id, name: found.name })) : notThere()
      },
    },
    {
      method: 'PATCH',
      path: '/v1/people/:id',
      run: (ask) => {
        const change = changed(bodyOf<PersonChange>(ask))
        organisations.forEach((one, at) => {
          const all = one.people.map((person) =>
            person.id === ask.params['id'] ? { ...person, ...change } : person,
          )
          organisations[at] = { ...one, people: all }
        })
        return nothing
      },
    },
    {
      method: 'PATCH',
      path: '/v1/organisations/:id',
      run: (ask) => {
        const at = organisations.findIndex(({ id }) => id === ask.params['id'])
        const found = organisations[at]
        if (!found) return notThere()
        organisations[at] = { ...found, ...changed(bodyOf<PersonChange>(ask)) }
        return nothing
      },
    },
  ]
}
