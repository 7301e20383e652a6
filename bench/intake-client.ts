// The client of bench/intake.ts: posts reports over so many connections for so many seconds and
// prints how it went, as JSON.
import { Agent, request } from 'node:http'

const [url = '', token = '', connections = '1', seconds = '10'] = process.argv.slice(2)
const target = new URL('/v1/reports', url)
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const times: number[] = []
let failures = 0
let number = 0
let bytes = 0

const warmMs = 1_000
const begun = performance.now()
const end = begun + warmMs + Number(seconds) * 1000
await Promise.all(Array.from({ length: Number(connections) }, client))
agent.destroy()
const rate = times.length / Number(seconds)
times.sort((one, other) => one - other)
const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0
console.log(JSON.stringify({ rate, p50: at(0.5), p99: at(0.99), failures, bytes, sent: number }))

async function client(): Promise<void> {
  while (performance.now() < end) {
    const from = performance.now()
    const status = await post(bodyOf(number++))
    const to = performance.now()
    if (status !== 202) failures++
    else if (from > begun + warmMs && to < end) times.push(to - from)
  }
}

function bodyOf(one: number): string {
  const body = JSON.stringify({
    ...{ purl: `pkg:npm/parser-${one % 997}@2.${one % 13}.1`, upstream_ids: [] },
    affected_symbol: { file: `lib/read-${one}.js`, function: `readFrame${one}`, line: one % 900 },
    enrichment: { cwe: 'CWE-787', description: `Frame ${one} is longer than it says. `.repeat(8) },
    notify: 'off',
  })
  bytes = body.length
  return body
}

function post(body: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      target,
      {
        ...{ method: 'POST', agent },
        headers: {
          ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', () => resolve(0))
      },
    )
    sent.on('error', () => resolve(0))
    sent.end(body)
  })
}
