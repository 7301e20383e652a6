import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Refusal } from '#kernel/refusal.ts'
import { newHolder, presenceOf } from './holder.ts'
import type { LogLine } from './log-line.ts'

/** How often a lease is renewed. */
export const beatMs = 2_000
/** A lease of another container that is not renewed for so long belongs to one that ended. */
const silenceMs = 5 * beatMs
/** One that was last renewed so long ago needs no watching. */
const longAgoMs = 60_000

/**
 * That one process uses the database of a data folder: a file for as long as it does. A process
 * that was killed leaves its file behind, which counts for nothing, because the process is gone.
 */
export class Lease {
  readonly #folder: string
  readonly #path: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#path = join(folder, newHolder())
    closeSync(openSync(this.#path, 'wx', 0o600))
  }

  /** Tells other containers that the process lives: its number would tell them nothing. */
  renew(): void {
    const now = new Date()
    try {
      utimesSync(this.#path, now, now)
    } catch {
      // The folder may be gone, or the file somebody else's: who shares our numbers needs no beat.
    }
  }

  /** Gives the lease back and answers whether nobody else holds one. */
  giveBack(): boolean {
    rmSync(this.#path, { force: true })
    return readdirSync(this.#folder).every((name) => {
      if (presenceOf(name) !== 'gone') return false
      rmSync(join(this.#folder, name), { force: true })
      return true
    })
  }
}

export type Watching = { readonly log: (line: LogLine) => void; readonly watchMs?: number }

/**
 * Why a data folder may not be used from here: a process in another container uses it. PostgreSQL
 * itself cannot see that, since it too goes by the number of the process, and two servers on one
 * cluster destroy it.
 *
 * A lease that is not renewed while it is watched is put away; the watching is the only case in
 * which a start takes seconds, after a container was killed within the last minute.
 */
export async function usedElsewhere(
  folder: string,
  { log, watchMs = silenceMs }: Watching,
): Promise<Refusal | null> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let silent = elsewhereIn(folder)
  if (silent.size > 0) {
    log({ level: 'info', says: 'Waiting to see whether another container uses the data folder' })
  }
  const until = performance.now() + watchMs
  while (silent.size > 0 && performance.now() < until) {
    await pause(watchMs / 20)
    const now = elsewhereIn(folder)
    const renewed = [...now].find(([name, beat]) => silent.get(name) !== beat)
    if (renewed) {
      return {
        code: 'already-running',
        why: 'the data folder is used by a Parley in another container',
        at: folder,
        hint: 'stop that one, or give both a server of their own with DATABASE_URL',
      }
    }
    silent = now
  }
  for (const name of silent.keys()) rmSync(join(folder, name), { force: true })
  return null
}

/** The leases of other containers with the moment of their last renewal, in milliseconds. */
function elsewhereIn(folder: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const name of readdirSync(folder)) {
    if (presenceOf(name) !== 'elsewhere') continue
    const beat = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs
    if (beat === undefined) continue
    if (Math.abs(Date.now() - beat) > longAgoMs) rmSync(join(folder, name), { force: true })
    else found.set(name, beat)
  }
  return found
}
