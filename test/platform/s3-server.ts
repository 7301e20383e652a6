import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Credentials, signatureFault } from './signature-v4.ts'

/** What goes wrong with one request, after it was read. */
export type Fault =
  | { readonly is: 'status'; readonly status: number; readonly code?: string }
  /** Nothing is done and the connection is cut. */
  | { readonly is: 'reset' }
  /** It is done, but its answer is lost. */
  | { readonly is: 'lost' }
  /** Nothing is ever answered. */
  | { readonly is: 'silent' }
  /** The answer is cut off after some bytes of its body. */
  | { readonly is: 'truncated'; readonly afterBytes: number }
  /** The answer is 200, and an error stands in it. */
  | { readonly is: 'error-in-200' }

export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly bodyBytes: number
}

type Stored = { readonly body: Buffer; readonly etag: string }

/** A bucket in memory that speaks as much of the S3 protocol as we use, and checks signatures. */
export class S3Server {
  readonly objects = new Map<string, Stored>()
  readonly uploads = new Map<string, Map<number, Stored>>()
  readonly seen: Seen[] = []
  /** Asked for each request that is signed well. */
  faultOf: (seen: Seen) => Fault | undefined = () => undefined
  /** Requests that were refused for their signature. */
  readonly unsigned: string[] = []
  readonly #credentials: Credentials
  readonly #bucket: string
  readonly #server = createServer((request, response) => void this.#take(request, response))

