import { createHash } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Limits, sizeText, Unreadable } from './input.ts'

/** Bytes in the order of the document, in pieces of any size. */
export type Chunks = AsyncIterable<Buffer>

/** The bytes of one whole document. */
export type Collected = {
  readonly bytes: Buffer
  readonly sha256: string
  readonly sizeBytes: number
  /** Nothing but blanks and NUL bytes; `bytes` is then empty. */
  readonly isBlank: boolean
  /** The reason why the stream broke off before its end, if it did. */
  readonly brokenBy?: Unreadable
}

/** What one input may unpack to, counted over all its members and levels. */
export class Budget {
  packedBytes = 0
  #unpackedBytes = 0
  readonly #limits: Pick<Limits, 'ratioMax' | 'ratioFreeBytes'>

  constructor(limits: Pick<Limits, 'ratioMax' | 'ratioFreeBytes'>) {
    this.#limits = limits
  }

  /** Accounts for unpacked bytes; throws when they are out of proportion to the packed ones. */
  spend(bytes: number): void {
    const { ratioMax, ratioFreeBytes } = this.#limits
    this.#unpackedBytes += bytes
    if (this.#unpackedBytes <= ratioFreeBytes) return
    if (this.#unpackedBytes <= this.packedBytes * ratioMax) return
    throw new Unreadable({
      code: 'too-large',
      why: `unpacks to more than ${ratioMax} times its size (a decompression bomb?)`,
      hint: 'if it is genuine, unpack it first and give the unpacked files',
    })
  }
}

/** Blank documents are dropped while reading once they exceed this. */
const blankKeptBytesMax = 2 ** 20
const newline = 0x0a

/** Gathers a document, within its bounds; a document of blanks only is never held in memory. */
export async function collect(chunks: Chunks, limits: Limits): Promise<Collected> {
  const hash = createHash('sha256')
  let kept: Buffer[] = []
  let sizeBytes = 0
  let isBlank = true
  let isWide = false
  let droppedLines = 0
  let brokenBy: Unreadable | undefined
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      const isStart = sizeBytes === 0
      if (isStart) isWide = startsWide(chunk)
      sizeBytes += chunk.length
      isBlank &&= isBlankBytes(chunk, isStart)
      kept.push(chunk)
      if (isBlank && !isWide && sizeBytes > blankKeptBytesMax) {
        for (const piece of kept) droppedLines += linesIn(piece)
        kept = []
      }
      requireWithin(sizeBytes, isBlank && !isWide ? limits.blankBytesMax : limits.documentBytesMax)
    }
  } catch (error) {
    if (!(error instanceof Unreadable) || error.refusal.code === 'too-large') throw error
    brokenBy = error
  }
  const sha256 = hash.digest('hex')
  const ending = brokenBy ? { brokenBy } : {}
  if (isBlank) return { bytes: Buffer.alloc(0), sha256, sizeBytes, isBlank, ...ending }
  // Dropped blanks come back as empty lines, so that line numbers still say where things stand.
  if (droppedLines > 0) kept.unshift(Buffer.alloc(droppedLines, newline))
  return { bytes: Buffer.concat(kept), sha256, sizeBytes, isBlank, ...ending }
}

function requireWithin(sizeBytes: number, bytesMax: number): void {
  if (sizeBytes <= bytesMax) return
  throw new Unreadable({
    code: 'too-large',
    why: `is larger than ${sizeText(bytesMax)}, the most that one document may have`,
    hint: 'split it, or convert it to JSON Lines and use "parley correlate", which reads by line',
  })
}

/** A UTF-16 byte order mark. */
const startsWide = (chunk: Buffer): boolean =>
  (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)

/** Only NUL, tab, line ends and spaces; at the start of a document also a byte order mark. */
function isBlankBytes(chunk: Buffer, isStart: boolean): boolean {
  let from = 0
  if (isStart && startsWide(chunk)) from = 2
  else if (isStart && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) from = 3
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] ?? 0
    if (byte !== 0x20 && byte !== 0 && (byte < 9 || byte > 13)) return false
  }
  return true
}

/** How many line feeds the bytes hold before `end`. */
export function linesIn(bytes: Uint8Array, end = bytes.length): number {
  let count = 0
  let at = bytes.indexOf(newline)
  while (at >= 0 && at < end) {
    count++
    at = bytes.indexOf(newline, at + 1)
  }
  return count
}

/**
 * The first `count` bytes, or all there are, and the whole again from the start. What fails after
 * some bytes fails again where those bytes end.
 */
export async function peek(chunks: Chunks, count: number): Promise<[Buffer, Chunks]> {
  const source = chunks[Symbol.asyncIterator]()
  const held: Buffer[] = []
  let rest: AsyncIterator<Buffer> | null = source
  for (let length = 0; length < count && rest === source; ) {
    try {
      const next = await source.next()
      if (next.done) rest = null
      else {
        held.push(next.value)
        length += next.value.length
      }
    } catch (error) {
      if (held.length === 0) throw error
      rest = { next: () => Promise.reject(error) }
    }
  }
  return [Buffer.concat(held).subarray(0, count), again(held, rest)]
}

/** Unlike a generator it hands on `return` even when nothing was asked of it yet. */
function again(held: Buffer[], rest: AsyncIterator<Buffer> | null): Chunks {
  const over = { done: true, value: undefined } as const
  const iterator: AsyncIterator<Buffer> = {
    next: async () => {
      const value = held.shift()
      if (value) return { done: false, value }
      return rest ? rest.next() : over
    },
    return: async () => {
      held.length = 0
      await rest?.return?.()
      return over
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

/** Ends a stream of which the rest is not wanted, so that its file is closed. */
export async function close(chunks: Chunks): Promise<void> {
  await chunks[Symbol.asyncIterator]().return?.()
}

export const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b

/** Unpacks gzip (RFC 1952) of one or more members, within the budget of its input. */
export async function* gunzip(chunks: Chunks, budget: Budget): Chunks {
  const unpacker = createGunzip({ chunkSize: 2 ** 18 })
  // The callback only keeps a failure from being unhandled: the loop below throws the same.
  pipeline(Readable.from(chunks), unpacker, () => {})
  try {
    for await (const chunk of unpacker) {
      budget.spend(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw asUnreadable(error)
  } finally {
    unpacker.destroy()
  }
}

/** What a machine has too little of for the moment, whatever is read. */
const scarceCodes: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO'])

/** Says in words what zlib, the file system or the archive reader said with a code. */
export function asUnreadable(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const words = error instanceof Error ? error.message : String(error)
  if (code === 'ENOENT') return new Unreadable({ code: 'not-found', why: 'does not exist' })
  if (code === 'EACCES' || code === 'EPERM') {
    return new Unreadable({ code: 'not-readable', why: 'may not be read by this user' })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Unreadable({ code: 'disk-full', why: 'cannot be unpacked: no space is left' })
  }
  if (scarceCodes.has(code)) {
    const hint = 'raise the limits of this process, or let it do less at once'
    return new Unreadable({ code: 'not-configured', why: `cannot be read now: ${words}`, hint })
  }
  if (code === 'Z_BUF_ERROR') {
    return new Unreadable({ code: 'malformed', why: 'ends in the middle of its compressed part' })
  }
  if (code.startsWith('Z_')) {
    return new Unreadable({ code: 'malformed', why: `is damaged in its compressed part: ${words}` })
  }
  return new Unreadable({ code: 'not-readable', why: `cannot be read: ${words}` })
}
