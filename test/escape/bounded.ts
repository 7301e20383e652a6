import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCgroups, tryCgroups } from '#platform/sandbox/cgroup-place.ts'
import type { SandboxRefusal, Tier } from '#platform/sandbox/sandbox.ts'
import type { Suite, Tried } from './tried.ts'

/** What the suite as a whole may use, should a guard of a sandbox fail. */
const bounds = { memoryBytes: 3 * 2 ** 30, processesMax: 700 }
const diskBytes = 1536 << 20
const filesMax = 400_000
const watchdogMs = 8 * 60_000

/**
 * Makes attempts of these names against a tier, from a process that is itself held: in a cgroup,
 * with a disk of a fixed size, for a time.
 */
export async function tryAll(tier: Tier, names: readonly string[]): Promise<Suite> {
  const place = findCgroups()
  if (!place.ok) return { ...nothing, refused: place.refusal }
  const cannot = (await tryCgroups(place.value)) ?? noMounts()
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
        ...[process.execPath, runner, tier, ...names],
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
    const left = await cgroup.end().then(
      () => '',
      (error: unknown) => ` and left something: ${error}`,
    )
    return suiteOf(said, `${errors}${ended}${left}`)
  } finally {
    await cgroup.end().catch(() => undefined)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Why this process cannot mount the disk that the suite is held by, or null. */
function noMounts(): SandboxRefusal | null {
  const tried = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'disk', '/mnt'], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  if (tried.status === 0) return null
  const why = `the suite itself cannot be held: ${tried.error?.message ?? tried.stderr.trim()}`
  return { code: 'not-isolated', why, hint: 'run it as root, with the right to mount' }
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
    // One that was killed while it wrote leaves half a line.
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line))
  return {
    refused: lines.find(({ refused }) => refused)?.refused ?? null,
    isolation: lines.find(({ isolation }) => isolation)?.isolation ?? null,
    tried: lines.filter((line): line is Tried => line.name !== undefined),
    neighbour: lines.find(({ neighbour }) => neighbour)?.neighbour ?? '',
    trouble,
  }
}
