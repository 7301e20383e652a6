import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Cgroup,
  type CgroupBounds,
  type CgroupPlace,
  type CgroupUsage,
  count,
  endGroups,
  leftoversIn,
  makeGroup,
  nameOfRun,
  processesIn,
  say,
} from './cgroup.ts'

/** Controllers of cgroup version 1 that a run needs; each has a hierarchy of its own. */
export const neededV1 = ['memory', 'pids', 'cpuacct', 'freezer'] as const
export type ControllerV1 = (typeof neededV1)[number]

/** The folder of our own cgroup in the hierarchy of each controller. */
export type HierarchiesV1 = Readonly<Record<ControllerV1, string>>

/** Makes cgroups of version 1 below our own. */
export function placeV1(own: HierarchiesV1): CgroupPlace {
  const parents = [...new Set(neededV1.map((name) => own[name]))]
  return {
    version: 1,
    parents,
    create: (bounds) => createV1(own, bounds),
    clean: async () => {
      const names = new Set(parents.flatMap(leftoversIn))
      for (const name of names) {
        const folders = parents.map((parent) => join(parent, name))
        await endGroups(folders, () => killAll(folders, join(own.freezer, name)))
      }
    },
  }
}

function createV1(own: HierarchiesV1, bounds: CgroupBounds): Cgroup {
  const name = nameOfRun()
  const at = (controller: ControllerV1): string => join(own[controller], name)
  const folders = [...new Set(neededV1.map(at))]
  const end = () => endGroups(folders, () => killAll(folders, at('freezer')))
  try {
    for (const folder of folders) makeGroup(folder)
    say(String(bounds.memoryBytes), at('memory'), 'memory.limit_in_bytes')
    holdSwap(at('memory'), bounds.memoryBytes)
    say(String(bounds.processesMax), at('pids'), 'pids.max')
  } catch (error) {
    void end().catch(() => undefined)
    throw error
  }
  return {
    version: 1,
    controllers: [...neededV1],
    doors: folders.map((folder) => join(folder, 'cgroup.procs')),
    usage: () => usageV1(at),
    end,
  }
}

/** Memory together with swap, where the kernel counts it; else the run is kept from swapping. */
function holdSwap(folder: string, bytes: number): void {
  if (existsSync(join(folder, 'memory.memsw.limit_in_bytes'))) {
    say(String(bytes), folder, 'memory.memsw.limit_in_bytes')
  } else say('0', folder, 'memory.swappiness')
}

/** What the kernel counted, in the folders of a group. */
export function usageV1(at: (controller: ControllerV1) => string): CgroupUsage {
  return {
    cpuMs: (count(join(at('cpuacct'), 'cpuacct.usage')) ?? 0) / 1e6,
    anonymousBytes: count(join(at('memory'), 'memory.stat'), 'total_rss') ?? 0,
    memoryPeakBytes: count(join(at('memory'), 'memory.max_usage_in_bytes')),
    outOfMemory: count(join(at('memory'), 'memory.oom_control'), 'oom_kill') ?? 0,
    forksRefused: count(join(at('pids'), 'pids.events'), 'max') ?? 0,
  }
}

/** Holds everything still first, so that nothing is begun between the reading and the killing. */
function killAll(folders: readonly string[], freezer: string): void {
  try {
    say('FROZEN', freezer, 'freezer.state')
  } catch {
    // It is gone already; what the other hierarchies still name is ended all the same.
  }
  for (const pid of new Set(folders.flatMap(processesIn))) endProcess(pid)
  try {
    say('THAWED', freezer, 'freezer.state')
  } catch {
    // As above.
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended between the reading and now.
  }
}
