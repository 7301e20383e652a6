// Megabytes a second of every decoder over its own real documents, syntax included, on one core.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decoders } from '../src/features/exchange/decoders.ts'
import { readText } from '../src/features/exchange/recognise.ts'
import { sharedPath } from '../test/corpus/shared.ts'
import { sarifOf } from './findings.ts'
import { figure, machineText } from './machine.ts'

const bytesMax = 40 * 2 ** 20
const secondsMax = 4

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (statSync(path).size < bytesMax) yield path
  }
}

/** Real documents by format, and a made one where there is none. */
function documents(): Map<string, string[]> {
  const found = new Map<string, string[]>([['sarif', [sarifOf(20_000, false)]]])
  const folder = sharedPath('fixtures')
  for (const path of folder === null ? [] : filesIn(folder)) {
    const text = readFileSync(path, 'utf8')
    const { format } = readText(text, { decoders })
    if (format !== null) found.set(format, [...(found.get(format) ?? []), text])
  }
  return found
}

/** Reads the documents again and again for a while. */
function rate(texts: readonly string[]): { perSecond: number; findings: number } {
  let [read, findings] = [0, 0]
  const started = performance.now()
  const elapsed = (): number => (performance.now() - started) / 1000
  while (elapsed() < secondsMax) {
    for (const text of texts) {
      const { decoded } = readText(text, { decoders })
      read += text.length
      findings += decoded.findings.length
    }
  }
  return { perSecond: read / elapsed(), findings: findings / elapsed() }
}

console.log(`machine: ${machineText()}`)
for (const [format, texts] of [...documents()].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const bytes = texts.reduce((sum, text) => sum + text.length, 0)
  const { perSecond, findings } = rate(texts)
  figure(format, `${(perSecond / 2 ** 20).toFixed(1)} MB/s`, {
    size:
      `${texts.length} documents, ${(bytes / 2 ** 20).toFixed(2)} MB, ` +
      `${findings.toFixed(0)} findings/s`,
  })
}
