import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { extname, join, sep } from 'node:path'
import { assert } from '#kernel/assert.ts'
import { type Answer, emptyAnswer } from './answer.ts'
import type { Pages } from './responder.ts'
import { pageHeaders } from './security-headers.ts'

/** A file of the web app, with the codings in which it was built. */
type WebFile = {
  readonly bytes: Buffer
  readonly brotli: Buffer | null
  readonly gzip: Buffer | null
  readonly tag: string
  readonly mediaType: string
  /** Its name holds a hash of its content, so it never changes under that name. */
  readonly isHashed: boolean
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** All files are held in memory; a web app that is larger is a mistake of the build. */
const folderBytesMax = 64 * 2 ** 20

const hashedName = /^\/assets\/.*-[\w-]{8,}\.[a-z0-9]+$/

/**
 * The pages of a built web app, read once. What is asked for is looked up among them and never
 * becomes a path, so nothing else of the disk can be had. An address that names no file is one
 * inside the app: whoever asks for HTML gets its start page, except below `/v1`. Null where the
 * folder has no `index.html`.
 */
export async function webFolder(folder: string): Promise<Pages | null> {
  const files = await filesOf(folder)
  const start = files.get('/index.html')
  if (start === undefined) return null
  return {
    answer: (path, headers) => {
      const file = files.get(path === '/' ? '/index.html' : decoded(path))
      if (file !== undefined) return fileAnswer(file, headers)
      const isApi = /^\/v1(\/|$)/.test(path)
      const wantsPage = (headers.accept ?? '').includes('text/html')
      return wantsPage && !isApi ? fileAnswer(start, headers) : null
    },
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

async function filesOf(folder: string): Promise<ReadonlyMap<string, WebFile>> {
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isThere) return new Map()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const contents = new Map<string, Buffer>()
  let sizeBytes = 0
  for (const entry of entries.filter((one) => one.isFile())) {
    const full = join(entry.parentPath, entry.name)
    const bytes = await readFile(full)
    sizeBytes += bytes.length
    assert(sizeBytes <= folderBytesMax, `${folder} holds more than ${folderBytesMax} bytes`)
    contents.set(full.slice(join(folder, sep).length - 1).replaceAll(sep, '/'), bytes)
  }
  const plain = [...contents].filter(([path]) => !/\.(br|gz)$/.test(path))
  return new Map(plain.map(([path, bytes]) => [path, fileOf(path, bytes, contents)]))
}

function fileOf(path: string, bytes: Buffer, all: ReadonlyMap<string, Buffer>): WebFile {
  return {
    bytes,
    brotli: all.get(`${path}.br`) ?? null,
    gzip: all.get(`${path}.gz`) ?? null,
    tag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    mediaType: mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
    isHashed: hashedName.test(path),
  }
}

function fileAnswer(file: WebFile, asked: IncomingHttpHeaders): Answer {
  const coding = codingFor(file, asked['accept-encoding'] ?? '')
  const etag = `"${file.tag}${coding === null ? '' : `-${coding}`}"`
  const headers = {
    ...pageHeaders,
    etag,
    vary: 'accept-encoding',
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  const known = (asked['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace('W/', ''))
  if (known.includes(etag)) return emptyAnswer(304, headers)
  const coded = coding === null ? {} : { 'content-encoding': coding }
  const body = coding === 'br' ? file.brotli : coding === 'gzip' ? file.gzip : file.bytes
  return { status: 200, headers: { ...headers, ...coded, 'content-type': file.mediaType }, body }
}

/** The best coding that the client takes (RFC 9110 section 12.5.3) and the build has made. */
function codingFor({ brotli, gzip }: WebFile, accepted: string): 'br' | 'gzip' | null {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .map((one) => one.trim().split(/\s*;\s*/))
      .filter(([, weight = 'q=1']) => !/^q=0(\.0*)?$/.test(weight))
      .map(([name]) => name),
  )
  if (brotli !== null && taken.has('br')) return 'br'
  return gzip !== null && taken.has('gzip') ? 'gzip' : null
}
