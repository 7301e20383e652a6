import type { Plan } from '#formats/json/pieces.ts'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import type { ByteSource } from '#formats/zip/source.ts'
import type { SampleEntry } from './log.ts'
import { Pool } from './pool.ts'
import { positionsOf } from './refs.ts'
import { partsNamed, piecesAt, pieceValue, type TextPlace, valueAt } from './sample-text.ts'

/** A message of the final conversation, or an event, in the order of the log. */
export type SampleContent = {
  readonly is: 'message' | 'event'
  readonly index: number
  readonly value: unknown
  /** False where something that it refers to is not there, or is too much to be put in. */
  readonly isResolved: boolean
}

const poolPlan: Plan = {
  members: new Map<string, Plan>([
    ['attachments', { members: new Map(), others: 'take' }],
    ['message_pool', { each: 'take' }],
    ['call_pool', { each: 'take' }],
    [
      'events_data',
      {
        members: new Map<string, Plan>([
          ['messages', { each: 'take' }],
          ['calls', { each: 'take' }],
        ]),
        others: 'skip',
      },
    ],
  ]),
  others: 'skip',
}

const contentPlan: Plan = {
  members: new Map<string, Plan>([
    ['messages', { each: 'take' }],
    ['events', { each: 'take' }],
  ]),
  others: 'skip',
}

/**
 * The messages and events of one sample, one at a time, with what they refer to put in their
 * place: attachments, messages (`input_refs`) and calls (`call_refs`). Memory is bounded whatever
 * the size of the sample: what does not fit is left as it stands, and said.
 *
 * @throws Unread where the sample cannot be read on
 */
export async function* contentOf(
  source: ByteSource,
  { place }: SampleEntry,
): AsyncGenerator<SampleContent> {
  if (place.is === 'chunked') {
    yield* chunkedContent(source, place.parts)
    return
  }
  const pool = new Pool()
  for await (const { path, is, bytes } of piecesAt(source, place, poolPlan)) {
    const [first, second, third] = path
    if (is !== 'taken' || second === undefined) continue
    const list = third === undefined ? first : second
    if (first === 'attachments') pool.attach(second, bytes)
    else if (list === 'messages' || list === 'message_pool') pool.add('messages', bytes)
    else if (list === 'calls' || list === 'call_pool') pool.add('calls', bytes)
  }
  const counts = { message: 0, event: 0 }
  for await (const piece of piecesAt(source, place, contentPlan)) {
    const [name, index] = piece.path
    if (index === undefined || piece.is !== 'taken') continue
    const is = name === 'messages' ? 'message' : 'event'
    yield { is, index: counts[is]++, ...pool.resolved(pieceValue(piece, place)) }
  }
}

type Parts = Parameters<typeof partsNamed>[0]

async function* chunkedContent(source: ByteSource, parts: Parts): AsyncGenerator<SampleContent> {
  const pool = new Pool()
  let number = 0
  for await (const { bytes } of elementsOf(source, partsNamed(parts, 'attachments'))) {
    pool.attach(String(number++), bytes)
  }
  for (const kind of ['messages', 'calls'] as const) {
    for await (const { bytes } of elementsOf(source, partsNamed(parts, kind))) pool.add(kind, bytes)
  }
  const shell = await shellOf(source, parts)
  let index = 0
  for (const position of positionsOf(shell['message_refs'])) {
    const value = pool.at('messages', position)
    if (value !== undefined) yield { is: 'message', index: index++, ...pool.resolved(value) }
  }
  index = 0
  for await (const { value } of elementsOf(source, partsNamed(parts, 'events'))) {
    yield { is: 'event', index: index++, ...pool.resolved(value()) }
  }
}

async function shellOf(source: ByteSource, parts: Parts): Promise<JsonObject> {
  const member = parts.get('sample')
  const shell = member === undefined ? null : await valueAt(source, { is: 'member', member })
  return isObject(shell) ? shell : {}
}

type Element = { readonly bytes: Buffer; readonly value: () => unknown }

async function* elementsOf(
  source: ByteSource,
  places: readonly TextPlace[],
): AsyncGenerator<Element> {
  for (const place of places) {
    for await (const piece of piecesAt(source, place, { each: 'take' })) {
      if (piece.is !== 'taken') continue
      yield { bytes: piece.bytes, value: () => pieceValue(piece, place) }
    }
  }
}
