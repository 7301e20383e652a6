import { createWriteStream, rmSync, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Budget, close, peek } from './bytes.ts'
import { defaultLimits } from './input.ts'
import { isZip, membersOf } from './zip.ts'

/**
 * Takes the archive out of a zip archive that holds one archive and nothing else, as releases
 * of the CVE list are packed. False, and nothing at `to`, where `path` is no such wrapping.
 * Bytes go from file to file, so that the size of the inner archive does not matter.
 */
export async function unwrap(path: string, to: string): Promise<boolean> {
  const budget = new Budget(defaultLimits)
  budget.packedBytes = statSync(path).size
  let members = 0
  try {
    for await (const member of membersOf(path, defaultLimits, budget)) {
      members += 1
      if ('why' in member || members > 1) return discard(to)
      const [head, chunks] = await peek(member.chunks, 4)
      if (!isZip(head)) {
        await close(chunks)
        return discard(to)
      }
      await pipeline(chunks, createWriteStream(to))
    }
  } catch (error) {
    discard(to)
    throw error
  }
  return members === 1
}

function discard(path: string): false {
  rmSync(path, { force: true })
  return false
}
