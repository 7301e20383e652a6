import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  type Correlation,
  correlate,
  type Outcome,
  outcomesOf,
} from '#features/correlate/correlate.ts'
import { domainOf, evidenceOf } from '#features/correlate/evidence-of.ts'
import type { Reason } from '#features/correlate/explain.ts'
import { groupNumbers } from '#features/correlate/groups.ts'
import { knowledgeOf, modelNameFor } from '#features/correlate/knowledge.ts'
import type { Row } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { parseJson } from '#formats/json/parse.ts'
import { isObject } from '#formats/json/reader.ts'
import { rowsDecoder } from '#formats/rows/rows.ts'
import { linesOf } from '#platform/files/lines.ts'
import { type Draft, draftOf } from './draft.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { notWritable, tell } from './output.ts'
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

const problemsShownMax = 20

/** Groups rows of reports by vulnerability: one row in, one row out, in the same order. */
export async function runCorrelate(options: CorrelateOptions): Promise<ExitCode> {
  const progress = progressFor(options.progress ?? false)
  const { findings, code } = await readRows(options.in, (count) =>
    progress.tell(`Reading: ${count} reports`),
  )
  progress.end()
  if (findings.length === 0) {
    if (code === 0) tell([`parley: ${options.in}: is empty`])
    return code === 0 ? 4 : code
  }
  progress.tell(`Correlating ${findings.length} reports`)
  const distinct = options.distinctWithinSource ?? false
  const isAdvisory = share(findings) >= 0.5
  const domain = isAdvisory ? 'advisory' : 'prose'
  const batch = findings.map((found) => evidenceOf(withoutName(found), found.tool?.name, domain))
  const knowledge = await knowledgeOf(modelNameFor(domain, distinct))
  const correlation = correlate(batch, knowledge, { sourcesAreDistinct: distinct })
  progress.end()
  const written = await write(options.out, rowsOut(findings, correlation, options))
  return written === 0 ? code : written
}

/** The share of rows that look like database advisories. */
const share = (findings: readonly Finding[]): number =>
  findings.filter((found) => domainOf(found) === 'advisory').length / findings.length

/**
 * A row without any text is titled by its `report_id`, for people; the name of a report must not
 * be evidence.
 */
function withoutName(found: Finding): Finding {
  const row = isObject(found.original) ? found.original : {}
  const isTextless = ['summary', 'details'].every((name) => !row[name]?.toString().trim())
  return isTextless ? { ...found, title: '' } : found
}

async function readRows(name: string, onProgress: (count: number) => void): Promise<Read> {
  const findings: Finding[] = []
  const lines = new Map<string, number>()
  let code: ExitCode = 0
  let shown = 0
  const complain = (line: number, why: string, isLost: boolean): void => {
    if (isLost) code = code === 0 ? 4 : code
    const note = isLost ? '' : 'note: '
    if (++shown <= problemsShownMax) tell([`parley: ${note}${name}:${line}: ${why}`])
  }
  const take = (rows: readonly Row[]): void => {
    const decoded = rowsDecoder.decode({ kind: 'rows', rows, text: '' })
    for (const { line, why, lost } of decoded.problems) complain(line ?? 0, why, lost)
    for (const found of decoded.findings) {
      findings.push(found)
      const line = found.at.line ?? 0
      const first = lines.get(found.nativeId ?? '')
      if (first === undefined) lines.set(found.nativeId ?? `row-${line}`, line)
      else complain(line, `report_id "${found.nativeId}" stands in line ${first} already`, false)
    }
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
      for (const { value } of documents) {
        if (isObject(value)) rows.push({ line: line.value.number, value })
        else complain(line.value.number, 'a row is a JSON object, and this is none', true)
      }
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
  const names = clusterIds(findings, groups)
  const outcomes = outcomesOf(correlation, findings.length)
  for (const [report, outcome] of outcomes.entries()) {
    const isAlone = outcome.decision === 'alone'
    const isTold = outcome.link !== null && (!isAlone || options.explain)
    const reasons = isTold ? correlation.because(outcome.link) : []
    const rival = isAlone && options.explain ? rivalOf(report, outcome, findings) : []
    const row = {
      report_id: idOf(findings, report),
      cluster_id: names[numbers.get(report) ?? 0] ?? '',
      decision: outcome.decision,
      with: outcome.with === null ? null : idOf(findings, outcome.with),
      probability: Number(outcome.probability.toFixed(4)),
      because: options.explain ? [...rival, ...reasons] : reasons.map(({ says }) => says),
    }
    yield `${JSON.stringify(row)}\n`
  }
}

/** Which other report comes nearest to one that stands alone. */
function rivalOf(report: number, { link }: Outcome, findings: readonly Finding[]): Reason[] {
  if (!link) return []
  const rival = idOf(findings, link.a === report ? link.b : link.a)
  return [{ says: `The nearest report is ${rival}`, marks: [], supports: false }]
}

/** The name that a row gives itself, else the line that it stands in. */
const idOf = (findings: readonly Finding[], report: number): string =>
  findings[report]?.nativeId ?? `row-${findings[report]?.at.line ?? report + 1}`

/**
 * The same reports always make the same cluster id. Reports of one name are told apart by how
 * often it came before, so that two clusters never share an id.
 */
function clusterIds(findings: readonly Finding[], groups: readonly (readonly number[])[]) {
  const seen = new Map<string, number>()
  const names = findings.map((_, report) => {
    const id = idOf(findings, report)
    const before = seen.get(id) ?? 0
    seen.set(id, before + 1)
    return JSON.stringify(before === 0 ? [id] : [id, before])
  })
  return groups.map((members) => {
    const key = members.map((report) => names[report] ?? '').sort()
    return `cluster_${createHash('sha256').update(key.join('\n')).digest('hex').slice(0, 16)}`
  })
}

/** Writes rows as they come; a name that ends in .gz is compressed, `-` is standard output. */
async function write(out: string, rows: Iterable<string>): Promise<ExitCode> {
  if (out === '-') {
    await pipeline(Readable.from(rows), process.stdout, { end: false })
    return 0
  }
  let draft: Draft | null = null
  try {
    draft = draftOf(out)
    const packed = out.endsWith('.gz') ? [createGzip()] : []
    await pipeline([Readable.from(rows), ...packed, createWriteStream(draft.path)])
    draft.keep()
    return 0
  } catch (error) {
    draft?.drop()
    const { refusal } = notWritable(out, error)
    tell([`parley: ${out}: ${refusal.why}`])
    return exitCodeFor(refusal.code)
  }
}
