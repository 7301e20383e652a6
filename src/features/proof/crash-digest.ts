import { createHash } from 'node:crypto'
import { tellingNames } from '#formats/crash/state.ts'
import type { Crash } from '#formats/finding/finding.ts'

/** So many functions of a stack tell one crash from another. */
const namesMax = 3

/**
 * What two runs that crash alike have in common: the type and the first functions that tell
 * something. Null without a crash, and for one whose stack tells nothing: most of those differ.
 */
export function crashDigest(crash: Crash | null): Buffer | null {
  if (crash === null) return null
  const names = tellingNames(crash).slice(0, namesMax)
  if (names.length === 0) return null
  return createHash('sha256')
    .update([crash.kind, ...names].join('\n'))
    .digest()
}
