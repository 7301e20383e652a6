import type { Claim } from './claim.ts'
import { assertionClaim } from './claim-assertion.ts'
import { kernelClaim } from './claim-kernel.ts'
import { runtimeClaim } from './claim-runtime.ts'
import { sanitizerClaim } from './claim-sanitizer.ts'
import { systemClaim } from './claim-system.ts'
import type { Lines } from './line.ts'

/** Asked in this order: who reports most precisely comes first. */
const readers = [sanitizerClaim, kernelClaim, runtimeClaim, assertionClaim, systemClaim]

/** `#0 0x4f1a2b in f`: most lines of a trace are frames, and no frame claims anything. */
function isNumbered(line: string): boolean {
  const second = line.charCodeAt(1)
  return line.charCodeAt(0) === 35 && second >= 48 && second <= 57
}

/** What line `at` claims about a crash, by whoever prints such lines; null for other lines. */
export function claimAt(lines: Lines, at: number): Claim | null {
  const line = lines.bare(at)
  if (line.length < 8 || isNumbered(line)) return null
  for (const read of readers) {
    const claim = read(lines, at)
    if (claim) return claim
  }
  return null
}
