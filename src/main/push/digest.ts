import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { no, type Result, yes } from '#kernel/result.ts'
import { sizeText } from '#platform/files/input.ts'
import type { Found } from '#platform/files/paths.ts'

/** The bytes of a document, which can be read again for another attempt. */
export type Sendable = {
  /** Hexadecimal. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly open: () => AsyncIterable<Uint8Array>
}

/** Reads a document once to know it by its bytes. A pipe is kept, since it is read only once. */
export async function digestOfFile(file: Found, bytesMax: number): Promise<Result<Sendable>> {
  if (file.sizeBytes > bytesMax) return tooLarge(bytesMax)
  try {
    const hash = createHash('sha256')
    if (!file.isRegular) {
      const stream = file.name === '-' ? process.stdin : createReadStream(file.name)
      const bytes = await buffer(stream)
      if (bytes.length > bytesMax) return tooLarge(bytesMax)
      const open = async function* () {
        yield bytes
      }
      return yes({ sha256: hash.update(bytes).digest('hex'), sizeBytes: bytes.length, open })
    }
    let sizeBytes = 0
    for await (const piece of createReadStream(file.name)) {
      hash.update(piece)
      sizeBytes += piece.length
    }
    if (sizeBytes > bytesMax) return tooLarge(bytesMax)
    return yes({ sha256: hash.digest('hex'), sizeBytes, open: () => createReadStream(file.name) })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return no({ code: 'not-readable', why: `cannot be read: ${why}` })
  }
}

function tooLarge(bytesMax: number): Result<never> {
  const why = `is larger than ${sizeText(bytesMax)}, the most that is taken at once`
  return no({ code: 'too-large', why, hint: 'compress it with gzip, or split it' })
}
