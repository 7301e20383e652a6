import { no, type Result, yes } from '#kernel/result.ts'
import type { Holder } from '#platform/crypto/pair-seal.ts'
import { archiveLimits, EntryNames } from '#platform/files/archive-entry.ts'
import { blockBytes, headersOf } from '#platform/files/archive-state.ts'
import { filesOfTar } from '#platform/files/archive-tar.ts'
import type { Chunks } from '#platform/files/bytes.ts'
import { Unreadable } from '#platform/files/input.ts'
import { holdersIn, sealedBytesMax, sealNames } from './pack-seal.ts'

/** What a sealed pack may come to as one tar archive: age adds little to what it encrypts. */
export const sealedTarBytesMax = sealedBytesMax + 16 * 2 ** 20

const holdersBytesMax = 64 * 1024
/** The first line of a file of age: whatever has another one is not sealed. */
const ageHead = Buffer.from('age-encryption.org/v1\n')
/** A tar of the folder has its name in front, one of the files in it has not. */
const known =
  /^(?:[^/]+\/)?(holders\.json|pack\.tar\.age|salts\.json\.age|pairs\/[1-8]-[1-8]\.age)$/

/** Keeps the bytes of one file, and answers what names them. */
export type KeepFile<T> = (name: string, content: Chunks) => Promise<T>

export type SealedFiles<T> = {
  readonly holders: readonly Holder[]
  readonly files: ReadonlyMap<string, T>
}

/**
 * Reads the files of a sealed pack out of a tar archive, each once and in its order. Nothing of it
 * is opened; that it is sealed is seen by its first line.
 *
 * @throws what `keep` throws, and BodyRefused where the archive is the body of a request
 */
export async function readSealedTar<T>(
  chunks: Chunks,
  keep: KeepFile<T>,
): Promise<Result<SealedFiles<T>, string>> {
  const files = new Map<string, T>()
  let holders: readonly Holder[] | null = null
  try {
    const names = new EntryNames({ ...archiveLimits, entriesMax: 64 })
    for await (const { path, chunks: content } of filesOfTar(chunks, names)) {
      const name = known.exec(path)?.[1]
      if (name === undefined) return no(`holds ${path}, which is no file of a sealed pack`)
      if (files.has(name)) return no(`holds ${name} twice`)
      if (name === sealNames.holders) {
        const bytes = await headOf(content, holdersBytesMax)
        const read = holdersIn(bytes)
        if (!read.ok) return read
        holders = read.value
        files.set(name, await keep(name, once(bytes)))
      } else {
        const source = content[Symbol.asyncIterator]()
        const head = await begun(source)
        if (!head.subarray(0, ageHead.length).equals(ageHead)) return no(`${name} is not sealed`)
        files.set(name, await keep(name, followed(head, source)))
      }
    }
  } catch (error) {
    if (error instanceof Unreadable) return no(`is no sealed pack: ${error.refusal.why}`)
    throw error
  }
  if (holders === null) return no(`lacks ${sealNames.holders}`)
  const lacking = namesFor(holders.length).find((name) => !files.has(name))
  if (lacking !== undefined) return no(`lacks ${lacking}`)
  if (files.size > namesFor(holders.length).length) return no('has keys of pairs without holders')
  return yes({ holders, files })
}

/** All files that a pack sealed for so many holders has. */
function namesFor(count: number): readonly string[] {
  const pairs: string[] = []
  for (let second = 1; second < count; second++) {
    for (let first = 0; first < second; first++) pairs.push(sealNames.pair(first, second))
  }
  return [sealNames.holders, sealNames.pack, sealNames.salts, ...pairs]
}

/** As many bytes as the first line needs, or fewer where there are no more. */
async function begun(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < ageHead.length) {
    const { done, value } = await source.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  return head
}

async function headOf(content: Chunks, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of content) {
    sizeBytes += chunk.length
    if (sizeBytes <= bytesMax) parts.push(chunk)
  }
  return Buffer.concat(parts)
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

async function* followed(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

export type TarFile = {
  readonly name: string
  readonly sizeBytes: number
  readonly content: () => AsyncIterable<Uint8Array>
}

/** A tar archive of these files, which `parley pack open` reads once it is unpacked. */
export async function* tarOfSealed(files: readonly TarFile[]): AsyncGenerator<Uint8Array> {
  for (const { name, sizeBytes, content } of files) {
    yield headersOf({ kind: 'file', path: name, sizeBytes, sha256: '', isProgram: false })
    yield* content()
    yield Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes)
  }
  yield Buffer.alloc(2 * blockBytes)
}

/** How large that archive is. */
export const tarBytesOf = (files: readonly Pick<TarFile, 'sizeBytes'>[]): number =>
  files.reduce(
    (sum, { sizeBytes }) => sum + blockBytes * (1 + Math.ceil(sizeBytes / blockBytes)),
    2 * blockBytes,
  )
