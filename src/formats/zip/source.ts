import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** Bytes that can be read anywhere: an open file, a buffer, an object of a store. */
export type ByteSource = {
  readonly sizeBytes: number
  /** `length` bytes from `from`; fewer only where the source ends. */
  readonly read: (from: number, length: number) => Promise<Buffer>
}

/** Ends the reading of bytes that are not what they should be; a door turns it into a refusal. */
export class Unread extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.why)
    this.refusal = refusal
  }
}

/** Shortens a name from outside, so that it can be shown. */
export const shownName = (name: string): string =>
  name.length > 300 ? `${name.slice(0, 300)}…` : name

/** Runs a reading and answers with its refusal where it met one. */
export async function asResult<T>(read: () => Promise<T>): Promise<Result<T>> {
  try {
    return yes(await read())
  } catch (error) {
    if (error instanceof Unread) return no(error.refusal)
    throw error
  }
}

/** Reads exactly so many bytes. */
export async function readExactly(
  source: ByteSource,
  from: number,
  length: number,
): Promise<Buffer> {
  const bytes = await source.read(from, length)
  if (bytes.length === length) return bytes
  const why = `ends at byte ${from + bytes.length}, where ${length - bytes.length} more should be`
  throw new Unread({ code: 'malformed', why, hint: 'get it again: it was cut off' })
}

/** Bytes of memory as a source. */
export const sourceOf = (bytes: Buffer): ByteSource => ({
  sizeBytes: bytes.length,
  read: async (from, length) => bytes.subarray(from, from + length),
})

/**
 * A source that reads ahead, for readers that go through one piece after another. What is asked
 * for comes out of one block as long as it lies there.
 */
export function readingAhead(source: ByteSource, blockBytes: number): ByteSource {
  let start = 0
  let block: Buffer = Buffer.alloc(0)
  return {
    sizeBytes: source.sizeBytes,
    read: async (from, length) => {
      if (length > blockBytes) return source.read(from, length)
      if (from < start || from + length > start + block.length) {
        block = await source.read(from, blockBytes)
        start = from
      }
      return block.subarray(from - start, from - start + length)
    },
  }
}
