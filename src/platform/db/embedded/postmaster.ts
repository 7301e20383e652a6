import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { no, type Result, yes } from '#kernel/result.ts'
import { superuser } from './cluster.ts'
import { type Address, configure } from './configuration.ts'
import type { Place } from './place.ts'
import { commandOf, isRunning } from './process-identity.ts'
import { begin, listen, pathFor, run } from './program.ts'
import { endOfLog, logSince } from './server-log.ts'
import { refusalOfProgram } from './trouble.ts'

export type ServerWish = {
  readonly place: Place
  readonly bin: string
  readonly password: string
  /** Where a server that is started listens; one that runs listens where it was told to. */
  readonly address: Address
}

export type Postmaster = {
  readonly pid: number
  readonly address: Address
  /** Whether it ran already. */
  readonly isAdopted: boolean
}

/** For a server that says nothing; while it says that it recovers it may take longer. */
const silenceMsMax = 60_000
const recoveryMsMax = 15 * 60_000
/** After a server was killed, its children hold its shared memory for about a second. */
const retryMs = 15_000

/** Takes over the server that runs on this cluster, or starts one. */
export async function raise(wish: ServerWish): Promise<Result<Postmaster>> {
  const running = runningOn(wish.place)
  if (running !== null) {
    const answer = await untilItAnswers({ ...wish, address: running.address }, running.pid)
    if (answer === 'up') return yes({ ...running, isAdopted: true })
    if (answer === 'wrong-password') return no(wrongPassword(wish.place))
  }
  const until = performance.now() + retryMs
  for (;;) {
    const started = await start(wish)
    if (started.ok || performance.now() > until) return started
    if (!/shared memory|lock file|already in use/i.test(started.refusal.why)) return started
    await pause(300)
  }
}

/** The server of this cluster, if the process that its file names is one. */
export function runningOn(place: Place): Omit<Postmaster, 'isAdopted'> | null {
  const { data, id, socketFolder } = place
  // The lines of postmaster.pid: process, data directory, start, port, socket folder, ...
  const [first, , , port, folder] = linesOf(join(data, 'postmaster.pid'))
  const pid = Number(first)
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) return null
  const command = commandOf(pid)
  // Where the system does not tell what a process is, its answer has to do.
  if (command !== null && !command.split(' ').includes(markOf(id))) return null
  const host = process.platform === 'win32' ? '127.0.0.1' : folder || socketFolder
  return { pid, address: { host, port: Number(port) || 0 } }
}

/** A word on the server's command line by which it is known. */
const markOf = (id: string): string => `cluster_name=parley-${id}`

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

async function start(wish: ServerWish): Promise<Result<Postmaster>> {
  const { place, address } = wish
  const { data } = place
  configure(place, data, address)
  disownNumber(place)
  const before = endOfLog(data)
  const begun = process.platform === 'win32' ? await startOnWindows(wish) : startHere(wish)
  const { pid, said } = begun
  const answer = pid === undefined ? 'gone' : await untilItAnswers(wish, pid)
  // What it said last may still be on its way.
  if (answer === 'gone') await Promise.race([begun.isClosed, pause(1_000)])
  begun.letGo()
  if (answer === 'up' && pid !== undefined) return yes({ pid, address, isAdopted: false })
  if (answer === 'wrong-password') return no(wrongPassword(place))
  const output = `${said()}\n${logSince(data, before)}`
  if (answer === 'gone') return no(refusalOfProgram(output, data))
  return no({
    code: 'no-database',
    why: 'PostgreSQL runs and takes no connections yet',
    at: data,
    hint: 'it may be recovering: see its log, and start again later',
  })
}

type Begun = {
  readonly pid: number | undefined
  readonly said: () => string
  readonly isClosed: Promise<unknown>
  readonly letGo: () => void
}

