import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { systemCodeOf, writeRefusal } from '#platform/files/disk.ts'

const documentBytesMax = 16 * 2 ** 20

/** A file that the command line names, as its decoder understands it. */
export async function readNamed<T>(
  path: string,
  decode: (text: string) => Result<T, string>,
): Promise<Result<T>> {
  const bytes = await readBytes(path, documentBytesMax)
  if (!bytes.ok) return bytes
  const read = decode(bytes.value.toString('utf8'))
  return read.ok ? read : no({ code: 'malformed', why: read.refusal, at: path })
}

export async function readBytes(path: string, bytesMax: number): Promise<Result<Buffer>> {
  try {
    const { size } = await stat(path)
    if (size > bytesMax) {
      return no({ code: 'too-large', why: `has ${size} bytes, more than ${bytesMax}`, at: path })
    }
    return yes(await readFile(path))
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    if (code === 'ENOENT') return no({ code: 'not-found', why: 'is not there', at: path })
    return no({ code: 'not-readable', why: `cannot be read (${code})`, at: path })
  }
}

/** Why files cannot be put into a folder: it is to be empty or not there yet. */
export async function requireEmpty(folder: string): Promise<Refusal | null> {
  try {
    const names = await readdir(folder)
    if (names.length === 0) return null
    const hint = 'name a new folder; nothing is written over'
    return { code: 'not-writable', why: 'is not empty', at: folder, hint }
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? null : writeRefusal(error, folder)
  }
}

/** Writes files that nobody else reads into a folder, which is made where it is not there. */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<Refusal | null> {
  for (const [name, content] of files) {
    const path = join(folder, name)
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await writeFile(path, content, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      return writeRefusal(error, path)
    }
  }
  return null
}
