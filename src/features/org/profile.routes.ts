import { z } from 'zod'
import { no, yes } from '#kernel/result.ts'
import { asActor } from '#platform/db/as-actor.ts'
import { problem } from '#platform/http/problem.ts'
import { done, type Route, route } from '#platform/http/route.ts'
import { inPersonBeforeAgreeing, inPersonEvenHeld, stepUp } from './access.ts'
import { signedOutHeaders } from './authenticate.ts'
import type { OrgParts } from './org.routes.ts'
import { nameOfOrganisation, nameOfPerson } from './org.store.ts'
import { actorOf, challengeLivesMs, type Principal } from './org.ts'
import {
  keepPasskey,
  listPasskeys,
  makeChallenge,
  makeRecoveryCodes,
  noteProof,
  type PasskeyRow,
  passkeysMax,
  readNewPasskey,
  recoveryCodesOf,
  removePasskey,
  renamePasskey,
} from './passkey.store.ts'
import { algorithms, type RelyingParty, userHandleOf } from './passkey.ts'
import { presentIdentity } from './provider.routes.ts'
import { listIdentities } from './provider.store.ts'
import { lastWayIn, withoutName } from './session.routes.ts'
import { endSessions, listSessions } from './session.store.ts'
import {
  PasskeyNameWire,
  PasskeyWire,
  ProfileWire,
  RecoveryCodesWire,
  RegistrationOptionsWire,
  RegistrationWire,
} from './sign-in.wire.ts'

const idParams = z.strictObject({ id: z.string().max(100) })
const face = { tag: 'profile', access: inPersonBeforeAgreeing } as const
/** What gets somebody a passkey, of whom one is asked. */
const faceEvenHeld = { ...face, access: inPersonEvenHeld } as const
const refusals = ['unauthenticated', 'not-allowed'] as const

/** What people see and change of their own ways in. */
export const profileRoutes = (parts: OrgParts): Route<Principal>[] => [
  profileRoute(parts),
  ...addingRoutes(parts),
  ...passkeyRoutes(parts),
  recoveryCodesRoute(parts),
  ...sessionRoutes(parts),
]

const profileRoute = ({ pool, party, provider }: OrgParts): Route<Principal> =>
  route({
    ...{ ...faceEvenHeld, method: 'GET', path: '/v1/profile', name: 'profile' },
    summary: 'Your passkeys, recovery codes and sessions',
    output: ProfileWire,
    problems: refusals,
    run: async ({ principal, clock }) => {
      const now = clock.now()
      const { person: id, organisation, role, session: own } = principal
      return asActor(pool, actorOf(principal), async (tx) => {
        const codes = await recoveryCodesOf(tx, id)
        const sessions = await listSessions(tx, id, now)
        return yes({
          person: { id, name: await nameOfPerson(tx, id) },
          organisation: { id: organisation, name: await nameOfOrganisation(tx, organisation) },
          ...{ role, passkeyOrigin: party()?.origin ?? null },
          passkeys: (await listPasskeys(tx, id)).map(presentPasskey),
          recoveryCodes: { left: codes.left, madeAt: codes.madeAt?.toISOString() ?? null },
          provider: provider && { label: provider.label },
          identities: provider ? (await listIdentities(tx, id)).map(presentIdentity) : [],
          sessions: sessions.map(({ openedAt, lastUsedAt, ...one }) => ({
            ...{ ...one, isThisOne: one.id === own },
            openedAt: openedAt.toISOString(),
            lastUsedAt: lastUsedAt?.toISOString() ?? null,
          })),
        })
      })
    },
  })

const presentPasskey = (row: PasskeyRow): z.infer<typeof PasskeyWire> => ({
  ...{ id: row.id, name: row.name, createdAt: row.created_at.toISOString() },
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  copiedAt: row.copied_at?.toISOString() ?? null,
})

function addingRoutes({ pool, party: partyOf, instance, told }: OrgParts): Route<Principal>[] {
  const options = route({
    ...{ ...faceEvenHeld, method: 'POST', path: '/v1/passkeys/options', name: 'newPasskeyOptions' },
    summary: 'Ask for a challenge to add a passkey',
    input: z.strictObject({}),
    output: RegistrationOptionsWire,
    problems: [...refusals, 'not-in-this-state'],
    run: async ({ principal, clock }) => {
      const party = partyOf()
      if (party === null) return no(withoutName())
      const { person } = principal
      const wanted = { purpose: 'register', person } as const
      const known = await asActor(pool, actorOf(principal), async (tx) => ({
        name: await nameOfPerson(tx, person),
        passkeys: await listPasskeys(tx, person),
      }))
      const challenge = await makeChallenge(pool, wanted, clock.now())
      const about = { party, person, instance: await instance(), challenge }
      return yes(optionsOf(known, about))
    },
  })
  const add = route({
    ...{ ...faceEvenHeld, method: 'POST', path: '/v1/passkeys', name: 'addPasskey' },
    summary: 'Add a passkey with the answer of the authenticator',
    input: RegistrationWire,
    output: PasskeyWire,
    problems: [...refusals, 'already-there', 'not-in-this-state'],
    run: async ({ principal, body, clock }) => {
      const party = partyOf()
      if (party === null) return no(withoutName())
      const now = clock.now()
      const { person } = principal
      const made = await readNewPasskey(pool, body, { person, party, now })
      if (made === null) {
        const detail = 'The answer of the authenticator does not fit, or came too late. Try again.'
        return no(problem('not-allowed', detail))
      }
      const added = await asActor(pool, actorOf(principal), async (tx) => {
        if ((await listPasskeys(tx, person)).length >= passkeysMax) return no(tooManyPasskeys)
        const id = await keepPasskey(tx, made, { ...body, person, now })
        const row = (await listPasskeys(tx, person)).find((one) => one.id === id)
        if (row) {
          await told(tx, { action: 'passkey.add', kind: 'passkey', record: row.id, at: now })
          return yes(presentPasskey(row))
        }
        return no(problem('already-there', 'This passkey is kept already.'))
      })
      // Its owner was recognised a moment ago: what asks for that need not ask again.
      if (added.ok) await noteProof(pool, principal.session ?? '', now)
      return added
    },
  })
  return [options, add]
}

