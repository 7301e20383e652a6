import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { no, type Result, yes } from '#kernel/result.ts'
import { asUnreadable, Budget, type Chunks, gunzip, isGzip, peek } from './bytes.ts'
import { defaultLimits, type Limits, sizeText } from './input.ts'

/** One line of a file, without its line end; `number` is one-based. */
export type Line = {
  readonly number: number
  readonly text: string
  /** False when bytes of the line were no UTF-8 and are read as U+FFFD. */
  readonly isUtf8: boolean
}

/**
 * The lines of a text file of any size, plain or gzip, `-` for standard input. A line over the
 * bound is refused and the next ones go on; a file that cannot be opened or breaks off gives one
 * refusal, last. Memory is bounded by the longest line.
 */
export async function* linesOf(
  name: string,
  options: { readonly limits?: Limits; readonly stdin?: Chunks } = {},
): AsyncGenerator<Result<Line>> {
  const limits = options.limits ?? defaultLimits
  let number = 0
  try {
    const raw = name === '-' ? (options.stdin ?? process.stdin) : createReadStream(name, bigReads)
    for await (const bytes of splitLines(await unpacked(raw, limits), limits.lineBytesMax)) {
      number++
      if (bytes) yield yes(lineOf(bytes, number))
      else {
        const why = `line ${number} is longer than ${sizeText(limits.lineBytesMax)}`
        yield no({ code: 'too-large', why, at: `${name}:${number}` })
      }
    }
  } catch (error) {
    const { refusal } = asUnreadable(error)
    yield no({ ...refusal, at: number === 0 ? name : `${name}:${number}` })
  }
}

const bigReads = { highWaterMark: 2 ** 20 } as const

async function unpacked(raw: Chunks, limits: Limits): Promise<Chunks> {
  const budget = new Budget(limits)
  const [head, chunks] = await peek(raw, 4)
  const plain = isGzip(head) ? gunzip(counted(chunks, budget), budget) : chunks
  const [start, again] = await peek(plain, 4)
  if (start[0] === 0xff && start[1] === 0xfe) return narrowed(again, 'utf-16le')
  if (start[0] === 0xfe && start[1] === 0xff) return narrowed(again, 'utf-16be')
  return again
}

async function* counted(chunks: Chunks, budget: Budget): Chunks {
  for await (const chunk of chunks) {
    budget.packedBytes += chunk.length
    yield chunk
  }
}

/** UTF-16 as UTF-8, so that lines are split in one way only. */
async function* narrowed(chunks: Chunks, encoding: 'utf-16le' | 'utf-16be'): Chunks {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

const newline = 0x0a

/**
 * The bytes of each line, or null for a line that is longer than the bound. Lines end at a line
 * feed alone: JSON leaves U+2028 and U+2029 bare, which other readers take for the end of a line.
 */
export async function* splitLines(chunks: Chunks, bytesMax: number): AsyncGenerator<Buffer | null> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const piece = chunk.subarray(from, end)
      const isLong = heldBytes + piece.length > bytesMax
      yield isLong ? null : joined(held, piece)
      held = []
      heldBytes = 0
      from = end + 1
    }
    heldBytes += chunk.length - from
    // Of a line that is too long only the length is kept.
    if (heldBytes > bytesMax) held = []
    else if (from < chunk.length) held.push(chunk.subarray(from))
  }
  if (heldBytes > 0) yield heldBytes > bytesMax ? null : Buffer.concat(held)
}

const joined = (held: readonly Buffer[], last: Buffer): Buffer =>
  held.length === 0 ? last : Buffer.concat([...held, last])

function lineOf(bytes: Buffer, number: number): Line {
  const isMarked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length
  const content = bytes.subarray(isMarked ? 3 : 0, end)
  return { number, text: content.toString('utf8'), isUtf8: isUtf8(content) }
}
