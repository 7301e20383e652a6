import { BlobUnreadable } from '#platform/blobs/blobs.ts'
import { systemCodeOf } from '#platform/files/disk.ts'

/** What fails by the machine, such as a full disk: the same may go well later, or elsewhere. */
export class MachineTrouble extends Error {
  override readonly name = 'MachineTrouble'
}

/** Whether a bundle cannot be had by anybody, ever; a store that is away comes back. */
export const isGoneForGood = (error: unknown): boolean =>
  error instanceof BlobUnreadable && ['not-found', 'malformed'].includes(error.refusal.code)

/** Of the operating system: disk, files, memory, and what of them is used up. */
const machineCodes: ReadonlySet<string> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EIO', 'EROFS'],
])

/** Whether it is the machine or what it depends on that failed, and not what was worked on. */
export function isOfMachine(error: unknown): boolean {
  if (error instanceof MachineTrouble) return true
  if (error instanceof BlobUnreadable) return !isGoneForGood(error)
  return machineCodes.has(systemCodeOf(error) ?? '')
}
