import type { ImportProblem, KnownBy, ReadFinding, ReadItem } from '#features/report/import.ts'
import { digestOf } from '#features/report/incoming.ts'
import { type Report, reportsOf } from '#features/report/report.ts'
import { asideOf } from '#features/report/standing.ts'
import { storedJson } from '#features/report/stored-json.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { IntakeProblem } from '#formats/tap/intake-problem.ts'
import { readIntake } from '#formats/tap/intake-read.ts'
import { tapDecoder } from '#formats/tap/tap.ts'
import { knownBy, type Standpoint, submissionKnownBy } from './import-known.ts'

/** A place in a document as people read it: `scan.json:12 at /runs/0`. */
function placeOf(document: string, { line, pointer }: Pick<Problem, 'line' | 'pointer'>): string {
  return `${document}${line === undefined ? '' : `:${line}`}${pointer ? ` at ${pointer}` : ''}`
}

export const problemItem = (document: string, problem: Problem): ReadItem => ({
  is: 'problem',
  problem: importProblem(document, problem),
})

const importProblem = (document: string, problem: Problem): ImportProblem => ({
  ...{ code: problem.code, why: problem.why, at: placeOf(document, problem) },
  ...{ hint: problem.hint ?? null, lost: problem.lost },
})

/** An original beyond this is left in the document, which is kept as it came. */
const originalCharactersMax = 262_144

/** A finding with its credit, as `reportsOf` gives it, ready to be stored. */
function findingItem(report: Report, format: string, series: string | null): ReadItem {
  const { finding, file, finders, source } = report
  const at = { document: file, format, series }
  const stored: Omit<ReadFinding, 'ordinal'> = {
    ...{ format, document: file, finders, source, title: finding.title },
    ...{ severity: finding.severity ?? null, finding: findingText(finding) },
    ...{ aside: asideOf(finding.standing), known: knownBy(finding, at) satisfies KnownBy },
  }
  return { is: 'finding', finding: stored }
}

function findingText(finding: Finding): string {
  const text = storedJson(finding)
  if (text.length <= originalCharactersMax) return text
  const { original, ...rest } = finding
  const characters = (JSON.stringify(original) ?? '').length
  if (characters <= originalCharactersMax / 2) return text
  return storedJson({ ...rest, original: { leftIn: 'the document', characters } })
}

export type ItemsOptions = Pick<Standpoint, 'format' | 'series'> & {
  /** What a line says to the letter; a value that was read lacks what it says twice. */
  readonly textAt?: (line: number) => string | undefined
}

/** The reports of findings, or submissions where they are reports of the intake contract. */
export function* itemsOf(
  reports: readonly Report[],
  { format, series, textAt }: ItemsOptions,
): Generator<ReadItem> {
  const mayBeTap = format.split('+').includes(tapDecoder.name)
  for (const report of reports) {
    const { original, at } = report.finding
    const isTap = mayBeTap && tapDecoder.recognise({ kind: 'json', value: original, text: '' }) >= 1
    if (!isTap) yield findingItem(report, format, series)
    else {
      const said = at.line === undefined ? undefined : textAt?.(at.line)
      const text = said ?? JSON.stringify(original)
      const standing = { document: report.file, format: tapDecoder.name, series }
      yield submissionItem({ text, ...at }, standing)
    }
  }
}

export type TapLine = { readonly text: string; readonly line?: number; readonly pointer?: string }

/** A report of the intake contract, judged as strictly as if it had come alone. */
export function submissionItem({ text, line, pointer }: TapLine, at: Standpoint): ReadItem {
  const reading = readIntake({ contentType: 'application/json', body: Buffer.from(text) })
  if (reading.ok) {
    const { submission } = reading
    const known = submissionKnownBy(digestOf(submission), at)
    return { is: 'submission', submission, line: line ?? null, known }
  }
  const { problem } = reading
  const where = { ...(line !== undefined && { line }), pointer: pointer ?? '' }
  return {
    is: 'problem',
    problem: {
      ...{ code: 'not-taken', why: whyOf(problem), at: placeOf(at.document, where), lost: true },
      hint: 'the report is as strict as one that is sent alone; correct it and send it again',
    },
  }
}

const violationsShown = 5

function whyOf({ detail, errors = [] }: IntakeProblem): string {
  if (errors.length === 0) return `this report is not taken: ${detail}`
  const shown = errors.slice(0, violationsShown).map(({ field, code, reason }) => {
    return `${field}: ${reason} (${code})`
  })
  const left = errors.length - shown.length
  return `this report is not taken: ${shown.join('; ')}${left > 0 ? `; and ${left} more` : ''}`
}

/** Where a text was read by itself: its findings, credited as in any document. */
export const reportsIn = (document: string, findings: readonly Finding[]): readonly Report[] =>
  reportsOf({ file: document, sha256: '' }, findings)