const tooManyPasskeys = problem(
  'not-in-this-state',
  `You have ${passkeysMax} passkeys: remove one.`,
)

type Known = { readonly name: string; readonly passkeys: readonly PasskeyRow[] }
type About = {
  readonly party: RelyingParty
  readonly person: string
  readonly instance: string
  readonly challenge: string
}

/** What an authenticator is asked for: a key of its own that it finds by itself, for its owner. */
const optionsOf = (
  { name, passkeys }: Known,
  { party, person, instance, challenge }: About,
): z.infer<typeof RegistrationOptionsWire> => ({
  ...{ challenge, rp: { id: party.id, name: instance || 'Parley' } },
  user: { id: userHandleOf(person), name, displayName: name },
  pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
  timeout: challengeLivesMs,
  excludeCredentials: passkeys.map(({ credential_id: id, transports }) => ({
    ...{ type: 'public-key', id, transports },
  })),
  authenticatorSelection: {
    ...{ residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  },
  attestation: 'none',
})

function passkeyRoutes({ pool, told }: OrgParts): Route<Principal>[] {
  const unknown = problem('not-found', 'You have no passkey of that id.')
  const rename = route({
    ...{ ...face, method: 'PATCH', path: '/v1/passkeys/{id}', name: 'renamePasskey' },
    summary: 'Give a passkey of yours another name',
    params: idParams,
    input: PasskeyNameWire,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, body }) => {
      const own = { person: principal.person, id: params.id }
      const isDone = await asActor(pool, actorOf(principal), (tx) =>
        renamePasskey(tx, own, body.name),
      )
      return isDone ? yes(undefined) : no(unknown)
    },
  })
  const remove = route({
    ...{ ...face, method: 'DELETE', path: '/v1/passkeys/{id}', name: 'removePasskey' },
    summary: 'Remove a passkey of yours',
    params: idParams,
    query: z.strictObject({ isLastMeant: z.boolean().default(false) }),
    problems: [...refusals, 'not-found', 'not-in-this-state'],
    run: async ({ principal, params: { id }, query, clock }) => {
      const removed = await asActor(pool, actorOf(principal), async (tx) => {
        const found = await removePasskey(tx, { person: principal.person, id }, query.isLastMeant)
        const change = { action: 'passkey.remove', kind: 'passkey', record: id } as const
        if (found === 'removed') await told(tx, { ...change, at: clock.now() })
        return found
      })
      if (removed === 'removed') return yes(undefined)
      return no(removed === 'unknown' ? unknown : lastPasskey)
    },
  })
  return [rename, remove]
}

const lastPasskey = lastWayIn('passkey and you have no recovery codes', 'make recovery codes')

const recoveryCodesRoute = ({ pool, told }: OrgParts): Route<Principal> =>
  route({
    ...{ ...face, method: 'POST', path: '/v1/recovery-codes', name: 'makeRecoveryCodes' },
    access: stepUp(face.access),
    summary: 'Make a set of recovery codes in place of the one before',
    input: z.strictObject({}),
    output: RecoveryCodesWire,
    problems: refusals,
    run: async ({ principal, clock }) => {
      const at = clock.now()
      const codes = await asActor(pool, actorOf(principal), async (tx) => {
        const change = { kind: 'person', record: principal.person, at } as const
        await told(tx, { ...change, action: 'recovery-codes.make' })
        return makeRecoveryCodes(tx, principal.person, at)
      })
      return yes({ codes })
    },
  })

function sessionRoutes({ pool, told }: OrgParts): Route<Principal>[] {
  const endOne = route({
    ...{ ...face, method: 'DELETE', path: '/v1/sessions/{id}', name: 'endSession' },
    summary: 'End a session of yours',
    params: idParams,
    problems: [...refusals, 'not-found'],
    run: async ({ principal, params, clock, isSecure }) => {
      const ending = { person: principal.person, id: params.id, now: clock.now(), told }
      const count = await asActor(pool, actorOf(principal), (tx) => endSessions(tx, ending))
      if (count === 0) return no(problem('not-found', 'You have no open session of that id.'))
      if (params.id !== principal.session) return yes(undefined)
      return done(undefined, signedOutHeaders(isSecure))
    },
  })
  const endOthers = route({
    ...{ ...face, method: 'DELETE', path: '/v1/sessions', name: 'endOtherSessions' },
    summary: 'End all your sessions but this one',
    output: z.strictObject({ ended: z.number() }),
    problems: refusals,
    run: async ({ principal, clock }) => {
      const butId = principal.session ?? null
      const ending = { person: principal.person, butId, now: clock.now(), told }
      return yes({
        ended: await asActor(pool, actorOf(principal), (tx) => endSessions(tx, ending)),
      })
    },
  })
  return [endOne, endOthers]
}
