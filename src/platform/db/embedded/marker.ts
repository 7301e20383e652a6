import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import { syncFolder } from '#platform/files/disk.ts'
import type { Home } from './place.ts'

/** What a data folder says of itself, in `parley.json`. */
const Marker = z.object({ layout: z.int(), postgres: z.int() })

/** How this Parley lays out a data folder: it reads this layout and all before it. */
const layout = 1

/** The major version of PostgreSQL that the data folders of this Parley are made with. */
const postgresMajor = 18

const pathIn = (folder: string): string => join(folder, 'parley.json')

/** Why the data folder is not for this version; null where it is, or where nothing is in it yet. */
export function checkMarker({ folder, data }: Home): Refusal | null {
  const path = pathIn(folder)
  if (!existsSync(path)) return checkMajor(data, folder)
  const found = Marker.safeParse(jsonOf(readFileSync(path, 'utf8')))
  if (!found.success) {
    const hint = 'name another folder with PARLEY_DATA, or put the file of a backup in its place'
    return { code: 'malformed', why: 'does not mark a data folder of Parley', at: path, hint }
  }
  if (found.data.layout > layout) return ofAnother(folder, 'a newer Parley')
  if (found.data.postgres !== postgresMajor) return ofMajor(found.data.postgres, folder)
  if (existsSync(join(data, 'PG_VERSION'))) return checkMajor(data, folder)
  return {
    code: 'no-database',
    why: 'this data folder had a database, which is gone',
    at: data,
    hint: 'put it back, or restore a backup into a new folder; nothing is begun anew in its place',
  }
}

/** Marks a data folder, once there is a whole cluster in it. */
export async function mark({ folder }: Home): Promise<void> {
  const path = pathIn(folder)
  if (existsSync(path)) return
  const draft = `${path}.part`
  try {
    const text = `${JSON.stringify({ layout, postgres: postgresMajor })}\n`
    writeFileSync(draft, text, { mode: 0o600, flush: true })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** What the cluster itself says. */
function checkMajor(data: string, folder: string): Refusal | null {
  const path = join(data, 'PG_VERSION')
  if (!existsSync(path)) return null
  const major = Number(readFileSync(path, 'utf8'))
  return major === postgresMajor ? null : ofMajor(major, folder)
}

function ofMajor(major: number, folder: string): Refusal {
  if (major > postgresMajor) return ofAnother(folder, `a newer Parley (PostgreSQL ${major})`)
  const hint =
    'with the Parley it belongs to run "parley backup", then with this one "parley restore" ' +
    'into a new folder'
  return { ...ofAnother(folder, `an older Parley (PostgreSQL ${major})`), hint }
}

const ofAnother = (folder: string, owner: string): Refusal => ({
  code: 'newer-version',
  why: `the data folder belongs to ${owner}`,
  at: folder,
  hint: 'start the version that it belongs to, or set PARLEY_DATA to another folder',
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
