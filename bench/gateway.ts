// What the gateway adds between an evaluator and an endpoint: the endpoint, the evaluators and the
// gateway are three processes on this machine. Books are in memory; with --postgres they are in a
// database of their own on the server that PARLEY_TEST_DATABASE names.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openGateway } from '#features/engagement/gateway/gateway.ts'
import { KeptBooks } from '#features/engagement/gateway/kept-books.store.ts'
import { silentLog } from '#platform/log/log.ts'
import { Nodes } from '../test/engagement/gateway-nodes.ts'
import { at, grantFor, openWorld, token } from '../test/engagement/gateway-world.ts'
import { rootKeys } from '../test/engagement/kept-engagement.ts'
import { figure, machineText } from './machine.ts'

const isKept = process.argv.includes('--postgres')
const seconds = Number(process.argv.slice(2).find((one) => one !== '--postgres') ?? 8)
const firstMs = 200
const streamCount = 500
const script = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url))
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`
const ms = (value: unknown): string => `${Number(value).toFixed(2)} ms`

console.log(`${machineText()}, ${load()}, books in ${isKept ? 'PostgreSQL' : 'memory'}`)
const endpoint = spawn(
  process.execPath,
  [script('gateway-endpoint.ts'), String(firstMs), '1000', '8'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [direct] = await once(createInterface(endpoint.stdout), 'line')
const asked = isKept ? await inDatabase(String(direct)) : await inMemory(String(direct))
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
  await asked.close()
}

/** A gateway that is asked. */
type Asked = {
  readonly address: string
  readonly token: string
  readonly close: () => Promise<unknown>
}

async function inMemory(base: string): Promise<Asked> {
  const world = await openWorld(1)
  world.grants.give(token, grantFor(base))
  return { address: at(world.gateways[0]), token, close: () => world.close() }
}

async function inDatabase(base: string): Promise<Asked> {
  const nodes = await Nodes.open()
  const { id } = await nodes.engagement(undefined, base)
  const made = await nodes.token(id)
  const kept = await KeptBooks.open({ url: nodes.database.appUrl, keys: rootKeys, log: silentLog })
  const gateway = await openGateway({
    ...{ books: kept.books, log: silentLog, host: '127.0.0.1', port: 0 },
    reach: { allowHosts: ['127.0.0.1'] },
  })
  return {
    ...{ address: `${gateway.url}/engagements/${id}`, token: made.token },
    close: async () => {
      await gateway.close()
      await kept.close()
      await nodes[Symbol.asyncDispose]()
    },
  }
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}

async function ask(mode: string, size: number) {
  const args = [script('gateway-client.ts'), mode, String(direct), asked.address, asked.token]
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
