import { createHash, createHmac, type Hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  type Keys,
  keysFor,
  type OwnSalt,
  ownKeysFor,
  type PurposeKeys,
} from '#platform/crypto/keys.ts'
import {
  NotGenuine,
  openStream,
  randomStreamKey,
  sealStreamBody,
  sealStreamHead,
  streamHeadBytes,
} from '#platform/crypto/sealed-stream.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { type BlobContent, type BlobRef, BlobUnreadable, type Keeping } from './blobs.ts'

/** The keys under which blobs are sealed, and those by which sealed blobs get their addresses. */
export type BlobKeys = { readonly content: PurposeKeys; readonly address: PurposeKeys }

export const blobKeysOf = (keys: Keys): BlobKeys => ({
  content: keysFor(keys, 'blob content'),
  address: keysFor(keys, 'blob address'),
})

/** A file that holds a blob as it will be stored, complete and on disk, under no name yet. */
export type Draft = { readonly path: string; readonly ref: BlobRef; readonly storedBytes: number }

type Draftsman = { readonly folder: string; readonly keys: BlobKeys }

/**
 * Writes content, sealed if so wished, into a file of its own, because only its end tells the
 * address. What is to be sealed never touches the disk unsealed. Holds one piece at a time.
 */
export async function draftBlob(
  content: BlobContent,
  keeping: Keeping,
  { folder, keys }: Draftsman,
): Promise<Result<Draft>> {
  const path = join(folder, `${randomUUID()}.draft`)
  let isKept = false
  try {
    await using file = await onDisk(path, () => open(path, 'wx', 0o600))
    const draft = await fill({ path, file, keys }, content, keeping)
    isKept = true
    return yes(draft)
  } catch (error) {
    if (error instanceof NotWritten) return no(error.refusal)
    throw error
  } finally {
    if (!isKept) await unlink(path).catch(() => {})
  }
}

/** That the disk failed, and not the source of the content. */
class NotWritten extends Error {
  override readonly name = 'NotWritten'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.why)
    this.refusal = refusal
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new NotWritten(writeRefusal(error, path))
  }
}

type Filling = { readonly path: string; readonly file: FileHandle; readonly keys: BlobKeys }

async function fill(
  { path, file, keys }: Filling,
  content: BlobContent,
  { sealed, associatedData = '', own }: Keeping,
): Promise<Draft> {
  const measured = new Measured(content)
  const key = randomStreamKey()
  const body = sealed ? sealStreamBody(key, measured.pieces()) : measured.pieces()
  let storedBytes = sealed ? streamHeadBytes : 0
  for await (const piece of body) {
    await onDisk(path, () => writeAll(file, piece, storedBytes))
    storedBytes += piece.length
  }
  const digest = measured.digest()
  const bound = boundToOwner(associatedData, own)
  const id = sealed ? sealedId(keys, digest, bound) : `plain-${digest.toString('hex')}`
  if (sealed) {
    const head = sealStreamHead(contentKeys(keys, own), key, boundTo(id, bound))
    await onDisk(path, () => writeAll(file, head, 0))
  }
  await onDisk(path, () => file.sync())
  const ref = { id, sizeBytes: measured.sizeBytes, sha256: digest.toString('hex') }
  return { path, ref, storedBytes }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.subarray(written)
    written += (await file.write(rest, 0, rest.length, position + written)).bytesWritten
  }
}

/**
 * A keyed digest: who sees the address but not the key can neither tell that two instances hold the
 * same content nor try out which content it is.
 */
function sealedId({ address }: BlobKeys, digest: Buffer, associatedData: string): string {
  const hmac = createHmac('sha256', address.newest.secret)
  const owner = createHash('sha256').update(associatedData).digest()
  return `sealed-${hmac.update(owner).update(digest).digest('hex')}`
}

const contentKeys = ({ content }: BlobKeys, own: OwnSalt | undefined): PurposeKeys =>
  own === undefined ? content : ownKeysFor(content, own)

/**
 * The salt is part of it: what is kept twice with two salts is two blobs, so that neither the one
 * that is put later nor the one that is deleted first takes the other away.
 */
const boundToOwner = (associatedData: string, own: OwnSalt | undefined): string =>
  own === undefined
    ? associatedData
    : `${associatedData}\0${own.id}\0${Buffer.from(own.salt).toString('hex')}`

/** The id has one form, so that no other pair of id and associated data gives the same text. */
const boundTo = (id: string, associatedData: string): string => `${id}\0${associatedData}`

/** Counts and digests content while it passes. */
class Measured {
  sizeBytes = 0
  readonly #content: BlobContent
  readonly #hash: Hash = createHash('sha256')

  constructor(content: BlobContent) {
    this.#content = content
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const source = this.#content instanceof Uint8Array ? [this.#content] : this.#content
    for await (const piece of source) {
      this.#hash.update(piece)
      this.sizeBytes += piece.length
      yield piece
    }
  }

  digest(): Buffer {
    return this.#hash.digest()
  }
}

type Stored = {
  readonly ref: BlobRef
  readonly associatedData: string
  readonly own: OwnSalt | undefined
  readonly keys: BlobKeys
}

/**
 * The content of a blob from what is stored of it.
 *
 * @throws {BlobUnreadable} `malformed` as soon as it shows that it is not what was put
 */
export async function* contentOf(
  stored: AsyncIterable<Uint8Array>,
  { ref, associatedData, own, keys }: Stored,
): AsyncGenerator<Uint8Array> {
  const isSealed = ref.id.startsWith('sealed-')
  const bound = boundTo(ref.id, boundToOwner(associatedData, own))
  const content = isSealed ? openStream(contentKeys(keys, own), stored, bound) : stored
  const measured = new Measured(content)
  try {
    for await (const piece of measured.pieces()) {
      if (measured.sizeBytes > ref.sizeBytes) throw damaged(ref)
      yield piece
    }
  } catch (error) {
    if (!(error instanceof NotGenuine)) throw error
    throw new BlobUnreadable({ ...error.refusal, at: ref.id })
  }
  if (measured.digest().toString('hex') !== ref.sha256) throw damaged(ref)
}

const damaged = ({ id }: BlobRef): BlobUnreadable =>
  new BlobUnreadable({ code: 'malformed', why: 'is damaged: it is not what was kept', at: id })

/** Longer than any upload takes. */
const draftAgeMsMax = 86_400_000

/** Makes the folder for drafts and removes those that a process left behind when it was killed. */
export async function prepareDrafts(folder: string, clock: Clock): Promise<Result<null>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const before = clock.now().getTime() - draftAgeMsMax
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.draft')) continue
      const path = join(folder, name)
      const found = await stat(path).catch(() => null)
      if (found?.isFile() && found.mtimeMs < before) await unlink(path).catch(() => {})
    }
    return yes(null)
  } catch (error) {
    return no(writeRefusal(error, folder))
  }
}
