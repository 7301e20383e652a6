import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { leftoversIn, nameOfRun } from './cgroup.ts'
import { innerScript, type OpenedBy } from './inner-script.ts'
import { launchProgram, shedProgram } from './launch-program.ts'
import type { Machine } from './machine-code.ts'
import { probeProgram, type Reached } from './probe-program.ts'
import type { SandboxRun } from './sandbox.ts'

/** Ways between the worker and a sandbox, each a named pipe: programs may open them again. */
const ways = ['stdout', 'stderr', 'report', 'state', 'feed', 'orders'] as const
export type Way = (typeof ways)[number]

/** Ends of the pipes that the worker holds. */
export type Ends = {
  readonly readers: Readonly<Record<Exclude<Way, 'feed' | 'orders'>, Socket>>
  /** What is unpacked goes in here, and what the script waits for there. */
  readonly feed: Socket
  readonly orders: Socket
  /** Lets the readers come to their end, once everyone else has left. */
  release(): void
}

/**
 * Users of the machine that nothing else is. The numbers are beyond those that distributions and
 * container engines hand out.
 */
const usersOfRuns = { first: 1_900_000_000, count: 90_000_000 }

/** One of them, for a worker that is root; null for one that can be nobody else. */
export const userForRun = (): number | null =>
  process.getuid?.() === 0 ? usersOfRuns.first + randomInt(usersOfRuns.count) : null

/**
 * Whether a user namespace has these users, by the text of its `uid_map` (user_namespaces(7)): that
 * of a container may have a few only, and its root can be none of them.
 */
export function hasUsersOfRuns(map: string): boolean {
  const { first, count } = usersOfRuns
  return map.split('\n').some((line) => {
    const [begins = Number.NaN, , holds = Number.NaN] = line.trim().split(/\s+/).map(Number)
    return begins <= first && first + count <= begins + holds
  })
}

/** A folder of a user of runs was given to it by root. */
const isOurs = (uid: number): boolean => {
  const own = process.getuid?.()
  const { first, count } = usersOfRuns
  return uid === own || (own === 0 && uid >= first && uid < first + count)
}

/** What one run needs of the machine's file system; gone after it. */
export class RunFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Makes it below `parent`, with the programs for this machine and what the run is given. */
  static make(
    parent: string,
    run: SandboxRun,
    wish: { machine: Machine; openedBy: OpenedBy; reached?: Reached },
  ) {
    const folder = new RunFolder(join(parent, nameOfRun()))
    const isLauncher = wish.openedBy === 'launcher'
    mkdirSync(folder.path, { mode: 0o700 })
    folder.#folder('io', isLauncher ? 0o700 : 0o711)
    execFileSync(
      'mkfifo',
      ways.map((way) => folder.way(way)),
    )
    for (const way of ways) chmodSync(folder.way(way), 0o666)
    folder.#folder('disk', 0o755)
    folder.#folder('programs', 0o755)
    folder.#file('programs/probe', probeProgram(wish.machine, 3, wish.reached), true)
    folder.#file('programs/launch', launchProgram(wish.machine, 3, [3]), true)
    folder.#file('programs/shed', shedProgram(wish.machine, 3), true)
    folder.#file('programs/run', new TextEncoder().encode(innerScript(run, wish.openedBy)), false)
    folder.#folder('in', 0o755)
    for (const { name, bytes, isProgram } of run.given) {
      folder.#file(`in/${name}`, bytes, isProgram ?? false)
    }
    if (run.stdin !== null) folder.#file('stdin', run.stdin, false)
    return folder
  }

  /** Removes what runs of processes left below `parent` that are gone. */
  static clean(parent: string): void {
    for (const name of leftoversIn(parent)) {
      const path = join(parent, name)
      const seen = lstatSync(path, { throwIfNoEntry: false })
      // What others put there by such a name is theirs.
      if (!seen?.isDirectory() || !isOurs(seen.uid)) continue
      rmSync(path, { recursive: true, force: true })
    }
  }

  way(way: Way): string {
    return join(this.path, 'io', way)
  }

  /** A program of ours, for the machine itself. */
  program(name: 'shed'): string {
    return join(this.path, 'programs', name)
  }

  /** Lets a user of the machine pass into it, and nobody else but root. */
  giveTo(user: number): void {
    chownSync(this.path, user, user)
  }

  /** Adds a program of ours to those that the sandbox has. */
  addProgram(name: string, bytes: Uint8Array): void {
    this.#file(`programs/${name}`, bytes, true)
  }

  /** Adds a file that everyone in the sandbox may read. */
  add(name: string, bytes: Uint8Array): string {
    this.#file(name, bytes, false)
    return join(this.path, name)
  }

  /**
   * Opens our ends. A pipe that nobody writes to yet would seem to have ended, so that we hold the
   * other ends too until `release`.
   */
  open(): Ends {
    const others = ways.map((way) => openSync(this.way(way), constants.O_RDWR))
    const reader = (way: Way): Socket => {
      const handle = openSync(this.way(way), constants.O_RDONLY | constants.O_NONBLOCK)
      return new Socket({ fd: handle, readable: true, writable: false })
    }
    const writer = (way: Way): Socket => {
      const handle = openSync(this.way(way), constants.O_WRONLY | constants.O_NONBLOCK)
      return new Socket({ fd: handle, readable: false, writable: true })
    }
    return {
      readers: {
        ...{ stdout: reader('stdout'), stderr: reader('stderr') },
        ...{ report: reader('report'), state: reader('state') },
      },
      ...{ feed: writer('feed'), orders: writer('orders') },
      release: () => {
        for (const handle of others.splice(0)) closeSync(handle)
      },
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }

  #folder(name: string, mode: number): void {
    const path = join(this.path, name)
    mkdirSync(path, { mode })
    chmodSync(path, mode)
  }

  #file(name: string, bytes: Uint8Array, isProgram: boolean): void {
    const path = join(this.path, name)
    writeFileSync(path, bytes, { flag: 'wx' })
    chmodSync(path, isProgram ? 0o555 : 0o444)
  }
}
