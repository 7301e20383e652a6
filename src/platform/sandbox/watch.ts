import type { CgroupUsage } from './cgroup.ts'
import type { LimitName, Limits } from './sandbox.ts'

/** What was seen of a run while it runs. */
export type Seen = {
  readonly usage: CgroupUsage | null
  /** CPU time that was used before the command began, which is ours. */
  readonly cpuMsBefore: number
  readonly outputBytes: number
  /** What is left of the disk; null when it cannot be seen from outside. */
  readonly free: Free | null
}

export type Free = { readonly blocks: number; readonly files: number }

/** The limit that a run has reached; null for none. One that was reached ends the run. */
export function limitReached(limits: Limits, seen: Seen): LimitName | null {
  const { usage, free } = seen
  if (usage !== null) {
    if (usage.outOfMemory > 0 || usage.anonymousBytes > limits.memoryBytes) return 'memory'
    if (usage.cpuMs - seen.cpuMsBefore > limits.cpuMs) return 'cpu'
  }
  if (seen.outputBytes > limits.outputEndsBytes) return 'output'
  if (free !== null && isFull(free)) return 'disk'
  return usage !== null && usage.forksRefused > 0 ? 'processes' : null
}

const isFull = ({ blocks, files }: Free): boolean => blocks === 0 || files === 0
