import { sha256 } from '#formats/tlog/hash.ts'

/**
 * The place of a task in the order in which tasks are opened: anybody who has the declaration can
 * work it out, nobody can choose it after the bank was committed to.
 */
export const orderKey = (seed: string, task: string): string =>
  sha256(Buffer.from(`${seed}\n${task}`)).toString('hex')
