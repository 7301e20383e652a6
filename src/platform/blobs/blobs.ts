import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import type { Result } from '#kernel/result.ts'
import type { OwnSalt } from '#platform/crypto/keys.ts'

/** Content to be kept: all its bytes, or a stream that is read once and never held whole. */
export type BlobContent = Uint8Array | AsyncIterable<Uint8Array>

/** What names a blob for as long as it is kept. Its members fit a JSON column. */
export const blobRefShape = z.strictObject({
  /** `plain-` or `sealed-` and 64 hexadecimal digits. */
  id: z.string().regex(/^(plain|sealed)-[0-9a-f]{64}$/),
  /** Of the content as it was given, not as it is stored. */
  sizeBytes: z.int().min(0),
  /** Of the content as it was given, in hexadecimal digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BlobRef = Readonly<z.infer<typeof blobRefShape>>

export type Keeping = {
  /** Whether it is encrypted; what may not be read by who gets hold of the disk is. */
  readonly sealed: boolean
  /**
   * What sealed content belongs to, such as the id of its owner. It is needed again to open it.
   * Equal content that belongs to two owners is kept twice, so that one tells nothing of the other.
   */
  readonly associatedData?: string
  /** Sealed with keys of its own, which are lost with the salt; it too is needed to open it. */
  readonly own?: OwnSalt
}

/**
 * A store of immutable content, addressed by the content: a folder or a bucket. Equal content that
 * belongs to the same is kept once. Who deletes must know that nothing refers to it any more.
 */
export type Blobs = {
  /**
   * Keeps content. When this answers with a reference, the content is on disk (or the bucket has
   * acknowledged it). Refused: `disk-full`, `not-writable`, `no-network`, `not-configured`. Nothing
   * of what is refused stays, and an error that `content` throws is thrown on.
   */
  readonly put: (content: BlobContent, keeping: Keeping) => Promise<Result<BlobRef>>
  /**
   * The content, in pieces. That it is whole and unchanged is known only at its end; of sealed
   * content every piece is known to be genuine.
   *
   * @throws {BlobUnreadable} while it is read
   */
  readonly open: (ref: BlobRef, associatedData?: string, own?: OwnSalt) => AsyncIterable<Uint8Array>
  readonly has: (ref: Pick<BlobRef, 'id'>) => Promise<Result<boolean>>
  /** Deleting what is not there succeeds. */
  readonly delete: (ref: Pick<BlobRef, 'id'>) => Promise<Result<null>>
  /**
   * The ids of all that is kept, in no order; what comes or goes meanwhile may be left out.
   *
   * @throws {BlobUnreadable}
   */
  readonly list: () => AsyncIterable<string>
}

/** Thrown while content is read: `not-found`, `malformed` (damaged), or why it is not reached. */
export class BlobUnreadable extends Error {
  override readonly name = 'BlobUnreadable'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.why)
    this.refusal = refusal
  }
}
