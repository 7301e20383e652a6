import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Sends an archive into a sandbox and closes the way; nothing but the end for null. */
export function sendState(path: string | null, feed: Socket, failed: (why: string) => void): void {
  if (path === null) {
    feed.end()
    return
  }
  const file = createReadStream(path)
  file.once('error', (error) => failed(error.message))
  // A sandbox that ends before it has read all of it says so in its own way.
  pipeline(file, feed).catch(() => undefined)
}

/** An archive that comes out of a sandbox. */
export type Keeping = {
  /** Awaits its end; keeps it when it was `isWanted` and not too large, and answers whether. */
  finish(isWanted: boolean): Promise<boolean>
}

/**
 * Writes what comes to a file, up to `bytesMax`; what is beyond is read and dropped, and the file
 * removed. The file has its name only when it is whole.
 */
export function keepState(from: Socket, path: string | null, bytesMax: number): Keeping {
  if (path === null) {
    from.resume()
    return { finish: async () => false }
  }
  const draft = `${path}.part`
  let total = 0
  const bounded = new Transform({
    transform(piece: Buffer, _encoding, then) {
      total += piece.length
      then(null, total > bytesMax ? undefined : piece)
    },
  })
  const written = pipeline(from, bounded, createWriteStream(draft, { mode: 0o600 })).then(
    () => null,
    (error: unknown) => error,
  )
  return {
    finish: async (isWanted) => {
      const error = await written
      if (error === null && isWanted && total <= bytesMax) {
        renameSync(draft, path)
        return true
      }
      rmSync(draft, { force: true })
      if (isWanted && error instanceof Error) throw error
      return false
    },
  }
}
