import type { ReadItem } from '#features/report/import.ts'
import { peek } from '#platform/files/bytes.ts'
import { decodeImport } from './import-decode.ts'
import { decodeApart, type ProcessOptions } from './import-process.ts'

/** As much JSON takes this process a fraction of a second and a few times its size in memory. */
const hereBytesMax = 2 ** 20
const headBytes = 64

/**
 * Reads a document: JSON that is small in this process, and whatever may be large, packed or
 * nested in one of its own, which takes half a second to begin.
 */
export async function* readDocument(
  options: ProcessOptions & { readonly sizeBytes: number },
): AsyncGenerator<ReadItem> {
  const { sizeBytes, signal, name, format, series } = options
  const [head, content] = await peek(buffers(options.content), headBytes)
  if (sizeBytes > hereBytesMax || !isJson(head)) {
    yield* decodeApart({ ...options, content })
    return
  }
  for await (const item of decodeImport(content, { name, format, series })) {
    signal.throwIfAborted()
    yield item
  }
}

/** Whether a text begins as JSON does. No archive, mail or packed file does. */
const isJson = (head: Buffer): boolean => /^\uFEFF?\s*[[{]/.test(head.toString('utf8'))

async function* buffers(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
  }
}
