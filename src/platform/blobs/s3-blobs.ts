import { unlink } from 'node:fs/promises'
import type { Clock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Keys, OwnSalt } from '#platform/crypto/keys.ts'
import { isLoopback } from '#platform/http/address.ts'
import { type BlobKeys, blobKeysOf, contentOf, draftBlob, prepareDrafts } from './blob-draft.ts'
import {
  type BlobContent,
  type BlobRef,
  type Blobs,
  BlobUnreadable,
  blobRefShape,
  type Keeping,
} from './blobs.ts'
import { ask, type Bucket, BucketUnreadable, bytesOf } from './s3-request.ts'
import { unescaped, upload } from './s3-upload.ts'

export type S3BlobsSettings = {
  /** `https://host[:port]`; the bucket is named in the path. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** In front of every key, such as `parley/`. */
  readonly prefix?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Allows http beyond this machine, where nobody else is on the network. */
  readonly isPlainHttpAllowed?: boolean
  /** A folder of this machine, where a blob lies (sealed, if so wished) until it is sent. */
  readonly draftFolder: string
  readonly keys: Keys
  readonly clock: Clock
  readonly random?: () => number
  readonly stallMs?: number
  readonly attemptsMax?: number
  readonly pauseMs?: number
}

const defaults = { stallMs: 20_000, attemptsMax: 5, pauseMs: 200 } as const

/**
 * Blobs in a bucket of anything that speaks the S3 protocol. Nothing is sent yet: a store that does
 * not answer shows at the first use. Refused: `bad-usage`, and what the draft folder refuses.
 */
export async function openS3Blobs(settings: S3BlobsSettings): Promise<Result<Blobs>> {
  const bucket = bucketOf(settings)
  if (!bucket.ok) return bucket
  const prepared = await prepareDrafts(settings.draftFolder, settings.clock)
  if (!prepared.ok) return prepared
  const { draftFolder, prefix = '' } = settings
  const keys = blobKeysOf(settings.keys)
  return yes(new S3Blobs(bucket.value, { draftFolder, prefix, keys }))
}

function bucketOf(settings: S3BlobsSettings): Result<Bucket> {
  const refuse = (why: string): Result<never> => no({ code: 'bad-usage', why })
  const endpoint = URL.parse(settings.endpoint)
  if (endpoint === null) return refuse('the endpoint of the object store is no URL')
  if (endpoint.username !== '' || endpoint.password !== '') {
    return refuse('the endpoint of the object store holds credentials: give them apart')
  }
  if (endpoint.pathname !== '/' || endpoint.search !== '' || endpoint.hash !== '') {
    return refuse('the endpoint of the object store has more than a host')
  }
  const isPlain = endpoint.protocol === 'http:'
  const isPlainAllowed = isLoopback(endpoint.hostname) || settings.isPlainHttpAllowed === true
  if (endpoint.protocol !== 'https:' && !(isPlain && isPlainAllowed)) {
    return refuse('the endpoint of the object store is not https')
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(settings.bucket)) {
    return refuse('the bucket has no name that S3 allows')
  }
  if (!/^([A-Za-z0-9_-]+\/)*$/.test(settings.prefix ?? '')) {
    return refuse('the prefix of keys is not made of names that each end with a slash')
  }
  const { region, accessKeyId, secretAccessKey, sessionToken, clock } = settings
  return yes({
    ...{ endpoint, region, name: settings.bucket, accessKeyId, secretAccessKey, clock },
    ...(sessionToken === undefined ? {} : { sessionToken }),
    random: settings.random ?? Math.random,
    stallMs: settings.stallMs ?? defaults.stallMs,
    attemptsMax: settings.attemptsMax ?? defaults.attemptsMax,
    pauseMs: settings.pauseMs ?? defaults.pauseMs,
  })
}

type Place = { readonly draftFolder: string; readonly prefix: string; readonly keys: BlobKeys }

class S3Blobs implements Blobs {
  readonly #bucket: Bucket
  readonly #place: Place

  constructor(bucket: Bucket, place: Place) {
    this.#bucket = bucket
    this.#place = place
  }

  put = async (content: BlobContent, keeping: Keeping): Promise<Result<BlobRef>> => {
    const { draftFolder: folder, keys } = this.#place
    const draft = await draftBlob(content, keeping, { folder, keys })
    if (!draft.ok) return draft
    const { path, ref } = draft.value
    try {
      const sent = await upload(this.#bucket, draft.value, this.#keyOf(ref.id))
      return sent.ok ? yes(ref) : no(plain(sent.refusal))
    } finally {
      await unlink(path).catch(() => {})
    }
  }

  open = (ref: BlobRef, associatedData = '', own?: OwnSalt): AsyncIterable<Uint8Array> => {
    const stored = this.#read(this.#keyOf(ref.id), ref.id)
    return contentOf(stored, { ref, associatedData, own, keys: this.#place.keys })
  }

  has = async ({ id }: Pick<BlobRef, 'id'>): Promise<Result<boolean>> => {
    const found = await ask(this.#bucket, { method: 'HEAD', key: this.#keyOf(id) })
    if (found.ok) return yes(true)
    return found.refusal.status === 404 ? yes(false) : no(plain(found.refusal))
  }

  delete = async ({ id }: Pick<BlobRef, 'id'>): Promise<Result<null>> => {
    const gone = await ask(this.#bucket, { method: 'DELETE', key: this.#keyOf(id) })
    return gone.ok || gone.refusal.status === 404 ? yes(null) : no(plain(gone.refusal))
  }

  list = (): AsyncIterable<string> => idsIn(this.#bucket, this.#place.prefix)

  #keyOf(id: string): string {
    if (!blobRefShape.shape.id.safeParse(id).success) throw new TypeError('not the id of a blob')
    const digits = id.slice(id.indexOf('-') + 1)
    return `${this.#place.prefix}${digits.slice(0, 2)}/${digits.slice(2, 4)}/${id}`
  }

  async *#read(key: string, id: string): AsyncGenerator<Uint8Array> {
    try {
      yield* bytesOf(this.#bucket, key)
    } catch (error) {
      if (!(error instanceof BucketUnreadable)) throw error
      const { code, why } = error.failure
      const refusal = code === 'not-found' ? { code, why: 'is not kept' } : { code, why }
      throw new BlobUnreadable({ ...refusal, at: id })
    }
  }
}

/** A failure without what only retrying needs. */
const plain = ({ code, why, hint }: Refusal): Refusal => ({
  ...{ code, why },
  ...(hint === undefined ? {} : { hint }),
})

/** ListObjectsV2, page by page. */
async function* idsIn(bucket: Bucket, prefix: string): AsyncGenerator<string> {
  let token: string | undefined
  do {
    const query = {
      'list-type': '2',
      ...(prefix === '' ? {} : { prefix }),
      ...(token === undefined ? {} : { 'continuation-token': token }),
    }
    const page = await ask(bucket, { method: 'GET', query })
    if (!page.ok) throw new BlobUnreadable(plain(page.refusal))
    const { text } = page.value
    for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const id = key.slice(key.lastIndexOf('/') + 1)
      if (blobRefShape.shape.id.safeParse(id).success) yield id
    }
    const next = /<NextContinuationToken>([^<]{1,4000})<\/NextContinuationToken>/.exec(text)?.[1]
    token = next === undefined ? undefined : unescaped(next)
  } while (token !== undefined)
}
