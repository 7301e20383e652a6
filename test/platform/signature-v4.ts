import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()

const form = new RegExp(
  '^AWS4-HMAC-SHA256 Credential=([^/,]+)/(\\d{8})/([^/,]+)/s3/aws4_request, ' +
    'SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$',
)

/**
 * Why a request does not bear a valid Signature Version 4, or null when it does. Written from the
 * Amazon S3 API reference ("Authenticating Requests: Using the Authorization Header"), sharing
 * nothing with the library that signs.
 */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  credentials: Credentials,
): string | null {
  const [, id, day, region, names = '', signature] =
    form.exec(request.headers.authorization ?? '') ?? []
  if (id === undefined || day === undefined || region === undefined) return 'no signature'
  if (id !== credentials.accessKeyId) return 'unknown key'
  if (region !== credentials.region) return 'another region'
  const stamp = headerOf(request, 'x-amz-date')
  if (!/^\d{8}T\d{6}Z$/.test(stamp) || !stamp.startsWith(day)) return 'no date'
  const signed = names.split(';')
  const required = ['host', ...Object.keys(request.headers).filter((n) => n.startsWith('x-amz-'))]
  if (required.some((name) => !signed.includes(name))) return 'a header is not signed'
  if (headerOf(request, 'x-amz-content-sha256') !== sha256(body)) return 'another body'
  const url = new URL(request.url ?? '/', 'http://x')
  const canonical = [
    request.method ?? '',
    url.pathname
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    [...url.searchParams]
      .map((pair) => pair.map(encoded).join('='))
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${headerOf(request, name)}`),
    '',
    names,
    headerOf(request, 'x-amz-content-sha256'),
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')
  const key = [region, 's3', 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${credentials.secretAccessKey}`, day),
  )
  return hmac(key, toSign).toString('hex') === signature ? null : 'a wrong signature'
}

const headerOf = (request: IncomingMessage, name: string): string =>
  [request.headers[name] ?? ''].flat().join(',').trim().replace(/ +/g, ' ')

/** Everything but unreserved characters (RFC 3986 section 2.3). */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
