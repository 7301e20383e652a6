import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { z } from 'zod'
import { isRunning } from '#platform/db/embedded/process-identity.ts'

const program = fileURLToPath(new URL('embedded-user.ts', import.meta.url))

const Up = z.object({
  pid: z.number(),
  isAdopted: z.boolean(),
  url: z.string(),
  socketFolder: z.string(),
  /** How long it took, without the start of Node. */
  ms: z.number(),
})
const Down = z.object({
  code: z.string(),
  why: z.string(),
  hint: z.string().optional(),
  at: z.string().optional(),
})
const Told = z.union([Up, Down])

export type Using = z.infer<typeof Up> & {
  readonly child: ChildProcess
  /** What it logged so far. */
  readonly logged: () => string
}

const folders: string[] = []
const children: ChildProcess[] = []

/** A folder that `tidyUp` removes. */
export function newFolder(under = tmpdir()): string {
  const folder = mkdtempSync(join(under, 'parley-embedded-'))
  folders.push(folder)
  return folder
}

export const postmasterOf = (folder: string): number =>
  Number(readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])

/** Ends what a failed test left running, and removes its folders. */
export async function tidyUp(): Promise<void> {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await ended(child)
  }
  for (const folder of folders.splice(0)) {
    try {
      const pid = postmasterOf(folder)
      process.kill(pid, 'SIGQUIT')
      while (isRunning(pid)) await pause(50)
    } catch {
      // It does not run any more, which is what most tests end with.
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

type As = { readonly uid?: number }

function begin(folder: string, { uid }: As): ChildProcess {
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A process group of its own, as a shell gives to what is started in it.
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  children.push(child)
  return child
}

async function told(child: ChildProcess): Promise<z.infer<typeof Told> & { logged: () => string }> {
  assert.ok(child.stdout)
  const lines = createInterface({ input: child.stdout })
  let log = ''
  const first = new Promise<z.infer<typeof Told>>((settle, fail) => {
    lines.on('line', (line) => {
      const parsed = Told.safeParse(JSON.parse(line))
      if (parsed.success) settle(parsed.data)
      else log += `${line}\n`
    })
    lines.once('close', () => fail(new Error(`it ended and said nothing but: ${log}`)))
  })
  return { ...(await first), logged: () => log }
}

/** A process that uses the server of a folder. */
export async function use(folder: string, as: As = {}): Promise<Using> {
  const child = begin(folder, as)
  const answer = await told(child)
  assert.ok('pid' in answer, JSON.stringify(answer))
  return { ...answer, child }
}

/** The refusal of a process that may not use the server of a folder. */
export async function refused(folder: string, as: As = {}): Promise<z.infer<typeof Down>> {
  const answer = await told(begin(folder, as))
  assert.ok('code' in answer, 'it starts')
  return answer
}

type Killing = As & { readonly when: () => boolean }

/** Begins to use a folder and is killed on the way. */
export async function killedOnTheWay(folder: string, { when, ...as }: Killing): Promise<void> {
  const child = begin(folder, as)
  while (!when() && child.exitCode === null) await pause(2)
  child.kill('SIGKILL')
  await ended(child)
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((settle) => child.once('exit', settle))

export async function leave({ child }: Using): Promise<void> {
  child.stdin?.end()
  await ended(child)
}

export async function kill({ child }: Using): Promise<void> {
  child.kill('SIGKILL')
  await ended(child)
}

/** Ctrl-C: every process of the group gets the signal, and this one ends at once. */
export async function interrupt({ child }: Using): Promise<void> {
  assert.ok(child.pid)
  process.kill(-child.pid, 'SIGINT')
  await ended(child)
}

export async function query(url: string, text = 'select 1 as it'): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Asks until it is answered, for a server that is coming back. */
export async function queryAtLast(url: string, text: string): Promise<unknown[]> {
  const until = performance.now() + 25_000
  for (;;) {
    try {
      return await query(url, text)
    } catch (error) {
      if (performance.now() > until) throw error
      await pause(100)
    }
  }
}
