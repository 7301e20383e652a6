import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Correlation, correlate, outcomesOf } from '#features/correlate/correlate.ts'
import { domainOf, evidenceOf } from '#features/correlate/evidence-of.ts'
import { groupNumbers } from '#features/correlate/groups.ts'
import { knowledgeOf, modelNameFor } from '#features/correlate/knowledge.ts'
import type { Row } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { parseJson } from '#formats/json/parse.ts'
import { rowsDecoder } from '#formats/rows/rows.ts'
import { linesOf } from '#platform/files/lines.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { tell } from './output.ts'
import { progressFor } from './reading.ts'

export type CorrelateOptions = {
  readonly in: string
  readonly out: string
  readonly explain?: boolean
  readonly acceptSuggestions?: boolean
  readonly distinctWithinSource?: boolean
  readonly progress?: boolean
}

type Read = { readonly findings: readonly Finding[]; readonly code: ExitCode }

const problemsShownMax = 8

/** Groups rows of reports by vulnerability: one row in, one row out, in the same order. */
export async function runCorrelate(options: CorrelateOptions): Promise<ExitCode> {
  const progress = progressFor(options.progress ?? false)
  const { findings, code } = await readRows(options.in, (count) =>
    progress.tell(`Reading: ${count} reports`),
  )
  progress.end()
  if (findings.length === 0) {
    tell([`parley: ${options.in}: no row could be read`])
    return code === 0 ? 4 : code
  }
  progress.tell(`Correlating ${findings.length} reports`)
  const distinct = options.distinctWithinSource ?? false
  const isAdvisory = share(findings) >= 0.5
  const domain = isAdvisory ? 'advisory' : 'prose'
  const batch = findings.map((found) => evidenceOf(found, found.tool?.name, domain))
  const knowledge = await knowledgeOf(modelNameFor(domain, distinct))
  const correlation = correlate(batch, knowledge, { sourcesAreDistinct: distinct })
  progress.end()
  const written = await write(options.out, rowsOut(findings, correlation, options))
  return written === 0 ? code : written
}

/** The share of rows that look like database advisories. */
const share = (findings: readonly Finding[]): number =>
  findings.filter((found) => domainOf(found) === 'advisory').length / findings.length

async function readRows(name: string, onProgress: (count: number) => void): Promise<Read> {
  const findings: Finding[] = []
  let code: ExitCode = 0
  let shown = 0
  const complain = (line: number, why: string, isLost: boolean): void => {
    if (isLost) code = code === 0 ? 4 : code
    if (++shown <= problemsShownMax) tell([`parley: ${name}:${line}: ${why}`])
  }
  const take = (rows: readonly Row[]): void => {
    const decoded = rowsDecoder.decode({ kind: 'rows', rows, text: '' })
    for (const { line, why, lost } of decoded.problems) complain(line ?? 0, why, lost)
    findings.push(...decoded.findings)
    onProgress(findings.length)
  }
  let rows: Row[] = []
  for await (const line of linesOf(name)) {
    if (!line.ok) {
      tell([`parley: ${line.refusal.at ?? name}: ${line.refusal.why}`])
      code = exitCodeFor(line.refusal.code)
    } else if (line.value.text.trim() !== '') {
      const { documents, problems } = parseJson(line.value.text)
      for (const { why, lost } of problems) complain(line.value.number, why, lost)
      for (const { value } of documents) rows.push({ line: line.value.number, value })
      if (rows.length >= 1000) {
        take(rows)
        rows = []
      }
    }
  }
  take(rows)
  if (shown > problemsShownMax) tell([`parley: ${name}: ${shown - problemsShownMax} more problems`])
  return { findings, code }
}

function* rowsOut(
  findings: readonly Finding[],
  correlation: Correlation,
  options: CorrelateOptions,
): Generator<string> {
  const { grouping } = correlation
  const groups = options.acceptSuggestions ? grouping.suggested : grouping.merged
  const numbers = groupNumbers(groups)
  const names = groups.map((members) => clusterId(members.map((report) => idOf(findings, report))))
  const outcomes = outcomesOf(correlation, findings.length)
  for (const [report, outcome] of outcomes.entries()) {
    const reasons =
      outcome.link && (outcome.decision !== 'alone' || options.explain)
        ? correlation.because(outcome.link)
        : []
    const row = {
      report_id: idOf(findings, report),
      cluster_id: names[numbers.get(report) ?? 0] ?? '',
      decision: outcome.decision,
      with: outcome.with === null ? null : idOf(findings, outcome.with),
      probability: Number(outcome.probability.toFixed(4)),
      because: options.explain ? reasons : reasons.map(({ says }) => says),
    }
    yield `${JSON.stringify(row)}\n`
  }
}

const idOf = (findings: readonly Finding[], report: number): string =>
  findings[report]?.nativeId ?? `row-${report + 1}`

/** The same reports always make the same cluster id. */
const clusterId = (ids: readonly string[]): string =>
  `cluster_${createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
    .slice(0, 16)}`

/** Writes rows as they come; a name that ends in .gz is compressed, `-` is standard output. */
async function write(out: string, rows: Iterable<string>): Promise<ExitCode> {
  if (out === '-') {
    await pipeline(Readable.from(rows), process.stdout, { end: false })
    return 0
  }
  try {
    const packed = out.endsWith('.gz') ? [createGzip()] : []
    await pipeline([Readable.from(rows), ...packed, createWriteStream(out)])
    return 0
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    tell([`parley: ${out}: cannot be written: ${why}`])
    return 5
  }
}
