import { join } from 'node:path'
import { inside, quoted, searchPath } from './inner-script.ts'
import { cpuSecondsMax, filesMaxOf } from './limits.ts'
import type { Shown } from './root-view.ts'
import type { Limits } from './sandbox.ts'

/** Who the command is inside, and what the machine is called there. */
export const userInside = 1000
const hostname = 'parley'
const filterFd = 7

/** What one run is made of, for bubblewrap. */
export type BubblewrapRun = {
  readonly folder: string
  readonly root: readonly Shown[]
  /** Files of ours beside those of the root, e.g. `/etc/passwd`. */
  readonly files: readonly { readonly from: string; readonly at: string }[]
  readonly hasStdin: boolean
  readonly limits: Limits
  /** Files of cgroups to enter; see `Cgroup.doors`. */
  readonly doors: readonly string[]
  /** The machine's user that the run is, for a worker that is root; null to stay who we are. */
  readonly machineUser: number | null
}

/** Namespaces, each of its own, and nothing that could be done with a privilege. */
const guards = [
  ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts'],
  ...['--unshare-cgroup', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
]

/** What bubblewrap is called with. */
function bubblewrapArguments({ folder, root, files, hasStdin }: BubblewrapRun): string[] {
  const bind = (from: string, at: string): string[] => ['--ro-bind', from, at]
  return [
    ...guards,
    ...['--uid', String(userInside), '--gid', String(userInside), '--hostname', hostname],
    ...['--clearenv', '--setenv', 'PATH', searchPath, '--seccomp', String(filterFd)],
    ...root.flatMap((one) =>
      one.kind === 'bind' ? bind(one.from, one.at) : ['--symlink', one.to, one.at],
    ),
    ...files.flatMap(({ from, at }) => bind(from, at)),
    ...['--proc', '/proc', '--dev', '/dev', '--bind', join(folder, 'disk/shm'), '/dev/shm'],
    // Keyrings and the timers of the machine are told to everyone by these; nobody needs them.
    ...['keys', 'key-users'].flatMap((name) => bind('/dev/null', `/proc/${name}`)),
    ...['--bind', join(folder, 'disk/work'), '/work', '--bind', join(folder, 'disk/tmp'), '/tmp'],
    ...bind(join(folder, 'programs'), inside.programs),
    ...bind(join(folder, 'in'), inside.given),
    ...(hasStdin ? bind(join(folder, 'stdin'), inside.stdin) : []),
    // Only after all mount points are made: what is not mounted above cannot be written then.
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/work'],
    ...['--', '/bin/sh', `${inside.programs}/run`],
  ]
}

/** Mounts the one disk of a run, with the folders that it sees. */
export const mountDisk = (disk: string, limits: Limits): string[] => [
  `mount -t tmpfs -o ${diskOptions(limits)} parley ${quoted(disk)}`,
  `mkdir -m 0777 ${quoted(join(disk, 'work'))}`,
  `mkdir -m 1777 ${quoted(join(disk, 'tmp'))} ${quoted(join(disk, 'shm'))}`,
]

const diskOptions = (limits: Limits): string =>
  `size=${limits.diskBytes},nr_inodes=${filesMaxOf(limits)},mode=0755,nosuid,nodev`

/**
 * What starts bubblewrap, for `sh`: it enters the cgroups first, so that all it becomes is held by
 * them, then gives up every right, then mounts the one disk that `/work` and `/tmp` share.
 */
export function launcherScript(run: BubblewrapRun, bubblewrap: string): string {
  const { folder, limits, machineUser, doors } = run
  const way = (name: string): string => quoted(join(folder, 'io', name))
  const disk = join(folder, 'disk')
  const inNamespace = [
    ...mountDisk(disk, limits),
    `exec ${[bubblewrap, ...bubblewrapArguments(run)].map(quoted).join(' ')}`,
  ].join(' && ')
  const user = machineUser === null ? '' : ` --reuid ${machineUser} --regid ${machineUser}`
  const groups = machineUser === null ? '' : ' --clear-groups --inh-caps=-all'
  return [
    'set -e',
    `exec >${way('stdout')} 2>${way('stderr')} 3>${way('report')} </dev/null`,
    `exec 4<${way('feed')} 5>${way('state')} 6<${way('orders')}`,
    `exec ${filterFd}<${quoted(join(folder, 'filter'))}`,
    ...doors.map((door) => `echo $$ >${quoted(door)}`),
    'cd /',
    `exec setpriv${user}${groups} --no-new-privs -- \\`,
    `  prlimit --core=0 --fsize=${limits.fileBytes} --nofile=${limits.openFilesMax} \\`,
    `    --cpu=${cpuSecondsMax(limits)} -- \\`,
    '  unshare --user --map-root-user --mount --propagation private -- \\',
    `  /bin/sh -c ${quoted(inNamespace)}`,
    '',
  ].join('\n')
}
