// Durable intake on a server of our own over HTTP, on this machine, the clients included: reports
// one a request, and documents in bulk. "Durable" is what a 202 means: committed and synchronised.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readImport } from '#features/exchange/import.jobs.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { type Desk, openDesk } from '../test/e2e/intake-desk.ts'
import { tokenOf } from '../tools/crash/crash-rounds.ts'
import { CrashedService } from '../tools/crash/crashed.ts'
import { startPostgres } from '../tools/postgres.mjs'
import { figure, machineText } from './machine.ts'

const seconds = Number(process.argv[2] ?? 10)
const peer = 'OpenCTI 20-30/s'
const peerRate = 30
const alone = 'single reports, intake alone'

console.log(machineText())
const server = process.env['PARLEY_TEST_DATABASE'] ? null : await startPostgres(null)
if (server) process.env['PARLEY_TEST_DATABASE'] = server.url
try {
  await using desk = await openDesk()
  for (const connections of [1, 16, 64]) await single(desk, connections)
  await bulk(desk, 'tap', tapLines(50_000))
  await bulk(desk, 'sarif', sarif(50_000))
} finally {
  await server?.stop()
}
await whole()

/** As people start it: the embedded database, and reports placed in the same process meanwhile. */
async function whole(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const service = await CrashedService.in(join(folder, 'data'))
  try {
    await service.start()
    const token = await tokenOf(service)
    for (const connections of [16, 64]) {
      await single({ url: service.url, token }, connections, 'parley serve, placing too')
    }
    await service.stop()
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
  }
}

/** The client is a process of its own, as it is in life; it takes its share of the same cores. */
async function single(
  desk: Pick<Desk, 'url' | 'token'>,
  connections: number,
  what = alone,
): Promise<void> {
  const script = fileURLToPath(new URL('./intake-client.ts', import.meta.url))
  const args = [script, desk.url, desk.token, String(connections), String(seconds)]
  const before = process.cpuUsage()
  const client = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  client.stdout.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  await once(client, 'close')
  const { user, system } = process.cpuUsage(before)
  const { rate, p50, p99, failures, bytes, sent } = JSON.parse(text)
  // Unlike the rate this hardly depends on what else the machine does.
  const cpu = what === alone ? `, ${((user + system) / 1000 / sent).toFixed(2)} ms of CPU each` : ''
  const size = `${connections} connections, ${bytes} bytes, ${failures} failures${cpu}`
  figure(what, `${rate.toFixed(0)}/s`, { size, limit: `1,000/s; ${peer}` })
  figure('  median / 99th percentile', `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`, {
    ...{ size: `${(rate / peerRate).toFixed(0)} times the peer`, limit: 'p99 100 ms' },
  })
}

async function bulk(desk: Desk, what: string, text: string): Promise<void> {
  const { database, blobs, keys, clock } = desk
  const begun = performance.now()
  const response = await fetch(`${desk.url}/v1/reports/bulk?name=bench-${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${desk.token}`, 'content-type': 'application/x-ndjson' },
    body: text,
  })
  const accepted = performance.now()
  const id = Object(await response.json()).import
  await readImport({
    ...{ pool: database.app, blobs, keys: reportKeysOf(keys), clock },
    reportsChanged: async () => undefined,
  })(id, new AbortController().signal)
  const done = performance.now()
  const rate = (50_000 * 1000) / (done - begun)
  const size = `50,000 reports, ${(text.length / 2 ** 20).toFixed(0)} MiB`
  figure(`bulk, ${what}: handed in to receipts`, `${rate.toFixed(0)}/s`, {
    ...{ size, limit: `5,000/s; ${peer}, ${(rate / peerRate).toFixed(0)} times` },
  })
  figure('  of it until the 202', `${(accepted - begun).toFixed(0)} ms`, {
    size: 'sealed, on disk',
  })
  const peak = process.resourceUsage().maxRSS / 1024
  figure('  peak memory of the server so far', `${peak.toFixed(0)} MiB`, { size: 'this process' })
}

function tapLines(count: number): string {
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      ...{ purl: `pkg:npm/parser-${at % 997}@2.${at % 13}.1`, upstream_ids: [] },
      affected_symbol: { file: `lib/read-${at}.js`, function: `readFrame${at}`, line: at % 900 },
      enrichment: { cwe: 'CWE-787', description: `Frame ${at} is longer than it says. `.repeat(8) },
    }),
  )
  return lines.join('\n')
}

function sarif(count: number): string {
  const results = Array.from({ length: count }, (_, at) => ({
    ...{ ruleId: `R${at % 40}`, level: 'error' },
    message: { text: `A buffer of ${at} bytes is read behind its end in function f${at}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `src/part${at % 300}/file${at}.c` },
          region: { startLine: (at % 900) + 1, startColumn: 3 },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${at.toString(16)}:1` },
  }))
  const tool = { driver: { name: 'Probe', version: '1.0' } }
  return JSON.stringify({ version: '2.1.0', runs: [{ tool, results }] })
}
