import type { Problem } from '#formats/finding/decoder.ts'

/** The score of one CVE: both are shares from 0 to 1. */
export type EpssScore = {
  /** Probability of exploitation in the next 30 days. */
  readonly epss: number
  /** Share of all scored CVEs that score no higher; absent in files of the first model. */
  readonly percentile?: number
}

export type Epss = {
  readonly scores: ReadonlyMap<string, EpssScore>
  /** ISO 8601, the day that the scores are for. */
  readonly scoreDate?: string
  readonly modelVersion?: string
  readonly problems: readonly Problem[]
}

/** Problems beyond this number are counted, not listed. */
const problemsMax = 20

/**
 * Reads a daily file of the Exploit Prediction Scoring System (FIRST.org): a comment line with
 * `model_version` and `score_date`, a header, then a CVE a line. A line that is wrong costs
 * itself only; of two lines for one CVE the later counts.
 */
export function decodeEpss(text: string): Epss {
  const scores = new Map<string, EpssScore>()
  const problems: Problem[] = []
  const head = headOf(text)
  let { line } = head
  let wrong = 0
  for (let from = head.end; from < text.length; ) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 ? text.length : newline
    line += 1
    if (!addLine(scores, text.slice(from, end), head.columns)) {
      wrong += 1
      if (wrong <= problemsMax) {
        const why = 'expected a CVE and its score from 0 to 1'
        problems.push({ code: 'bad-value', why, line, lost: true })
      }
    }
    from = end + 1
  }
  if (wrong > problemsMax) {
    const why = `${wrong - problemsMax} more lines like these`
    problems.push({ code: 'bad-value', why, lost: true })
  }
  if (head.columns.cve < 0 || head.columns.epss < 0) {
    const why = 'no header with the columns cve and epss'
    problems.unshift({ code: 'missing-field', why, line: 1, lost: true })
  }
  const { scoreDate, modelVersion } = head
  return {
    scores,
    ...(scoreDate === undefined ? {} : { scoreDate }),
    ...(modelVersion === undefined ? {} : { modelVersion }),
    problems,
  }
}

/** How surely a text is such a file; as decoders judge. */
export const recogniseEpss = (text: string): 0 | 3 =>
  /^\ufeff?(#[^\n]*\n)*cve,epss(,|\r?\n|$)/.test(text.slice(0, 2000)) ? 3 : 0

type Columns = { readonly cve: number; readonly epss: number; readonly percentile: number }

type Head = {
  readonly columns: Columns
  /** Where the first score begins, and how many lines stand before it. */
  readonly end: number
  readonly line: number
  readonly scoreDate?: string | undefined
  readonly modelVersion?: string | undefined
}

function headOf(text: string): Head {
  let end = 0
  let line = 0
  let remarks = ''
  while (end < text.length) {
    const newline = text.indexOf('\n', end)
    const found = text.slice(end, newline < 0 ? text.length : newline).replace(/^\ufeff/, '')
    end = newline < 0 ? text.length : newline + 1
    line += 1
    if (found.startsWith('#')) {
      remarks += `${found.slice(1, 1000)},`
      continue
    }
    const names = found.split(',', 20).map((name) => name.trim().toLowerCase())
    const at = (name: string): number => names.indexOf(name)
    const columns = { cve: at('cve'), epss: at('epss'), percentile: at('percentile') }
    const scoreDate = /score_date:([^,\s]+)/.exec(remarks)?.[1]
    const modelVersion = /model_version:([^,\s]+)/.exec(remarks)?.[1]
    return { columns, end, line, scoreDate, modelVersion }
  }
  return { columns: { cve: -1, epss: -1, percentile: -1 }, end, line }
}

function addLine(scores: Map<string, EpssScore>, line: string, columns: Columns): boolean {
  const cells = line.split(',', 20)
  const cve = cells[columns.cve]?.trim() ?? ''
  if (cve === '' && line.trim() === '') return true
  const epss = share(cells[columns.epss])
  const percentile = share(cells[columns.percentile])
  if (epss === undefined || !/^CVE-\d{4}-\d+$/.test(cve)) return false
  scores.set(cve, percentile === undefined ? { epss } : { epss, percentile })
  return true
}

function share(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return value >= 0 && value <= 1 ? value : undefined
}
