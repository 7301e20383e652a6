import { closeSync, existsSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { logFolder } from './configuration.ts'

/** The server's log files, oldest first: their names are moments. */
function logsOf(data: string): string[] {
  const folder = join(data, logFolder)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /^postgresql-.*\.log$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

const logFilesMax = 10

/** Keeps the newest log files, so that the log of years takes no more room than that of weeks. */
export function pruneLogs(data: string): void {
  for (const path of logsOf(data).slice(0, -logFilesMax)) rmSync(path, { force: true })
}

/** A place in the log: a file and how many bytes of it. */
export type LogPlace = { readonly path: string | null; readonly sizeBytes: number }

export function endOfLog(data: string): LogPlace {
  const path = logsOf(data).at(-1) ?? null
  return { path, sizeBytes: path === null ? 0 : statSync(path).size }
}

const readBytesMax = 20_000

/** What the log says after a place in it. */
export function logSince(data: string, before: LogPlace): string {
  const path = logsOf(data).at(-1)
  if (path === undefined) return ''
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(readBytesMax)
    const from = path === before.path ? before.sizeBytes : 0
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from))
  } finally {
    closeSync(file)
  }
}
