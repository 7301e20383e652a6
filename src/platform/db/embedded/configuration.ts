import { chownSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Place } from './place.ts'

/** Where a server listens: a folder for its socket, or the loopback where there are none. */
export type Address = { readonly host: string; readonly port: number }

/** The port that names the socket in its folder; nothing listens on a network. */
export const socketPort = 5432

/** Where the server writes its log, in its data directory. */
export const logFolder = 'log'

/** The file in the data directory that is an operator's, and that Parley never writes. */
const ownSettings = 'own.conf'

/** Writes the settings of the server and who may connect, where they are not so already. */
export function configure(place: Place, data: string, address: Address): void {
  write(place, join(data, 'postgresql.conf'), settingsFor(address, memoryBytes()))
  write(place, join(data, 'pg_hba.conf'), rulesFor(address))
}

function write({ account }: Place, path: string, text: string): void {
  if (textOf(path) === text) return
  const draft = `${path}.part`
  try {
    writeFileSync(draft, text, { mode: 0o600, flush: true })
    if (account) chownSync(draft, account.uid, account.gid)
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

const isSocket = ({ host }: Address): boolean => host.startsWith('/')

/** Everybody needs a password, whoever they are for the system. */
function rulesFor(address: Address): string {
  const who = isSocket(address) ? 'local all all' : 'host all all 127.0.0.1/32'
  return `# Parley writes this file.\n${who} scram-sha-256\n`
}

const mebibyte = 2 ** 20

/** What this process may use of the machine's memory: in a container, that of the container. */
function memoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** For a laptop or a small server that has other work as well, in words of postgresql.conf. */
export function settingsFor(address: Address, memory: number): string {
  const buffersMb = Math.round(Math.min(Math.max(memory / mebibyte / 8, 64), 512))
  return [
    '# Parley writes this file at every start. Settings of yours, such as shared_buffers, belong',
    `# in ${ownSettings} beside it; those under "Always" cannot be changed there.`,
    ...lines({
      timezone: 'UTC',
      log_timezone: 'UTC',
      default_text_search_config: 'pg_catalog.english',
      max_connections: '100',
      shared_buffers: `${buffersMb}MB`,
      effective_cache_size: `${Math.round(memory / mebibyte / 2)}MB`,
      wal_compression: 'on',
      max_wal_size: '2GB',
      checkpoint_timeout: '10min',
      random_page_cost: '1.1',
      jit: 'off',
      dynamic_shared_memory_type: sharedMemoryType(),
      // Queues change all the time: many small clean-ups instead of few large ones.
      autovacuum_naptime: '30s',
      autovacuum_vacuum_scale_factor: '0.05',
      autovacuum_analyze_scale_factor: '0.05',
    }),
    `include_if_exists = '${ownSettings}'`,
    '',
    '# Always',
    ...lines({
      listen_addresses: isSocket(address) ? '' : '127.0.0.1',
      port: String(address.port),
      unix_socket_directories: isSocket(address) ? address.host : '',
      unix_socket_permissions: '0700',
      password_encryption: 'scram-sha-256',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      restart_after_crash: 'on',
      ...logSettings,
    }),
    '',
  ].join('\n')
}

/**
 * The log says what happened, never what was stored: no statements, no parameters, none of the
 * details that quote rows. A file ends by size or by day; the supervisor keeps the newest.
 */
const logSettings = {
  logging_collector: 'on',
  log_directory: logFolder,
  log_filename: 'postgresql-%Y-%m-%d_%H%M%S.log',
  log_file_mode: '0600',
  log_rotation_age: '1d',
  log_rotation_size: '10MB',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
  log_min_duration_statement: '-1',
}

const lines = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`)

const sharedMemoryBytesMin = 256 * mebibyte

/**
 * Containers often have 64 MiB of shared memory, where a larger query would find the disk full;
 * files in the data directory have more room.
 */
function sharedMemoryType(): string {
  if (process.platform === 'win32') return 'windows'
  if (process.platform !== 'linux') return 'posix'
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    return blocks * bsize < sharedMemoryBytesMin ? 'mmap' : 'posix'
  } catch {
    return 'mmap'
  }
}
