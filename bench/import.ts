// Import and correlation of 10,000 findings by the service on its embedded database, from the first
// byte sent until the last report has its case, as a user with a token does it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ImportAcceptedWire, ImportWire } from '../src/features/report/report.wire.ts'
import { genericOf, sarifOf } from './findings.ts'
import { figure, machineText } from './machine.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const parley = join(root, 'bin', 'parley.mjs')
const count = 10_000
/** DefectDojo's release notes 2.53: import and deduplication of 10,000 findings. */
const peerSeconds = { none: 202, all: 370 } as const

console.log(`machine: ${machineText()}`)
for (const [format, of] of [
  ['SARIF', sarifOf],
  ['generic', genericOf],
] as const) {
  for (const which of ['none', 'all'] as const) {
    const { seconds, placed } = await timed(of(count, which === 'all'))
    const peer = peerSeconds[which]
    const { reports, cases, duplicates } = placed.counts
    figure(`import of ${format}, ${which} duplicates`, `${seconds.toFixed(1)} s`, {
      size: `${count} findings: ${reports} reports, ${cases} cases, ${duplicates} duplicates`,
      limit: `5 s; DefectDojo ${peer} s, ${Math.round(peer / seconds)} times as long`,
    })
  }
}

/** One document into a fresh instance that has placed one report before, so that all is warm. */
async function timed(document: string) {
  const data = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const [port, token] = [await freePort(), tokenFor(data)]
  const server = await serve(data, port)
  const at = `http://127.0.0.1:${port}`
  const headers = { authorization: `Bearer ${token}` }
  try {
    await placedAt(at, headers, sarifOf(1, false))
    const began = performance.now()
    const placed = await placedAt(at, headers, document)
    return { seconds: (performance.now() - began) / 1000, placed }
  } finally {
    server.kill('SIGINT')
    await new Promise((settle) => server.once('exit', settle))
    rmSync(data, { recursive: true, force: true })
  }
}

async function placedAt(at: string, headers: Record<string, string>, body: string) {
  const type = { 'content-type': 'application/octet-stream' }
  const address = `${at}/v1/reports/bulk?name=bench.json`
  const sent = await fetch(address, { method: 'POST', headers: { ...headers, ...type }, body })
  const { import: id } = ImportAcceptedWire.parse(await sent.json())
  for (;;) {
    const answer = await fetch(`${at}/v1/imports/${id}`, { headers })
    const found = ImportWire.parse(await answer.json())
    if (found.state === 'placed') return found
    if (found.state === 'refused') throw new Error(JSON.stringify(found.problems))
    await pause(20)
  }
}

function tokenFor(data: string): string {
  const args = [parley, 'token', 'bench', '--organisation', 'Bench', '--data', data]
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' }).trim()
}

async function serve(data: string, port: number): Promise<ChildProcess> {
  const args = [parley, 'serve', '--data', data, '--port', String(port)]
  const env = { ...process.env, PARLEY_LOG_LEVEL: 'error' }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  for (let tries = 0; tries < 600; tries++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (isUp?.ok) return child
    await pause(50)
  }
  throw new Error('the service does not start')
}

function freePort(): Promise<number> {
  const Address = z.object({ port: z.number() })
  return new Promise((settle) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = Address.parse(server.address())
      server.close(() => settle(port))
    })
  })
}
