import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** Whether a process of this number does any work, whoever owns it. */
export function isRunning(pid: number): boolean {
  return isKnown(pid) && !isZombie(pid)
}

function isKnown(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether the process has ended but nobody asked how: it does nothing any more. */
const isZombie = (pid: number): boolean => statOf(pid)?.startsWith('Z') ?? false

/**
 * When a process began, in clock ticks since the machine did; null where the system does not say.
 * Numbers are used again, so a process is its number together with its beginning.
 */
export function beginningOf(pid: number): string | null {
  const ticks = statOf(pid)?.split(' ')[19]
  if (ticks !== undefined) return ticks
  return process.platform === 'linux' ? null : (asked(pid, 'lstart=')?.replace(/\W+/g, '-') ?? null)
}

/**
 * What a process was started as, its arguments separated by spaces; null where the system does not
 * say. On Linux every user may read it, which is not so for its folder or its program: root in a
 * container may have no right to look at processes of others.
 */
export function commandOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return process.platform === 'linux' ? null : asked(pid, 'command=')
  }
}

/**
 * Within which count of processes the numbers mean something. Two containers that share a folder
 * each have their own, and the number of the one says nothing in the other.
 */
export function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '') || 'host'
  } catch {
    return 'host'
  }
}

/** State and what follows it in `/proc/<pid>/stat`, after the name, which may hold anything. */
function statOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2)
  } catch {
    return null
  }
}

/** Asks `ps`, which every Unix has; Windows has none. */
function asked(pid: number, column: string): string | null {
  if (process.platform === 'win32') return null
  const { stdout, status } = spawnSync('ps', ['-ww', '-o', column, '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  })
  return status === 0 ? stdout.trim() : null
}
