import type { Pool } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import {
  ensureFirstCoordinator,
  listTokens,
  makeToken,
  revokeToken,
} from '#features/org/org.store.ts'
import { findPerson } from '#features/org/people.store.ts'
import { addPseudonymous, pseudonymKeysOf } from '#features/org/pseudonym.store.ts'
import { BecomeWire, isFinderOrKnown } from '#features/org/pseudonym.wire.ts'
import { permissionsOf, tokenRoles } from '#features/org/role.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { pagesAddress } from '#platform/http/address.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { onInstance, type ServiceOptions } from './command.ts'
import { defaultName } from './serve.ts'

export type SignInOptions = ServiceOptions & {
  /** A person's name or id; the first coordinator where nobody is named. */
  readonly person?: string
}

/** `parley sign-in`: another one-time link, for the first coordinator or whoever is named. */
export const runSignIn = (options: SignInOptions): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock, settings }) => {
    const now = clock.now()
    const person = await personFor(pool, options.person, now)
    if (person === null) return 2
    const link = await makeSignInLink(pool, person, now)
    print([`${pagesAddress(settings.publicUrl ?? null, settings)}/sign-in#${link}`])
    return 0
  })

/** Why a name leads to nobody. */
export const whyNobody = {
  none: (named: string) =>
    `parley: nobody who can sign in is called "${oneLine(named)}"; the page People adds them`,
  several: (named: string) =>
    `parley: several people are called "${oneLine(named)}"; give the id that the People page shows`,
} as const

export type TokenOptions = ServiceOptions & {
  readonly organisation?: string
  readonly pseudonymous?: boolean
  /** A mail address. */
  readonly contact?: string
  /** The name or id of whoever answers for it; the first coordinator where nobody is named. */
  readonly person?: string
  readonly role: string
  readonly days: string
  /** Permissions of the role, with commas between. */
  readonly scopes?: string
  readonly workload?: string
  readonly workloadVersion?: string
  readonly list?: boolean
  /** The id of a token. */
  readonly revoke?: string
}

/** `parley token`: makes an API token and prints it once, lists those there are, or revokes one. */
export function runToken(name: string | undefined, options: TokenOptions): Promise<ExitCode> {
  const { list = false, revoke } = options
  const wishes = [name !== undefined, list, revoke !== undefined].filter((is) => is)
  if (wishes.length !== 1) return wrong('give a NAME for a new token, or --list, or --revoke ID')
  if (list) return onInstance(options, ({ pool, clock }) => printTokens(pool, clock.now()))
  if (revoke !== undefined) return revokeOne(revoke, options)
  return makeOne(name ?? '', options)
}

function wrong(says: string): Promise<ExitCode> {
  tell([`parley: ${says}`])
  return Promise.resolve(2)
}

const wordsOf = (list: string): string[] => [...new Set(list.split(',').map((one) => one.trim()))]

function makeOne(name: string, options: TokenOptions): Promise<ExitCode> {
  const { organisation, workload, workloadVersion: version } = options
  const role = tokenRoles.find((one) => one === options.role)
  const days = Number(options.days)
  if (role === undefined) return wrong(`--role is one of ${tokenRoles.join(', ')}`)
  if (!Number.isInteger(days) || days < 1 || days > 365) {
    return wrong('--days is a number from 1 to 365')
  }
  if (organisation === undefined) return wrong('--organisation says whose reports it hands in')
  if (version !== undefined && workload === undefined) {
    return wrong('--workload-version is of a --workload')
  }
  const { pseudonymous: isPseudonymous, contact } = options
  const isAddress = BecomeWire.safeParse({ contact }).success
  if (!isAddress || !isFinderOrKnown({ isPseudonymous, contact, role })) {
    return wrong('--pseudonymous is for finders, and --contact their mail address')
  }
  const held = permissionsOf(role)
  const asked = options.scopes === undefined ? undefined : wordsOf(options.scopes)
  const scopes = held.filter((one) => asked?.includes(one))
  if (asked !== undefined && scopes.length !== asked.length) {
    return wrong(`--scopes of ${role} are some of ${held.join(',')}`)
  }
  return onInstance(options, async ({ pool, clock, keys }) => {
    const now = clock.now()
    const owner = await personFor(pool, options.person, now)
    if (owner === null) return 2
    const wish = {
      ...{ name, role, days, owner, ...(asked && { scopes }) },
      ...(workload !== undefined && { workload: { name: workload, version } }),
    }
    const made = await asActor(pool, systemActor, async (tx) => {
      const of =
        isPseudonymous === true
          ? await pseudonymFor(tx, { keys, called: organisation, contact, now })
          : organisation
      if (of === null) return null
      const made = await makeToken(tx, { ...wish, organisation: of }, now)
      await record(tx, [{ action: 'token.make', kind: 'token', record: made.id, at: now }])
      return made
    })
    if (made === null) return wrong('an organisation of this name is known here already')
    print([made.token])
    const may = asked ? `${role} (${scopes.join(', ')} only)` : role
    const whose = isPseudonymous === true ? 'a pseudonym' : organisation
    tell([`A token for ${whose}, as ${may}, for ${days} days. It is not shown again.`])
    return 0
  })
}

/** Whoever is named, or the first coordinator; null where that is nobody, which is told. */
async function personFor(pool: Pool, named: string | undefined, now: Date): Promise<string | null> {
  const first = await ensureFirstCoordinator(pool, defaultName, now)
  const found = await asActor(pool, systemActor, (tx) => findPerson(tx, named ?? first.person))
  if (typeof found !== 'string') return found.id
  tell([whyNobody[found](named ?? first.person)])
  return null
}

async function pseudonymFor(
  tx: Tx,
  { keys, ...wish }: { keys: Keys; called: string; contact: string | undefined; now: Date },
): Promise<string | null> {
  const organisation = await addPseudonymous(tx, { ...wish, keys: pseudonymKeysOf(keys) })
  const of = { action: 'pseudonym.make', kind: 'organisation', at: wish.now } as const
  if (organisation !== null) await record(tx, [{ ...of, record: organisation }])
  return organisation
}

async function printTokens(pool: Pool, now: Date): Promise<ExitCode> {
  const rows = await asActor(pool, systemActor, listTokens)
  for (const row of rows) {
    const ended = row.expires_at <= now ? 'ended' : 'works'
    const workload = row.workload === null ? '' : `${row.workload} ${row.workload_version ?? ''}`
    const cells = [
      ...[row.id, row.revoked_at === null ? ended : 'revoked', row.name, row.organisation],
      ...[row.role, row.scopes?.join(',') ?? 'all of the role', workload.trim(), row.owner],
      ...[row.expires_at.toISOString(), row.last_used_at?.toISOString() ?? 'never used'],
    ]
    print([cells.map(oneLine).join('\t')])
  }
  return 0
}

const revokeOne = (id: string, options: TokenOptions): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock }) => {
    const at = clock.now()
    const isDone = await asActor(pool, systemActor, async (tx) => {
      if (!(await revokeToken(tx, id, at))) return false
      await record(tx, [{ action: 'token.revoke', kind: 'token', record: id, at }])
      return true
    })
    tell([isDone ? 'Revoked, at once and for good.' : 'parley: no token of that id works'])
    return isDone ? 0 : 2
  })
