import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beginningOf, isAlive, isZombie } from './process-identity.ts'

const nameOf = (pid: number): string => `${pid}.${beginningOf(pid) ?? 'unknown'}`

/** Whether the process that a lease names still is that process. */
function isHeld(name: string): boolean {
  const [pid, beginning] = name.split('.')
  const number = Number(pid)
  if (!Number.isInteger(number) || number <= 0 || !isAlive(number) || isZombie(number)) return false
  const now = beginningOf(number)
  return now === null || beginning === 'unknown' || now === beginning
}

/**
 * Who uses the database of a data folder, a file each. A process that was killed leaves its file
 * behind, which counts for nothing, because the process it names is gone.
 */
export class Leases {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  take(): void {
    closeSync(openSync(join(this.#folder, nameOf(process.pid)), 'w', 0o600))
  }

  /** Gives the own lease back and answers whether nobody else holds one. */
  giveBack(): boolean {
    rmSync(join(this.#folder, nameOf(process.pid)), { force: true })
    const held = readdirSync(this.#folder).filter((name) => {
      if (isHeld(name)) return true
      rmSync(join(this.#folder, name), { force: true })
      return false
    })
    return held.length === 0
  }
}

const lockWaitMs = 120_000

/** Runs `work` while no other process does the same with this lock file. */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + lockWaitMs
  for (;;) {
    if (tryLock(path)) break
    if (Date.now() > until) throw new Error(`another process holds ${path} for too long`)
    await pause(40)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function tryLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, nameOf(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const holder = holderOf(path)
    // Between being made and being written the file is empty: its holder is at work.
    if (holder !== null && holder !== '' && !isHeld(holder)) rmSync(path, { force: true })
    return false
  }
}

function holderOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
