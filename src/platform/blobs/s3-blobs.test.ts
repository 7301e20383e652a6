import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { systemClock } from '#kernel/clock.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import {
  keepsLikeBlobs,
  kept,
  refusesLikeBlobs,
  sealsLikeBlobs,
} from '../../../test/platform/blob-contract.ts'
import { collected, inPieces } from '../../../test/platform/pieces.ts'
import { type Fault, S3Server, type Seen } from '../../../test/platform/s3-server.ts'
import { type Blobs, BlobUnreadable } from './blobs.ts'
import { openS3Blobs, type S3BlobsSettings } from './s3-blobs.ts'

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'wJalr/XUtn+FEMI', region: 'eu-1' }
const server = new S3Server('findings', credentials)
const endpoint = await server.listen()
const draftFolder = await mkdtemp(join(tmpdir(), 'parley-s3-'))
after(async () => {
  await server.close()
  await rm(draftFolder, { recursive: true })
})
afterEach(() => {
  server.faultOf = () => undefined
  server.seen.length = 0
})

const settings: S3BlobsSettings = {
  ...{ endpoint, bucket: 'findings', prefix: 'some/where/', ...credentials, draftFolder },
  ...{ keys: { is: 'root', all: [randomKey()] }, clock: systemClock },
  ...{ stallMs: 300, pauseMs: 1, attemptsMax: 3 },
}

async function opened(more: Partial<S3BlobsSettings> = {}): Promise<Blobs> {
  const blobs = await openS3Blobs({ ...settings, ...more })
  assert.ok(blobs.ok, JSON.stringify(blobs))
  return blobs.value
}

const blobs = await opened()
const otherKeys: Keys = { is: 'root', all: [randomKey()] }
const keyOf = (id: string): string => {
  const digits = id.slice(id.indexOf('-') + 1)
  return `some/where/${digits.slice(0, 2)}/${digits.slice(2, 4)}/${id}`
}
const subject = {
  ...{ name: 's3', blobs, stranger: await opened({ keys: otherKeys }) },
  stored: async (id: string) => server.objects.get(keyOf(id))?.body ?? Buffer.alloc(0),
  replace: async (id: string, body: Buffer) => {
    server.objects.set(keyOf(id), { body, etag: '"replaced"' })
  },
}
const plain = { sealed: false, associatedData: '' }

const unusable: readonly (readonly [why: string, more: Partial<S3BlobsSettings>])[] = [
  ['no URL', { endpoint: 'somewhere' }],
  ['another protocol', { endpoint: 'ftp://127.0.0.1/' }],
  ['http beyond this machine', { endpoint: 'http://store.example.org' }],
  ['credentials in the URL', { endpoint: 'https://a:b@store.example.org' }],
  ['a path', { endpoint: 'https://store.example.org/findings' }],
  ['a query', { endpoint: 'https://store.example.org/?x' }],
  ['a bucket with a slash', { bucket: 'a/b' }],
  ['a bucket in capitals', { bucket: 'ABC' }],
  ['a prefix that leads up', { prefix: '../' }],
  ['a prefix without a slash', { prefix: 'x' }],
]

for (const [why, more] of unusable) {
  test(`s3: settings are refused: ${why}`, async () => {
    const found = await openS3Blobs({ ...settings, ...more })
    assert.equal(found.ok ? 'opened' : found.refusal.code, 'bad-usage')
    assert.doesNotMatch(JSON.stringify(found), /wJalr/)
  })
}

const locked: readonly (readonly [why: string, more: Partial<S3BlobsSettings>, fault: string])[] = [
  ['another secret', { secretAccessKey: 'other' }, 'a wrong signature'],
  ['another key', { accessKeyId: 'OTHER' }, 'unknown key'],
  ['another region', { region: 'us-east-1' }, 'another region'],
]

