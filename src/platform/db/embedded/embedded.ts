import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import { installedBinaries, placeBinaries } from './binaries.ts'
import { openCluster, superuser } from './cluster.ts'
import { type Address, socketPort } from './configuration.ts'
import { Lease, usedElsewhere } from './lease.ts'
import type { LogLine } from './log-line.ts'
import { checkMarker, mark } from './marker.ts'
import { type Home, homeIn, type Place, placeFor } from './place.ts'
import { lower, type Postmaster, raise, runningOn, type ServerWish } from './postmaster.ts'
import { refusalOfSystem } from './trouble.ts'
import { inTurn } from './turn.ts'
import { Watch } from './watch.ts'

export type EmbeddedOptions = {
  readonly dataFolder: string
  readonly log: (line: LogLine) => void
}

export type EmbeddedLogin = {
  readonly user: string
  readonly password: string
  readonly database: string
}

/** A PostgreSQL server for one data folder, shared by every process that uses the folder. */
export type EmbeddedServer = {
  /** Of the server that runs now; it changes when a server that died is started again. */
  readonly pid: () => number
  /** Whether it ran already: it is another process's, or was left behind by one that was killed. */
  readonly isAdopted: boolean
  /** The folder of the socket, and the port that names the socket in it. */
  readonly address: Address
  readonly urlOf: (login: EmbeddedLogin) => string
  readonly superuserUrl: (database: string) => string
  /** Stops using the server; the last one to do so stops it. */
  readonly close: () => Promise<void>
}

/**
 * Starts the embedded PostgreSQL of a data folder, or shares the one that runs there, be it of
 * another process or left behind by one that was killed. While it is used it is watched: a server
 * that dies is started again. What lies where is told in docs/operations/embedded-database.md.
 *
 * @example
 * const started = await startEmbedded({ dataFolder: '/srv/parley', log: () => {} })
 * if (!started.ok) return started
 * const pool = new Pool({ connectionString: started.value.superuserUrl('postgres') })
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Result<EmbeddedServer>> {
  try {
    return await open(options)
  } catch (error) {
    const refusal = refusalOfSystem(error, options.dataFolder)
    if (refusal) return no(refusal)
    throw error
  }
}

async function open({ dataFolder, log }: EmbeddedOptions): Promise<Result<EmbeddedServer>> {
  const home = homeIn(resolve(dataFolder))
  const unfit = checkMarker(home)
  if (unfit) return no(unfit)
  const leases = join(home.home, 'leases')
  const lease = new Lease(leases)
  let isKept = false
  try {
    const elsewhere = await usedElsewhere(leases, { log })
    if (elsewhere) return no(elsewhere)
    const turns = join(home.home, 'turns')
    const turn = await inTurn(turns, () => openInTurn(home))
    if (!turn.ok) return turn
    const up = turn.value
    if (!up.ok) return up
    const { server, postmaster } = up.value
    const watch = new Watch({ server, lease, turns, log }, postmaster.pid)
    isKept = true
    return yes(serverOf({ server, postmaster, watch, lease, turns }))
  } finally {
    if (!isKept) lease.giveBack()
  }
}

type Up = { readonly server: ServerWish; readonly postmaster: Postmaster }

async function openInTurn(home: Home): Promise<Result<Up>> {
  // Again, since another process may have been at work in the meantime.
  const unfit = checkMarker(home)
  if (unfit) return no(unfit)
  const found = placeFor(home)
  if (!found.ok) return found
  const place = found.value
  const installed = installedBinaries()
  if (!installed.ok) return installed
  const bin = placeBinaries(installed.value, place)
  if (!bin.ok) return bin
  const password = await openCluster(place, bin.value)
  if (!password.ok) return password
  await mark(place)
  const address = await addressFor(place)
  const wish: ServerWish = { place, bin: bin.value, password: password.value, address }
  const up = await raise(wish)
  if (!up.ok) return up
  // A server that is started again listens where its users look for it.
  return yes({ server: { ...wish, address: up.value.address }, postmaster: up.value })
}

/** A socket where there are any: no network sees it, and its folder says who may connect. */
async function addressFor({ socketFolder }: Place): Promise<Address> {
  if (process.platform !== 'win32') return { host: socketFolder, port: socketPort }
  return { host: '127.0.0.1', port: await freePort() }
}

function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => settle(port))
    })
  })
}

type Parts = Up & { readonly watch: Watch; readonly lease: Lease; readonly turns: string }

function serverOf({ server, postmaster, watch, lease, turns }: Parts): EmbeddedServer {
  const { address, isAdopted } = postmaster
  const urlOf = (login: EmbeddedLogin): string => urlFor(address, login)
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    watch.end()
    const turn = await inTurn(turns, async () => {
      const running = runningOn(server.place)
      if (!lease.giveBack() || running === null) return
      await lower(running.pid, server)
      rmSync(server.place.socketFolder, { recursive: true, force: true })
    })
    // Whoever starts or stops it for so long sees that this lease is gone once we have ended.
    if (!turn.ok) lease.giveBack()
  }
  return {
    pid: () => watch.pid,
    ...{ isAdopted, address, urlOf },
    superuserUrl: (database) => urlOf({ user: superuser, password: server.password, database }),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function urlFor({ host, port }: Address, { user, password, database }: EmbeddedLogin): string {
  const [name, secret, base] = [user, password, database].map(encodeURIComponent)
  const login = `${name}:${secret}`
  return host.startsWith('/')
    ? `postgres://${login}@/${base}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${login}@${host}:${port}/${base}`
}
