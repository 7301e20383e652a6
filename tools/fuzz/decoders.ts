// `npm run fuzz -- [CASES]`: hostile variants of real documents through every decoder. A case is
// one decoder on one variant. Stops at the first throw; tells the slowest case and peak memory.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { machineText } from '../../bench/machine.ts'
import { decoders } from '../../src/features/exchange/decoders.ts'
import { candidatesOf } from '../../src/features/exchange/material.ts'
import { readText } from '../../src/features/exchange/recognise.ts'
import { templateKinds, templateOf } from '../../src/features/proof/template.ts'
import { CrashTriage } from '../../src/formats/crash/triage.ts'
import { isObject } from '../../src/formats/json/reader.ts'
import { decodeProof } from '../../src/formats/proof/decode.ts'
import { sharedPath } from '../../test/corpus/shared.ts'
import { random } from '../train/bins.ts'
import { mutatorOf } from './mutate.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const wanted = Number(process.argv[2] ?? 1_000_000)
const seedNumber = Number(process.argv[3] ?? 1)
const seedBytesMax = 60_000
const slowMs = 2_000

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (statSync(path).size <= seedBytesMax) yield path
  }
}

/** The examples, and the small real documents where they stand beside the checkout. */
function seeds(): string[] {
  const scans = sharedPath('fixtures')
  const folders = [join(root, 'examples'), ...(scans === null ? [] : [scans])]
  const files = folders.flatMap((folder) => [...filesIn(folder)])
  return [...files.map((path) => readFileSync(path, 'utf8')), ...traces()]
}

/** Crash traces, of which a folder of documents has few. */
function traces(): string[] {
  const path = sharedPath('crash', 'clusterfuzz_parse.jsonl.gz')
  if (path === null) return []
  const rows = gunzipSync(readFileSync(path)).toString('utf8').split('\n').filter(Boolean)
  return rows
    .map((line): unknown => JSON.parse(line))
    .flatMap((row) => (isObject(row) && typeof row['raw'] === 'string' ? row['raw'] : []))
    .filter((raw) => raw.length <= seedBytesMax)
}

type Slowest = { ms: number; decoder: string; bytes: number }

const all = seeds()
const proofs = templateKinds.map((kind) => templateOf(kind).text)
const next = random(seedNumber)
const mutate = mutatorOf(seedNumber)
const pick = (): string => all[Math.floor(next() * all.length)] ?? ''
let cases = 0
let bytes = 0
let findings = 0
let slowest: Slowest = { ms: 0, decoder: '', bytes: 0 }

function keep(text: string, name: string): string {
  const folder = join(root, 'out', 'fuzz')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}-${cases}.txt`)
  writeFileSync(path, text)
  return path
}

function timed(decoder: string, text: string, run: () => number): void {
  const started = performance.now()
  try {
    findings += run()
  } catch (error) {
    console.error(`${decoder} threw on ${keep(text, decoder)}`)
    throw error
  }
  const ms = performance.now() - started
  if (ms > slowest.ms) slowest = { ms, decoder, bytes: text.length }
  if (ms > slowMs) throw new Error(`${decoder} took ${ms.toFixed(0)} ms on ${keep(text, decoder)}`)
  cases++
}

console.log(`machine: ${machineText()}; ${all.length} seeds, ${decoders.length} decoders`)
const started = performance.now()
while (cases < wanted) {
  const text = mutate(pick(), pick())
  bytes += text.length
  timed('recognition', text, () => readText(text, { decoders }).decoded.findings.length)
  timed('crash-triage', text, () => {
    const triage = new CrashTriage()
    triage.add('variant', text)
    return triage.ranked().length
  })
  const proof = mutate(proofs[cases % proofs.length] ?? '', proofs[0] ?? '')
  timed('proof', proof, () => (decodeProof(proof).ok ? 1 : 0))
  for (const { material } of candidatesOf(text)) {
    for (const decoder of decoders) {
      timed(decoder.name, text, () => decoder.decode(material).findings.length)
    }
  }
}
const seconds = (performance.now() - started) / 1000
const peak = process.resourceUsage().maxRSS / 1024
console.log(
  `${cases} cases, ${(bytes / 2 ** 20).toFixed(0)} MiB of input in ${seconds.toFixed(0)} s, ` +
    `${findings} findings, 0 throws, slowest ${slowest.ms.toFixed(0)} ms ` +
    `(${slowest.decoder}, ${slowest.bytes} characters), peak memory ${peak.toFixed(0)} MiB`,
)
