import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import type {
  Limits,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
  Tier,
} from '#platform/sandbox/sandbox.ts'

/** Bounds that every run of the suite is held to, small so that what fails does no harm. */
export const limits: Limits = {
  ...{ wallMs: 60_000, cpuMs: 30_000, memoryBytes: 64 << 20, processesMax: 24 },
  ...{ diskBytes: 16 << 20, fileBytes: 12 << 20, openFilesMax: 128 },
  ...{ outputBytes: 64 << 10, outputEndsBytes: 8 << 20 },
}

/** A run of a command in the shell, with what is different from a plain one. */
export const runOf = (script: string, rest: Partial<SandboxRun> = {}): SandboxRun => ({
  ...{ root: { kind: 'host' }, state: null, keepState: null, given: [] },
  ...{ command: ['sh', '-c', script], environment: {}, stdin: null, mayTrace: false },
  ...{ collect: [], limits },
  ...rest,
})

export const never: AbortSignal = new AbortController().signal

/** Runs a script and expects that it ran, however it ended. */
export async function ran(sandbox: Sandbox, run: SandboxRun): Promise<SandboxOutcome> {
  const outcome = await sandbox.run(run, never)
  if (!outcome.ok) throw new Error(`${outcome.refusal.code}: ${outcome.refusal.why}`)
  return outcome.value
}

export const textOf = ({ bytes }: { readonly bytes: Uint8Array }): string =>
  new TextDecoder().decode(bytes)

/** Fails when a guard of ours does not hold, which is never a lack of the machine. */
export function assertMayLack(tier: Tier, refusal: SandboxRefusal): void {
  assert.doesNotMatch(refusal.why, /does not hold/)
  if (process.env['CI'] && tier === 'namespaces') assert.ok(isOfMachine(refusal), refusal.why)
}

/**
 * Whether a refusal is for what nobody can install on the machine that tests every change: cgroups
 * that it may write, and namespaces. Bubblewrap it has.
 */
export const isOfMachine = ({ why }: SandboxRefusal): boolean =>
  /(limits|the suite itself) cannot be held|users of runs/.test(why) || lackedNamespaces() !== null

/** What the kernel or who set it up says against the namespaces of a sandbox, or null. */
function lackedNamespaces(): string | null {
  const kinds = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts']
  const script = 'mount -t tmpfs parley /mnt && mount -t proc proc /proc'
  const tried = spawnSync('unshare', [...kinds, '--fork', 'sh', '-c', script], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  return tried.status === 0 ? null : (tried.error?.message ?? tried.stderr.trim())
}

/**
 * A sandbox of this tier, or null after the test was skipped with a word: what a machine cannot
 * isolate is not run on it.
 */
export async function sandboxFor(t: TestContext, tier: Tier): Promise<Sandbox | null> {
  const opened = await openSandbox(tier, {}, never)
  if (opened.ok) return opened.value.sandbox
  const { why, hint } = opened.refusal
  assertMayLack(tier, opened.refusal)
  t.skip(`no sandbox of tier ${tier} here: ${why}${hint === undefined ? '' : ` (${hint})`}`)
  return null
}
