import { execFile } from 'node:child_process'
import { statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { no, type Result, yes } from '#kernel/result.ts'
import { userInside } from './bubblewrap-arguments.ts'
import type { Cgroup, CgroupBounds, CgroupPlace } from './cgroup.ts'
import { findCgroups, tryCgroups } from './cgroup-place.ts'
import { inside, type OpenedBy } from './inner-script.ts'
import type { Machine } from './machine-code.ts'
import { rootView, type Shown } from './root-view.ts'
import { refusalOfRun } from './run-check.ts'
import { RunFolder } from './run-folder.ts'
import type {
  IsolationFacts,
  Limits,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
  Tier,
} from './sandbox.ts'
import { type Begun, supervise } from './supervise.ts'
import { trialRun } from './trial-run.ts'
import type { Free } from './watch.ts'

/** Where the programs that isolate are looked for. */
export const outerPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** What a tier needs of the machine to begin with. */
export type StandWish = {
  readonly program: string
  readonly hint: string
  /** Other programs, of util-linux and coreutils. */
  readonly tools: readonly string[]
  readonly folder?: string | undefined
}

/** What a tier stands on, once it was found. */
export type Stand = {
  readonly program: string
  readonly folder: string
  readonly machine: Machine
  /** What the program says of its version. */
  readonly by: string
  readonly place: CgroupPlace
}

export const notIsolated = (why: string, hint?: string) =>
  no<SandboxRefusal>({ code: 'not-isolated', why, ...(hint === undefined ? {} : { hint }) })

/** Finds what a tier of this machine needs, and removes what gone workers left. */
export async function findStand(wish: StandWish): Promise<Result<Stand, SandboxRefusal>> {
  const { program, folder = tmpdir() } = wish
  const machine = process.arch
  if (process.platform !== 'linux' || (machine !== 'x64' && machine !== 'arm64')) {
    const here = `${process.platform} ${machine}`
    return notIsolated(`Linux on x86-64 or aarch64 is needed; this is ${here}`)
  }
  const by = await answerOf(program, ['--version'])
  if (by === null) return notIsolated(`there is no ${program}`, wish.hint)
  for (const name of wish.tools) {
    if ((await answerOf(name, ['--version'])) === null) {
      return notIsolated(
        `there is no ${name}`,
        'Debian: apt-get install util-linux mount coreutils',
      )
    }
  }
  const closed = closedFolder(folder)
  if (closed !== null) {
    return notIsolated(
      `the runs' user cannot pass through ${closed}, which is above their folders`,
      'let TMPDIR name a folder that other users may pass through (chmod o+x)',
    )
  }
  const place = findCgroups()
  if (!place.ok) return place
  const refusal = await tryCgroups(place.value)
  if (refusal !== null) return no(refusal)
  await place.value.clean()
  RunFolder.clean(folder)
  return yes({ program, folder, machine, by, place: place.value })
}

/** The first line that a program answers; null where it is absent or fails. */
async function answerOf(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const env = { PATH: outerPath, LC_ALL: 'C' }
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: 20_000 })
    return stdout.trim().split('\n')[0] ?? ''
  } catch {
    return null
  }
}

/**
 * The folder on the way that another user than root may not pass through; null for none, or where
 * there is nothing.
 */
function closedFolder(folder: string): string | null {
  if (process.getuid?.() !== 0) return null
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (((statSync(at, { throwIfNoEntry: false })?.mode ?? 1) & 0o001) === 0) return at
    if (at === dirname(at)) return null
  }
}

/** What a run is made of on this machine. */
export type LocalRun = {
  readonly run: SandboxRun
  readonly folder: RunFolder
  readonly root: readonly Shown[]
  /** Files of ours beside those of the root, e.g. `/etc/passwd`. */
  readonly files: readonly { readonly from: string; readonly at: string }[]
  readonly cgroup: Cgroup
}

/** How a tier of this machine begins a run. */
export type LocalTier = {
  readonly tier: Tier
  readonly openedBy: OpenedBy
  bounds(limits: Limits): CgroupBounds
  begun(stand: Stand, made: LocalRun): Begun
}

/** A sandbox on this machine, held by a cgroup of ours. */
export class LocalSandbox implements Sandbox {
  readonly #stand: Stand
  readonly #tier: LocalTier

  constructor(stand: Stand, tier: LocalTier) {
    this.#stand = stand
    this.#tier = tier
  }

  get tier(): Tier {
    return this.#tier.tier
  }

  async probe(signal: AbortSignal): Promise<Result<IsolationFacts, SandboxRefusal>> {
    const outcome = await this.run(trialRun, signal)
    return outcome.ok ? yes(outcome.value.isolation) : outcome
  }

  async run(run: SandboxRun, signal: AbortSignal): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    const refusal = refusalOfRun(run)
    if (refusal !== null) return no(refusal)
    const closed = run.root.kind === 'folder' ? closedFolder(run.root.path) : null
    if (closed !== null) {
      const why = `the user of a run cannot pass through ${closed}, where its root is`
      return no({ code: 'no-root', why, hint: 'let others pass through it (chmod o+x)' })
    }
    const root = rootView(run.root)
    if (!root.ok) return root
    const { machine, place, folder: parent } = this.#stand
    const folder = RunFolder.make(parent, run, { machine, openedBy: this.#tier.openedBy })
    try {
      const files = run.root.kind === 'host' ? [...accounts(folder), ...ownNode()] : []
      const cgroup = place.create(this.#tier.bounds(run.limits))
      try {
        const made = { run, folder, root: root.value, files, cgroup }
        return await supervise(this.#tier.begun(this.#stand, made), run, signal)
      } finally {
        await cgroup.end()
      }
    } finally {
      folder.remove()
    }
  }
}

/** Who there is, for programs that ask: the one user. */
function accounts(folder: RunFolder): { from: string; at: string }[] {
  const texts = {
    passwd: `parley:x:${userInside}:${userInside}::/work:/bin/sh\n`,
    group: `parley:x:${userInside}:\n`,
    hosts: '127.0.0.1 localhost parley\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  }
  return Object.entries(texts).map(([name, text]) => ({
    from: folder.add(name, new TextEncoder().encode(text)),
    at: `/etc/${name}`,
  }))
}

/** The Node that runs us, for a machine whose own is none, or in a folder that no run sees. */
function ownNode(): { from: string; at: string }[] {
  const from = process.execPath
  const isSeen = /^\/(usr|bin|lib)\//.test(from)
  return isSeen || closedFolder(from) !== null ? [] : [{ from, at: `${inside.tools}/node` }]
}

/** Of the disk of a run, which is mounted in the launcher's view of the file system only. */
export function freeOf(launcher: number | undefined, folder: RunFolder): Free | null {
  try {
    const seen = join(`/proc/${launcher}/root`, folder.path, 'disk')
    const { type, bfree, ffree } = statfsSync(seen)
    // Before it is mounted, the machine's own disk is seen there.
    return type === tmpfs ? { blocks: bfree, files: ffree } : null
  } catch {
    return null
  }
}

/** `TMPFS_MAGIC` (statfs(2)). */
const tmpfs = 0x01021994
