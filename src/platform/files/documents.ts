import { createReadStream } from 'node:fs'
import {
  asUnreadable,
  Budget,
  type Chunks,
  type Collected,
  close,
  collect,
  gunzip,
  isGzip,
  peek,
} from './bytes.ts'
import { collectEnds } from './ends.ts'
import {
  type ByteProblem,
  defaultLimits,
  type Input,
  type Limits,
  sizeText,
  Unreadable,
} from './input.ts'
import { type Found, filesOf } from './paths.ts'
import { decodeText } from './text.ts'
import { isZip, membersOf } from './zip.ts'

export type ReadOptions = {
  readonly limits?: Limits
  /** What `-` reads; without it, standard input. */
  readonly stdin?: Chunks
}

/**
 * Every document that `names` stand for (files, folders, patterns, `-`, gzip and zip at most one
 * inside the other), one at a time. Whatever cannot be read is told in its turn and the rest goes
 * on; memory is bounded by the largest single document.
 */
export async function* documentsOf(
  names: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<Input> {
  const limits = options.limits ?? defaultLimits
  for await (const found of filesOf(names, limits)) {
    if (found.is === 'refused') yield found
    else {
      const chunks = chunksOf(found, options.stdin)
      const budget = new Budget(limits)
      const path = found.isRegular ? found.name : null
      yield* unpack({ name: found.name, chunks, path, depth: 0 }, { found, budget, limits })
    }
  }
}

/** The documents in bytes that came inside another document, such as an attachment of a mail. */
export async function* documentsIn(
  name: string,
  bytes: Uint8Array,
  { limits = defaultLimits }: Pick<ReadOptions, 'limits'> = {},
): AsyncGenerator<Input> {
  async function* whole(): Chunks {
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  const found: Found = { is: 'found', name, isNamed: false, sizeBytes: 0, isRegular: false }
  const source = { name, chunks: whole(), path: null, depth: 0 }
  yield* unpack(source, { found, budget: new Budget(limits), limits })
}

const readBytesMax = 2 ** 20

/** The raw bytes of an input. */
function chunksOf(found: Found, stdin: Chunks | undefined): Chunks {
  if (found.name === '-') return stdin ?? process.stdin
  // A buffer no larger than the file: most of the time for small files went into clearing it.
  const size = found.isRegular ? found.sizeBytes + 1 : readBytesMax
  return createReadStream(found.name, { highWaterMark: Math.min(size, readBytesMax) })
}

/** A stream of bytes that may be a document or hold some. */
type Source = {
  readonly name: string
  readonly chunks: Chunks
  /** Where the bytes lie as they are, for archives, which are read from their end. */
  readonly path: string | null
  /** How many containers are around it. */
  readonly depth: number
}

type Reading = { readonly found: Found; readonly budget: Budget; readonly limits: Limits }

/** Containers inside containers: a gzip or zip in a zip is read, one more level is not. */
const levelsMax = 2

async function* unpack(source: Source, reading: Reading): AsyncGenerator<Input> {
  const raw = source.depth === 0 ? counted(source.chunks, reading.budget) : source.chunks
  try {
    const [head, chunks] = await peek(raw, 4)
    try {
      yield* unpackAs(head, { ...source, chunks }, reading)
    } finally {
      await close(chunks)
    }
  } catch (error) {
    yield refused(source, reading, error)
  }
}

/** Chooses by the first bytes, never by the name. */
async function* unpackAs(head: Buffer, source: Source, reading: Reading): AsyncGenerator<Input> {
  const isPacked = isGzip(head) || isZip(head)
  if (isPacked && source.depth >= levelsMax) {
    throw new Unreadable({
      code: 'not-readable',
      why: `is an archive inside ${levelsMax} others, which is not unpacked`,
      hint: 'unpack the outer archives first',
    })
  }
  if (isGzip(head)) {
    const chunks = gunzip(source.chunks, reading.budget)
    yield* unpack({ ...source, chunks, path: null, depth: source.depth + 1 }, reading)
  } else if (isZip(head)) yield* unzip(source, reading)
  else yield await documentOf(source, reading)
}

/** Counts what is read from outside, against which unpacked sizes are measured. */
async function* counted(chunks: Chunks, budget: Budget): Chunks {
  for await (const chunk of chunks) {
    budget.packedBytes += chunk.length
    yield chunk
  }
}

async function* unzip(source: Source, reading: Reading): AsyncGenerator<Input> {
  const { limits, budget, found } = reading
  let archive: string | Buffer
  if (source.path !== null) {
    await close(source.chunks)
    archive = source.path
    budget.packedBytes = found.sizeBytes
  } else {
    const { bytes, brokenBy } = await collect(source.chunks, limits)
    if (brokenBy) throw brokenBy
    archive = bytes
  }
  for await (const member of membersOf(archive, limits, budget)) {
    const inner = { name: `${source.name}!${member.name}`, path: null, depth: source.depth + 1 }
    if ('why' in member) yield refused(inner, reading, member.why)
    else yield* unpack({ ...inner, chunks: member.chunks }, reading)
  }
}

async function documentOf(source: Source, reading: Reading): Promise<Input> {
  const { cutBytes } = reading.limits
  if (cutBytes !== undefined) return cutDocument(source, cutBytes)
  const collected = await collect(source.chunks, reading.limits)
  const { bytes, sha256, sizeBytes, brokenBy } = collected
  if (brokenBy && sizeBytes === 0) throw brokenBy
  const { text, problems } = decodeText(bytes)
  return {
    ...{ is: 'document', name: source.name, bytesSha256: sha256, sizeBytes, text },
    problems: [...broken(collected, text), ...problems],
  }
}

async function cutDocument(source: Source, cutBytes: number): Promise<Input> {
  const collected = await collectEnds(source.chunks, cutBytes)
  const { bytes, sha256, sizeBytes, brokenBy, gap } = collected
  if (brokenBy && sizeBytes === 0) throw brokenBy
  const { text, problems } = decodeText(bytes)
  const document = { is: 'document' as const, name: source.name, bytesSha256: sha256, sizeBytes }
  const told = [...broken(collected, text), ...problems]
  if (gap === null) return { ...document, text, problems: told }
  const half = sizeText(cutBytes / 2)
  const why =
    `is ${sizeText(sizeBytes)} long: its first and its last ${half} are read, ` +
    `${sizeText(gap.bytes)} between them are not`
  const { afterLines, lines } = gap
  const cut: ByteProblem = { code: 'truncated', why, line: afterLines, lost: true }
  return { ...document, text, problems: [cut, ...told], leftOut: { afterLines, lines } }
}

/** Bytes that came before a stream broke are still read; what is missing is said. */
function broken({ brokenBy }: Pick<Collected, 'brokenBy'>, text: string): ByteProblem[] {
  if (!brokenBy) return []
  const { why, hint } = brokenBy.refusal
  const line = text.split('\n').length
  const note = { why: `${why}; what came before is read`, line, lost: true }
  return [{ code: 'truncated', ...note, ...(hint ? { hint } : {}) }]
}

function refused(source: Omit<Source, 'chunks'>, reading: Reading, error: unknown): Input {
  const { refusal } = asUnreadable(error)
  const isNamed = reading.found.isNamed && source.name === reading.found.name
  return { is: 'refused', name: source.name, refusal: { ...refusal, at: source.name }, isNamed }
}
