import { parseNonFinite } from '#formats/json/non-finite.ts'
import { JsonPieces, NotJson, type Piece, type Plan } from '#formats/json/pieces.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import { bytesOf, chunksOf } from '#formats/zip/member.ts'
import { type ByteSource, readExactly, shownName, Unread } from '#formats/zip/source.ts'
import { logLimits, type SamplePlace } from './log.ts'

/** One JSON text of a log: a member of its archive, or a part of its file. */
export type TextPlace = Exclude<SamplePlace, { is: 'chunked' }>

export const sizeOf = (place: TextPlace): number =>
  place.is === 'member' ? place.member.sizeBytes : place.to - place.from

const pieceBytes = 2 ** 20

/** A text of any size, in pieces. */
export async function* chunksAt(source: ByteSource, place: TextPlace): AsyncGenerator<Buffer> {
  if (place.is === 'member') yield* chunksOf(source, place.member)
  else {
    for (let at = place.from; at < place.to; at += pieceBytes) {
      yield await readExactly(source, at, Math.min(pieceBytes, place.to - at))
    }
  }
}

/** The value of a text that is small enough to be held. */
export async function valueAt(source: ByteSource, place: TextPlace): Promise<unknown> {
  const { sampleBytesWhole } = logLimits
  const bytes =
    place.is === 'member'
      ? await bytesOf(source, place.member, sampleBytesWhole)
      : await readExactly(source, place.from, sizeOf(place))
  return parsed(bytes, placeText(place))
}

const placeText = (place: TextPlace): string =>
  place.is === 'member' ? shownName(place.member.name) : `byte ${place.from}`

function parsed(bytes: Buffer, at: string): unknown {
  try {
    return parseNonFinite(bytes.toString('utf8'))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Unread({ code: 'malformed', why: `is not JSON: ${words.slice(0, 200)}`, at })
  }
}

/** The value of a piece that was taken. */
export const pieceValue = (piece: Piece, place: TextPlace): unknown =>
  parsed(piece.bytes, `${placeText(place)} /${piece.path.join('/')}`)

/** The pieces of a text, as a plan asks for them. */
export async function* piecesAt(
  source: ByteSource,
  place: TextPlace,
  plan: Plan,
): AsyncGenerator<Piece> {
  for await (const pieces of batchesAt(source, place, plan)) yield* pieces
}

/** The same, as many at a time as come together: waiting for each would cost more than reading. */
export async function* batchesAt(
  source: ByteSource,
  place: TextPlace,
  plan: Plan,
): AsyncGenerator<readonly Piece[]> {
  const { depthMax, valueBytesMax } = logLimits
  const pieces = new JsonPieces(plan, { depthMax, valueBytesMax })
  try {
    for await (const chunk of chunksAt(source, place)) yield pieces.push(chunk)
    yield pieces.end()
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    const why = `${error.message}, at byte ${error.at} of it, in /${error.path.join('/')}`
    throw new Unread({ code: 'malformed', why, at: placeText(place) })
  }
}

/** The chunks of one kind of a chunked sample, in order: `messages`, `events`, … */
export function partsNamed(parts: ReadonlyMap<string, ZipMember>, kind: string): TextPlace[] {
  const numbered: { readonly member: ZipMember; readonly start: number }[] = []
  for (const [name, member] of parts) {
    const [folder, start] = name.split('/')
    if (folder === kind && start !== undefined) numbered.push({ member, start: Number(start) })
  }
  return numbered
    .sort((one, other) => one.start - other.start)
    .map(({ member }) => ({ is: 'member', member }))
}
