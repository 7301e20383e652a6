import { encodeNonFinite } from '#formats/json/non-finite.ts'
import { isObject } from '#formats/json/reader.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import { type ByteSource, Unread } from '#formats/zip/source.ts'
import { Pool } from './pool.ts'
import { positionsOf } from './refs.ts'
import { chunksAt, partsNamed, piecesAt, valueAt } from './sample-text.ts'

/**
 * A sample in chunks as the one JSON text that it would else be. What refers to attachments by
 * their number finds them under that number.
 *
 * @throws Unread where its messages are more than can be held
 */
export async function* assembled(
  source: ByteSource,
  parts: ReadonlyMap<string, ZipMember>,
): AsyncGenerator<Buffer> {
  const member = parts.get('sample')
  const shell = member === undefined ? null : await valueAt(source, { is: 'member', member })
  if (!isObject(shell)) throw new Unread({ code: 'malformed', why: 'has chunks, but no sample' })
  const { message_refs: refs, ...others } = shell
  yield Buffer.from(encodeNonFinite(others).slice(0, -1))
  const metadata = parts.get('metadata')
  if (metadata !== undefined) {
    yield Buffer.from(',"metadata":')
    yield* chunksAt(source, { is: 'member', member: metadata })
  }
  yield Buffer.from(',"messages":')
  yield* conversation(source, parts, refs)
  yield Buffer.from(',"events":')
  yield* list(source, parts, 'events')
  yield Buffer.from(',"events_data":{"messages":')
  yield* list(source, parts, 'messages')
  yield Buffer.from(',"calls":')
  yield* list(source, parts, 'calls')
  yield Buffer.from('},"attachments":{')
  let number = 0
  for await (const text of elements(source, parts, 'attachments')) {
    yield Buffer.from(`${number === 0 ? '' : ','}"${number++}":`)
    yield text
  }
  yield Buffer.from('}}')
}

type Parts = ReadonlyMap<string, ZipMember>

async function* elements(source: ByteSource, parts: Parts, kind: string): AsyncGenerator<Buffer> {
  for (const place of partsNamed(parts, kind)) {
    for await (const { is, bytes, path } of piecesAt(source, place, { each: 'take' })) {
      if (is === 'taken') yield bytes
      // Positions count: nothing may be left out of the middle.
      if (is === 'too-large') {
        const why = `holds one of its ${kind} that is too large, /${path.join('/')}`
        throw new Unread({ code: 'too-large', why })
      }
    }
  }
}

async function* list(source: ByteSource, parts: Parts, kind: string): AsyncGenerator<Buffer> {
  let count = 0
  yield Buffer.from('[')
  for await (const text of elements(source, parts, kind)) {
    if (count++ > 0) yield Buffer.from(',')
    yield text
  }
  yield Buffer.from(']')
}

/** The messages that the sample ended with, out of all that it ever had. */
async function* conversation(
  source: ByteSource,
  parts: Parts,
  refs: unknown,
): AsyncGenerator<Buffer> {
  const pool = new Pool()
  for await (const text of elements(source, parts, 'messages')) pool.add('messages', text)
  let count = 0
  yield Buffer.from('[')
  for (const position of positionsOf(refs)) {
    const text = pool.textAt('messages', position)
    if (text === undefined) {
      const why = `refers to its message ${position}, which is not there or more than can be held`
      throw new Unread({ code: 'malformed', why })
    }
    if (count++ > 0) yield Buffer.from(',')
    yield text
  }
  yield Buffer.from(']')
}
