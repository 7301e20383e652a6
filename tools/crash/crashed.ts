import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { root } from '../../test/root.ts'

export type KillKind = 'server' | 'postgres' | 'both'

/** A service in a process of its own, as `parley serve` starts it, that can be killed at will. */
export class CrashedService {
  readonly dataFolder: string
  readonly port: number
  #child: ChildProcess | null = null
  #said = ''
  /** The one-time link of the newest start. */
  link = ''

  private constructor(dataFolder: string, port: number) {
    this.dataFolder = dataFolder
    this.port = port
  }

  static async in(dataFolder: string): Promise<CrashedService> {
    return new CrashedService(dataFolder, await freePort())
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    const { PATH = '', HOME = '' } = process.env
    const args = ['serve', '--data', this.dataFolder, '--port', String(this.port)]
    const child = spawn(process.execPath, [join(root, 'bin/parley.mjs'), ...args], {
      env: { PATH, HOME, PARLEY_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#said = ''
    const serving = new Promise<void>((resolve, reject) => {
      const heard = (piece: Buffer): void => {
        this.#said = (this.#said + piece.toString()).slice(-20_000)
        const link = /sign-in#(\w+)/.exec(this.#said)?.[1]
        if (link === undefined || !this.#said.includes('Ctrl-C')) return
        this.link = link
        resolve()
      }
      child.stdout?.on('data', heard)
      child.stderr?.on('data', heard)
      child.once('close', (code, signal) => {
        reject(new Error(`parley serve ended (${code ?? signal}):\n${this.#said}`))
      })
    })
    await Promise.race([serving, tooLong(60_000, () => `it does not serve:\n${this.#said}`)])
  }

  /** Kills without a word what is named, at once; a server that is left goes on. */
  async kill(kind: KillKind): Promise<void> {
    const child = this.#child
    if (kind !== 'server') process.kill(this.#postmaster().pid, 'SIGKILL')
    if (kind === 'postgres' || !child) return
    child.removeAllListeners('close')
    const ended = hasEnded(child)
    child.kill('SIGKILL')
    await ended
    this.#child = null
  }

  /** Whether the server has to be started again. */
  get isDown(): boolean {
    const child = this.#child
    return child === null || child.exitCode !== null || child.signalCode !== null
  }

  /** Waits until requests can be answered. */
  async untilReady(): Promise<void> {
    const end = performance.now() + 60_000
    while (performance.now() < end) {
      if (this.isDown) throw new Error(`the server ended by itself:\n${this.#said}`)
      const response = await fetch(`${this.url}/readyz`).catch(() => null)
      if (response?.status === 200) return
      await pause(50)
    }
    throw new Error(`the server is not ready:\n${this.#said}`)
  }

  /** Ends it as a person would. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child === null) return
    child.removeAllListeners('close')
    const ended = hasEnded(child)
    child.kill('SIGTERM')
    await Promise.race([ended, tooLong(30_000, () => 'it does not stop')])
    this.#child = null
  }

  /**
   * Looks into the database behind the policies, without asking what was killed. A server that is
   * about to end or to begin is asked again.
   */
  async query<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const end = performance.now() + 30_000
    for (;;) {
      try {
        return await this.#queryOnce<T>(text, values)
      } catch (error) {
        if (performance.now() > end) throw error
        await pause(200)
      }
    }
  }

  async #queryOnce<T extends object>(text: string, values: readonly unknown[]): Promise<T[]> {
    const { socketFolder } = this.#postmaster()
    const password = readFileSync(join(this.dataFolder, 'database-superuser'), 'utf8').trim()
    const client = new Client({
      ...{ host: socketFolder, port: 5432, database: 'parley', user: 'parley_superuser', password },
    })
    // What ends between two answers shows in the next one.
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<T>(text, [...values])).rows
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  #postmaster(): { readonly pid: number; readonly socketFolder: string } {
    const path = join(this.dataFolder, 'postgres', 'cluster', 'postmaster.pid')
    const [pid, , , , socketFolder = ''] = readFileSync(path, 'utf8').split('\n')
    return { pid: Number(pid), socketFolder }
  }
}

async function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function tooLong(ms: number, why: () => string): Promise<never> {
  await pause(ms, undefined, { ref: false })
  throw new Error(why())
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  const address = server.address()
  await new Promise<void>((done) => server.close(() => done()))
  return typeof address === 'object' && address !== null ? address.port : 0
}