for (const [why, more, fault] of locked) {
  test(`s3: what is signed with ${why} is refused and not tried again`, async () => {
    server.unsigned.length = 0
    const put = await (await opened(more)).put(Buffer.from('x'), plain)
    assert.equal(put.ok ? 'kept' : put.refusal.code, 'not-configured')
    assert.deepEqual(server.unsigned, [fault])
  })
}

test('s3: a bucket that is not there is refused', async () => {
  const put = await (await opened({ bucket: 'elsewhere' })).put(Buffer.from('x'), plain)
  assert.equal(put.ok ? 'kept' : put.refusal.code, 'not-configured')
})

refusesLikeBlobs(subject)
sealsLikeBlobs(subject)

/** Makes the first requests of a kind go wrong. */
function failing(times: number, fault: Fault, which: (seen: Seen) => boolean = () => true): void {
  let left = times
  server.faultOf = (seen) => {
    if (!which(seen) || left === 0) return undefined
    left--
    return fault
  }
}

const faults: readonly (readonly [what: string, fault: Fault])[] = [
  ['is in trouble', { is: 'status', status: 500, code: 'InternalError' }],
  ['is too busy', { is: 'status', status: 503, code: 'SlowDown' }],
  ['got another body', { is: 'status', status: 400, code: 'BadDigest' }],
  ['cuts the connection', { is: 'reset' }],
  ['loses its answer', { is: 'lost' }],
  ['never answers', { is: 'silent' }],
]

for (const [what, fault] of faults) {
  test(`s3: a store that ${what} is asked again, and given up in the end`, async () => {
    failing(3, fault)
    const refused = await blobs.put(Buffer.from(what), plain)
    assert.equal(refused.ok ? 'kept' : refused.refusal.code, 'no-network')
    assert.equal(server.seen.length, 3)
    failing(2, fault)
    const ref = await kept(blobs, Buffer.from(what), plain)
    failing(2, fault)
    assert.equal((await collected(blobs.open(ref))).toString(), what)
    failing(3, fault)
    await assert.rejects(
      collected(blobs.open(ref)),
      (error) => error instanceof BlobUnreadable && error.refusal.code === 'no-network',
    )
  })
}

const final: readonly (readonly [fault: Fault, code: string])[] = [
  [{ is: 'status', status: 403, code: 'AccessDenied' }, 'not-configured'],
  [{ is: 'status', status: 301, code: 'PermanentRedirect' }, 'not-configured'],
  [{ is: 'status', status: 400, code: 'InvalidRequest' }, 'not-configured'],
  [{ is: 'status', status: 507, code: 'XMinioStorageFull' }, 'disk-full'],
]

for (const [fault, code] of final) {
  test(`s3: what will not change is not asked again: ${JSON.stringify(fault)}`, async () => {
    failing(9, fault)
    const put = await blobs.put(Buffer.from('x'), plain)
    assert.equal(put.ok ? 'kept' : put.refusal.code, code)
    assert.equal(server.seen.length, 1)
    const has = await blobs.has({ id: `plain-${'0'.repeat(64)}` })
    assert.equal(has.ok, false)
  })
}

const large = randomBytes(20 * 2 ** 20)

test('s3: reading goes on where the connection broke', async () => {
  const ref = await kept(blobs, large.subarray(0, 300_000))
  failing(2, { is: 'truncated', afterBytes: 100_000 })
  assert.ok((await collected(blobs.open(ref, 'owner'))).equals(large.subarray(0, 300_000)))
  const ranges = server.seen.filter(({ method }) => method === 'GET')
  assert.equal(ranges.length, 3)
  assert.match(ranges[1]?.headers.range ?? '', /^bytes=\d+-$/)
  failing(3, { is: 'truncated', afterBytes: 1000 })
  await assert.rejects(collected(blobs.open(ref, 'owner')), BlobUnreadable)
})

