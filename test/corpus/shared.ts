import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * A path in the folder of measuring data that may stand beside the checkout (`../shared/data`),
 * or null where it does not: tests over it are then skipped.
 */
export function sharedPath(...parts: readonly string[]): string | null {
  const path = join(root, '..', 'shared', 'data', ...parts)
  return existsSync(path) ? path : null
}

/** The `skip` option of a test that needs `path`: the word it is skipped with, or false. */
export const skipWithout = (path: string | null): string | false =>
  path === null ? 'the measuring data do not stand beside this checkout' : false
