import { execFile, spawn } from 'node:child_process'
import { release, tmpdir } from 'node:os'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { no, type Result, yes } from '#kernel/result.ts'
import { type CgroupUsage, isLeftover } from './cgroup.ts'
import { usageOfProcess } from './cgroup-place.ts'
import { type ContainerRun, containerUser, createArguments, label } from './container-arguments.ts'
import { decodeInspected, type Inspected, weakerThanAsked } from './container-settings.ts'
import { judge, namespacesHere } from './isolation.ts'
import { notIsolated } from './local-sandbox.ts'
import type { Machine } from './machine-code.ts'
import type { NamespaceName, Probed } from './probe-program.ts'
import { refusalOfRun } from './run-check.ts'
import { RunFolder } from './run-folder.ts'
import type {
  IsolationFacts,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
} from './sandbox.ts'
import { type Begun, supervise } from './supervise.ts'
import { trialRun } from './trial-run.ts'

/** Where the engine is, and the image that the tier is tried with. */
export type ContainerWish = {
  readonly folder?: string | undefined
  /** Programs to look for, the first that answers is taken. */
  readonly engines?: readonly string[] | undefined
  /** An image by its digest, with `sh` and `tar`. */
  readonly image?: string | undefined
}

/** The tier `container` by an engine on this machine; not tried yet. */
export async function openContainer(wish: ContainerWish): Promise<Result<Sandbox, SandboxRefusal>> {
  const { folder = tmpdir(), engines = ['docker', 'podman'], image } = wish
  const machine = process.arch
  if (process.platform !== 'linux' || (machine !== 'x64' && machine !== 'arm64')) {
    return notIsolated('an engine on Linux, x86-64 or aarch64, is needed')
  }
  if (image === undefined || !isPinned(image)) {
    return notIsolated('no image by digest to try the engine with', 'name one: NAME@sha256:…')
  }
  for (const program of engines) {
    const engine = new Engine(program)
    const by = await engine.version()
    if (by === null) continue
    await engine.clean()
    RunFolder.clean(folder)
    return yes(new ContainerSandbox({ engine, by, folder, machine, image }))
  }
  return notIsolated(`no engine answers: ${engines.join(', ')}`, 'start Docker or Podman')
}

/** Whether an image is named by its digest. */
export const isPinned = (reference: string): boolean =>
  /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/.test(reference)

/** An engine by its command line. */
class Engine {
  readonly #program: string

  constructor(program: string) {
    this.#program = program
  }

  /** What it answers; throws when it fails. */
  async ask(args: readonly string[]): Promise<string> {
    const most = 16 << 20
    const { stdout } = await promisify(execFile)(this.#program, args, {
      timeout: 60_000,
      maxBuffer: most,
    })
    return stdout.trim()
  }

  /** Its version, when it has an engine behind it; null otherwise. */
  async version(): Promise<string | null> {
    try {
      await this.ask(['ps', '--quiet'])
      return await this.ask(['--version'])
    } catch {
      return null
    }
  }

  start(name: string) {
    return spawn(this.#program, ['start', '--attach', name], { stdio: 'ignore' })
  }

  async inspect(name: string): Promise<Inspected | null> {
    try {
      return decodeInspected(await this.ask(['inspect', name]))
    } catch {
      return null
    }
  }

  async remove(name: string): Promise<void> {
    await this.ask(['rm', '--force', '--volumes', name]).catch(() => undefined)
  }

  /** Removes containers of workers that are gone. */
  async clean(): Promise<void> {
    const all = await this.ask([
      'ps',
      '--all',
      '--filter',
      `label=${label}`,
      '--format',
      '{{.Names}}',
    ])
    for (const name of all.split('\n').filter(isLeftover)) await this.remove(name)
  }
}

type Stand = {
  readonly engine: Engine
  readonly by: string
  readonly folder: string
  readonly machine: Machine
  readonly image: string
}

class ContainerSandbox implements Sandbox {
  readonly tier = 'container'
  readonly #stand: Stand

  constructor(stand: Stand) {
    this.#stand = stand
  }

  async probe(signal: AbortSignal): Promise<Result<IsolationFacts, SandboxRefusal>> {
    const root = { kind: 'image', reference: this.#stand.image } as const
    const outcome = await this.run({ ...trialRun, root }, signal)
    return outcome.ok ? yes(outcome.value.isolation) : outcome
  }

  async run(run: SandboxRun, signal: AbortSignal): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    const refusal = refusalOfRun(run)
    if (refusal !== null) return no(refusal)
    if (run.root.kind !== 'image' || !isPinned(run.root.reference)) {
      const why = 'a container is made of an image by its digest (NAME@sha256:…)'
      return no({ code: 'no-root', why })
    }
    const { engine, machine, folder: parent } = this.#stand
    const folder = RunFolder.make(parent, run, { machine, openedBy: 'inside' })
    const made: ContainerRun = {
      ...{ name: basename(folder.path), folder: folder.path, image: run.root.reference },
      ...{ hasStdin: run.stdin !== null, limits: run.limits },
    }
    try {
      const created = await this.#create(made)
      if (created !== null) return no(created)
      return await supervise(this.#begun(made, folder), run, signal)
    } finally {
      await engine.remove(made.name)
      folder.remove()
    }
  }

  /** Makes the container and reads back how it was made; why it may not run, or null. */
  async #create(made: ContainerRun): Promise<SandboxRefusal | null> {
    const { engine } = this.#stand
    try {
      await engine.ask(createArguments(made))
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      const why = `the engine makes no container: ${said.replace(/\s+/g, ' ').slice(0, 400)}`
      return /no such image|not known|not found/i.test(said)
        ? { code: 'no-root', why, hint: `have the engine fetch ${made.image} first` }
        : { code: 'not-isolated', why }
    }
    const found = await engine.inspect(made.name)
    const weaker = found === null ? ['what it made cannot be read'] : weakerThanAsked(made, found)
    if (weaker.length === 0) return null
    return {
      code: 'not-isolated',
      why: `the engine isolates less than asked: ${weaker.join('; ')}`,
    }
  }

  #begun(made: ContainerRun, folder: RunFolder): Begun {
    const { engine, by } = this.#stand
    let pid: number | null = null
    let last: CgroupUsage | null = null
    let isOutOfMemory = false
    const usage = (): CgroupUsage | null => {
      if (pid !== null) last = usageOfProcess(pid) ?? last
      return last
    }
    return {
      folder,
      usage,
      begin: () => engine.start(made.name),
      end: async () => {
        const found = await engine.inspect(made.name)
        isOutOfMemory ||= found?.State.OOMKilled === true
        await engine.remove(made.name)
      },
      judge: async (probed: Probed) => {
        pid = (await engine.inspect(made.name))?.State.Pid ?? null
        if (usage() === null) return notIsolated('what the container uses cannot be watched')
        return judge(
          {
            ...{ tier: 'container', by, kernel: release(), mayTrace: true, uid: containerUser },
            ...{ namespaces: apart, machine: namespacesHere(), hasFilter: true, openMax: 6 },
            ...{ filtered: ['packet', 'unshare', 'clone', 'mount', 'keyctl'], cgroup: null },
          },
          probed,
        )
      },
      free: () => null,
      ended: async () => (isOutOfMemory ? 'memory' : null),
    }
  }
}

/** What an engine keeps apart; users only where it was set up to. */
const apart: readonly NamespaceName[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts']
