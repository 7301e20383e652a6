import { ensureFirstCoordinator, makeSignInLink, makeToken } from '#features/org/org.store.ts'
import type { Role } from '#features/org/org.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { onInstance, type ServiceOptions } from './command.ts'
import { defaultName } from './serve.ts'

/** `parley sign-in`: another one-time link for the first coordinator. */
export const runSignIn = (options: ServiceOptions): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock, settings }) => {
    const { person } = await ensureFirstCoordinator(pool, defaultName, clock.now())
    const link = await makeSignInLink(pool, person, clock.now())
    const { publicUrl, host, port } = settings
    const address = publicUrl?.href.replace(/\/$/, '') ?? `http://${host}:${port}`
    print([`${address}/sign-in#${link}`])
    return 0
  })

export type TokenOptions = ServiceOptions & {
  readonly organisation: string
  readonly role: string
  readonly days: string
}

const isRole = (text: string): text is Role => text === 'finder' || text === 'coordinator'

/** `parley token NAME`: makes an API token and prints it, which is the only time it is shown. */
export function runToken(name: string, options: TokenOptions): Promise<ExitCode> {
  const { organisation, role } = options
  const days = Number(options.days)
  if (!isRole(role) || !Number.isInteger(days) || days < 1 || days > 365) {
    tell(['parley: --role is finder or coordinator, --days a number from 1 to 365'])
    return Promise.resolve(2)
  }
  return onInstance(options, async ({ pool, clock }) => {
    const now = clock.now()
    const { person } = await ensureFirstCoordinator(pool, defaultName, now)
    const wish = { name, organisation, role, days, owner: person }
    const { token } = await asActor(pool, systemActor, (tx) => makeToken(tx, wish, now))
    print([token])
    tell([`A token for ${organisation}, as ${role}, for ${days} days. It is not shown again.`])
    return 0
  })
}
