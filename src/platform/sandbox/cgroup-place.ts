import { join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import { type CgroupPlace, type CgroupUsage, said } from './cgroup.ts'
import {
  type ControllerV1,
  type HierarchiesV1,
  neededV1,
  placeV1,
  usageV1,
} from './cgroup-legacy.ts'
import { isV2, placeV2, usageV2 } from './cgroup-unified.ts'
import type { SandboxRefusal } from './sandbox.ts'

const hint =
  'run the worker as root, or give it a cgroup of its own: ' +
  'systemd-run --user --scope -p Delegate=yes parley worker'

/** What the kernel says about this process, as texts. */
export type CgroupView = { readonly cgroup: string; readonly mounts: string }

/** Nothing where the kernel is none that tells so. */
const here = (): CgroupView => ({
  cgroup: said('/proc/self/cgroup') ?? '',
  mounts: said('/proc/self/mountinfo') ?? '',
})

type Groups =
  | { readonly version: 2; readonly own: string; readonly root: string }
  | { readonly version: 1; readonly own: HierarchiesV1 }

/** The cgroups of a process, with the controllers that a run needs; or those that are missing. */
function groupsOf(view: CgroupView): Groups | readonly string[] {
  const mounts = mountsOf(view.mounts)
  const v2 = mounts.find(({ type }) => type === 'cgroup2')
  const ownV2 = pathIn(view.cgroup, '')
  if (v2 && ownV2 !== null && isV2(folderOf(v2, ownV2))) {
    return { version: 2, own: folderOf(v2, ownV2), root: v2.at }
  }
  const found = neededV1.flatMap((name): [ControllerV1, string][] => {
    const mount = mounts.find((one) => one.type === 'cgroup' && one.options.includes(name))
    const own = pathIn(view.cgroup, name)
    return mount && own !== null ? [[name, folderOf(mount, own)]] : []
  })
  const missing = neededV1.filter((name) => !found.some(([one]) => one === name))
  const at = (name: ControllerV1): string => found.find(([one]) => one === name)?.[1] ?? ''
  const own = { memory: at('memory'), pids: at('pids'), cpuacct: at('cpuacct') }
  return missing.length > 0 ? missing : { version: 1, own: { ...own, freezer: at('freezer') } }
}

/** Where runs can be held to their limits; a refusal where the kernel would not hold them. */
export function findCgroups(view: CgroupView = here()): Result<CgroupPlace, SandboxRefusal> {
  const groups = groupsOf(view)
  if (!('version' in groups)) {
    return refused(`there is no cgroup controller for ${groups.join(', ')}`)
  }
  if (groups.version === 1) return yes(placeV1(groups.own))
  const place = placeV2(groups.own, groups.root)
  return place ? yes(place) : refused('this process may not make cgroups (version 2)')
}

/** What the kernel counted for the cgroup of a process; null where it cannot be read from here. */
export function usageOfProcess(pid: number): CgroupUsage | null {
  const cgroup = said(`/proc/${pid}/cgroup`)
  if (cgroup === null) return null
  const groups = groupsOf({ ...here(), cgroup })
  if (!('version' in groups)) return null
  return groups.version === 2 ? usageV2(groups.own) : usageV1((name) => groups.own[name])
}

const refused = (what: string) =>
  no<SandboxRefusal>({
    code: 'not-isolated',
    why: `limits cannot be held: ${what}`,
    hint,
  })

/** Tried for real: whether a cgroup can be made with these bounds, and taken away. */
export async function tryCgroups(place: CgroupPlace): Promise<SandboxRefusal | null> {
  try {
    await place.create({ memoryBytes: 64 << 20, processesMax: 16 }).end()
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { code: 'not-isolated', why: `limits cannot be held: ${why}`, hint }
  }
}

type Mount = {
  readonly at: string
  /** What of the hierarchy is seen here: a container may see a part of it only. */
  readonly shows: string
  readonly type: string
  readonly options: readonly string[]
}

function folderOf({ at, shows }: Mount, own: string): string {
  const isBelow = shows !== '/' && (own === shows || own.startsWith(`${shows}/`))
  return join(at, isBelow ? own.slice(shows.length) : own)
}

/** File systems of cgroups, from `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
function mountsOf(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [before = '', after = ''] = line.split(' - ')
    const [type = '', , options = ''] = after.split(' ')
    const [, , , shows, at] = before.split(' ')
    if (at === undefined || shows === undefined || !type.startsWith('cgroup')) return []
    return [{ at, shows, type, options: options.split(',') }]
  })
}

/** Our place in the hierarchy of a controller; '' is that of version 2 (cgroups(7)). */
function pathIn(text: string, controller: string): string | null {
  for (const line of text.split('\n')) {
    const [, names = null, ...path] = line.split(':')
    if (names?.split(',').includes(controller)) return path.join(':')
  }
  return null
}
