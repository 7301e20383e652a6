import { createHash, randomBytes } from 'node:crypto'
import { type Id, idOf } from '#kernel/id.ts'
import type { Actor } from '#platform/db/as-actor.ts'
import { type Permission, permissionsOf, type Role } from './role.ts'

export type OrganisationId = Id<'org'>
export const OrganisationId = idOf('org')
export type PersonId = Id<'person'>
export const PersonId = idOf('person')
export type TokenId = Id<'token'>
export const TokenId = idOf('token')
export type SessionId = Id<'session'>
export const SessionId = idOf('session')
export type PasskeyId = Id<'passkey'>
export const PasskeyId = idOf('passkey')
export type IdentityId = Id<'identity'>
export const IdentityId = idOf('identity')

/** What opened a session. */
export type Factor = (typeof factors)[number]

export const factors = ['link', 'passkey', 'recovery code', 'provider'] as const

export function factorOf(text: string): Factor {
  const found = factors.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a way in: ${text}`)
}

/** Who stands behind a request. */
export type Principal = {
  readonly via: 'token' | 'session'
  readonly organisation: string
  readonly person: string
  readonly role: Role
  /** Of the API token that was used; null for a session. */
  readonly token: string | null
  /** Of the session that was used; absent for a token. */
  readonly session?: string
  /** What has to be done before anything else; absent where nothing has to. */
  readonly held?: Hold
  /** The permissions of the role that are left to the token; absent where it is all of them. */
  readonly scopes?: readonly Permission[]
  /** Whether a passkey has to be shown again before what is marked so. */
  readonly mustProve?: boolean
}

/** Why somebody who is known may do nothing but what ends it. */
export const holds = ['factor-needed', 'agreement-needed'] as const
export type Hold = (typeof holds)[number]

/** A hold as the database says it: it says nothing else, so another word is a defect. */
export function heldBy(text: string | null): { readonly held?: Hold } {
  if (text === null) return {}
  const found = holds.find((one) => one === text)
  if (found === undefined) throw new TypeError(`not a hold: ${text}`)
  return { held: found }
}

/** What somebody may do now: what their role may, or nothing while they are held. */
export function permissionsNow({ role, held, scopes }: Principal): readonly Permission[] {
  if (held !== undefined) return []
  const all = permissionsOf(role)
  return scopes === undefined ? all : all.filter((one) => scopes.includes(one))
}

/** On whose behalf the database is asked: it narrows what a role may as `permissionsNow` does. */
export const actorOf = (principal: Principal): Actor => {
  const { role, organisation, person, via, held, scopes } = principal
  const isWhole = held === undefined && scopes === undefined
  return { role, organisation, person, via, ...(!isWhole && { scopes: permissionsNow(principal) }) }
}

/** What opens, changes or ends somebody's access, and whose it is. */
export type AccessChange = {
  readonly action:
    | ('sign-in.open' | 'sign-in.end' | 'token.make' | 'token.revoke')
    | ('passkey.add' | 'passkey.remove' | 'recovery-codes.make' | 'link.make')
    | ('identity.link' | 'identity.remove')
    | ('member.role' | 'member.remove')
    | ('person.add' | 'person.change' | 'organisation.change')
    | ('person.same' | 'person.not-same')
    | 'pseudonym.make'
    | ('agreement.publish' | 'agreement.accept' | 'factor.ask')
  readonly kind:
    | 'session'
    | 'token'
    | 'passkey'
    | 'person'
    | 'organisation'
    | 'agreement'
    | 'setting'
  readonly record: string
  readonly at: Date
  /** SHA-256, hexadecimal, of what it was about. */
  readonly digest?: string
  /** What more has to be known to tell what was done, by short names. */
  readonly fields?: Readonly<Record<string, string>>
  /** Who does it, where the transaction runs as the product itself. */
  readonly actor?: Pick<Principal, 'person' | 'organisation' | 'role'>
}

/**
 * 20 letters and digits of 100 random bits: unguessable enough for a name, short enough to read.
 */
export const randomName = (): string =>
  [...randomBytes(20)].map((byte) => letters[byte & 31] ?? 'a').join('')

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** A secret of 256 random bits that is shown once and stored as its hash. */
const randomSecret = (): string => randomBytes(32).toString('base64url').replaceAll(/[-_]/g, 'x')

/** Finders' tokens carry the prefix that clients of the TAP contract look for. */
export const newToken = (role: Role): string =>
  `${role === 'finder' ? 'tap_v1_' : 'parley_'}${randomSecret()}`

export const newSecret = (): string => randomSecret()

const tokenForm = /^(?:tap_v1|parley)_[A-Za-z0-9]{32,64}$/

/** A text that can be a token at all; anything else needs no look at the database. */
export const isToken = (text: string): boolean => tokenForm.test(text)

/** What is stored of a secret. Secrets are random, so a plain hash cannot be guessed back. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

const dayMs = 24 * 60 * 60 * 1000

/** A token lives at most a year (TAP contract, section Token). */
const tokenDaysMax = 365

export const expiryOf = (days: number, now: Date): Date =>
  new Date(now.getTime() + Math.min(Math.max(1, days), tokenDaysMax) * dayMs)

/** How long a one-time sign-in link can be used, and how long the session lives that it opens. */
export const linkLivesMs = 30 * 60 * 1000
export const sessionLivesMs = 12 * 60 * 60 * 1000

/** How long a passkey may take to answer. */
export const challengeLivesMs = 5 * 60 * 1000

/** How long somebody may take at their provider. */
export const providerTakesMs = 5 * 60 * 1000

export const recoveryCodesInSet = 10

/** 20 letters and digits of 100 random bits in groups of five, as people copy them from paper. */
export const newRecoveryCode = (): string => (randomName().match(/.{5}/g) ?? []).join('-')

/** What is hashed of a recovery code: however it was typed, its letters and digits count. */
export const recoveryCodeTyped = (text: string): string =>
  text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
