import { type FileHandle, open } from 'node:fs/promises'
import type { Result } from '#kernel/result.ts'
import { type Draft, draftOf } from './draft.ts'
import { notWritable } from './output.ts'

export type Sink = (bytes: Buffer) => Promise<void>

/** Gives `write` a file that appears as a whole or not at all, or standard output for `-`. */
export async function toFile<T>(
  path: string,
  write: (sink: Sink) => Promise<Result<T>>,
): Promise<Result<T>> {
  if (path === '-') return write(toOutput)
  let draft: Draft | null = null
  let file: FileHandle | null = null
  try {
    draft = draftOf(path)
    file = await open(draft.path, 'w')
    const held = file
    const written = await write(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await held.write(bytes, at)).bytesWritten
    })
    await file.close()
    file = null
    if (written.ok) draft.keep()
    else draft.drop()
    return written
  } catch (error) {
    await file?.close()
    draft?.drop()
    if (error instanceof Error && 'syscall' in error) return notWritable(path, error)
    if (draft === null) return notWritable(path, error)
    throw error
  }
}

const toOutput: Sink = async (bytes) => {
  if (process.stdout.write(bytes)) return
  await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()))
}
