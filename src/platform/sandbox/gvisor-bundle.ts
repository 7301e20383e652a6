import { join } from 'node:path'
import { inside, searchPath } from './inner-script.ts'
import type { Shown } from './root-view.ts'
import type { Limits } from './sandbox.ts'

/** What one run is made of, for gVisor. */
export type GvisorRun = {
  readonly folder: string
  readonly root: readonly Shown[]
  readonly files: readonly { readonly from: string; readonly at: string }[]
  readonly hasStdin: boolean
  readonly limits: Limits
  /** The user that the command is. */
  readonly user: number
}

type Mount = {
  readonly destination: string
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

/** Mounts beside the root, which is an empty folder with links; all are read-only but the disk. */
export function mountsOf({ folder, root, files, hasStdin }: GvisorRun): readonly Mount[] {
  const bind = (from: string, at: string, options: readonly string[]): Mount => ({
    ...{ destination: at, type: 'bind', source: from },
    options: ['rbind', 'nosuid', 'nodev', ...options],
  })
  const shown = root.flatMap((one) => (one.kind === 'bind' ? [bind(one.from, one.at, ['ro'])] : []))
  return [
    ...shown,
    ...files.map(({ from, at }) => bind(from, at, ['ro'])),
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] },
    // Else gVisor shows a /sys of its own.
    { destination: '/sys', type: 'tmpfs', source: 'tmpfs', options: ['ro', 'size=4096'] },
    bind(join(folder, 'disk/work'), '/work', ['rw']),
    bind(join(folder, 'disk/tmp'), '/tmp', ['rw']),
    bind(join(folder, 'disk/shm'), '/dev/shm', ['rw', 'noexec']),
    bind(join(folder, 'programs'), inside.programs, ['ro']),
    bind(join(folder, 'in'), inside.given, ['ro']),
    // A pipe is written to by whoever opens it, but this kernel asks its mount too.
    bind(join(folder, 'io'), inside.ways, ['rw', 'noexec']),
    ...(hasStdin ? [bind(join(folder, 'stdin'), inside.stdin, ['ro'])] : []),
  ]
}

/** The configuration of an OCI bundle (runtime-spec 1.0) for one run. */
export function bundleOf(run: GvisorRun): object {
  const rlimit = (type: string, value: number): object => ({ type, hard: value, soft: value })
  const none = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const
  return {
    ociVersion: '1.0.0',
    hostname: 'parley',
    root: { path: 'root', readonly: true },
    process: {
      ...{ terminal: false, cwd: '/work', user: { uid: run.user, gid: run.user } },
      args: ['/bin/sh', `${inside.programs}/run`],
      env: [`PATH=${searchPath}`],
      noNewPrivileges: true,
      capabilities: Object.fromEntries(none.map((name) => [name, []])),
      rlimits: [
        rlimit('RLIMIT_NOFILE', run.limits.openFilesMax),
        rlimit('RLIMIT_FSIZE', run.limits.fileBytes),
        rlimit('RLIMIT_CORE', 0),
      ],
    },
    mounts: mountsOf(run),
    linux: {
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
    },
  }
}
