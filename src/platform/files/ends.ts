import { createHash } from 'node:crypto'
import { type Chunks, type Collected, linesIn } from './bytes.ts'
import { type LeftOut, Unreadable } from './input.ts'

export type Ends = Omit<Collected, 'isBlank'> & {
  /** What lies between the two ends and was let go. */
  readonly gap: (LeftOut & { readonly bytes: number }) | null
}

/**
 * The beginning and the end of a document of any length, `keptBytes` together, cut at line ends
 * where there are any; all of it where it is no longer than that. Memory stays within a chunk of
 * `keptBytes`.
 */
export async function collectEnds(chunks: Chunks, keptBytes: number): Promise<Ends> {
  const hash = createHash('sha256')
  const half = Math.floor(keptBytes / 2)
  const tail = new Tail(keptBytes - half)
  const head: Buffer[] = []
  let sizeBytes = 0
  let brokenBy: Unreadable | undefined
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      const room = Math.max(0, half - sizeBytes)
      sizeBytes += chunk.length
      if (room > 0) head.push(chunk.subarray(0, room))
      if (chunk.length > room) tail.push(chunk.subarray(room))
    }
  } catch (error) {
    if (!(error instanceof Unreadable) || error.refusal.code === 'too-large') throw error
    brokenBy = error
  }
  const ending = brokenBy ? { brokenBy } : {}
  const sha256 = hash.digest('hex')
  const whole = { sha256, sizeBytes, ...ending }
  if (tail.droppedBytes === 0) {
    return { ...whole, bytes: Buffer.concat([...head, ...tail.pieces]), gap: null }
  }
  return { ...whole, ...joined(Buffer.concat(head), tail) }
}

const newline = 0x0a

/** The two ends without the line that each was cut in. */
function joined(head: Buffer, tail: Tail): Pick<Ends, 'bytes' | 'gap'> {
  const end = Buffer.concat(tail.pieces)
  const headEnd = head.lastIndexOf(newline) + 1 || head.length
  const from = end.indexOf(newline) + 1
  const bytes = Buffer.concat([head.subarray(0, headEnd), Buffer.from('\n'), end.subarray(from)])
  const afterLines = linesIn(head, headEnd) + 1
  // The line feed between the ends stands for the line in which the gap begins.
  const lines = tail.droppedLines + linesIn(end, from) + linesIn(head.subarray(headEnd)) - 1
  const droppedBytes = tail.droppedBytes + head.length - headEnd + from
  return { bytes, gap: { afterLines, lines: Math.max(0, lines), bytes: droppedBytes } }
}

/** The last bytes of a stream. */
class Tail {
  pieces: Buffer[] = []
  droppedBytes = 0
  droppedLines = 0
  #bytes = 0
  readonly #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  push(chunk: Buffer): void {
    this.pieces.push(chunk)
    this.#bytes += chunk.length
    let over = this.#bytes - this.#bytesMax
    let count = 0
    for (const piece of this.pieces) {
      if (over < piece.length) break
      over -= piece.length
      this.#drop(piece)
      count++
    }
    if (count > 0) this.pieces = this.pieces.slice(count)
    const [first] = this.pieces
    if (over > 0 && first) {
      this.#drop(first.subarray(0, over))
      this.pieces[0] = first.subarray(over)
    }
  }

  #drop(bytes: Buffer): void {
    this.#bytes -= bytes.length
    this.droppedBytes += bytes.length
    this.droppedLines += linesIn(bytes)
  }
}
