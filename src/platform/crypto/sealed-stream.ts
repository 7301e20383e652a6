import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Bug } from '#kernel/assert.ts'
import type { Refusal } from '#kernel/refusal.ts'
import type { PurposeKeys } from './keys.ts'
import { seal, sealOverheadBytes, unseal } from './sealed-value.ts'

/** Plaintext bytes of every chunk but the last. */
export const chunkBytes = 2 ** 16
const tagBytes = 16
const keyBytes = 32
const prefixBytes = 7
const chunksMax = 2 ** 32

/** Thrown where sealed content that is read turns out not to be what was sealed. */
export class NotGenuine extends Error {
  override readonly name = 'NotGenuine'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.why)
    this.refusal = refusal
  }
}

/** A key that seals one stream only, and the start of its nonces. */
export type StreamKey = { readonly key: Buffer; readonly prefix: Buffer }

export const randomStreamKey = (): StreamKey => ({
  key: randomBytes(keyBytes),
  prefix: randomBytes(prefixBytes),
})

/** What stands in front of a sealed stream: its key, sealed. */
export const streamHeadBytes = sealOverheadBytes + keyBytes + prefixBytes

/**
 * The head can be made after the body: what it binds the stream to (`associatedData`) may depend on
 * all of the content.
 */
export const sealStreamHead = (
  keys: PurposeKeys,
  { key, prefix }: StreamKey,
  associatedData: Uint8Array | string,
): Buffer => seal(keys, Buffer.concat([key, prefix]), associatedData)

/**
 * Seals a stream in chunks of 64 KiB by the STREAM construction (Hoang, Reyhanitabar, Rogaway and
 * Vizár, CRYPTO 2015): the nonce of a chunk holds its number and whether it is the last, so that
 * chunks that are missing, doubled, moved or of another stream are refused. Holds one chunk.
 */
export async function* sealStreamBody(
  key: StreamKey,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let number = 0
  for await (const { bytes, isLast } of chunksOf(source, chunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key.key, nonceOf(key, number, isLast))
    const body = cipher.update(bytes)
    cipher.final()
    yield Buffer.concat([body, cipher.getAuthTag()])
    number++
  }
}

/** How many bytes head and body have for a plaintext of `sizeBytes`. */
export const sealedStreamBytes = (sizeBytes: number): number =>
  streamHeadBytes + sizeBytes + tagBytes * Math.max(1, Math.ceil(sizeBytes / chunkBytes))

/**
 * Opens a head and the body behind it. A chunk is yielded only when it is genuine; that the end is
 * missing shows at the end, so what came before it must not be acted on until then.
 *
 * @throws {NotGenuine} while it is read; and what `source` throws
 */
export async function* openStream(
  keys: PurposeKeys,
  source: AsyncIterable<Uint8Array>,
  associatedData: Uint8Array | string,
): AsyncGenerator<Buffer> {
  const head = Buffer.alloc(streamHeadBytes)
  let key: StreamKey | null = null
  let number = 0
  for await (const { bytes, isLast } of chunksOf(behind(head, source), chunkBytes + tagBytes)) {
    key ??= openHead(keys, head, associatedData)
    yield openChunk(key, bytes, nonceOf(key, number, isLast))
    number++
  }
}

function openHead(keys: PurposeKeys, head: Buffer, associatedData: Uint8Array | string): StreamKey {
  const opened = unseal(keys, head, associatedData)
  if (!opened.ok) throw new NotGenuine(opened.refusal)
  return {
    key: opened.value.subarray(0, keyBytes),
    prefix: opened.value.subarray(keyBytes),
  }
}

function openChunk({ key }: StreamKey, sealed: Buffer, nonce: Buffer): Buffer {
  const changed = (): NotGenuine =>
    new NotGenuine({ code: 'malformed', why: 'was changed or cut off since it was sealed' })
  const end = sealed.length - tagBytes
  if (end < 0) throw changed()
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAuthTag(sealed.subarray(end))
  const plaintext = cipher.update(sealed.subarray(0, end))
  try {
    cipher.final()
  } catch {
    throw changed()
  }
  return plaintext
}

/** Seven random bytes of the stream, the number of the chunk, and whether it is the last. */
function nonceOf({ prefix }: StreamKey, number: number, isLast: boolean): Buffer {
  if (number >= chunksMax) throw new Bug('a stream of more than 2^32 chunks')
  const tail = Buffer.alloc(5)
  tail.writeUInt32BE(number, 0)
  tail[4] = isLast ? 1 : 0
  return Buffer.concat([prefix, tail])
}

type Chunk = { readonly bytes: Buffer; readonly isLast: boolean }

/** Cuts a stream into chunks of one size; the last, which there always is, may have fewer bytes. */
async function* chunksOf(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Chunk> {
  let chunk = Buffer.alloc(sizeBytes)
  let filledBytes = 0
  for await (const piece of source) {
    for (let at = 0; at < piece.length; ) {
      if (filledBytes === sizeBytes) {
        yield { bytes: chunk, isLast: false }
        chunk = Buffer.alloc(sizeBytes)
        filledBytes = 0
      }
      const part = piece.subarray(at, at + sizeBytes - filledBytes)
      chunk.set(part, filledBytes)
      filledBytes += part.length
      at += part.length
    }
  }
  yield { bytes: chunk.subarray(0, filledBytes), isLast: true }
}

/** Fills `head` with the first bytes of a stream and yields those behind them. */
async function* behind(
  head: Buffer,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let filledBytes = 0
  for await (const piece of source) {
    const part = piece.subarray(0, head.length - filledBytes)
    head.set(part, filledBytes)
    filledBytes += part.length
    if (part.length < piece.length) yield piece.subarray(part.length)
  }
  if (filledBytes === head.length) return
  throw new NotGenuine({ code: 'malformed', why: 'is shorter than any sealed content' })
}
