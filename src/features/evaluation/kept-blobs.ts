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

  /**
   * Runs the transaction that refers to them. Where that fails nobody knows yet whether it took
   * place: the answer to its commit may be what was lost. Then `isThere` looks, in a transaction of
   * its own; what it finds is as if the answer had come. Where it cannot look either nothing is
   * deleted: what nothing refers to takes room and does no harm, what is missing stays missing.
   *
   * @throws what `refer` throws, where it did not take place or nobody can tell
   */
  async referredTo<T>(refer: () => Promise<T>, isThere: () => Promise<T | null>): Promise<T> {
    try {
      return await refer()
    } catch (error) {
      const unsure = this.#kept
      this.#kept = []
      const found = await isThere().catch(() => {
        throw error
      })
      if (found !== null) return found
      this.#kept = unsure
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ref of this.#kept) await this.#blobs.delete(ref)
  }
}
