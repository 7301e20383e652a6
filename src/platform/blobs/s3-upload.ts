import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Draft } from './blob-draft.ts'
import { ask, type Bucket, type BucketFailure, failureOf } from './s3-request.ts'

/** Up to here an object is sent by one request, and may be in memory. */
const wholeBytesMax = 2 ** 24
const partBytesMin = 2 ** 23
/** Amazon S3 user guide, "multipart upload limits". */
const partsMax = 10_000

type Answer = Result<null, BucketFailure>

/** Sends a drafted blob; when it is answered well, the store has all of it under `key`. */
export async function upload(bucket: Bucket, draft: Draft, key: string): Promise<Answer> {
  await using file = await open(draft.path, 'r')
  if (draft.storedBytes > wholeBytesMax) return await uploadInParts(bucket, { file, draft, key })
  const body = await bytesAt(file, 0, draft.storedBytes)
  const checksum = createHash('sha256').update(body).digest('base64')
  const headers = { 'x-amz-checksum-sha256': checksum }
  const sent = await ask(bucket, { method: 'PUT', key, body, headers })
  return sent.ok ? yes(null) : sent
}

type Upload = { readonly file: FileHandle; readonly draft: Draft; readonly key: string }

/**
 * Holds one part in memory. What was begun and not ended is aborted; should even that fail, the
 * bucket's rule for incomplete uploads removes it.
 */
async function uploadInParts(bucket: Bucket, upload: Upload): Promise<Answer> {
  const { key } = upload
  const begun = await ask(bucket, { method: 'POST', key, query: { uploads: '' } })
  if (!begun.ok) return begun
  const uploadId = /<UploadId>([^<]{1,2000})<\/UploadId>/.exec(begun.value.text)?.[1]
  if (uploadId === undefined) return no(failureOf(200, begun.value.text))
  const parts = await sendParts(bucket, upload, unescaped(uploadId))
  const ended = parts.ok ? await complete(bucket, upload, parts.value) : parts
  if (ended.ok) return ended
  await ask(bucket, { method: 'DELETE', key, query: { uploadId: unescaped(uploadId) } })
  return ended
}

type Parts = { readonly uploadId: string; readonly etags: readonly string[] }

async function sendParts(
  bucket: Bucket,
  { file, draft, key }: Upload,
  uploadId: string,
): Promise<Result<Parts, BucketFailure>> {
  const partBytes = Math.max(partBytesMin, Math.ceil(draft.storedBytes / partsMax))
  const etags: string[] = []
  for (let position = 0; position < draft.storedBytes; position += partBytes) {
    const body = await bytesAt(file, position, Math.min(partBytes, draft.storedBytes - position))
    const query = { partNumber: String(etags.length + 1), uploadId }
    const sent = await ask(bucket, { method: 'PUT', key, query, body })
    if (!sent.ok) return sent
    const etag = sent.value.headers.get('etag')
    if (etag === null) return no(failureOf(200, ''))
    etags.push(etag)
  }
  return yes({ uploadId, etags })
}

/** An answer of 200 may still tell of an error: the store begins to answer before it knows. */
async function complete(
  bucket: Bucket,
  { draft, key }: Upload,
  { uploadId, etags }: Parts,
): Promise<Answer> {
  const listed = etags.map(
    (etag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`)
  const ended = await ask(bucket, { method: 'POST', key, query: { uploadId }, body })
  if (ended.ok && ended.value.text.includes('<CompleteMultipartUploadResult')) return yes(null)
  // A first attempt may have ended it although its answer was lost.
  const found = await ask(bucket, { method: 'HEAD', key })
  const foundBytes = found.ok ? Number(found.value.headers.get('content-length')) : null
  const isThere = !ended.ok && ended.refusal.status === 404 && foundBytes === draft.storedBytes
  if (isThere) return yes(null)
  return ended.ok ? no(failureOf(500, ended.value.text)) : ended
}

async function bytesAt(file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(sizeBytes)
  for (let filled = 0; filled < sizeBytes; ) {
    const { bytesRead } = await file.read(bytes, filled, sizeBytes - filled, position + filled)
    if (bytesRead === 0) throw new Error('a draft became shorter while it was sent')
    filled += bytesRead
  }
  return bytes
}

const entities = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
] as const

const escaped = (text: string): string =>
  entities.reduce((so, [character, entity]) => so.replaceAll(character, entity), text)

/** The text of an XML element in which stands nothing but text. */
export const unescaped = (text: string): string =>
  entities.toReversed().reduce((so, [character, entity]) => so.replaceAll(entity, character), text)
