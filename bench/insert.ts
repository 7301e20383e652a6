// Cost of inserting one report with 10 k, 100 k and 1 M reports in store, and peak memory at each.
// The store is filled without judging; the reports measured are inserted and judged one by one.

import type { Evidence } from '../src/features/correlate/evidence.ts'
import { Inserter } from '../src/features/correlate/insert.ts'
import { knowledgeOf } from '../src/features/correlate/knowledge.ts'
import { MemoryIndex } from '../src/features/correlate/memory-index.ts'
import { figure, machineText } from './machine.ts'
import { manyRecords } from './real-records.ts'
import { TokenCensus } from './token-census.ts'

const sizes = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number)
const measuredMax = 2_000
const warmUp = 500

console.log(`machine: ${machineText()}`)
const index = new MemoryIndex()
const inserter = new Inserter(await knowledgeOf('advisory'), index)
const records = manyRecords()
const real = new TokenCensus()
const rewritten = new TokenCensus()
const realCount = 225_000

function take(): Evidence {
  const next = records.next()
  if (next.done) throw new Error('the real records (../shared/data/corpora) are not here')
  const census = index.size < realCount ? real : rewritten
  if (index.size % 50 === 0) census.add(next.value)
  return next.value
}

/** Mean milliseconds of one insertion, over the middle half: pauses of the machine are left out. */
function measure(count: number): { mean: number; median: number; p99: number } {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const evidence = take()
    const started = performance.now()
    inserter.insert(evidence)
    times.push(performance.now() - started)
  }
  times.sort((x, y) => x - y)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  return { mean, median: times[count >> 1] ?? 0, p99: times[Math.floor(count * 0.99)] ?? 0 }
}

let first: number | null = null
for (const size of sizes) {
  while (index.size < size - warmUp) inserter.store(take())
  inserter.refresh()
  measure(warmUp)
  const { mean, median, p99 } = measure(Math.min(measuredMax, size / 5))
  first ??= median
  const memory = process.memoryUsage()
  const bytes = (memory.heapUsed + memory.arrayBuffers) / index.size
  figure('insert one report, median', `${median.toFixed(2)} ms`, {
    size: `${size} stored, mean ${mean.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    limit: `1.3 x the first: ${(median / first).toFixed(2)} x`,
  })
  figure('memory', `${(memory.rss / 2 ** 20).toFixed(0)} MiB`, {
    size: `${size} stored, ${bytes.toFixed(0)} bytes a report`,
  })
}
console.log('token distribution, real records and rewritten ones (every fiftieth of each):')
console.log(`  real       ${real.text()}`)
console.log(`  rewritten  ${rewritten.text()}`)
