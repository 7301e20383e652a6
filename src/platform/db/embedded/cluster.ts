import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Account } from './account.ts'

export const superuser = 'parley_superuser'

export type Cluster = {
  /** PostgreSQL's own data directory. */
  readonly data: string
  readonly password: string
}

export type ClusterWish = {
  readonly home: string
  readonly bin: string
  readonly account: Account
  readonly passwordFile: string
}

/**
 * The cluster of a data folder, made at the first start. It is made under another name and renamed
 * when it is whole, so that an interrupted start leaves nothing that could be taken for one.
 */
export async function openCluster(wish: ClusterWish): Promise<Result<Cluster>> {
  const data = join(wish.home, 'cluster')
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const made = await makeCluster(wish, data)
    if (!made.ok) return made
  }
  return yes({ data, password: readFileSync(wish.passwordFile, 'utf8').trim() })
}

async function makeCluster(wish: ClusterWish, data: string): Promise<Result<null>> {
  const { home, bin, account, passwordFile } = wish
  const draft = join(home, 'cluster.part')
  const secret = join(home, 'password.part')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  writeFileSync(secret, password, { mode: 0o600 })
  if (account) for (const path of [draft, secret]) chownSync(path, account.uid, account.gid)
  try {
    const args = [
      ...['-D', draft, '-U', superuser, `--pwfile=${secret}`, '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale', '-k'],
    ]
    const { code, output } = await run(join(bin, 'initdb'), args, account)
    if (code !== 0) return no(refusalOf(output, home))
    writeFileSync(passwordFile, password, { mode: 0o600, flush: true })
    renameSync(draft, data)
    return yes(null)
  } finally {
    rmSync(secret, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Why PostgreSQL's programs gave up, in our words. */
export function refusalOf(output: string, at: string): Refusal {
  const tail = output.trim().split('\n').slice(-3).join(' ').slice(0, 600)
  if (/No space left on device|disk quota/i.test(output)) {
    return { code: 'disk-full', why: 'the disk is full', at, hint: 'make room and start again' }
  }
  if (/Permission denied|Read-only file system/i.test(output)) {
    const hint = 'give Parley a folder that it may write, with PARLEY_DATA'
    return { code: 'not-writable', why: `PostgreSQL cannot write: ${tail}`, at, hint }
  }
  return { code: 'no-database', why: `PostgreSQL does not start: ${tail}`, at }
}

export function run(
  program: string,
  args: readonly string[],
  account: Account,
): Promise<{ code: number; output: string }> {
  const child = spawn(program, args, {
    ...(account ?? {}),
    cwd: '/',
    env: environmentOfPostgres(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((settle, fail) => {
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        output = (output + piece.toString('utf8')).slice(-20_000)
      })
    }
    child.once('error', fail)
    child.once('close', (code) => settle({ code: code ?? 1, output }))
  })
}

/** Nothing of our own environment concerns PostgreSQL, and some of it is secret. */
export const environmentOfPostgres = (): NodeJS.ProcessEnv => ({
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
})

const mebibyte = 2 ** 20

/** An eighth of the memory, between 128 MB and 512 MB: the machine has other work as well. */
const sharedBuffersMb = (): number =>
  Math.round(Math.min(Math.max(totalmem() / mebibyte / 8, 128), 512))

/** Settings that go with every start: what is durable stays durable, nothing listens on a network. */
export const settingsOf = (socketFolder: string, logFolder: string): string[] =>
  Object.entries({
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: `${sharedBuffersMb()}MB`,
    effective_cache_size: `${sharedBuffersMb() * 4}MB`,
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    random_page_cost: '1.1',
    jit: 'off',
    password_encryption: 'scram-sha-256',
    logging_collector: 'on',
    log_directory: logFolder,
    log_filename: 'postgresql-%w.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: '20MB',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
