// The evaluators of bench/gateway.ts, in a process of their own. Prints what they saw as JSON.
import { Agent, request } from 'node:http'

const [mode = '', direct = '', through = '', token = '', size = '0'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: 2_000 })
const messages = [{ role: 'user', content: 'words '.repeat(300) }]
const body = JSON.stringify({ model: 'larch-4', max_tokens: 100, messages })
const streamed = JSON.stringify({ model: 'larch-4', max_tokens: 100, stream: true, messages })

type Asked = { readonly firstMs: number; readonly wholeMs: number; readonly isFine: boolean }

function ask(base: string, text: string): Promise<Asked> {
  const begun = performance.now()
  return new Promise((resolve) => {
    let firstMs = Number.NaN
    const end = (isFine: boolean): void =>
      resolve({ firstMs, wholeMs: performance.now() - begun, isFine })
    const sent = request(
      `${base}/v1/chat/completions`,
      {
        ...{ method: 'POST', agent },
        headers: {
          ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          'content-length': Buffer.byteLength(text),
        },
      },
      (answer) => {
        answer.once('data', () => {
          firstMs = performance.now() - begun
        })
        answer.resume()
        answer.on('end', () => end(answer.statusCode === 200))
        answer.on('error', () => end(false))
      },
    )
    sent.on('error', () => end(false))
    sent.end(text)
  })
}

const quantile = (sorted: Float64Array, part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
const spread = (values: readonly number[]) => {
  const sorted = Float64Array.from(values).sort()
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

/** One after the other, in turns, so that whatever else the machine does is in both. */
async function overhead(count: number) {
  const took: { readonly direct: number[]; readonly through: number[] } = {
    direct: [],
    through: [],
  }
  for (let turn = -200; turn < count; turn += 1) {
    const straight = await ask(direct, body)
    const passed = await ask(through, body)
    if (turn < 0) continue
    took.direct.push(straight.wholeMs)
    took.through.push(passed.wholeMs)
  }
  return { direct: spread(took.direct), through: spread(took.through) }
}

async function saturate(base: string, connections: number, seconds: number) {
  const end = performance.now() + seconds * 1_000
  const took: number[] = []
  let failures = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const { wholeMs, isFine } = await ask(base, body)
      if (isFine) took.push(wholeMs)
      else failures += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return { rate: took.length / seconds, failures, ...spread(took) }
}

async function streams(base: string, count: number) {
  const found = await Promise.all(Array.from({ length: count }, () => ask(base, streamed)))
  const failures = found.filter(({ isFine }) => !isFine).length
  return { first: spread(found.map(({ firstMs }) => firstMs)), failures }
}

const results: Readonly<Record<string, () => Promise<unknown>>> = {
  overhead: () => overhead(Number(size)),
  'saturate-direct': () => saturate(direct, 32, Number(size)),
  saturate: () => saturate(through, 32, Number(size)),
  'streams-direct': () => streams(direct, Number(size)),
  streams: () => streams(through, Number(size)),
}
console.log(JSON.stringify(await results[mode]?.()))
process.exit(0)
