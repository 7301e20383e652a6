import { spawn } from 'node:child_process'
import { release } from 'node:os'
import { type Result, yes } from '#kernel/result.ts'
import { launcherScript, userInside } from './bubblewrap-arguments.ts'
import { said } from './cgroup.ts'
import { judge, namespacesHere } from './isolation.ts'
import { cgroupBoundsOf } from './limits.ts'
import {
  findStand,
  freeOf,
  type LocalRun,
  LocalSandbox,
  type LocalTier,
  notIsolated,
  outerPath,
  type Stand,
} from './local-sandbox.ts'
import { namespaceNames, type Probed } from './probe-program.ts'
import { hasUsersOfRuns, userForRun } from './run-folder.ts'
import type { Sandbox, SandboxRefusal } from './sandbox.ts'
import { encodeFilter, filterOf } from './seccomp.ts'
import { rulesOf } from './seccomp-rules.ts'
import type { Begun } from './supervise.ts'

/** The tier `namespaces` on this machine, with what it stands on; not tried yet. */
export async function openBubblewrap({
  folder,
}: {
  readonly folder?: string | undefined
}): Promise<Result<Sandbox, SandboxRefusal>> {
  const maps = ['uid_map', 'gid_map'].map((name) => said('/proc/self', name) ?? '')
  if (process.getuid?.() === 0 && !maps.every(hasUsersOfRuns)) {
    return notIsolated(
      'the users of runs, from 1900000000 on, are not in the user namespace of this worker',
      'run the worker as root of the machine, or as a user of its own with a cgroup of its own',
    )
  }
  const stand = await findStand({
    ...{ program: 'bwrap', hint: 'Debian: apt-get install bubblewrap', folder },
    tools: ['setpriv', 'prlimit', 'unshare', 'mount', 'mkfifo'],
  })
  return stand.ok ? yes(new LocalSandbox(stand.value, tier)) : stand
}

const tier: LocalTier = {
  ...{ tier: 'namespaces', openedBy: 'launcher', bounds: cgroupBoundsOf, begun: begunOf },
}

/** What the filter must be seen to refuse. */
const filtered = [
  ...(['packet', 'netlink', 'unshare', 'clone', 'mount', 'keyctl', 'ptrace', 'tiocsti'] as const),
]

function begunOf({ program, machine, by }: Stand, made: LocalRun): Begun {
  const { run, folder, root, files, cgroup } = made
  folder.add('filter', encodeFilter(filterOf(machine, rulesOf(run))))
  const machineUser = userForRun()
  // Files, keys and processes of other users are none of its own, even where a namespace does not
  // hold; and of the machine's users it alone sees what the run was given.
  if (machineUser !== null) folder.giveTo(machineUser)
  const script = launcherScript(
    {
      ...{ folder: folder.path, root, files, hasStdin: run.stdin !== null, limits: run.limits },
      ...{ doors: cgroup.doors, machineUser },
    },
    program,
  )
  const { version, controllers } = cgroup
  return {
    folder,
    usage: () => cgroup.usage(),
    begin: () =>
      spawn(folder.program('shed'), ['/bin/sh', '-c', script], {
        env: { PATH: outerPath, LC_ALL: 'C' },
        stdio: 'ignore',
      }),
    end: () => cgroup.end(),
    judge: async (probed: Probed) =>
      judge(
        {
          ...{ tier: 'namespaces', by, kernel: release(), mayTrace: run.mayTrace },
          ...{ namespaces: namespaceNames, machine: namespacesHere(), uid: userInside },
          ...{ hasFilter: true, filtered, openMax: 6, cgroup: { version, controllers } },
        },
        probed,
      ),
    free: (child) => freeOf(child.pid, folder),
    ended: async () => null,
  }
}
