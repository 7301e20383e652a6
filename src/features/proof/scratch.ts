import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Tells machines apart that share a folder: a process is known by its number on its own only. */
const here = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** The name of a folder of a process of this machine. */
export const scratchName = (pid: number): string =>
  `${here}-${pid}-${randomBytes(6).toString('hex')}`

/**
 * Runs `work` with a folder of its own inside of `base`, for what is secret elsewhere and lies here
 * in the clear only while it is worked on. It is gone afterwards, however `work` ends.
 */
export async function withScratch<T>(
  base: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(base, scratchName(process.pid))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes content to a file that nobody else reads. */
export async function writeScratch(
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
}

/** Nothing is worked on for so long: what is older was left by whoever it was. */
const longestMs = 24 * 3_600_000

/**
 * Removes what processes left that are gone, also where this one has the number of one of them, as
 * in containers; answers how much that was.
 */
export async function cleanScratch(base: string): Promise<number> {
  const begunAt = Date.now() - process.uptime() * 1000
  let cleaned = 0
  for (const name of await readdir(base).catch(() => [])) {
    const [, host, pid] = /^([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{12}$/.exec(name) ?? []
    if (pid === undefined) continue
    const madeAt = (await stat(join(base, name)).catch(() => null))?.mtimeMs ?? 0
    const isOfNamesake = Number(pid) === process.pid && madeAt < begunAt - 1000
    const isGone = host === here && (isOfNamesake || !isRunning(Number(pid)))
    if (!isGone && Date.now() - madeAt < longestMs) continue
    await rm(join(base, name), { recursive: true, force: true })
    cleaned++
  }
  return cleaned
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Whoever may not be sent a signal is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
