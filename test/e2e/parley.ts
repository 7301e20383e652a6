import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { root } from '../root.ts'

export type Ran = {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly seconds: number
}

export type RunOptions = {
  /** What standard input holds; nothing by default. */
  readonly input?: string | Buffer | AsyncIterable<Buffer>
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
  /** Options of Node itself. */
  readonly node?: readonly string[]
  /** Another launcher than that of this checkout. */
  readonly launcher?: string
  /** Called once it runs. */
  readonly onStart?: (child: ChildProcess) => void
}

export const launcherPath = join(root, 'bin/parley.mjs')

/** Runs the command line as a user does, and answers with all that it said. */
export async function parley(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now()
  const { uid, cwd, env, node = [], launcher = launcherPath } = options
  const child = spawn(process.execPath, [...node, launcher, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  options.onStart?.(child)
  const code = new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve)
    child.on('error', reject)
  })
  await feed(child, options.input ?? '')
  return { code: await code, ...said, seconds: (performance.now() - started) / 1000 }
}

async function feed(child: ChildProcess, input: RunOptions['input']): Promise<void> {
  const { stdin } = child
  if (!stdin) return
  // The child may be done before it has read everything, which is its own business.
  stdin.on('error', () => {})
  if (typeof input === 'string' || Buffer.isBuffer(input)) {
    stdin.end(input)
    return
  }
  const closed = new Promise((resolve) => stdin.once('close', resolve))
  for await (const piece of input ?? []) {
    if (stdin.destroyed || child.exitCode !== null) break
    if (stdin.write(piece)) continue
    await Promise.race([closed, new Promise((resolve) => stdin.once('drain', resolve))])
  }
  stdin.end()
}

/** A folder for one test file, removed when its tests are done, and a way to fill it. */
export function scratch(): {
  folder: string
  put: (name: string, content: string | Buffer) => string
} {
  const folder = mkdtempSync(join(tmpdir(), 'parley e2e '))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder,
    put: (name, content) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
  }
}

/** Another user to run as, where the tests run as root on a system that has users; else null. */
export const otherUser: number | null = process.getuid?.() === 0 ? 65534 : null

/** An OSV record of a flaw that does not exist, in software that does not. */
export const record = (id: string, summary: string): object => ({
  ...{ schema_version: '1.7.0', id, modified: '2026-01-02T03:04:05Z', summary },
  affected: [{ package: { ecosystem: 'npm', name: 'quillet-render' }, versions: ['4.1.0'] }],
})
