import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Root, SandboxRefusal } from './sandbox.ts'

/** One entry of the file system that a sandbox sees. */
export type Shown =
  | { readonly kind: 'bind'; readonly from: string; readonly at: string }
  | { readonly kind: 'link'; readonly to: string; readonly at: string }

/** Folders that every sandbox makes itself. */
const own = new Set(['work', 'tmp', 'proc', 'dev', 'sys', 'parley', 'run'])

/** What tools need of the machine's `/etc`; nothing that says who is there or what it trusts. */
const settings = /^(ld\.so\.(cache|conf|conf\.d)|alternatives|java-.+|python3.*|perl|localtime)$/

/**
 * What of a root file system is shown, entry by entry. Of the machine itself that is where tools
 * and libraries are, never where people and services keep anything.
 */
export function rootView(root: Root): Result<readonly Shown[], SandboxRefusal> {
  if (root.kind === 'image') {
    return no({
      code: 'no-root',
      why: `${root.reference} is an image, which this tier does not run`,
      hint: 'use the container tier, or unpack the image into a folder',
    })
  }
  const found =
    root.kind === 'host'
      ? [
          ...entriesOf('/', '/', isForTools),
          ...entriesOf('/etc', '/etc', (name) => settings.test(name)),
        ]
      : entriesOf(root.path, '/', (name) => !own.has(name))
  if (found === null || found.length === 0) {
    const path = root.kind === 'host' ? '/' : root.path
    return no({ code: 'no-root', why: `${path} is no folder with a root file system in it` })
  }
  const base = root.kind === 'host' ? '/' : root.path
  const missing = ['sh', 'tar'].filter((name) => !hasProgram(base, name))
  return missing.length > 0
    ? no({ code: 'no-root', why: `the root file system ${base} lacks ${missing.join(' and ')}` })
    : yes(found)
}

const isForTools = (name: string): boolean => /^(usr|bin|sbin|lib\d*|libx32)$/.test(name)

function entriesOf(folder: string, at: string, isShown: (name: string) => boolean): Shown[] {
  return namesIn(folder)
    .filter(isShown)
    .map((name): Shown => {
      const from = join(folder, name)
      return lstatSync(from).isSymbolicLink()
        ? { kind: 'link', to: readlinkSync(from), at: join(at, name) }
        : { kind: 'bind', from, at: join(at, name) }
    })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

/**
 * Whether the program is in a usual place; links are followed only where they stay within, as those
 * of an unpacked root lead astray on the machine.
 */
function hasProgram(base: string, name: string): boolean {
  return ['usr/bin', 'bin', 'usr/local/bin'].some((folder) => {
    try {
      const found = lstatSync(join(base, folder, name))
      return found.isSymbolicLink() || statSync(join(base, folder, name)).isFile()
    } catch {
      return false
    }
  })
}
