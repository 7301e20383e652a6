import type { Claim } from './claim.ts'
import { assertionClaim } from './claim-assertion.ts'
import { kernelClaim } from './claim-kernel.ts'
import { runtimeClaim } from './claim-runtime.ts'
import { sanitizerClaim } from './claim-sanitizer.ts'
import { systemClaim } from './claim-system.ts'
import type { Lines } from './line.ts'

/** Asked in this order: who reports most precisely comes first. */
const readers = [sanitizerClaim, kernelClaim, runtimeClaim, assertionClaim, systemClaim]

/** What line `at` claims about a crash, by whoever prints such lines; null for other lines. */
export function claimAt(lines: Lines, at: number): Claim | null {
  if (lines.bare(at).length < 8) return null
  for (const read of readers) {
    const claim = read(lines, at)
    if (claim) return claim
  }
  return null
}
