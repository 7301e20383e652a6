import { record } from '#features/ledger/ledger.store.ts'
import { ensureFirstCoordinator, makeToken } from '#features/org/org.store.ts'
import { findPerson } from '#features/org/people.store.ts'
import { tokenRoles } from '#features/org/role.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
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
    const first = await ensureFirstCoordinator(pool, defaultName, now)
    const { person: named = first.person } = options
    const found = await asActor(pool, systemActor, (tx) => findPerson(tx, named))
    if (typeof found === 'string') {
      tell([whyNot[found](named)])
      return 2
    }
    const link = await makeSignInLink(pool, found.id, now)
    print([`${pagesAddress(settings.publicUrl ?? null, settings)}/sign-in#${link}`])
    return 0
  })

const whyNot = {
  none: (named: string) => `parley: nobody who can sign in is called "${oneLine(named)}"`,
  several: (named: string) =>
    `parley: several people are called "${oneLine(named)}"; give the id that the People page shows`,
} as const

export type TokenOptions = ServiceOptions & {
  readonly organisation: string
  readonly role: string
  readonly days: string
}

/** `parley token NAME`: makes an API token and prints it, which is the only time it is shown. */
export function runToken(name: string, options: TokenOptions): Promise<ExitCode> {
  const { organisation } = options
  const role = tokenRoles.find((one) => one === options.role)
  const days = Number(options.days)
  if (role === undefined || !Number.isInteger(days) || days < 1 || days > 365) {
    tell([`parley: --role is one of ${tokenRoles.join(', ')}; --days is a number from 1 to 365`])
    return Promise.resolve(2)
  }
  return onInstance(options, async ({ pool, clock }) => {
    const now = clock.now()
    const { person } = await ensureFirstCoordinator(pool, defaultName, now)
    const wish = { name, organisation, role, days, owner: person }
    const { token } = await asActor(pool, systemActor, async (tx) => {
      const made = await makeToken(tx, wish, now)
      await record(tx, [{ action: 'token.make', kind: 'token', record: made.id, at: now }])
      return made
    })
    print([token])
    tell([`A token for ${organisation}, as ${role}, for ${days} days. It is not shown again.`])
    return 0
  })
}
