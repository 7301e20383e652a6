import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Account, accountForDatabase } from './account.ts'
import { placeBinaries, postgresMajor } from './binaries.ts'
import { type Cluster, openCluster, superuser } from './cluster.ts'
import { alone, Leases } from './lease.ts'
import { lower, type PostmasterWish, raise, runningOn } from './postmaster.ts'

/** What the data folder says of itself. */
const Marker = z.object({ layout: z.number(), postgres: z.number() })
const layout = 1

export type EmbeddedOptions = {
  readonly dataFolder: string
  readonly log: (event: {
    readonly level: 'info' | 'warn' | 'error'
    readonly says: string
  }) => void
}

/** A PostgreSQL server for one data folder, shared by every process that uses the folder. */
export type EmbeddedServer = {
  readonly pid: () => number
  readonly isAdopted: boolean
  readonly urlOf: (login: { user: string; password: string; database: string }) => string
  readonly superuserUrl: (database: string) => string
  /** Stops using the server; the last one to do so stops it. */
  readonly close: () => Promise<void>
}

/**
 * Starts the embedded PostgreSQL of a data folder, or shares the one that runs there, be it of
 * another process or left behind by one that was killed. While it is used it is watched: a server
 * that dies is started again.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Result<EmbeddedServer>> {
  try {
    return await open(options)
  } catch (error) {
    const refusal = refusalOfSystem(error, options.dataFolder)
    if (refusal) return no(refusal)
    throw error
  }
}

async function open({ dataFolder, log }: EmbeddedOptions): Promise<Result<EmbeddedServer>> {
  const folder = resolve(dataFolder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  accessSync(folder, constants.W_OK)
  const marked = checkMarker(folder)
  if (!marked.ok) return marked
  const account = accountForDatabase()
  if (!account.ok) return account
  const home = homeFor(folder, account.value)
  const socketFolder = socketFolderFor(home, account.value)
  const leases = new Leases(join(folder, 'leases'))
  const lock = join(folder, 'starting.lock')
  const raised = await alone(lock, async () => {
    const wish = await prepare({ folder, home, account: account.value })
    if (!wish.ok) return wish
    const full: PostmasterWish = { ...wish.value, home, socketFolder, account: account.value }
    const up = await raise(full)
    if (up.ok) leases.take()
    return up.ok ? yes({ ...up.value, full }) : up
  })
  if (!raised.ok) return raised
  const { full, isAdopted } = raised.value
  const watch = new Watch(full, lock, log)
  watch.begin(raised.value.pid)
  const urlOf: EmbeddedServer['urlOf'] = ({ user, password, database }) =>
    `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${encodeURIComponent(database)}?host=${encodeURIComponent(socketFolder)}`
  return yes({
    ...{ isAdopted, urlOf, pid: () => watch.pid },
    superuserUrl: (database) => urlOf({ user: superuser, password: full.password, database }),
    close: () =>
      alone(lock, async () => {
        watch.end()
        const running = runningOn(full.data)
        if (leases.giveBack() && running !== null) await lower(running)
      }),
  })
}

type Place = { readonly folder: string; readonly home: string; readonly account: Account }

async function prepare({
  folder,
  home,
  account,
}: Place): Promise<Result<Cluster & { bin: string }>> {
  const bin = placeBinaries(home)
  if (!bin.ok) return bin
  const passwordFile = join(folder, 'database-superuser')
  const cluster = await openCluster({ home, bin: bin.value, account, passwordFile })
  return cluster.ok ? yes({ ...cluster.value, bin: bin.value }) : cluster
}

/** Refuses a folder of a newer Parley; marks a new one. */
function checkMarker(folder: string): Result<null> {
  const path = join(folder, 'parley.json')
  const text = textOf(path)
  if (text === null) {
    writeFileSync(path, `${JSON.stringify({ layout, postgres: postgresMajor })}\n`, { flush: true })
    return yes(null)
  }
  const found = Marker.safeParse(jsonOf(text))
  if (!found.success) return no({ code: 'malformed', why: 'does not mark a data folder', at: path })
  if (found.data.layout <= layout && found.data.postgres === postgresMajor) return yes(null)
  const isNewer = found.data.layout > layout || found.data.postgres > postgresMajor
  return no({
    code: 'newer-version',
    why: `the data folder belongs to ${isNewer ? 'a newer' : 'an older'} Parley (PostgreSQL ${found.data.postgres})`,
    at: folder,
    hint: isNewer
      ? 'start the version that it belongs to'
      : 'back it up with the version that it belongs to, and restore into a new folder',
  })
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Where the cluster lies: in the data folder, unless the user that PostgreSQL runs as cannot get
 * there (a folder under the home of root), since folders that are not ours are never opened up.
 */
function homeFor(folder: string, account: Account): string {
  const home =
    account === null || isReachable(dirname(folder))
      ? join(folder, 'postgres')
      : join('/var/lib', `parley-${shortHash(folder)}`)
  mkdirSync(home, { recursive: true, mode: 0o711 })
  mkdirSync(join(home, 'log'), { recursive: true, mode: 0o700 })
  if (account !== null) {
    // Passing through, not looking in: what lies in the data folder has modes of its own.
    if (home.startsWith(`${folder}/`)) chmodSync(folder, 0o711)
    chmodSync(home, 0o711)
    chownSync(join(home, 'log'), account.uid, account.gid)
  }
  return home
}

/** Whether anybody may pass through a folder and all above it. */
function isReachable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The path of a Unix socket has at most 107 bytes on Linux, 103 on macOS. */
const socketFolderBytesMax = 85

function socketFolderFor(home: string, account: Account): string {
  const own = join(home, 'socket')
  const isShort = Buffer.byteLength(own) <= socketFolderBytesMax
  const folder = isShort ? own : join(tmpdir(), `parley-${shortHash(home)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = statSync(folder)
  const owner = account?.uid ?? process.getuid?.()
  if (account !== null && (uid === 0 || uid === owner)) {
    chownSync(folder, account.uid, account.gid)
  } else if (owner !== undefined && (uid !== owner || (mode & 0o077) !== 0)) {
    throw new Error(`${folder} is not a folder that only Parley may enter`)
  }
  return folder
}

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12)

function refusalOfSystem(error: unknown, at: string): Refusal | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  const hint = 'give Parley a folder that it may write, with --data or PARLEY_DATA'
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'disk-full', why: 'the disk is full', at, hint: 'make room and start again' }
    case 'EROFS':
      return { code: 'not-writable', why: 'the file system is read-only', at, hint }
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'not-writable', why: `cannot be written: ${error.message}`, at, hint }
    default:
      return null
  }
}

const watchEachMs = 500
const backOffMsMax = 10_000

/** Keeps the server up: whoever notices first that it died starts it, the others share it. */
class Watch {
  readonly #wish: PostmasterWish
  readonly #lock: string
  readonly #log: EmbeddedOptions['log']
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #isEnded = false
  pid = 0

  constructor(wish: PostmasterWish, lock: string, log: EmbeddedOptions['log']) {
    this.#wish = wish
    this.#lock = lock
    this.#log = log
  }

  begin(pid: number): void {
    this.pid = pid
    this.#next(watchEachMs)
  }

  end(): void {
    this.#isEnded = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #next(ms: number): void {
    if (this.#isEnded) return
    this.#timer = setTimeout(() => void this.#look(), ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    if (runningOn(this.#wish.data) !== null) return this.#next(watchEachMs)
    this.#log({ level: 'warn', says: 'PostgreSQL is gone; it is started again' })
    const up = await alone(this.#lock, async () =>
      this.#isEnded ? null : raise(this.#wish),
    ).catch((error: unknown) => no<Refusal>({ code: 'no-database', why: String(error) }))
    if (up === null) return
    if (up.ok) {
      this.pid = up.value.pid
      this.#failures = 0
      this.#log({ level: 'info', says: 'PostgreSQL is back' })
      return this.#next(watchEachMs)
    }
    this.#failures++
    this.#log({ level: 'error', says: `PostgreSQL does not come back: ${up.refusal.why}` })
    this.#next(Math.min(watchEachMs * 2 ** this.#failures, backOffMsMax))
  }
}
