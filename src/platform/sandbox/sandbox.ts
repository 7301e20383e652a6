import type { Result } from '#kernel/result.ts'

/**
 * How strongly a run is held apart from the machine. A run is done in the tier that was demanded
 * or not at all: nothing falls back to a weaker one.
 *
 * - `namespaces`: bubblewrap with every namespace, a seccomp filter and a cgroup; the kernel is
 *   shared.
 * - `gvisor`: runsc, whose kernel of its own answers the program's system calls.
 * - `container`: Docker or Podman, without network and capabilities, with a read-only root.
 * - `cluster`: a Job of a Kubernetes cluster, whose pod has a kernel of its own.
 */
export type Tier = 'namespaces' | 'gvisor' | 'container' | 'cluster'

/** The file system that a run sees as `/`, always read-only. */
export type Root =
  /** The machine's own tools: `/usr`, `/bin`, `/lib*` and what toolchains need of `/etc`. */
  | { readonly kind: 'host' }
  /** An unpacked root file system in a folder of the machine. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An image by its digest (`name@sha256:…`), for the tiers that run images. */
  | { readonly kind: 'image'; readonly reference: string }

/** Bounds of one run. Each is enforced from outside of the run; none can be absent. */
export type Limits = {
  readonly wallMs: number
  readonly cpuMs: number
  /** Memory of the programs; their files are held by `diskBytes`, and are in memory beside it. */
  readonly memoryBytes: number
  /** Processes and threads together. */
  readonly processesMax: number
  /** What `/work` and `/tmp` may hold together. */
  readonly diskBytes: number
  /** Of one file. */
  readonly fileBytes: number
  readonly openFilesMax: number
  /** What is kept of each of standard output and error; more is read, counted and dropped. */
  readonly outputBytes: number
  /** Output beyond this many bytes ends the run. */
  readonly outputEndsBytes: number
}

/** A file that a run finds under `/parley/in`, read-only. */
export type Given = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly isProgram?: boolean
}

/** One command, run once in a sandbox that is made for it and gone after it. */
export type SandboxRun = {
  readonly root: Root
  /**
   * A tar archive on the machine that is unpacked into `/work`, inside of the sandbox, before the
   * command; null for an empty folder. Only a sandbox ever unpacks it.
   */
  readonly state: string | null
  /** Where to write `/work` as it stands after the command, as such an archive; null to drop it. */
  readonly keepState: string | null
  readonly given: readonly Given[]
  /** Program and arguments; it runs in `/work`, as an unprivileged user. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: Uint8Array | null
  /**
   * Whether processes of the run may trace each other: the leak sanitizer needs it. Where they may
   * not, leaks are not looked for (`LSAN_OPTIONS`, which the environment may set otherwise).
   */
  readonly mayTrace: boolean
  /**
   * Files below `/work` whose first bytes are answered with the outcome, where they exist: of each
   * no more than of an output, of all together no more than `collectedBytesMax`. A path that ends
   * in `/` is a folder, and stands for its files, one after another in the order of their names.
   */
  readonly collect: readonly string[]
  readonly limits: Limits
}

/** How a command ended. */
export type Ending =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'limit'; readonly limit: LimitName }
  /** Ended because the caller's signal was aborted. */
  | { readonly kind: 'stopped' }

export type LimitName = 'wall' | 'cpu' | 'memory' | 'processes' | 'disk' | 'output'

/** What a run wrote; `bytes` are its beginning, `total` is how much there was. */
export type Output = { readonly bytes: Uint8Array; readonly total: number }

/** What was true of the isolation, read back from inside or from the kernel, not assumed. */
export type IsolationFacts = {
  readonly tier: Tier
  /** The program that isolated, and its version. */
  readonly by: string
  readonly kernel: string
  /** Namespaces that differ from the machine's, e.g. `['ipc', 'mnt', 'net', 'pid', 'user']`. */
  readonly namespaces: readonly string[]
  /** From `/proc/self/status` inside: `Seccomp: 2`, `NoNewPrivs: 1`, `CapEff: 0`. */
  readonly seccomp: boolean
  readonly noNewPrivileges: boolean
  readonly capabilities: string
  readonly uid: number
  /** Which cgroup version holds which limit. */
  readonly cgroup: { readonly version: 1 | 2; readonly controllers: readonly string[] } | null
  /** A connection out of the sandbox was tried before the command, and failed for this reason. */
  readonly egress: { readonly denied: true; readonly how: string }
}

export type SandboxOutcome = {
  readonly ending: Ending
  readonly stdout: Output
  readonly stderr: Output
  /** Whether `keepState` was written: it is not when the run was ended, or holds too much. */
  readonly kept: boolean
  readonly collected: readonly { readonly name: string; readonly output: Output }[]
  readonly startedAt: Date
  /** From the start of the sandbox to the command, and of the command itself. */
  readonly startMs: number
  readonly tookMs: number
  readonly cpuMs: number | null
  readonly memoryPeakBytes: number | null
  readonly isolation: IsolationFacts
}

/** Why nothing ran. */
export type SandboxRefusal = {
  readonly code: /** The tier cannot be had on this machine, or one of its guards did not hold. */
    | 'not-isolated'
    /** The root file system is missing, lacks `sh` or `tar`, or the tier cannot run its kind. */
    | 'no-root'
    /** The archive could not be unpacked into `/work` within the limits. */
    | 'bad-state'
    /** A limit, a name or a command that no run can have. */
    | 'bad-run'
  readonly why: string
  readonly hint?: string
}

/** Runs commands in one tier. */
export interface Sandbox {
  readonly tier: Tier
  /** What this machine's isolation is, tried for real; or why there is none. */
  probe(signal: AbortSignal): Promise<Result<IsolationFacts, SandboxRefusal>>
  run(run: SandboxRun, signal: AbortSignal): Promise<Result<SandboxOutcome, SandboxRefusal>>
}
