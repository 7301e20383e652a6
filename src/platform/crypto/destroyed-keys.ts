import { readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'
import { syncFolder, writeRefusal } from '#platform/files/disk.ts'

/** What was destroyed for good, by id: whatever a database says, it is not opened any more. */
export type DestroyedKeys = {
  readonly has: (id: string) => boolean
  readonly all: () => readonly string[]
  /** Answers once the ids are on disk. Those that are listed already are not listed again. */
  readonly add: (ids: readonly string[], at: Date) => Promise<Result<null>>
}

/** Of keys that lie in no file: nothing of theirs is ever destroyed. */
export const nothingDestroyed: DestroyedKeys = {
  has: () => false,
  all: () => [],
  add: async () => no({ code: 'not-configured', why: 'there is no list of what is destroyed' }),
}

/** Ids have no space. A line that a crash cut off inside its id says nothing: nothing followed. */
const lineStart = /^([a-z]+_[0-9a-z]{8,64}) /

/**
 * The list beside a key file: a line for each id, with the time. It lies outside the database, so
 * that a database that is restored to an earlier moment does not take it back. Every look sees what
 * other processes added meanwhile.
 *
 * @throws what the operating system says where a list is there and cannot be read
 */
export function destroyedKeysIn(path: string): DestroyedKeys {
  let known: ReadonlySet<string> = new Set()
  let readBytes = -1
  const look = (): ReadonlySet<string> => {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (bytes === readBytes) return known
    const text = bytes === 0 ? '' : readFileSync(path, 'utf8')
    known = new Set(text.split('\n').flatMap((line) => lineStart.exec(line)?.[1] ?? []))
    readBytes = bytes
    return known
  }
  return {
    has: (id) => look().has(id),
    all: () => [...look()],
    add: async (ids, at) => {
      const fresh = ids.filter((id) => !look().has(id))
      try {
        await append(path, fresh.map((id) => `${id} ${at.toISOString()}\n`).join(''))
        return yes(null)
      } catch (error) {
        return no(writeRefusal(error, path))
      }
    },
  }
}

/** Synced even where nothing is added: whoever added it may not have come to that. */
async function append(path: string, lines: string): Promise<void> {
  await using file = await open(path, 'a+', 0o600)
  const { size } = await file.stat()
  const last = Buffer.alloc(1)
  if (size > 0) await file.read(last, 0, 1, size - 1)
  const isCutOff = size > 0 && last.toString() !== '\n'
  if (lines !== '') await file.appendFile(`${isCutOff ? '\n' : ''}${lines}`)
  await file.sync()
  await syncFolder(dirname(path))
}
