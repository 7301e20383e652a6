import { z } from 'zod'
import { type ContainerRun, containerUser, disksOf, volumesOf } from './container-arguments.ts'
import { cgroupBoundsOf } from './limits.ts'

const list = z
  .array(z.string())
  .nullish()
  .transform((found) => found ?? [])
const mode = z
  .string()
  .nullish()
  .transform((found) => found ?? '')

/** What an engine says of a container (`inspect`), as far as its isolation goes. */
const Inspected = z.object({
  Config: z.object({ User: z.string() }),
  State: z.object({ Pid: z.number(), OOMKilled: z.boolean().optional() }),
  HostConfig: z.object({
    NetworkMode: z.string(),
    ReadonlyRootfs: z.boolean(),
    Privileged: z.boolean(),
    CapAdd: list,
    SecurityOpt: list,
    PidsLimit: z.number().nullish(),
    Memory: z.number(),
    MemorySwap: z.number(),
    ShmSize: z.number(),
    PidMode: mode,
    IpcMode: mode,
    UTSMode: mode,
    CgroupnsMode: mode,
    Devices: z.array(z.unknown()).nullish(),
    DeviceRequests: z.array(z.unknown()).nullish(),
    Tmpfs: z.record(z.string(), z.string()).nullish(),
    Ulimits: z.array(z.object({ Name: z.string(), Hard: z.number(), Soft: z.number() })).nullish(),
  }),
  Mounts: z.array(
    z.object({
      Type: z.string(),
      Source: z.string().optional(),
      Destination: z.string(),
      RW: z.boolean(),
    }),
  ),
})
export type Inspected = z.infer<typeof Inspected>

/** Reads the answer of `inspect`; null for anything that is not about one container. */
export function decodeInspected(text: string): Inspected | null {
  try {
    const read = z.array(Inspected).length(1).safeParse(JSON.parse(text))
    return read.success ? (read.data[0] ?? null) : null
  } catch {
    return null
  }
}

/** What an engine made weaker than it was asked to; empty when all of it holds. */
export function weakerThanAsked(run: ContainerRun, found: Inspected): string[] {
  const { HostConfig: host, Mounts: mounts, Config: config } = found
  const bounds = cgroupBoundsOf(run.limits)
  const isOpen = (option: string): boolean => /unconfined|disable|systempaths/.test(option)
  const ofOthers = Object.entries({
    ...{ pid: host.PidMode, ipc: host.IpcMode, uts: host.UTSMode, cgroup: host.CgroupnsMode },
  }).filter(([, of]) => of === 'host' || of.startsWith('container:') || of === 'shareable')
  const pids = host.PidsLimit ?? 0
  const checks: readonly (readonly [boolean, string])[] = [
    [host.NetworkMode === 'none', `its network is ${host.NetworkMode}`],
    [host.ReadonlyRootfs, 'its root can be written to'],
    [!host.Privileged, 'it is privileged'],
    [host.CapAdd.length === 0, `it is given ${host.CapAdd.join(' ')}`],
    [host.SecurityOpt.some((one) => one.startsWith('no-new-priv')), 'privileges can be gained'],
    [!host.SecurityOpt.some(isOpen), `a profile is off: ${host.SecurityOpt.join(' ')}`],
    [pids > 0 && pids <= bounds.processesMax, `its number of processes is ${pids}`],
    [host.Memory > 0 && host.Memory <= bounds.memoryBytes, `its memory is ${host.Memory}`],
    [host.MemorySwap === host.Memory, `memory and swap are ${host.MemorySwap}`],
    [host.ShmSize <= disksOf(run.limits).shared, `its shared memory is ${host.ShmSize}`],
    [config.User === `${containerUser}:${containerUser}`, `its user is ${config.User}`],
    [(host.Devices ?? []).length === 0, 'it has devices of the machine'],
    [(host.DeviceRequests ?? []).length === 0, 'it asks for devices of the machine'],
    ...ofOthers.map(([name, of]) => [false, `its ${name} namespace is ${of}`] as const),
    ...disksWeaker(run, found),
    ...limitsWeaker(run, found),
    ...mounts.map((one) => [isOurs(run, one), `it has a mount at ${one.Destination}`] as const),
  ]
  return checks.filter(([holds]) => !holds).map(([, why]) => why)
}

function disksWeaker(run: ContainerRun, { HostConfig }: Inspected): [boolean, string][] {
  const disks = disksOf(run.limits)
  const sizes = { '/work': disks.work, '/tmp': disks.tmp }
  const others = Object.keys(HostConfig.Tmpfs ?? {}).filter((at) => !Object.hasOwn(sizes, at))
  return [
    ...Object.entries(sizes).map(([at, bytes]): [boolean, string] => {
      const options = HostConfig.Tmpfs?.[at]?.split(',') ?? []
      const isHeld = ['nosuid', 'nodev', `size=${bytes}`].every((one) => options.includes(one))
      return [isHeld, `${at} is ${options.join(',') || 'no file system of its own'}`]
    }),
    ...others.map((at): [boolean, string] => [false, `it can write to ${at}`]),
  ]
}

function limitsWeaker(run: ContainerRun, { HostConfig }: Inspected): [boolean, string][] {
  const { fileBytes, openFilesMax } = run.limits
  return Object.entries({ fsize: fileBytes, nofile: openFilesMax, core: 0 }).map(([name, most]) => {
    const found = HostConfig.Ulimits?.find(
      ({ Name }) => Name.toLowerCase().replace('rlimit_', '') === name,
    )
    const holds = found !== undefined && found.Hard >= 0 && found.Hard <= most
    return [holds, `its limit ${name} is ${found?.Hard ?? 'absent'}`]
  })
}

const isOurs = (run: ContainerRun, mount: Inspected['Mounts'][number]): boolean =>
  mount.Type === 'tmpfs' ||
  (mount.Type === 'bind' &&
    !mount.RW &&
    volumesOf(run).some(({ from, at }) => from === mount.Source && at === mount.Destination))
