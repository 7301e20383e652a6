import { createReadStream } from 'node:fs'
import { mkdir, opendir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Keys, OwnSalt } from '#platform/crypto/keys.ts'
import { syncFolder, systemCodeOf, writeRefusal } from '#platform/files/disk.ts'
import {
  type BlobKeys,
  blobKeysOf,
  contentOf,
  type Draft,
  draftBlob,
  prepareDrafts,
} from './blob-draft.ts'
import {
  type BlobContent,
  type BlobRef,
  type Blobs,
  BlobUnreadable,
  blobRefShape,
  type Keeping,
} from './blobs.ts'

export type FolderBlobsSettings = {
  /** Made when it is missing. It must be one file system: blobs are renamed inside it. */
  readonly folder: string
  readonly keys: Keys
  readonly clock: Clock
}

/**
 * Blobs in a folder: each a file `ab/cd/<id>` that only this user may read, where `abcd` are the
 * first digits of its address. Any number of processes may share it.
 */
export async function openFolderBlobs(settings: FolderBlobsSettings): Promise<Result<Blobs>> {
  const { folder, keys, clock } = settings
  const prepared = await prepareDrafts(join(folder, draftsName), clock)
  if (!prepared.ok) return prepared
  const blobs = new FolderBlobs(folder, blobKeysOf(keys))
  return yes(blobs)
}

const draftsName = 'drafts'

class FolderBlobs implements Blobs {
  readonly #folder: string
  readonly #keys: BlobKeys
  /** Folders of which this process knows that their own names are on disk. */
  readonly #lasting = new Set<string>()

  constructor(folder: string, keys: BlobKeys) {
    this.#folder = folder
    this.#keys = keys
  }

  put = async (content: BlobContent, keeping: Keeping): Promise<Result<BlobRef>> => {
    const folder = join(this.#folder, draftsName)
    const draft = await draftBlob(content, keeping, { folder, keys: this.#keys })
    if (!draft.ok) return draft
    const path = this.#pathOf(draft.value.ref.id)
    try {
      await this.#makeFolders(dirname(path))
      await publish(draft.value, path)
      await syncFolder(dirname(path))
      return yes(draft.value.ref)
    } catch (error) {
      await unlink(draft.value.path).catch(() => {})
      return no(writeRefusal(error, path))
    }
  }

  open = (ref: BlobRef, associatedData = '', own?: OwnSalt): AsyncIterable<Uint8Array> =>
    contentOf(read(this.#pathOf(ref.id), ref.id), { ref, associatedData, own, keys: this.#keys })

  has = async ({ id }: Pick<BlobRef, 'id'>): Promise<Result<boolean>> => {
    try {
      return yes((await stat(this.#pathOf(id))).isFile())
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === 'ENOENT') return yes(false)
      if (code === null) throw error
      return no({ code: 'not-readable', why: `cannot be read (${code})`, at: id })
    }
  }

  delete = async ({ id }: Pick<BlobRef, 'id'>): Promise<Result<null>> => {
    const path = this.#pathOf(id)
    try {
      await unlink(path)
      await syncFolder(dirname(path))
      return yes(null)
    } catch (error) {
      return systemCodeOf(error) === 'ENOENT' ? yes(null) : no(writeRefusal(error, id))
    }
  }

  list = (): AsyncIterable<string> => idsIn(this.#folder)

  /** Nothing but an id becomes part of a path, whatever a caller passes on. */
  #pathOf(id: string): string {
    if (!blobRefShape.shape.id.safeParse(id).success) throw new TypeError('not the id of a blob')
    const digits = id.slice(id.indexOf('-') + 1)
    return join(this.#folder, digits.slice(0, 2), digits.slice(2, 4), id)
  }

  /** A folder whose name is lost in a power failure takes its files along. */
  async #makeFolders(lower: string): Promise<void> {
    for (const folder of [dirname(lower), lower]) {
      if (this.#lasting.has(folder)) continue
      await mkdir(folder, { mode: 0o700 }).catch((error) => {
        if (systemCodeOf(error) !== 'EEXIST') throw error
      })
      await syncFolder(dirname(folder))
      this.#lasting.add(folder)
    }
  }
}

async function* idsIn(folder: string): AsyncGenerator<string> {
  for (const upper of await namesIn(folder)) {
    if (!isFanOut(upper)) continue
    for (const lower of await namesIn(join(folder, upper))) {
      if (!isFanOut(lower)) continue
      const names = await namesIn(join(folder, upper, lower))
      yield* names.filter((name) => blobRefShape.shape.id.safeParse(name).success)
    }
  }
}

const isFanOut = (name: string): boolean => /^[0-9a-f]{2}$/.test(name)

/** What is there already is replaced, which heals a damaged copy and disturbs nobody who reads. */
async function publish({ path: draft, storedBytes }: Draft, path: string): Promise<void> {
  try {
    await rename(draft, path)
  } catch (error) {
    // Windows does not replace a file that somebody reads; the same content is then there.
    const found = await stat(path).catch(() => null)
    if (systemCodeOf(error) !== 'EPERM' || found?.size !== storedBytes) throw error
    await unlink(draft)
  }
}

async function* read(path: string, id: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 2 ** 16 })
  } catch (error) {
    throw unreadable(error, id)
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = []
  try {
    for await (const { name } of await opendir(folder)) names.push(name)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw unreadable(error, folder)
  }
  return names
}

/** @throws `error` when it does not come from the operating system */
function unreadable(error: unknown, at: string): BlobUnreadable {
  const code = systemCodeOf(error)
  if (code === null) throw error
  if (code === 'ENOENT') return new BlobUnreadable({ code: 'not-found', why: 'is not kept', at })
  return new BlobUnreadable({ code: 'not-readable', why: `cannot be read (${code})`, at })
}
