import { mkdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Where a result is written until it is whole. */
export type Draft = {
  readonly path: string
  /** Gives the draft the name that was asked for. */
  readonly keep: () => void
  /** Leaves what was there before. Never fails. */
  readonly drop: () => void
}

/**
 * A file beside `path` that takes its place when it is kept, so that nobody ever sees half of it.
 * A link stays a link. A device or a pipe is written as it is: to rename over it would replace it.
 * Throws what the file system says, where no file of that name can be made.
 */
export function draftOf(path: string): Draft {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) throw new Error('it is a folder')
  if (found && !found.isFile()) return { path, keep: () => {}, drop: () => {} }
  const target = found ? realpathSync(path) : path
  makeFolder(dirname(resolve(target)))
  const draft = `${target}.${process.pid}.part`
  return {
    path: draft,
    keep: () => renameSync(draft, target),
    drop: () => {
      try {
        rmSync(draft, { force: true })
      } catch {
        // Where it cannot be removed it could not be made: there is nothing to leave behind.
      }
    },
  }
}

/**
 * Makes a folder and those above it one at a time. Node's own way never ends on file systems that
 * deny a folder which seems to have room for it, such as /proc.
 */
export function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw new Error(`${path} is no folder`)
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path)
}
