import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { no, type Result, yes } from '#kernel/result.ts'

/** As whom PostgreSQL runs. Null: as the user that runs Parley. */
export type Account = { readonly uid: number; readonly gid: number } | null

const name = 'parley-db'

/**
 * PostgreSQL refuses to run as root, so under root it gets a user of its own, who owns its files
 * and nothing else; a shared one, such as `nobody`, could be anybody.
 */
export function accountForDatabase(): Result<Account> {
  if (process.getuid?.() !== 0) return yes(null)
  const found = entryOf(name)
  if (found) return yes(found)
  for (const [command, ...args] of [
    ['useradd', '--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
    ['adduser', '-S', '-H', '-D', '-s', '/sbin/nologin', name],
  ]) {
    if (command !== undefined) spawnSync(command, args, { stdio: 'ignore' })
    const made = entryOf(name)
    if (made) return yes(made)
  }
  return no({
    code: 'no-database',
    why: `PostgreSQL does not run as root, and the user ${name} could not be made`,
    hint: `make it (useradd --system ${name}), start Parley as an ordinary user, or set DATABASE_URL`,
  })
}

function entryOf(user: string): Account {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`))
  const [, , uid, gid] = (line ?? '').split(':')
  return line === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}
