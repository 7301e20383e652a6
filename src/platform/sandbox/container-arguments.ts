import { join } from 'node:path'
import { inside, searchPath } from './inner-script.ts'
import { cgroupBoundsOf, cpuSecondsMax } from './limits.ts'
import type { Limits } from './sandbox.ts'

/** What one run is made of, for an engine of containers. */
export type ContainerRun = {
  readonly name: string
  readonly folder: string
  /** By digest, and there already: an engine is never asked to fetch one. */
  readonly image: string
  readonly hasStdin: boolean
  readonly limits: Limits
}

/** Marks what is ours among the containers of an engine. */
export const label = 'parley.run=1'

/** No user of the machine, and none that an image knows. */
export const containerUser = 1_900_000_000

/** How the disk of a run is shared out; an engine has no file system for several folders. */
export function disksOf({ diskBytes }: Limits): { work: number; tmp: number; shared: number } {
  const eighth = Math.floor(diskBytes / 8)
  return { work: diskBytes - 3 * eighth, tmp: 2 * eighth, shared: eighth }
}

/** Folders of ours that a container sees, read-only; a pipe is written to all the same. */
export function volumesOf({ folder, hasStdin }: ContainerRun): { from: string; at: string }[] {
  return [
    { from: join(folder, 'programs'), at: inside.programs },
    { from: join(folder, 'in'), at: inside.given },
    { from: join(folder, 'io'), at: inside.ways },
    ...(hasStdin ? [{ from: join(folder, 'stdin'), at: inside.stdin }] : []),
  ]
}

/** What `docker create` and `podman create` are called with. */
export function createArguments(run: ContainerRun): string[] {
  const { limits } = run
  const disks = disksOf(limits)
  const { memoryBytes, processesMax } = cgroupBoundsOf(limits)
  const disk = (at: string, bytes: number): string[] => [
    ...['--tmpfs', `${at}:rw,exec,nosuid,nodev,size=${bytes},mode=1777`],
  ]
  const rlimit = (name: string, most: number): string[] => ['--ulimit', `${name}=${most}:${most}`]
  return [
    ...['create', '--name', run.name, '--label', label, '--pull', 'never', '--log-driver', 'none'],
    ...['--network', 'none', '--read-only', '--cap-drop', 'ALL', '--ipc', 'private'],
    ...['--cgroupns', 'private', '--security-opt', 'no-new-privileges', '--no-healthcheck'],
    ...['--user', `${containerUser}:${containerUser}`, '--hostname', 'parley'],
    ...['--pids-limit', String(processesMax), '--memory', String(memoryBytes)],
    ...['--memory-swap', String(memoryBytes), '--shm-size', String(disks.shared)],
    ...[...rlimit('core', 0), ...rlimit('fsize', limits.fileBytes)],
    ...[...rlimit('nofile', limits.openFilesMax), ...rlimit('cpu', cpuSecondsMax(limits))],
    ...[...disk('/work', disks.work), ...disk('/tmp', disks.tmp)],
    ...volumesOf(run).flatMap(({ from, at }) => ['--volume', `${from}:${at}:ro`]),
    ...['--workdir', '/work', '--env', `PATH=${searchPath}`, '--entrypoint', '/bin/sh'],
    ...[run.image, `${inside.programs}/run`],
  ]
}
