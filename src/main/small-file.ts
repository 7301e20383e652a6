import { readFile, stat } from 'node:fs/promises'
import type { RefusalCode } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { systemCodeOf } from '#platform/files/disk.ts'

const fileBytesMax = 8 * 2 ** 20

/** The text of a key or of something that was signed; refused with its place. */
export async function textOf(path: string): Promise<Result<string>> {
  try {
    const { size } = await stat(path)
    if (size > fileBytesMax) {
      return no({ code: 'too-large', why: 'is larger than any attestation or key', at: path })
    }
    return yes(await readFile(path, 'utf8'))
  } catch (error) {
    return unreadable(error, path)
  }
}

/** Why a file could not be read; what the system did not say is thrown on. */
export function unreadable(error: unknown, at: string): Result<never> {
  const system = systemCodeOf(error)
  if (system === null) throw error
  const code: RefusalCode = system === 'ENOENT' ? 'not-found' : 'not-readable'
  return no({ code, why: system === 'ENOENT' ? 'is not there' : `cannot be read (${system})`, at })
}
