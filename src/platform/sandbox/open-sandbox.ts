import { type Result, yes } from '#kernel/result.ts'
import { openBubblewrap } from './bubblewrap.ts'
import { type ClusterSettings, openCluster } from './cluster.ts'
import { openContainer } from './container.ts'
import { openGvisor } from './gvisor.ts'
import type { IsolationFacts, Sandbox, SandboxRefusal, Tier } from './sandbox.ts'

/** A tier that was tried on this machine and held, and what was found. */
export type OpenedSandbox = { readonly sandbox: Sandbox; readonly isolation: IsolationFacts }

/** Where and by what; each has a default. */
export type SandboxWish = {
  /** Where folders of runs are made; programs must be allowed to run there. */
  readonly folder?: string
  /** Engines of containers to look for, and the image by digest that they are tried with. */
  readonly engines?: readonly string[]
  readonly image?: string
  /** The cluster that runs Jobs, and how. */
  readonly cluster?: ClusterSettings
}

/**
 * Opens a tier and tries it with a run that does nothing. Refuses when it cannot be had, and never
 * answers with another tier than the one that was asked for.
 */
export async function openSandbox(
  tier: Tier,
  wish: SandboxWish,
  signal: AbortSignal,
): Promise<Result<OpenedSandbox, SandboxRefusal>> {
  const sandbox = await openings[tier](wish)
  if (!sandbox.ok) return sandbox
  const isolation = await sandbox.value.probe(signal)
  return isolation.ok ? yes({ sandbox: sandbox.value, isolation: isolation.value }) : isolation
}

const openings = {
  namespaces: openBubblewrap,
  gvisor: openGvisor,
  container: openContainer,
  cluster: openCluster,
} as const satisfies Record<Tier, (wish: SandboxWish) => Promise<Result<Sandbox, SandboxRefusal>>>
