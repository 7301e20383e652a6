import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isRunning } from '#platform/db/embedded/process-identity.ts'
import { postmasterOf, tidyUp } from '../db/embedded-process.ts'
import { launcherPath } from './parley.ts'

export type Start = {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
}

/** A command that runs until it is stopped. */
export type Running = {
  readonly pid: number
  /** All that it said so far, on both of its streams. */
  readonly said: () => string
  /** Waits until it says something; fails when it ends before, or takes too long. */
  readonly until: (pattern: RegExp) => Promise<string>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

const begun: ChildProcess[] = []

/** Starts a program in a process group of its own, as a shell does. */
export function begin(program: string, args: readonly string[], start: Start = {}): Running {
  const { env = {}, cwd, uid } = start
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', PARLEY_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  assert.ok(child.pid)
  begun.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
  }
  const ended = new Promise<number | string>((settle) => {
    child.once('exit', (code, signal) => settle(code ?? signal ?? 'ended'))
  })
  return {
    pid: child.pid,
    said: () => text,
    ended,
    until: (what) => heard(child, () => text, what),
  }
}

const patienceMs = 45_000

async function heard(child: ChildProcess, said: () => string, pattern: RegExp): Promise<string> {
  const until = performance.now() + patienceMs
  for (;;) {
    const found = pattern.exec(said())
    if (found) return found[1] ?? found[0]
    assert.ok(performance.now() < until, `it does not say ${pattern}:\n${said()}`)
    const isOver = child.exitCode !== null || child.signalCode !== null
    assert.ok(!isOver, `it ended with ${child.exitCode ?? child.signalCode}:\n${said()}`)
    await pause(20)
  }
}

export type Served = Running & { readonly url: string; readonly link: string }

export type ServeWish = Start & {
  readonly data: string
  readonly args?: readonly string[]
  /** Any free one unless given. */
  readonly port?: number
}

/** `parley serve` on a data folder, once it serves. */
export async function serve({ data, args = [], port: wish, ...start }: ServeWish): Promise<Served> {
  const port = String(wish ?? (await freePort()))
  const all = [launcherPath, 'serve', '--data', data, '--port', port, ...args]
  const running = begin(process.execPath, all, start)
  const link = await running.until(/sign-in#([\w-]+)/)
  return { ...running, url: `http://127.0.0.1:${port}`, link }
}

export function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => settle(port))
    })
  })
}

/** Asks it to end and answers with its exit code. */
export function stop({ pid, ended }: Running, signal: NodeJS.Signals = 'SIGTERM') {
  process.kill(pid, signal)
  return inTime(ended)
}

/** An end that never comes fails a test instead of holding it. */
export function inTime(ended: Running['ended']): Running['ended'] {
  const tooLong = async (): Promise<string> => {
    await pause(patienceMs, undefined, { ref: false })
    return 'it does not end'
  }
  return Promise.race([ended, tooLong()])
}

/** Ends whatever is left of what was begun here, and the databases and folders of the tests. */
export async function endAll(): Promise<void> {
  for (const child of begun.splice(0)) {
    const group = membersOf(child.pid ?? 0)
    for (const pid of group) tryKill(pid)
    while (group.some(isRunning)) await pause(20)
  }
  await tidyUp()
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}

/** The living processes of a process group. */
export function membersOf(group: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, state = '']) => Number(pgid) === group && !state.startsWith('Z'))
    .map(([pid]) => Number(pid))
}

/** Fails unless the server of a data folder, and all of a process group, are gone. */
export function assertNothingLeft(data: string, group: number): void {
  assert.deepEqual(membersOf(group), [])
  assertNoDatabase(data)
}

export function assertNoDatabase(data: string): void {
  if (!existsSync(join(data, 'postgres/cluster/postmaster.pid'))) return
  assert.ok(!isRunning(postmasterOf(data)), 'the database still runs')
}

/** Runs a command to its end. */
export async function parleyTo(
  args: readonly string[],
  start: Start = {},
): Promise<{ readonly code: number | string; readonly said: string }> {
  const running = begin(process.execPath, [launcherPath, ...args], start)
  const code = await inTime(running.ended)
  await pause(20)
  return { code, said: running.said() }
}

/** Opens a session with a one-time link; the status and, where it worked, the cookie. */
export async function signIn(
  url: string,
  link: string,
): Promise<{ readonly status: number; readonly cookie: string }> {
  const { status, headers } = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-by': 'parley' },
    body: JSON.stringify({ link }),
  })
  const cookie = headers.getSetCookie().map((one) => one.split(';')[0] ?? '')
  return { status, cookie: cookie.join('; ') }
}

const lastLine = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^\w{20,}$/.test(line))
    .at(-1) ?? ''

/** An API token of a finder, made beside a running server. */
export async function tokenFor(data: string, start: Start = {}): Promise<string> {
  const wish = ['token', 'scanner', '--organisation', 'A laboratory', '--data', data]
  const { code, said } = await parleyTo(wish, start)
  assert.equal(code, 0, said)
  return lastLine(said)
}

export type Target = { readonly url: string; readonly token: string }

export type Handed = {
  readonly status: number
  readonly receipt: string
  readonly retryAfter: string | null
}

/** Hands in one report about a package of its own, with a proof where one is given. */
export async function handIn(to: Target, mark: string, proof?: Uint8Array): Promise<Handed> {
  const report = { purl: `pkg:npm/quillet-${mark}@1.0.0`, email: 'lab@example.org' }
  const response = await fetch(`${to.url}/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${to.token}` },
    body: JSON.stringify({ ...report, ...(proof ? { attachments: [attached(proof)] } : {}) }),
  })
  const told: unknown = await response.json().catch(() => null)
  const receipt =
    typeof told === 'object' && told !== null && 'receipt' in told ? String(told.receipt) : ''
  return { status: response.status, receipt, retryAfter: response.headers.get('retry-after') }
}

const attached = (proof: Uint8Array): object => ({
  ...{ filename: 'crash', content_type: 'application/octet-stream', type: 'reproducer' },
  data: Buffer.from(proof).toString('base64'),
})

/** Whether the service knows a receipt. */
export async function knows({ url, token }: Target, receipt: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/v1/submissions/${receipt}`, { headers })).status === 200
}
