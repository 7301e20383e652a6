/** One thing that is wrong with a proof bundle: where, and what to do about it. */
export type ProofProblem = {
  /** RFC 6901, into the document; empty for the document as a whole. */
  readonly pointer: string
  /** One-based; null where the document does not say it in a place of its own. */
  readonly line: number | null
  readonly why: string
  readonly hint?: string
}

/** A member's key or an item's place as it stands in a JSON pointer (RFC 6901 section 3). */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
