import type { ReadItem } from '#features/report/import.ts'
import type { Report } from '#features/report/report.ts'
import { attachmentsOf } from '#formats/mail/attachments.ts'
import { Budget, type Chunks, gunzip, isGzip, peek } from '#platform/files/bytes.ts'
import { documentsIn, documentsOf } from '#platform/files/documents.ts'
import { defaultLimits, type Input, Unreadable } from '#platform/files/input.ts'
import { attachedDecoders, decoders } from './decoders.ts'
import { itemsOf, problemItem } from './import-item.ts'
import { isSnapshot, seriesStart } from './import-known.ts'
import { type Head, isByLine, readLines } from './import-lines.ts'
import { type ImportedFile, importFrom } from './read.ts'

export type DecodeOptions = {
  /** The document as its sender knows it. */
  readonly name: string
  /** Reads it as this format whatever it looks like. */
  readonly format: string | null
  readonly series: string | null
}

/** As much of a document as is looked at to tell whether it is read by lines. */
const headBytes = 4 * 2 ** 20

/**
 * Everything that a document holds, in its order, and the same whenever the same bytes are read.
 * Lines of JSON are read one by one, at any length; whatever else is read a document at a time.
 */
export async function* decodeImport(
  chunks: Chunks,
  options: DecodeOptions,
): AsyncGenerator<ReadItem> {
  const { name, format, series } = options
  const [magic, whole] = await peek(chunks, 4)
  const again = await headOf(whole, isGzip(magic))
  if (again.head !== null && isByLine(again.head, format)) {
    yield* readLines(again.chunks, { document: name, format, series })
  } else yield* readDocuments(again.chunks, options)
}

type Headed = { readonly head: Head | null; readonly chunks: Chunks }

/** The text that a document begins with, packed or not; null where it is no such text. */
async function headOf(chunks: Chunks, isPacked: boolean): Promise<Headed> {
  const [bytes, again] = await peek(chunks, headBytes)
  if (!isPacked) {
    return { head: { text: bytes.toString('utf8'), isWhole: isAll(bytes) }, chunks: again }
  }
  try {
    const budget = new Budget(defaultLimits)
    budget.packedBytes = bytes.length
    const held: Buffer[] = []
    let heldBytes = 0
    for await (const piece of gunzip(only(bytes), budget)) {
      held.push(piece)
      heldBytes += piece.length
      if (heldBytes >= headBytes) break
    }
    const isWhole = isAll(bytes) && heldBytes < headBytes
    return { head: { text: Buffer.concat(held).toString('utf8'), isWhole }, chunks: again }
  } catch (error) {
    // The packed head may end in the middle of a block; what is wrong with it shows in its turn.
    if (error instanceof Unreadable) return { head: null, chunks: again }
    throw error
  }
}

/** Less than was asked for is all that there is. */
const isAll = ({ length }: Uint8Array): boolean => length < headBytes

async function* only(bytes: Buffer): Chunks {
  yield bytes
}

async function* readDocuments(chunks: Chunks, options: DecodeOptions): AsyncGenerator<ReadItem> {
  const names = new Map<string, number>()
  for await (const input of documentsOf(['-'], { stdin: chunks })) {
    yield* readDocument(named(input, options.name, names), options)
  }
}

/** Standard input has no name; archives may hold one name twice, and later ones are numbered. */
function named(input: Input, name: string, seen: Map<string, number>): Input {
  const own = input.name === '-' ? name : `${name}${input.name.slice(1)}`
  const before = seen.get(own) ?? 0
  seen.set(own, before + 1)
  return { ...input, name: before === 0 ? own : `${own} (${before + 1})` }
}

async function* readDocument(input: Input, options: DecodeOptions): AsyncGenerator<ReadItem> {
  const { format, series } = options
  const { files, reports } = await importFrom(one(input), {
    decoders,
    ...(format !== null && { format }),
    inside: {
      of: (found, text) => (found === 'mail' ? attachmentsOf(text) : []),
      open: documentsIn,
      decoders: attachedDecoders,
    },
  })
  const byFile = Map.groupBy(reports, ({ file }) => file)
  for (const file of files) {
    yield* itemsOf(byFile.get(file.name) ?? [], { format: file.format ?? '', series })
    for (const problem of file.problems) yield problemItem(file.name, problem)
    yield closing(file, byFile.get(file.name) ?? [])
  }
}

function closing({ name, format }: ImportedFile, reports: readonly Report[]): ReadItem {
  const isEmpty = reports.length === 0 && format !== null && isSnapshot(format)
  const at = { document: name, format: format ?? '', series: null }
  return { is: 'document', format, emptySeries: isEmpty ? seriesStart(at) : null }
}

async function* one(input: Input): AsyncGenerator<Input> {
  yield input
}
