import { open } from 'node:fs/promises'
import { no, type Result, yes } from '#kernel/result.ts'
import { asUnreadable } from './bytes.ts'

/** A file of which any part can be read, as long as it is not disposed of. */
export type FileSource = AsyncDisposable & {
  readonly sizeBytes: number
  /** `length` bytes from `from`; fewer only where the file ends. */
  readonly read: (from: number, length: number) => Promise<Buffer>
}

/** Opens a plain file. */
export async function openFileSource(path: string): Promise<Result<FileSource>> {
  try {
    const file = await open(path, 'r')
    const found = await file.stat()
    if (!found.isFile()) {
      await file.close()
      return no({ code: 'not-readable', why: 'is no plain file', at: path })
    }
    return yes({
      sizeBytes: found.size,
      read: async (from, length) => {
        const wanted = Math.max(0, Math.min(length, found.size - from))
        const bytes = Buffer.allocUnsafe(wanted)
        let filled = 0
        while (filled < wanted) {
          const { bytesRead } = await file.read(bytes, filled, wanted - filled, from + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return bytes.subarray(0, filled)
      },
      [Symbol.asyncDispose]: () => file.close(),
    })
  } catch (error) {
    return no({ ...asUnreadable(error).refusal, at: path })
  }
}
