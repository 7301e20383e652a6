import { open } from 'node:fs/promises'
import type { Refusal } from '#kernel/refusal.ts'

/** The code of an error of the operating system, such as `ENOENT`; null for any other error. */
export function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])
const forbiddenCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * Says as a refusal why a file or folder could not be written.
 *
 * @throws `error` itself when it does not come from the operating system: that is a defect
 */
export function writeRefusal(error: unknown, at: string): Refusal {
  const code = systemCodeOf(error)
  if (code === null) throw error
  if (fullCodes.has(code)) {
    const hint = 'free some space there; nothing of this was kept'
    return { code: 'disk-full', why: 'no space is left on this disk', at, hint }
  }
  if (forbiddenCodes.has(code)) {
    return { code: 'not-writable', why: 'may not be written by this user', at }
  }
  return { code: 'not-writable', why: `cannot be written (${code})`, at }
}

/**
 * Waits until the names in a folder are on disk: a file that was renamed survives a power failure
 * only then (fsync(2)). Windows has no such call for folders and writes names through by itself.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
