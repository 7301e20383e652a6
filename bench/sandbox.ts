// How long a sandbox takes to begin, beside its command, and how many runs an hour one machine
// does, in each tier that it has. Peer: the same command without a sandbox.
import { spawnSync } from 'node:child_process'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import type { Sandbox, SandboxRun } from '#platform/sandbox/sandbox.ts'
import { figure, machineText } from './machine.ts'

const runs = Number(process.argv[2] ?? 60)
const atOnce = 4
const never = new AbortController().signal

const nothing: SandboxRun = {
  ...{ root: { kind: 'host' }, state: null, keepState: null, given: [], command: ['true'] },
  ...{ environment: {}, stdin: null, mayTrace: false, collect: [] },
  limits: {
    ...{ wallMs: 60_000, cpuMs: 60_000, memoryBytes: 256 << 20, processesMax: 64 },
    ...{ diskBytes: 64 << 20, fileBytes: 32 << 20, openFilesMax: 256 },
    ...{ outputBytes: 64 << 10, outputEndsBytes: 1 << 20 },
  },
}

/** Milliseconds that a share of the runs stays below. */
const quantile = (times: readonly number[], share: number): string => {
  const sorted = times.toSorted((one, other) => one - other)
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  return `${(sorted[at] ?? 0).toFixed(1)} ms`
}

async function timed(sandbox: Sandbox): Promise<{ startMs: number; wholeMs: number }> {
  const began = performance.now()
  const outcome = await sandbox.run(nothing, never)
  if (!outcome.ok) throw new Error(outcome.refusal.why)
  return { startMs: outcome.value.startMs, wholeMs: performance.now() - began }
}

/** Runs that are done in an hour when `atOnce` go on at a time. */
async function perHour(sandbox: Sandbox): Promise<number> {
  const began = performance.now()
  let left = runs
  const worker = async (): Promise<void> => {
    while (left-- > 0) await timed(sandbox)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (runs * 3_600_000) / (performance.now() - began)
}

console.log(`machine: ${machineText()}; ${runs} runs of \`true\``)
const bare = Array.from({ length: runs }, () => {
  const began = performance.now()
  spawnSync('/bin/sh', ['-c', 'exec true'])
  return performance.now() - began
})
const peer = `no sandbox: ${quantile(bare, 0.5)}, ${quantile(bare, 0.99)}`
for (const tier of ['namespaces', 'gvisor'] as const) {
  const opened = await openSandbox(tier, {}, never)
  if (!opened.ok) {
    console.log(`${tier}: not on this machine: ${opened.refusal.why}`)
    continue
  }
  const { sandbox, isolation } = opened.value
  const times: { startMs: number; wholeMs: number }[] = []
  for (let run = 0; run < runs; run++) times.push(await timed(sandbox))
  const begins = times.map(({ startMs }) => startMs)
  const wholes = times.map(({ wholeMs }) => wholeMs)
  const size = isolation.by
  figure(`${tier}: until the command begins, median`, quantile(begins, 0.5), { size })
  figure(`${tier}: until the command begins, p99`, quantile(begins, 0.99), { size })
  figure(`${tier}: the whole run, median`, quantile(wholes, 0.5), { size, limit: peer })
  figure(`${tier}: the whole run, p99`, quantile(wholes, 0.99), { size, limit: peer })
  const rate = Math.round(await perHour(sandbox))
  figure(`${tier}: runs an hour`, String(rate), { size: `${atOnce} at once` })
}
