import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeToken, revokeToken } from '../../src/features/org/org.store.ts'
import type { Role } from '../../src/features/org/role.ts'
import { onInstance } from '../../src/main/service/command.ts'
import type { Instance } from '../../src/main/service/instance.ts'
import { asActor, systemActor } from '../../src/platform/db/as-actor.ts'
import type { Target } from './client.ts'

const root = join(import.meta.dirname, '..', '..')
const startMs = 180_000
const dayMs = 86_400_000

/** A service of its own: a new folder, a free port, no settings of whoever starts it. */
export class FreshService {
  readonly folder: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly url: string

  private constructor(folder: string, child: ChildProcess, url: string) {
    this.folder = folder
    this.#child = child
    this.#ended = once(child, 'exit')
    this.url = url
  }

  static async start(): Promise<FreshService> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-interop-'))
    const args = [join(root, 'bin', 'parley.mjs'), 'serve', '--data', folder, '--port', '0']
    // Without settings of the caller's: another database or address would not be this service.
    const { PATH, HOME, LANG } = process.env
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH, HOME, LANG, PARLEY_LOG_LEVEL: 'error' },
    })
    return new FreshService(folder, child, await addressOf(child))
  }

  /** The tokens that clients are tried with, one of each kind. */
  async target(): Promise<Target> {
    let target: Target | null = null
    await onInstance({ data: this.folder }, async (instance) => {
      const now = instance.clock.now()
      const revoked = await tokenOf(instance, 'finder', now)
      await asActor(instance.pool, systemActor, (tx) => revokeToken(tx, revoked.id, now))
      const longAgo = new Date(now.getTime() - 3 * dayMs)
      target = {
        url: this.url,
        token: (await tokenOf(instance, 'finder', now)).token,
        staffToken: (await tokenOf(instance, 'coordinator', now)).token,
        revokedToken: revoked.token,
        expiredToken: (await tokenOf(instance, 'finder', longAgo)).token,
      }
      return 0
    })
    if (target === null) throw new Error('the service gave no tokens')
    return target
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  const signal = AbortSignal.timeout(startMs)
  let said = ''
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    said += chunk
    const url = /serves (http:\S+)/.exec(said)?.[1]
    if (url !== undefined) return url
    signal.throwIfAborted()
  }
  throw new Error(`the service did not start: ${said}`)
}

async function tokenOf({ pool }: Instance, role: Role, now: Date) {
  return asActor(pool, systemActor, async (tx) => {
    const { id: owner } = await tx
      .selectFrom('parley.person')
      .select('id')
      .limit(1)
      .executeTakeFirstOrThrow()
    const wish = { name: role, organisation: 'Laboratory', role, days: 1, owner }
    return makeToken(tx, wish, now)
  })
}