test('s3: reading does not go on in an object that was replaced meanwhile', async () => {
  const ref = await kept(blobs, large.subarray(0, 300_000))
  server.faultOf = () => {
    server.faultOf = () => undefined
    queueMicrotask(() => setTimeout(() => subject.replace(ref.id, Buffer.alloc(300_000)), 5))
    return { is: 'truncated', afterBytes: 100_000 }
  }
  await assert.rejects(
    collected(blobs.open(ref, 'owner')),
    (error) => error instanceof BlobUnreadable && /replaced/.test(error.refusal.why),
  )
})

test('s3: nothing of an upload in parts that fails stays', async () => {
  const isEnd = ({ method, query }: Seen): boolean => method === 'POST' && query.has('uploadId')
  const isSecond = ({ query }: Seen): boolean => query.get('partNumber') === '2'
  const failures: readonly (readonly [Fault, (seen: Seen) => boolean])[] = [
    [{ is: 'error-in-200' }, isEnd],
    [{ is: 'status', status: 400, code: 'InvalidPart' }, isEnd],
    [{ is: 'reset' }, isSecond],
    [{ is: 'status', status: 403, code: 'AccessDenied' }, isSecond],
    [{ is: 'error-in-200' }, ({ query }) => query.has('uploads')],
  ]
  for (const [fault, which] of failures) {
    failing(9, fault, which)
    const put = await blobs.put(inPieces(large, 2 ** 20), plain)
    assert.equal(put.ok, false, JSON.stringify(fault))
    assert.equal(server.uploads.size, 0)
    assert.ok(![...server.objects.values()].some(({ body }) => body.length > 2 ** 24))
  }
})

test('s3: no draft stays on this machine, whatever happened', async () => {
  assert.deepEqual(await readdir(draftFolder), [])
})

test('s3: more than 16 MiB goes in parts, through failures, and comes back', async () => {
  for (const sealed of [false, true]) {
    let requests = 0
    server.faultOf = () => (++requests % 2 === 1 ? { is: 'reset' } : undefined)
    const ref = await kept(blobs, inPieces(large, 2 ** 20), { sealed, associatedData: 'd' })
    server.faultOf = () => undefined
    assert.ok(server.seen.every(({ bodyBytes }) => bodyBytes <= 2 ** 23))
    assert.ok((await collected(blobs.open(ref, 'd'))).equals(large))
    assert.equal(server.uploads.size, 0)
    await blobs.delete(ref)
  }
})

test('s3: an upload whose end was answered, but whose answer was lost, is kept', async () => {
  failing(1, { is: 'lost' }, ({ method, query }) => method === 'POST' && query.has('uploadId'))
  const ref = await kept(blobs, large, plain)
  assert.ok((await collected(blobs.open(ref))).equals(large))
})

test('s3: a store that reads slowly to us is not given up while we are slow', async () => {
  const ref = await kept(blobs, large.subarray(0, 2 ** 22), plain)
  let sizeBytes = 0
  let isFirst = true
  for await (const piece of blobs.open(ref)) {
    if (isFirst) await new Promise((done) => setTimeout(done, 600))
    isFirst = false
    sizeBytes += piece.length
  }
  assert.equal(sizeBytes, 2 ** 22)
})

keepsLikeBlobs(subject)

test('s3: what is sent carries its checksum, and is listed below its prefix only', async () => {
  const ref = await kept(blobs, Buffer.from('checked'))
  const put = server.seen.find(({ method }) => method === 'PUT')
  assert.match(String(put?.headers['x-amz-checksum-sha256']), /^[A-Za-z0-9+/]{43}=$/)
  const foreign = `plain-${'1'.repeat(64)}`
  server.objects.set(`other/${foreign}`, { body: Buffer.alloc(0), etag: '"x"' })
  const ids: string[] = []
  for await (const id of blobs.list()) ids.push(id)
  assert.ok(ids.includes(ref.id) && !ids.includes(foreign))
  assert.ok(ids.length > 2)
})
