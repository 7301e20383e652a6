import { statfsSync } from 'node:fs'
import type { Refusal } from '#kernel/refusal.ts'
import { systemCodeOf } from '#platform/files/disk.ts'

const otherFolder = 'give Parley a folder that it may write, with PARLEY_DATA'

const fullAt = (at: string): Refusal => ({
  code: 'disk-full',
  why: 'no space is left on the disk of the database',
  at,
  hint: 'make room and start again; what was committed is kept',
})

/** A "no" of the operating system, in our words; null for an error that is a defect of ours. */
export function refusalOfSystem(error: unknown, at: string): Refusal | null {
  const code = systemCodeOf(error)
  const path = error instanceof Error && 'path' in error ? String(error.path) : at
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fullAt(path)
    case 'EROFS':
      return { code: 'not-writable', why: 'the file system is read-only', at, hint: otherFolder }
    case 'EACCES':
    case 'EPERM': {
      const hint = 'start Parley as the user that the folder belongs to, or set PARLEY_DATA'
      return { code: 'not-writable', why: 'this user may not write here', at: path, hint }
    }
    case 'ENOTDIR':
    case 'EEXIST':
      return { code: 'not-writable', why: 'is not a folder', at: path, hint: otherFolder }
    default:
      return null
  }
}

/** PostgreSQL cannot do anything with less. */
const roomBytesMin = 4 * 2 ** 20

/**
 * Why a program of PostgreSQL gave up, in our words.
 *
 * @param output what it said, on its way or in its log; a full disk may have left it nothing to say
 * @param folder where it works
 */
export function refusalOfProgram(output: string, folder: string): Refusal {
  const lines = output.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => /\b(?:error|fatal|panic)\b/i.test(line)).slice(-3)
  const tail = (said.length > 0 ? said : lines.slice(-3)).join(' ').slice(0, 600)
  if (/No space left on device|disk quota/i.test(output) || isFull(folder)) return fullAt(folder)
  if (/Read-only file system/i.test(output)) {
    return {
      code: 'not-writable',
      why: 'the file system is read-only',
      at: folder,
      hint: otherFolder,
    }
  }
  if (/could not look up effective user/i.test(output)) {
    const why = `the user number ${process.getuid?.()} has no name, and PostgreSQL asks for one`
    const hint = 'give it a line in /etc/passwd, or set DATABASE_URL'
    return { code: 'no-database', why, hint }
  }
  if (/Permission denied/i.test(output)) {
    const why = `PostgreSQL may not write: ${tail}`
    return { code: 'not-writable', why, at: folder, hint: otherFolder }
  }
  return {
    code: 'no-database',
    why: `PostgreSQL does not start: ${tail || 'it says nothing'}`,
    at: folder,
    hint: 'see its log in the folder "log" there, or set DATABASE_URL to a server of yours',
  }
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < roomBytesMin
  } catch {
    return false
  }
}
