/**
 * What it costs to read crash traces and put them into clusters: 1,000, 10,000 and 100,000 traces
 * of which one in fifty is a fault of its own, the others variants that differ farther out; then
 * floods that an adversary would send. Run: `node bench/crash.ts`.
 */
import { CrashTriage } from '#formats/crash/triage.ts'
import { figure, machineText } from './machine.ts'

const framesOfTrace = 14

/** A number from 0 below `limit` that depends on nothing but its seed. */
const drawn = (seed: number, limit: number): number => {
  const spread = Math.imul(seed + 1, 0x9e3779b1) >>> 0
  return Math.floor((spread / 2 ** 32) * limit)
}

type Flood = (number: number, count: number) => readonly string[]

/** Functions of a trace: three of the fault, then a way to it that is one of eight. */
const mixed: Flood = (number, count) => {
  const fault = drawn(number, Math.max(1, Math.floor(count / 50)))
  const way = drawn(number * 7 + 1, 8)
  return Array.from({ length: framesOfTrace }, (_, depth) =>
    depth < 3 ? `pear::fault_${fault}_${depth}` : `pear::way_${depth < 8 ? way : 0}_${depth}`,
  )
}

const floods: readonly (readonly [string, Flood])[] = [
  ['all of one function', (number) => ['pear::copy', ...deep(number)]],
  ['no two alike', deep],
  ['all the same', () => deep(0)],
  [
    'one function calls itself',
    (number) => [...Array(40).fill('pear::again'), `pear::f_${number}`],
  ],
]

function deep(number: number): string[] {
  return Array.from({ length: framesOfTrace }, (_, depth) => `pear::own_${number}_${depth}`)
}

const access = ['READ', 'WRITE'] as const

function traceText(names: readonly string[], number: number): string {
  const frames = names.map(
    (name, depth) =>
      `    #${depth} 0x5581${number}${depth} in ${name}(int) /src/pear.cc:${depth + 9}:3`,
  )
  return [
    `==${number}==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014`,
    `${access[drawn(number, 2)]} of size 4 at 0x602000000014 thread T0`,
    ...frames,
    `    #${frames.length} 0x4f2000 in main /src/main.cc:9:3`,
    'SUMMARY: AddressSanitizer: heap-buffer-overflow /src/pear.cc:9:3',
    '',
  ].join('\n')
}

type Measured = { readonly seconds: number; readonly clusters: number }

function measure(flood: Flood, count: number): Measured {
  const started = performance.now()
  const triage = new CrashTriage()
  for (let number = 0; number < count; number++) {
    triage.add(`${number}.log`, traceText(flood(number, count), number))
  }
  const clusters = triage.ranked().length
  return { seconds: (performance.now() - started) / 1000, clusters }
}

const peakText = (): string => `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB peak`
const counted = (count: number): string => count.toLocaleString('en-US')

console.log(machineText())
measure(mixed, 500)
let before = 0
for (const count of [1_000, 10_000, 100_000]) {
  const { seconds, clusters } = measure(mixed, count)
  const perTrace = (seconds / count) * 1e6
  const growth = before === 0 ? '' : `, ${(perTrace / before).toFixed(2)} x a trace`
  before = perTrace
  figure(`${counted(count)} crash traces clustered`, `${seconds.toFixed(2)} s`, {
    size: `${counted(clusters)} clusters, ${peakText()}${growth}`,
  })
}
for (const [name, flood] of floods) {
  const { seconds, clusters } = measure(flood, 10_000)
  const size = `10,000 traces, ${counted(clusters)} clusters, ${peakText()}`
  figure(`crash traces, ${name}`, `${seconds.toFixed(2)} s`, { size })
}
