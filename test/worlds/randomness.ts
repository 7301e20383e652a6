import crypto, { createHash } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const real = crypto.randomBytes
const counts = new Map<number, number>()
let stream = ''

/**
 * Random bytes that only the stream decides, each size by itself: a connection that the one world
 * opens and the other does not takes nothing away from what names records.
 */
function seeded(sizeBytes: number): Buffer {
  const count = counts.get(sizeBytes) ?? 0
  counts.set(sizeBytes, count + 1)
  const pieces: Buffer[] = []
  for (let have = 0; have < sizeBytes; have += 32) {
    const what = JSON.stringify([stream, sizeBytes, count, have])
    pieces.push(createHash('sha256').update(what).digest())
  }
  return Buffer.concat(pieces).subarray(0, sizeBytes)
}

/** From here on what is random follows from the name of a step, in this process. */
export function begin(step: string): void {
  stream = step
  counts.clear()
}

/** Replaces the generator of the process; answers how to have the real one back. */
export function seedProcess(): () => void {
  const replaced = (size: number, callback?: (error: null, bytes: Buffer) => void) => {
    const bytes = seeded(size)
    if (callback === undefined) return bytes
    process.nextTick(callback, null, bytes)
    return undefined
  }
  Reflect.set(crypto, 'randomBytes', replaced)
  syncBuiltinESMExports()
  return () => {
    Reflect.set(crypto, 'randomBytes', real)
    syncBuiltinESMExports()
  }
}
