// 10,000 findings imported, correlated and ranked in memory: none duplicates, all duplicates.
import { performance } from 'node:perf_hooks'
import { knowledgeOf } from '../src/features/correlate/knowledge.ts'
import { assemble } from '../src/features/exchange/assemble.ts'
import { decoders } from '../src/features/exchange/decoders.ts'
import { importFrom } from '../src/features/exchange/read.ts'
import type { Input } from '../src/platform/files/input.ts'
import { genericOf, sarifOf } from './findings.ts'
import { figure, machineText } from './machine.ts'

const count = Number(process.argv[2] ?? 10_000)
const rounds = 3

async function* documentOf(text: string): AsyncGenerator<Input> {
  const sizeBytes = Buffer.byteLength(text)
  yield { is: 'document', name: 'bench', bytesSha256: 'bench', sizeBytes, text, problems: [] }
}

async function seconds(text: string): Promise<{ all: number; read: number; cases: number }> {
  const started = performance.now()
  const found = await importFrom(documentOf(text), { decoders })
  const read = performance.now()
  const { triage } = assemble(found, {
    version: 'bench',
    knowledge: { advisory: await knowledgeOf('advisory'), prose: await knowledgeOf('prose') },
    ...{ catalog: null, inventory: null, baseline: null },
  })
  const ended = performance.now()
  return {
    all: (ended - started) / 1000,
    read: (read - started) / 1000,
    cases: triage.cases.length,
  }
}

type Best = { readonly read: number; readonly cases: number }

const sizeText = (text: string, best: Best | undefined): string =>
  `${count} findings, ${(text.length / 2 ** 20).toFixed(1)} MiB, ${best?.cases} cases, ` +
  `read in ${best?.read.toFixed(2)} s`

console.log(`machine: ${machineText()}`)
const inputs = [
  ['SARIF, no duplicates', sarifOf(count, false)],
  ['SARIF, all duplicates', sarifOf(count, true)],
  ['generic JSON, no duplicates', genericOf(count, false)],
  ['generic JSON, all duplicates', genericOf(count, true)],
] as const
for (const [name, text] of inputs) {
  const runs = []
  for (let round = 0; round < rounds; round++) runs.push(await seconds(text))
  const best = runs.sort((x, y) => x.all - y.all)[rounds >> 1]
  figure(name, `${best?.all.toFixed(2)} s`, {
    size: sizeText(text, best),
    limit: '3 s; DefectDojo 190 s (none), 370 s (all)',
  })
}
const peak = process.resourceUsage().maxRSS / 1024
figure('peak memory of this program', `${peak.toFixed(0)} MiB`, { size: 'all four inputs' })
