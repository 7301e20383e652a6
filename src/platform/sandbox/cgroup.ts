import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beginningOf, processSpace } from '#platform/db/embedded/process-identity.ts'

/** What a cgroup holds a run to. */
export type CgroupBounds = {
  /** Everything charged to the run: its memory, its files in memory, the kernel's share. */
  readonly memoryBytes: number
  readonly processesMax: number
}

/** What the kernel counted so far. */
export type CgroupUsage = {
  readonly cpuMs: number
  /** Memory of the programs, without files. */
  readonly anonymousBytes: number
  readonly memoryPeakBytes: number | null
  /** How often a process was ended because the memory was used up. */
  readonly outOfMemory: number
  /** How often a process was not begun because there were too many. */
  readonly forksRefused: number
}

/** A cgroup of one run. */
export interface Cgroup {
  readonly version: 1 | 2
  readonly controllers: readonly string[]
  /** Files into which a process writes its number to be held, it and all that it begins. */
  readonly doors: readonly string[]
  usage(): CgroupUsage
  /** Ends every process in it and takes it away; throws when something lives on. */
  end(): Promise<void>
}

/** Where cgroups of runs are made. */
export interface CgroupPlace {
  readonly version: 1 | 2
  /** Folders in which each run gets one of its own. */
  readonly parents: readonly string[]
  create(bounds: CgroupBounds): Cgroup
  /** Ends and removes what a process of ours that is gone left behind. */
  clean(): Promise<void>
}

const endsWithinMs = 10_000
let made = 0

const owner = (): string =>
  `${processSpace()}-${process.pid}-${beginningOf(process.pid) ?? 'unknown'}`

/** A name that tells who made it and that nobody foresees, for cgroups and folders of runs. */
export function nameOfRun(): string {
  made += 1
  return `parley-run-${owner()}-${made}-${randomBytes(8).toString('hex')}`
}

/** Whether the name is one of a run whose maker no longer lives. */
export function isLeftover(name: string): boolean {
  const [, space, pid, beginning] =
    /^parley-run-(\d+|host)-(\d+)-(\w+)-\d+-[0-9a-f]{16}$/.exec(name) ?? []
  if (space !== processSpace() || pid === undefined) return false
  return beginningOf(Number(pid)) !== beginning
}

/** The names of what the gone left in a folder. */
export const leftoversIn = (folder: string): string[] =>
  entriesOf(folder).filter((name) => isLeftover(name))

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The text of a kernel file; null where it is absent or says nothing. */
export function said(...path: readonly string[]): string | null {
  try {
    return readFileSync(join(...path), 'utf8').trim()
  } catch {
    return null
  }
}

/** The number in a kernel file, or after a word in it; null where there is none. */
export function count(file: string, word?: string): number | null {
  const text = said(file)
  const line = word === undefined ? text : text?.match(new RegExp(`^${word} (\\d+)$`, 'm'))?.[1]
  return line !== null && line !== undefined && /^\d+$/.test(line) ? Number(line) : null
}

/** Writes a kernel file that is there already. */
export function say(text: string, ...path: readonly string[]): void {
  writeFileSync(join(...path), text, { flag: 'r+' })
}

/** Makes the folder of a cgroup: its files appear with it. */
export const makeGroup = (path: string): void => {
  mkdirSync(path)
}

/** Numbers of the processes in a cgroup, as far as they are seen from here. */
export const processesIn = (folder: string): number[] =>
  (said(folder, 'cgroup.procs') ?? '')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0)

/**
 * Moves processes into a cgroup; one that has ended meanwhile needs no moving.
 *
 * @throws when the kernel refuses one that lives
 */
export function moveInto(folder: string, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      say(String(pid), folder, 'cgroup.procs')
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

/** Ends what is in the cgroups by `kill`, until they are empty, and removes them. */
export async function endGroups(folders: readonly string[], kill: () => void): Promise<void> {
  const until = performance.now() + endsWithinMs
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 50)) {
    const left = folders.filter((folder) => !isRemoved(folder))
    if (left.length === 0) return
    if (performance.now() > until) {
      const processes = left.flatMap(processesIn)
      throw new Error(
        `what ran in ${left.join(' and ')} does not end (processes ${processes.join(', ')}): ` +
          'the kernel holds it; look for a stuck disk or device, then remove these folders',
      )
    }
    kill()
    await pause(waitMs)
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}