  constructor(bucket: string, credentials: Credentials) {
    this.#bucket = bucket
    this.#credentials = credentials
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    const address = this.#server.address()
    return `http://127.0.0.1:${isPort(address) ? address.port : 0}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = Buffer.concat(pieces)
    const url = new URL(request.url ?? '/', 'http://x')
    const { method = '', headers } = request
    const fault = signatureFault(request, body, this.#credentials)
    if (fault !== null) {
      this.unsigned.push(fault)
      return answer(response, 403, errorOf('SignatureDoesNotMatch'))
    }
    const [, bucket, ...key] = url.pathname.split('/')
    const seen = { method, path: key.join('/'), query: url.searchParams, headers }
    this.seen.push({ ...seen, bodyBytes: body.length })
    const wrong = this.faultOf({ ...seen, bodyBytes: body.length })
    if (wrong?.is === 'status') return answer(response, wrong.status, errorOf(wrong.code ?? 'Any'))
    if (wrong?.is === 'error-in-200') return answer(response, 200, errorOf('InternalError'))
    if (wrong?.is === 'silent') return
    if (wrong?.is === 'reset') return void request.socket.resetAndDestroy()
    if (bucket !== this.#bucket) return answer(response, 404, errorOf('NoSuchBucket'))
    const done = this.#answerTo({ ...seen, bodyBytes: body.length }, body)
    if (wrong?.is === 'lost') return void request.socket.resetAndDestroy()
    if (wrong?.is === 'truncated') {
      response.writeHead(done.status, { ...done.headers, 'content-length': done.body.length })
      response.write(done.body.subarray(0, wrong.afterBytes))
      return void setTimeout(() => request.socket.destroy(), 20)
    }
    answer(response, done.status, done.body, done.headers)
  }

  #answerTo(seen: Seen, body: Buffer): Answer {
    const { method, query, path } = seen
    if (query.has('list-type')) return this.#list(query)
    if (method === 'POST' && query.has('uploads')) return this.#begin()
    if (query.has('uploadId')) return this.#part(seen, body)
    if (method === 'PUT') return this.#put(path, body, seen.headers)
    const stored = this.objects.get(path)
    if (method === 'DELETE') {
      this.objects.delete(path)
      return { status: 204, body: Buffer.alloc(0) }
    }
    if (stored === undefined) return { status: 404, body: errorOf('NoSuchKey') }
    return read(stored, seen.headers)
  }

  #put(path: string, body: Buffer, headers: Seen['headers']): Answer {
    const checksum = createHash('sha256').update(body).digest('base64')
    const given = headers['x-amz-checksum-sha256']
    if (given !== undefined && given !== checksum)
      return { status: 400, body: errorOf('BadDigest') }
    const stored = storedOf(body)
    this.objects.set(path, stored)
    return { status: 200, body: Buffer.alloc(0), headers: { etag: stored.etag } }
  }

  #begin(): Answer {
    // Characters that must be written otherwise both in XML and in a URL.
    const id = `up&load<${this.uploads.size}>+/=`
    this.uploads.set(id, new Map())
    return {
      status: 200,
      body: xml('InitiateMultipartUploadResult', `<UploadId>${esc(id)}</UploadId>`),
    }
  }

  #part({ method, path, query }: Seen, body: Buffer): Answer {
    const id = query.get('uploadId') ?? ''
    const parts = this.uploads.get(id)
    if (parts === undefined) return { status: 404, body: errorOf('NoSuchUpload') }
    if (method === 'PUT') {
      const stored = storedOf(body)
      parts.set(Number(query.get('partNumber')), stored)
      return { status: 200, body: Buffer.alloc(0), headers: { etag: stored.etag } }
    }
    this.uploads.delete(id)
    if (method === 'DELETE') return { status: 204, body: Buffer.alloc(0) }
    const listed = [...body.toString().matchAll(/<PartNumber>(\d+)<.*?<ETag>(.*?)<\/ETag>/g)]
    const wanted = listed.map(([, number, etag = '']) => ({
      part: parts.get(Number(number)),
      etag,
    }))
    if (wanted.some(({ part, etag }) => part?.etag !== etag.replaceAll('&quot;', '"'))) {
      return { status: 400, body: errorOf('InvalidPart') }
    }
    const bodies = wanted.flatMap(({ part }) => (part === undefined ? [] : [part.body]))
    if (bodies.slice(0, -1).some(({ length }) => length < 5 * 2 ** 20)) {
      return { status: 400, body: errorOf('EntityTooSmall') }
    }
    this.objects.set(path, storedOf(Buffer.concat(bodies)))
    return { status: 200, body: xml('CompleteMultipartUploadResult', '') }
  }

  /** Pages of two, so that there are several. */
  #list(query: URLSearchParams): Answer {
    const after = (query.get('continuation-token') ?? '').replace(/^<&/, '')
    const prefix = query.get('prefix') ?? ''
    const keys = [...this.objects.keys()].sort().filter((key) => key > after)
    const found = keys.filter((key) => key.startsWith(prefix))
    const page = found.slice(0, 2)
    const rest = found.length > 2 ? `<&${page.at(-1)}` : ''
    const next = rest && `<NextContinuationToken>${esc(rest)}</NextContinuationToken>`
    const listed = page.map((key) => `<Contents><Key>${esc(key)}</Key></Contents>`)
    return { status: 200, body: xml('ListBucketResult', next + listed.join('')) }
  }
}

type Answer = {
  readonly status: number
  readonly body: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

const isPort = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null

const storedOf = (body: Buffer): Stored => ({
  body,
  etag: `"${createHash('md5').update(body).digest('hex')}"`,
})

function read({ body, etag }: Stored, headers: Seen['headers']): Answer {
  const matching = headers['if-match']
  if (matching !== undefined && matching !== etag) {
    return { status: 412, body: errorOf('PreconditionFailed') }
  }
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
  if (start === 0) return { status: 200, body, headers: { etag } }
  const range = `bytes ${start}-${body.length - 1}/${body.length}`
  return { status: 206, body: body.subarray(start), headers: { etag, 'content-range': range } }
}

function answer(
  response: ServerResponse,
  status: number,
  ...[body, headers = {}]: [Buffer, Readonly<Record<string, string>>?]
): void {
  response.writeHead(status, { 'content-length': body.length, ...headers }).end(body)
}

const esc = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const xml = (name: string, inner: string): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<${name}>${inner}</${name}>`)

const errorOf = (code: string): Buffer => xml('Error', `<Code>${code}</Code><Message>no</Message>`)
