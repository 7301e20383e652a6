import type { BlobContent, BlobRef, Blobs, Keeping } from '#platform/blobs/blobs.ts'

/** That content cannot be kept at the moment; the message says why. */
export class NotKept extends Error {
  override readonly name = 'NotKept'
}

/**
 * Blobs of one upload. They go with it unless it is said that they stay: what nothing refers to
 * takes no room. Their owner is of this upload alone, so that none of them is of another as well.
 */
export class KeptBlobs implements AsyncDisposable {
  readonly #blobs: Blobs
  readonly #keeping: Omit<Keeping, 'sealed'>
  #kept: BlobRef[] = []

  constructor(blobs: Blobs, keeping: Omit<Keeping, 'sealed'>) {
    this.#blobs = blobs
    this.#keeping = keeping
  }

  /** @throws {NotKept} and what the content throws */
  async put(content: BlobContent): Promise<BlobRef> {
    const kept = await this.#blobs.put(content, { ...this.#keeping, sealed: true })
    if (!kept.ok) throw new NotKept(kept.refusal.why)
    this.#kept.push(kept.value)
    return kept.value
  }

  /** Something refers to them now. */
  stay(): void {
    this.#kept = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ref of this.#kept) await this.#blobs.delete(ref)
  }
}
