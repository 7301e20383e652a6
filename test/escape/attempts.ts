import type { Tier } from '#platform/sandbox/sandbox.ts'
import type { Attempt } from './attempt.ts'
import { hostileArchives } from './hostile-archives.ts'
import { kernelCalls } from './kernel-calls.ts'
import { livingOn, reachingLimits } from './reaching-limits.ts'
import { reachingOut } from './reaching-out.ts'

/** Everything that is tried against every tier that a machine has. */
export const attempts: readonly Attempt[] = [
  ...reachingOut,
  ...kernelCalls,
  ...hostileArchives,
  ...reachingLimits,
  ...livingOn,
]

/** Those that can be made against a tier. */
export const attemptsOn = (tier: Tier): readonly Attempt[] =>
  attempts.filter(({ isOfSharedKernel = false }) => !isOfSharedKernel || tier !== 'gvisor')
