import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCgroups, tryCgroups } from '#platform/sandbox/cgroup-place.ts'
import type { Tier } from '#platform/sandbox/sandbox.ts'
import type { Suite, Tried } from './tried.ts'

/** What the suite as a whole may use, should a guard of a sandbox fail. */
const bounds = { memoryBytes: 3 * 2 ** 30, processesMax: 700 }
const diskBytes = 1536 << 20
const filesMax = 400_000
const watchdogMs = 9 * 60_000

/**
 * Tries everything against a tier from a process that is itself held: in a cgroup, with a disk of a
 * fixed size, for a time. Only the attempts whose name contains `only` are made.
 */
export async function tryAll(tier: Tier, only = ''): Promise<Suite> {
  const place = findCgroups()
  if (!place.ok) return { ...nothing, refused: place.refusal }
  const cannot = await tryCgroups(place.value)
  if (cannot !== null) return { ...nothing, refused: cannot }
  const cgroup = place.value.create(bounds)
  const folder = mkdtempSync(join(tmpdir(), 'parley-escape-'))
  chmodSync(folder, 0o711)
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  try {
    const runner = join(import.meta.dirname, 'attempt-run.ts')
    const mount = `mount -t tmpfs -o size=${diskBytes},nr_inodes=${filesMax},mode=0755 disk ${disk}`
    const doors = cgroup.doors.map((door) => `echo $$ >'${door}'`)
    const script = `set -e\n${doors.join('\n')}\n${mount}\nexec "$@"`
    const child = spawn(
      'unshare',
      [
        ...['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'],
        ...[process.execPath, runner, tier, only],
      ],
      { env: { ...process.env, TMPDIR: disk }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const watchdog = setTimeout(() => void cgroup.end().catch(() => undefined), watchdogMs)
    const [said, errors, ended] = await Promise.all([
      textFrom(child.stdout),
      textFrom(child.stderr),
      new Promise<string>((settle) =>
        child.once('exit', (code, signal) =>
          settle(code === 0 ? '' : `ended by ${signal ?? code}`),
        ),
      ),
    ])
    clearTimeout(watchdog)
    return suiteOf(said, `${errors}${ended}`)
  } finally {
    await cgroup.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

const nothing: Suite = { refused: null, isolation: null, tried: [], neighbour: '', trouble: '' }

async function textFrom(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const piece of stream) text += piece
  return text
}

/** Reads the lines of our own process. */
function suiteOf(said: string, trouble: string): Suite {
  const lines: Partial<Suite & Tried>[] = said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  return {
    refused: lines.find(({ refused }) => refused)?.refused ?? null,
    isolation: lines.find(({ isolation }) => isolation)?.isolation ?? null,
    tried: lines.filter((line): line is Tried => line.name !== undefined),
    neighbour: lines.find(({ neighbour }) => neighbour)?.neighbour ?? '',
    trouble,
  }
}
