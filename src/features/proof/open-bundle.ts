import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { SourceTree } from './located.ts'

/** A bundle that was read: what it says, its files, and the code that it is about. */
export type OpenBundle = {
  readonly proof: ProofBundle
  /** What is incomplete or contradicts itself, in plain words; empty when nothing is. */
  readonly problems: readonly string[]
  /** The whole of a file of the bundle; null where there is none. */
  readonly read: (path: string) => Promise<Uint8Array | null>
  /** A tar archive of the target's code, on this machine. */
  readonly source: string
  readonly tree: SourceTree
}
