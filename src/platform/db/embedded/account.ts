import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { no, type Result, yes } from '#kernel/result.ts'

/** As whom PostgreSQL runs. Null: as the user that runs Parley. */
export type Account = { readonly uid: number; readonly gid: number } | null

const name = 'parley-db'

/** Numbers that systems give to people, not to services (login.defs(5), UID_MIN and UID_MAX). */
const isOfAPerson = (uid: number): boolean => uid >= 1_000 && uid <= 60_000

/**
 * PostgreSQL refuses to run as root, so under root it gets a user of its own, who owns its files
 * and nothing else; a shared one, such as `nobody`, could be anybody. A cluster that a person made
 * without root runs as that person also when root starts it, so that both can use it.
 *
 * @param owner who owns the cluster; null before there is one
 */
export function accountForDatabase(owner: number | null): Result<Account> {
  if (process.getuid?.() !== 0) return yes(null)
  if (process.platform !== 'linux') {
    return no({
      code: 'no-database',
      why: 'the embedded PostgreSQL does not run as root on this system',
      hint: 'start Parley as an ordinary user, or set DATABASE_URL',
    })
  }
  const person = owner !== null && isOfAPerson(owner) ? entryOf((one) => one.uid === owner) : null
  const found = person ?? entryOf((one) => one.name === name) ?? makeUser()
  if (found) return yes({ uid: found.uid, gid: found.gid })
  return no({
    code: 'no-database',
    why: `PostgreSQL does not run as root, and the user ${name} could not be made`,
    hint: `run "useradd --system ${name}", start Parley as an ordinary user, or set DATABASE_URL`,
  })
}

type Entry = { readonly name: string; readonly uid: number; readonly gid: number }

function makeUser(): Entry | null {
  for (const [command, ...args] of [
    ['useradd', '--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
    ['adduser', '-S', '-H', '-D', '-s', '/sbin/nologin', name],
  ]) {
    if (command !== undefined) spawnSync(command, args, { stdio: 'ignore' })
    const made = entryOf((one) => one.name === name)
    if (made) return made
  }
  return null
}

/** Read from the file, since that is where PostgreSQL needs the user to be found. */
function entryOf(is: (entry: Entry) => boolean): Entry | null {
  if (!existsSync('/etc/passwd')) return null
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n').map(entryIn)
  // Zero would be root again, under another name.
  return entries.find((entry) => entry.uid > 0 && entry.gid > 0 && is(entry)) ?? null
}

function entryIn(line: string): Entry {
  const [user = '', , uid, gid] = line.split(':')
  return { name: user, uid: Number(uid), gid: Number(gid) }
}
