import { constants, type Dirent } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ArchivedFile, type EntryNames, refusedEntry } from './archive-entry.ts'
import { asUnreadable, type Chunks } from './bytes.ts'

const readBytes = 2 ** 18

/**
 * The files below a folder, in the order of their names. Links are never followed. Folders called
 * `.git` are left out: what they hold is no part of the code, and differs from copy to copy.
 */
export async function* filesOfFolder(
  root: string,
  names: EntryNames,
  below = '',
): AsyncGenerator<ArchivedFile> {
  const here = below === '' ? root : join(root, below)
  const found = await readdir(here, { withFileTypes: true }).catch((error: unknown) => {
    throw asUnreadable(error)
  })
  for (const entry of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.name.includes('\ufffd')) throw refusedEntry(name, 'has a name that is not UTF-8')
    if (entry.isDirectory()) {
      if (entry.name === '.git') continue
      names.accept(name, 'folder')
      yield* filesOfFolder(root, names, name)
    } else yield await fileOf(root, name, { entry, names })
  }
}

async function fileOf(
  root: string,
  name: string,
  { entry, names }: { readonly entry: Dirent; readonly names: EntryNames },
): Promise<ArchivedFile> {
  if (!entry.isFile()) {
    const hint = 'only plain files and folders are read'
    throw refusedEntry(name, `is ${kindWords(entry)}`, { hint })
  }
  const path = names.accept(name, 'file') ?? name
  const handle = await openPlain(join(root, name), name)
  try {
    const { size, mode } = await handle.stat()
    names.spend(name, size)
    return { path, isProgram: (mode & 0o100) !== 0, chunks: contentAt(join(root, name), name) }
  } finally {
    await handle.close()
  }
}

function kindWords(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a symbolic link'
  if (entry.isFIFO()) return 'a pipe (fifo)'
  if (entry.isSocket()) return 'a socket'
  return entry.isBlockDevice() || entry.isCharacterDevice() ? 'a device' : 'no plain file'
}

/** Opened so that a name which became a link or a pipe meanwhile is not followed or waited for. */
async function openPlain(path: string, name: string): ReturnType<typeof open> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(path, flags).catch((error: unknown) => {
    const { why, code } = asUnreadable(error).refusal
    throw refusedEntry(name, why, { code })
  })
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw refusedEntry(name, 'is no plain file any more')
}

/** The bytes of a plain file, none behind a link. */
export async function* contentAt(path: string, name: string): Chunks {
  const handle = await openPlain(path, name)
  try {
    while (true) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(readBytes), 0, readBytes)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
