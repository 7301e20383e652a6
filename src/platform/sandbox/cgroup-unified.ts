import { dirname, join } from 'node:path'
import {
  type Cgroup,
  type CgroupBounds,
  type CgroupPlace,
  type CgroupUsage,
  count,
  endGroups,
  leftoversIn,
  makeGroup,
  moveInto,
  nameOfRun,
  processesIn,
  said,
  say,
} from './cgroup.ts'

/** Controllers of cgroup version 2 that a run needs; `cpu.stat` counts without one. */
const neededV2 = ['memory', 'pids'] as const

const hasNeeded = (text: string | null): boolean =>
  neededV2.every((name) => text?.split(/\s+/).includes(name) ?? false)

/** Whether the controllers that a run needs are of version 2 on this machine. */
export const isV2 = (own: string): boolean => hasNeeded(said(own, 'cgroup.controllers'))

/**
 * Where cgroups of version 2 can be made: below our own, after we have moved into a leaf of it
 * where that is needed and nothing else is there, or beside it. Null when neither is given to us.
 * `root` is where the file system of cgroups is mounted.
 */
export function placeV2(own: string, root: string): CgroupPlace | null {
  const parent = [own, ...(own === root ? [] : [dirname(own)])].find((folder, index) =>
    index === 0 ? canHold(folder) || canHoldAfterMoving(folder, root) : isReady(folder),
  )
  if (parent === undefined) return null
  return {
    version: 2,
    parents: [parent],
    create: (bounds) => createV2(parent, bounds),
    clean: async () => {
      for (const name of leftoversIn(parent)) {
        const folder = join(parent, name)
        await endGroups([folder], () => kill(folder))
      }
    },
  }
}

const isReady = (folder: string): boolean =>
  hasNeeded(said(folder, 'cgroup.subtree_control')) && isOurs(folder)

/** Whether groups can be made here, tried with one that is taken away at once. */
function isOurs(folder: string): boolean {
  const trial = join(folder, nameOfRun())
  try {
    makeGroup(trial)
    endGroups([trial], () => undefined).catch(() => undefined)
    return true
  } catch {
    return false
  }
}

function canHold(folder: string): boolean {
  if (hasNeeded(said(folder, 'cgroup.subtree_control'))) return isOurs(folder)
  try {
    say(neededV2.map((name) => `+${name}`).join(' '), folder, 'cgroup.subtree_control')
    return isOurs(folder)
  } catch {
    return false
  }
}

/**
 * The kernel gives controllers only to groups below one that holds no process itself. What is in
 * ours is moved down where it is ourselves alone, or all that a container holds.
 */
function canHoldAfterMoving(folder: string, root: string): boolean {
  const inside = processesIn(folder)
  if (inside.some((pid) => pid !== process.pid) && folder !== root) return false
  const leaf = join(folder, 'parley-self')
  try {
    if (said(leaf, 'cgroup.procs') === null) makeGroup(leaf)
    moveInto(leaf, inside)
  } catch {
    return false
  }
  return canHold(folder)
}

function createV2(parent: string, bounds: CgroupBounds): Cgroup {
  const folder = join(parent, nameOfRun())
  const end = () => endGroups([folder], () => kill(folder))
  try {
    makeGroup(folder)
    say(String(bounds.memoryBytes), folder, 'memory.max')
    if (said(folder, 'memory.swap.max') !== null) say('0', folder, 'memory.swap.max')
    say('1', folder, 'memory.oom.group')
    say(String(bounds.processesMax), folder, 'pids.max')
  } catch (error) {
    void end().catch(() => undefined)
    throw error
  }
  return {
    version: 2,
    controllers: [...neededV2],
    doors: [join(folder, 'cgroup.procs')],
    usage: () => usageV2(folder),
    end,
  }
}

/** What the kernel counted, in the folder of a group. */
export const usageV2 = (folder: string): CgroupUsage => ({
  cpuMs: (count(join(folder, 'cpu.stat'), 'usage_usec') ?? 0) / 1000,
  anonymousBytes: count(join(folder, 'memory.stat'), 'anon') ?? 0,
  memoryPeakBytes: count(join(folder, 'memory.peak')),
  outOfMemory: count(join(folder, 'memory.events'), 'oom_kill') ?? 0,
  forksRefused: count(join(folder, 'pids.events'), 'max') ?? 0,
})

/** All at once where the kernel can (5.14), else one after the other. */
function kill(folder: string): void {
  try {
    say('1', folder, 'cgroup.kill')
  } catch {
    for (const pid of processesIn(folder)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended between the reading and now.
      }
    }
  }
}
