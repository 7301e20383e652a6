// What the gateway adds between an evaluator and an endpoint: the endpoint, the evaluators and the
// gateway are three processes on this machine, books are in memory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { at, grantFor, openWorld, token } from '../test/engagement/gateway-world.ts'
import { figure, machineText } from './machine.ts'

const seconds = Number(process.argv[2] ?? 8)
const firstMs = 200
const streamCount = 500
const script = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`
const ms = (value: unknown): string => `${Number(value).toFixed(2)} ms`

console.log(`${machineText()}, ${load()}`)
const endpoint = spawn(
  process.execPath,
  [script('gateway-endpoint.ts'), String(firstMs), '1000', '8'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [direct] = await once(createInterface(endpoint.stdout), 'line')
const world = await openWorld(1)
world.grants.give(token, grantFor(String(direct)))
try {
  const { direct: straight, through } = await ask('overhead', 3_000)
  const size = (of: { readonly p50: number; readonly p99: number }): string =>
    `p50 ${ms(of.p50)}, p99 ${ms(of.p99)}`
  figure('one after the other, straight', ms(straight.p50), { size: size(straight) })
  figure('one after the other, through the gateway', ms(through.p50), { size: size(through) })
  figure('  overhead, median', ms(through.p50 - straight.p50), {
    ...{ size: `99th percentile ${ms(through.p99 - straight.p99)}, ${load()}`, limit: '2 ms' },
  })
  for (const mode of ['saturate-direct', 'saturate']) {
    const before = process.cpuUsage()
    const { rate, failures, p50, p99 } = await ask(mode, seconds)
    const { user, system } = process.cpuUsage(before)
    const isThrough = mode === 'saturate'
    const each = isThrough
      ? `, ${((user + system) / 1e3 / (rate * seconds)).toFixed(2)} ms CPU`
      : ''
    figure(`32 connections, ${isThrough ? 'through' : 'straight'}`, `${rate.toFixed(0)}/s`, {
      size: `p50 ${ms(p50)}, p99 ${ms(p99)}, ${failures} failures${each}, ${load()}`,
      ...(isThrough ? { limit: '1,000/s' } : {}),
    })
  }
  for (const mode of ['streams-direct', 'streams']) {
    const before = process.memoryUsage().rss
    let peak = before
    const watching = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 100)
    const { first, failures } = await ask(mode, streamCount)
    clearInterval(watching)
    const isThrough = mode === 'streams'
    const what = `${streamCount} streams at once, ${isThrough ? 'through' : 'straight'}`
    const more = isThrough ? `, RSS ${mib(before)} to ${mib(peak)} MiB, ${load()}` : ''
    figure(what, `${ms(first.p50)} to first`, {
      size: `p99 ${ms(first.p99)}, endpoint ${firstMs} ms, ${failures} failures${more}`,
    })
  }
} finally {
  endpoint.kill()
  await world.close()
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}

async function ask(mode: string, size: number) {
  const args = [script('gateway-client.ts'), mode, String(direct), at(world.gateways[0]), token]
  const client = spawn(process.execPath, [...args, String(size)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  client.stdout.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  await once(client, 'close')
  return JSON.parse(text)
}
