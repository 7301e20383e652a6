import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { syncFolder } from '#platform/files/disk.ts'
import { newHolder } from './holder.ts'
import { handOver, type Place } from './place.ts'
import { pathFor, run } from './program.ts'
import { refusalOfProgram } from './trouble.ts'

export const superuser = 'parley_superuser'

/**
 * The cluster of a data folder, made where there is none yet, and the password of its superuser.
 *
 * @throws errors of the operating system, for a folder that cannot be written
 */
export async function openCluster(place: Place, bin: string): Promise<Result<string>> {
  const { data, passwordFile, account } = place
  clearDrafts(place.home)
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const refusal = await makeCluster(place, bin)
    if (refusal) return no(refusal)
  } else if (account !== null && statSync(data).uid !== account.uid) {
    // A copy from another machine, where the user that PostgreSQL runs as has another number.
    handOver(data, account)
  }
  if (existsSync(passwordFile)) return yes(readFileSync(passwordFile, 'utf8').trim())
  return no({
    code: 'no-database',
    why: 'the file with the password of the database is gone',
    at: passwordFile,
    hint: 'put it back from a copy of the data folder',
  })
}

const draftName = 'cluster.part-'

/**
 * Makes a cluster under another name and renames it when it is whole, so that an interrupted start
 * leaves nothing that could be taken for one. The name is a new one each time: an `initdb` that
 * lives on after its Parley was killed still writes under the old.
 */
async function makeCluster(place: Place, bin: string): Promise<Refusal | null> {
  const { home, data, account, passwordFile } = place
  const draft = join(home, `${draftName}${newHolder()}`)
  // The folder of the socket is one that the user PostgreSQL runs as surely reaches.
  const secret = join(place.socketFolder, 'password')
  const password = randomBytes(24).toString('base64url')
  try {
    mkdirSync(draft, { mode: 0o700 })
    rmSync(secret, { force: true })
    writeFileSync(secret, password, { mode: 0o600, flag: 'wx' })
    if (account) for (const path of [draft, secret]) chownSync(path, account.uid, account.gid)
    const args = [
      ...['-D', pathFor(draft, account), '-U', superuser, `--pwfile=${secret}`],
      ...['-A', 'scram-sha-256', '-E', 'UTF8', '--data-checksums'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale'],
    ]
    const made = await run({ program: join(bin, 'initdb'), args, data: draft, account })
    if (!made.isOk) return refusalOfProgram(made.said, home)
    keepPassword(passwordFile, password)
    renameSync(draft, data)
    await syncFolder(home)
    return null
  } finally {
    rmSync(secret, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

function keepPassword(path: string, password: string): void {
  const draft = `${path}.part`
  try {
    writeFileSync(draft, password, { mode: 0o600, flush: true })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

function clearDrafts(home: string): void {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(draftName)) continue
    try {
      rmSync(join(home, name), { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Its initdb still lives and writes; a later start finds the folder quiet.
    }
  }
}
