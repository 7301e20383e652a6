// How long `parley serve` takes from its start to its first page, on a fresh data folder, on one
// that is there, and after kill -9 of server and database; and how much memory both hold idle.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { figure, machineText } from './machine.ts'

const runs = Number(process.argv[2] ?? 5)
const launcher = join(import.meta.dirname, '..', 'bin/parley.mjs')

type Up = { readonly child: ChildProcess; readonly ms: number }

async function start(data: string): Promise<Up> {
  const port = await freePort()
  const began = performance.now()
  const args = [launcher, 'serve', '--data', data, '--port', String(port)]
  const env = { ...process.env, PARLEY_LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  for (;;) {
    const page = await fetch(`http://127.0.0.1:${port}/`).catch(() => null)
    if (page?.status === 200) return { child, ms: performance.now() - began }
    if (child.exitCode !== null) throw new Error(`parley serve ended with ${child.exitCode}`)
    await pause(10)
  }
}

function freePort(): Promise<number> {
  return new Promise((settle) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => settle(port))
    })
  })
}

async function end({ child }: Up, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((settle) => child.once('exit', settle))
  child.kill(signal)
  await ended
}

const postmasterOf = (data: string): number =>
  Number(readFileSync(join(data, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])

/** Proportional memory (PSS), which counts what processes share once; Linux only. */
function memoryMb(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0)
  })
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}

/** A postmaster and its processes. */
function familyOf(postmaster: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [postmaster, ...pids.map(Number).filter((pid) => parentOf(pid) === postmaster)]
}

function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

const median = (times: readonly number[]): string =>
  `${(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0).toFixed(0)} ms`

const fresh: number[] = []
const again: number[] = []
const killed: number[] = []
for (let run = 0; run < runs; run++) {
  const data = mkdtempSync(join(tmpdir(), 'parley-start-'))
  const first = await start(data)
  fresh.push(first.ms)
  await end(first, 'SIGTERM')
  const second = await start(data)
  again.push(second.ms)
  const postmaster = postmasterOf(data)
  const ended = end(second, 'SIGKILL')
  process.kill(postmaster, 'SIGKILL')
  await ended
  const third = await start(data)
  killed.push(third.ms)
  if (run === runs - 1) {
    console.log(`machine: ${machineText()}; median of ${runs} runs`)
    figure('start to first page, fresh folder', median(fresh), { size: 'initdb, schema, keys' })
    figure('start to first page, folder that is there', median(again), { size: 'nothing in it' })
    figure('the same after kill -9 of both', median(killed), { size: 'with recovery' })
    if (process.platform === 'linux') {
      await pause(10_000)
      const server = memoryMb([third.child.pid ?? 0])
      const database = memoryMb(familyOf(postmasterOf(data)))
      figure('memory of the server, idle', `${server.toFixed(0)} MiB`, { size: 'PSS, after 10 s' })
      figure('memory of PostgreSQL, idle', `${database.toFixed(0)} MiB`, { size: 'all processes' })
    }
  }
  await end(third, 'SIGTERM')
  rmSync(data, { recursive: true, force: true })
}
