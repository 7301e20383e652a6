import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  readdirSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Account, accountForDatabase } from './account.ts'

/** What of a data folder is the database's. */
export type Home = {
  /** The data folder, without symbolic links. */
  readonly folder: string
  /** What of it is PostgreSQL's. */
  readonly home: string
  /** PostgreSQL's own data directory, which is there once a cluster is made. */
  readonly data: string
  /** Holds the password of the superuser. */
  readonly passwordFile: string
  /** One for each data folder. */
  readonly id: string
}

/** Where everything of one data folder lies, and as whom its server runs. */
export type Place = Home & {
  readonly socketFolder: string
  readonly account: Account
}

/**
 * Finds a data folder, or makes it; nothing is made in it.
 *
 * @throws errors of the operating system, for a folder that cannot be written
 */
export function homeIn(dataFolder: string): Home {
  makeFolder(dataFolder)
  const folder = realpathSync(dataFolder)
  // Says so itself where it is no folder, which names what somebody asked for.
  opendirSync(folder).closeSync()
  accessSync(folder, constants.W_OK)
  const home = join(folder, 'postgres')
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const passwordFile = join(folder, 'database-superuser')
  return { folder, home, data: join(home, 'cluster'), passwordFile, id }
}

/**
 * Makes a folder and those above it, one by one: on a read-only file system the recursive call of
 * Node says that there is no such folder, which helps nobody.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  makeUnlessThere(folder)
}

/**
 * Settles as whom the server of a data folder runs, and makes the folders that this needs. None
 * that exists is opened up to anybody.
 *
 * @throws errors of the operating system, for a folder that cannot be written
 */
export function placeFor(of: Home): Result<Place> {
  const { home, data, id } = of
  mkdirSync(home, { recursive: true, mode: 0o700 })
  accessSync(home, constants.W_OK)
  const owner = statSync(data, { throwIfNoEntry: false })?.uid ?? null
  const account = accountForDatabase(owner)
  if (!account.ok) return account
  const isOthers = process.platform !== 'win32' && owner !== null && owner !== process.getuid?.()
  if (account.value === null && isOthers) {
    return no({
      code: 'not-writable',
      why: `the database belongs to another user (number ${owner})`,
      at: data,
      hint: 'start Parley as that user or as root, or set PARLEY_DATA to another folder',
    })
  }
  const socketFolder = socketFolderFor(home, { id, account: account.value })
  if (!socketFolder.ok) return socketFolder
  return yes({ ...of, socketFolder: socketFolder.value, account: account.value })
}

/** The path of a socket has at most 107 bytes on Linux, 103 on macOS. */
const socketFolderBytesMax = 85

type SocketWish = { readonly id: string; readonly account: Account }

/**
 * Where the socket lies: with the cluster where the path is short enough, else where paths are
 * short. Under root always there, as the user that PostgreSQL runs as may not be able to pass
 * through the data folder and all above it. It depends on nothing but the data folder, so that all
 * processes find the same; the environment of one may name other folders than that of another.
 */
function socketFolderFor(home: string, { id, account }: SocketWish): Result<string> {
  const own = join(home, 'socket')
  if (account === null && Buffer.byteLength(own) <= socketFolderBytesMax) {
    mkdirSync(own, { recursive: true, mode: 0o700 })
    return yes(own)
  }
  const owner = account?.uid ?? process.getuid?.() ?? 0
  const base = account !== null && isWritable('/run') ? '/run' : '/tmp'
  const folder = join(base, account === null ? `parley-${owner}-${id}` : `parley-${id}`)
  makeUnlessThere(folder)
  // In a folder for everybody somebody else may have been first, with a link to anywhere.
  const found = lstatSync(folder)
  const isOurs = found.uid === owner || found.uid === process.getuid?.()
  if (!found.isDirectory() || !isOurs || (found.mode & 0o077) !== 0) {
    return no({
      code: 'not-writable',
      why: 'is not a folder that only Parley may enter',
      at: folder,
      hint: 'see whose it is and remove it',
    })
  }
  if (account !== null) lchownSync(folder, account.uid, account.gid)
  return yes(folder)
}

function makeUnlessThere(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

export function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Whether everybody may pass through a folder and all above it. */
export function isReachable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Gives a folder of ours, with all in it, to the user that PostgreSQL runs as. */
export function handOver(folder: string, account: Account): void {
  if (account === null) return
  lchownSync(folder, account.uid, account.gid)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, name), account.uid, account.gid)
  }
}