function startHere({ place, bin }: ServerWish): Begun {
  const { data, account, id } = place
  const child = begin({
    program: join(bin, 'postgres'),
    args: ['-D', pathFor(data, account), '-c', markOf(id)],
    ...{ data, account, isToStay: true },
  })
  const { said } = listen(child)
  return {
    ...{ pid: child.pid, said, isClosed: new Promise((settle) => child.once('close', settle)) },
    letGo: () => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      child.unref()
    },
  }
}

/** `pg_ctl` takes the rights of an administrator away, with which PostgreSQL refuses to run. */
async function startOnWindows({ place, bin }: ServerWish): Promise<Begun> {
  const { data, account, id } = place
  const args = ['start', '-W', '-D', data, '-l', join(place.home, 'start.log')]
  const program = join(bin, 'pg_ctl')
  const { said } = await run({
    ...{ program, data, account },
    args: [...args, '-o', `-c ${markOf(id)}`],
  })
  const until = performance.now() + 10_000
  while (!runningOn(place) && performance.now() < until) await pause(50)
  const isClosed = Promise.resolve()
  return { pid: runningOn(place)?.pid, said: () => said, isClosed, letGo: () => undefined }
}

/**
 * A server that was killed leaves its number behind, which any process may have by now; where that
 * is one of the same user, PostgreSQL would take it for a server and never start. Our own number in
 * its place says the same as none, since PostgreSQL knows whose child it is; all else in the file
 * stays, by which it sees whether children of the old server still live.
 */
function disownNumber({ data }: Place): void {
  const path = join(data, 'postmaster.pid')
  const [first, ...rest] = linesOf(path)
  const pid = Number(first)
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return
  const command = commandOf(pid)
  // What may be a server is left to PostgreSQL to judge.
  if (command === null || /(?:^|\/)postgres(?:\.exe)?(?::|\s|$)/.test(command)) return
  writeFileSync(path, [String(process.pid), ...rest].join('\n'))
}

type Answer = 'up' | 'gone' | 'wrong-password' | 'silent'

/** Waits until the server takes connections, or is gone. */
async function untilItAnswers(wish: ServerWish, pid: number): Promise<Answer> {
  const begun = performance.now()
  let lastSign = begun
  while (isRunning(pid)) {
    const found = await knock(wish)
    if (found === 'up' || found === 'wrong-password') return found
    const now = performance.now()
    if (found === 'busy') lastSign = now
    if (now - lastSign > silenceMsMax || now - begun > recoveryMsMax) return 'silent'
    await pause(now - begun < 2_000 ? 20 : 250)
  }
  return 'gone'
}

/** Tries to connect once. Busy: it starts, recovers or stops (class 57P03, cannot_connect_now). */
async function knock({ address, password }: ServerWish) {
  const client = new Client({
    ...address,
    ...{ user: superuser, password, database: 'postgres', connectionTimeoutMillis: 5_000 },
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return 'up'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === '28P01' || code === '28000') return 'wrong-password'
    // All connections are taken: somebody is well served.
    if (code === '53300') return 'up'
    return code === '57P03' ? 'busy' : 'silent'
  }
}

const wrongPassword = ({ passwordFile }: Place) =>
  ({
    code: 'no-database',
    why: 'the password in this file is not that of the database',
    at: passwordFile,
    hint: 'put the file back from a copy of the data folder',
  }) as const

const stopMs = 30_000

/** Ends a server in its fast way: what is open is rolled back, what was committed is on disk. */
export async function lower(pid: number, { place, bin }: ServerWish): Promise<void> {
  if (process.platform === 'win32') {
    const args = ['stop', '-m', 'fast', '-w', '-t', '30', '-D', place.data]
    await run({ program: join(bin, 'pg_ctl'), args, data: place.data, account: place.account })
    return
  }
  const signals: readonly (readonly [NodeJS.Signals, number])[] = [
    ['SIGINT', stopMs],
    // It ends at once and recovers at the next start.
    ['SIGQUIT', 5_000],
  ]
  for (const [signal, withinMs] of signals) {
    if (!isRunning(pid)) return
    process.kill(pid, signal)
    const until = performance.now() + withinMs
    while (isRunning(pid) && performance.now() < until) await pause(15)
  }
}
