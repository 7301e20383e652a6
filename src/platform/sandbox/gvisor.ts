import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { release } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Result, yes } from '#kernel/result.ts'
import { mountDisk, userInside } from './bubblewrap-arguments.ts'
import { type Cgroup, processesIn } from './cgroup.ts'
import { bundleOf, type GvisorRun, mountsOf } from './gvisor-bundle.ts'
import { quoted } from './inner-script.ts'
import { judge, namespacesHere } from './isolation.ts'
import { gvisorBoundsOf } from './limits.ts'
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
import { type NamespaceName, namespaceNames, type Probed } from './probe-program.ts'
import type { Sandbox, SandboxRefusal } from './sandbox.ts'
import type { Begun } from './supervise.ts'

/** The tier `gvisor` on this machine, with what it stands on; not tried yet. */
export async function openGvisor({
  folder,
}: {
  readonly folder?: string | undefined
}): Promise<Result<Sandbox, SandboxRefusal>> {
  if (process.getuid?.() !== 0) {
    return notIsolated('gVisor is started by root only', 'use the tier namespaces, or run as root')
  }
  const stand = await findStand({
    ...{ program: 'runsc', hint: 'Debian: apt-get install runsc; or see gvisor.dev', folder },
    tools: ['unshare', 'mount', 'mkfifo'],
  })
  return stand.ok ? yes(new LocalSandbox(stand.value, tier)) : stand
}

const tier: LocalTier = {
  ...{ tier: 'gvisor', openedBy: 'inside', bounds: gvisorBoundsOf, begun: begunOf },
}

/**
 * Namespaces of the machine in which gVisor's kernel itself must not be. It counts processes of its
 * own, so that a pid namespace would hold nothing more.
 */
const apart: readonly NamespaceName[] = ['ipc', 'mnt', 'net', 'user', 'uts']

function begunOf({ program, by }: Stand, { run, folder, root, files, cgroup }: LocalRun): Begun {
  const made: GvisorRun = {
    ...{ folder: folder.path, root, files, hasStdin: run.stdin !== null },
    ...{ limits: run.limits, user: userInside },
  }
  makeRoot(made)
  folder.add('bundle/config.json', new TextEncoder().encode(JSON.stringify(bundleOf(made))))
  const script = launcherScript(made, { program, cgroup })
  const { version, controllers } = cgroup
  return {
    folder,
    // The memory of programs is not told apart from that of the kernel they run on.
    usage: () => ({ ...cgroup.usage(), anonymousBytes: 0 }),
    begin: () =>
      spawn(folder.program('shed'), ['/bin/sh', '-c', script], {
        env: { PATH: outerPath, LC_ALL: 'C' },
        stdio: 'ignore',
      }),
    end: () => cgroup.end(),
    judge: async (probed: Probed) =>
      judge(
        {
          ...{ tier: 'gvisor', by, kernel: `gVisor on ${release()}`, mayTrace: run.mayTrace },
          ...{ namespaces: apart, machine: namespacesHere(), uid: userInside, hasFilter: true },
          ...{ filtered: ['packet', 'mount'], openMax: 6, cgroup: { version, controllers } },
        },
        asOfKernel(probed, cgroup),
      ),
    free: (child) => freeOf(child.pid, folder),
    ended: async () => null,
  }
}

/** An empty root with a place for each mount, and the links of the real one. */
function makeRoot(made: GvisorRun): void {
  const root = join(made.folder, 'bundle/root')
  mkdirSync(root, { recursive: true })
  for (const one of made.root) {
    const at = join(root, one.at)
    mkdirSync(dirname(at), { recursive: true })
    if (one.kind === 'link') symlinkSync(one.to, at)
  }
  for (const { destination } of mountsOf(made))
    mkdirSync(dirname(join(root, destination)), { recursive: true })
}

function launcherScript(made: GvisorRun, by: { program: string; cgroup: Cgroup }): string {
  const flags = [
    ...['--root', join(made.folder, 'bundle/state'), '--network=none', '--platform=ptrace'],
    // The cgroup is ours and was entered before; pipes are opened by their names.
    ...['--ignore-cgroups', '--host-fifo=open', '--overlay2=none', '--file-access=exclusive'],
  ]
  const run = ['run', '--bundle', join(made.folder, 'bundle'), basename(made.folder)]
  const inNamespace = [
    ...mountDisk(join(made.folder, 'disk'), made.limits),
    // Whose user the command is outside is whose it is inside: it owns what it makes.
    `chown ${made.user}:${made.user} ${quoted(join(made.folder, 'disk'))}/*`,
    `exec ${[by.program, ...flags, ...run].map(quoted).join(' ')}`,
  ].join(' && ')
  return [
    'set -e',
    `exec </dev/null >${quoted(join(made.folder, 'io/stderr'))} 2>&1`,
    ...by.cgroup.doors.map((door) => `echo $$ >${quoted(door)}`),
    'cd /',
    // Its control socket has a name in a network namespace, which is to be no one else's.
    `exec unshare --mount --net --propagation private -- /bin/sh -c ${quoted(inNamespace)}`,
    '',
  ].join('\n')
}

/**
 * What the probe found, with the namespaces and the filter of the process that is the kernel of the
 * sandbox: the probe cannot see those, and they are what holds it.
 */
function asOfKernel(probed: Probed, cgroup: Cgroup): Probed {
  const kernel = cgroup.doors.flatMap((door) => processesIn(dirname(door))).find(isKernel)
  const link = (name: NamespaceName): string | null => {
    try {
      return readlinkSync(`/proc/${kernel}/ns/${name}`)
    } catch {
      return null
    }
  }
  const own = probed.status.replace(/^(Seccomp|NoNewPrivs):.*\n/gm, '')
  const held = statusOf(kernel).match(/^(Seccomp|NoNewPrivs):.*$/gm) ?? []
  return {
    ...probed,
    namespaces: new Map(namespaceNames.map((name) => [name, link(name)])),
    status: `${own}\n${held.join('\n')}\n`,
  }
}

function isKernel(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes('boot') && (words[0] ?? '').includes('runsc')
  } catch {
    return false
  }
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
