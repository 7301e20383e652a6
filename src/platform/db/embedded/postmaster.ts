import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Account } from './account.ts'
import { environmentOfPostgres, refusalOf, settingsOf, superuser } from './cluster.ts'
import { commandOf, isAlive, isZombie } from './process-identity.ts'

export type PostmasterWish = {
  readonly bin: string
  readonly data: string
  readonly home: string
  readonly socketFolder: string
  readonly account: Account
  readonly password: string
}

export type Postmaster = { readonly pid: number; readonly isAdopted: boolean }

const startMs = 120_000
/** After it was killed, its children hold shared memory for about a second. */
const retryMs = 15_000

/** Takes over the server that runs on this cluster, or starts one. */
export async function raise(wish: PostmasterWish): Promise<Result<Postmaster>> {
  const running = runningOn(wish.data)
  if (running !== null && (await answers(wish, running, startMs))) {
    return yes({ pid: running, isAdopted: true })
  }
  const until = Date.now() + retryMs
  for (;;) {
    const started = await start(wish)
    if (started.ok || Date.now() > until) return started
    if (!/shared memory|lock file|already in use/i.test(started.refusal.why)) return started
    await pause(300)
  }
}

/** The postmaster of this cluster, if the process that its file names is one. */
export function runningOn(data: string): number | null {
  const lines = linesOf(join(data, 'postmaster.pid'))
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || isZombie(pid)) return null
  const command = commandOf(pid)
  // Where the system tells what a process is, another one that was given the number is told apart.
  return command === null || command.includes(data) ? pid : null
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

async function start(wish: PostmasterWish): Promise<Result<Postmaster>> {
  const said = join(wish.home, 'start.log')
  const log = openSync(said, 'w', 0o600)
  const args = ['-D', wish.data, ...settingsOf(wish.socketFolder, join(wish.home, 'log'))]
  const child = spawn(join(wish.bin, 'postgres'), args, {
    ...(wish.account ?? {}),
    cwd: '/',
    env: environmentOfPostgres(),
    // A session of its own: a Ctrl-C in the terminal must not reach it before us.
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const failed = new Promise<'failed'>((settle) => {
    child.once('error', () => settle('failed'))
    child.once('exit', () => settle('failed'))
  })
  child.unref()
  const { pid } = child
  if (pid === undefined) return no(refusalOf('PostgreSQL cannot be run', wish.home))
  const outcome = await Promise.race([failed, answers(wish, pid, startMs)])
  if (outcome === true) return yes({ pid, isAdopted: false })
  return no(refusalOf(linesOf(said).join('\n') || 'it gives no answer', wish.home))
}

/** Waits until the server takes connections; false when it ends or takes too long. */
async function answers(wish: PostmasterWish, pid: number, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs
  while (Date.now() < until && isAlive(pid) && !isZombie(pid)) {
    const client = new Client({
      ...{ host: wish.socketFolder, port: 5432, user: superuser, password: wish.password },
      ...{ database: 'postgres', connectionTimeoutMillis: 5_000 },
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await pause(25)
    }
  }
  return false
}

const stopMs = 30_000

/** Ends a server in its fast way: transactions are rolled back, what was committed is on disk. */
export async function lower(pid: number): Promise<void> {
  const signals: readonly (readonly [NodeJS.Signals, number])[] = [
    ['SIGINT', stopMs],
    ['SIGQUIT', 5_000],
  ]
  for (const [signal, withinMs] of signals) {
    if (!isAlive(pid) || isZombie(pid)) return
    process.kill(pid, signal)
    const until = Date.now() + withinMs
    while (Date.now() < until && isAlive(pid) && !isZombie(pid)) await pause(20)
  }
}
