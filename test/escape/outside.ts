import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { Tier } from '#platform/sandbox/sandbox.ts'
import type { Outside } from './attempt.ts'

/** What there is to be reached on the machine, and whether it was. */
export type World = {
  readonly outside: Outside
  /** What got out of the sandbox as the machine sees it; empty when nothing did. */
  harm(): readonly string[]
  close(): Promise<void>
}

/** Makes a world in an empty folder that everyone may read, so that only isolation protects it. */
export async function makeWorld(folder: string, tier: Tier): Promise<World> {
  const secret = `secret-${randomBytes(12).toString('hex')}`
  const instance = join(folder, 'instance')
  mkdirSync(instance)
  const secretFile = join(instance, 'parley.key')
  writeFileSync(secretFile, secret)
  for (const path of [folder, instance]) chmodSync(path, 0o755)
  chmodSync(secretFile, 0o666)
  const marker = `stays-${randomBytes(8).toString('hex')}`
  const abstractName = `parley-escape-${randomBytes(8).toString('hex')}`
  const socketPath = join(folder, 'socket')
  let visits = 0
  const servers = [
    { port: 0, host: '127.0.0.1' },
    { path: `\0${abstractName}` },
    { path: socketPath },
  ]
  const listening = await Promise.all(servers.map((at) => listen(at, () => (visits += 1))))
  chmodSync(socketPath, 0o777)
  const address = listening[0]?.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    outside: {
      secretFile,
      secret,
      port,
      abstractName,
      socketPath,
      worker: process.pid,
      tier,
      marker,
    },
    harm: () => [
      ...(readFileSync(secretFile, 'utf8') === secret ? [] : ['a file of the machine was changed']),
      ...(visits === 0 ? [] : [`${visits} connections to the machine`]),
      ...['/', '/etc', '/usr', '/tmp', '/dev']
        .filter((path) => existsSync(join(path, 'parley-was-here')))
        .map((path) => `a file in ${path} of the machine`),
      ...livingProcesses(marker).map((pid) => `process ${pid} lives on`),
    ],
    close: async () => {
      for (const server of listening) server.close()
    },
  }
}

function listen(at: { port?: number; host?: string; path?: string }, visited: () => void) {
  const server: Server = createServer((socket) => {
    visited()
    socket.destroy()
  })
  return new Promise<Server>((settle, fail) => {
    server.once('error', fail)
    server.listen(at, () => settle(server))
  })
}

/** Processes that a sandbox began and that should be gone when its run is: their word says so. */
export function livingProcesses(marker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`: ${marker}`)
      } catch {
        return false
      }
    })
    .map(Number)
}
