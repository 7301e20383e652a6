import type { Problem, ProblemCode, Table } from '#formats/finding/decoder.ts'
import { type Blame, type Row, Scanner } from './scan.ts'

/** The table of a text as far as it could be read, and what was wrong with it. */
export type CsvDocument = { readonly table: Table | null; readonly problems: Problem[] }

export type CsvOptions = {
  /** One character; sniffed among comma, semicolon, tab and bar when absent. */
  readonly delimiter?: string
  readonly rowsMax?: number
  readonly cellsMax?: number
  readonly cellCharsMax?: number
}

const delimiters = [',', ';', '\t', '|'] as const
/** Characters and rows that are looked at to find the delimiter. */
const sniffedChars = 65_536
const sniffedRows = 20
/** Problems beyond this number are counted, not listed. */
const problemsMax = 100

/**
 * Reads a table with a header row; never throws. A byte order mark and Excel's `sep=` line are
 * passed over. Rows whose cells do not line up with the header are kept as they are, with a
 * problem that names the line. A text without a delimiter holds no table (null), unless the
 * caller names the delimiter: then it is a table of one column.
 */
export function parseCsv(text: string, options: CsvOptions = {}): CsvDocument {
  const heard = new Heard()
  const { body, stated, skipped } = opening(text)
  const delimiter = options.delimiter ?? stated ?? sniff(body)
  if (delimiter === null) return notTable('no column is set off by a comma, semicolon, tab or bar')
  const scanner = new Scanner({
    text: body,
    delimiter,
    cellsMax: options.cellsMax ?? 10_000,
    cellCharsMax: options.cellCharsMax ?? 16_777_216,
    onProblem: (code, why, { line, lost }) => heard.add(code, why, { line: line + skipped, lost }),
  })
  const header = scanner.next()
  if (!header) return notTable('the text holds no row')
  const rows: Row[] = []
  const rowsMax = options.rowsMax ?? 5_000_000
  const width = header.cells.length
  for (let row = scanner.next(); row !== null; row = scanner.next()) {
    const line = row.line + skipped
    if (rows.length >= rowsMax) {
      heard.add('too-large', `rows after the first ${rowsMax} are left out`, { line, lost: true })
      break
    }
    rows.push({ line, cells: row.cells })
    if (row.cells.length !== width) {
      const why = `has ${row.cells.length} cells where the header has ${width}`
      heard.add('malformed', why, { line, lost: false })
    }
  }
  return { table: { header: header.cells.map((name) => name.trim()), rows }, problems: heard.all() }
}

const notTable = (why: string): CsvDocument => ({
  table: null,
  problems: [{ code: 'malformed', why, line: 1, lost: true }],
})

/** Excel's first line `sep=;` names the delimiter and is no row. */
function opening(text: string): { body: string; stated?: string; skipped: number } {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  const [line, stated] = /^"?sep=([^\r\n"])"?(?:\r\n|\n|\r)/i.exec(body.slice(0, 12)) ?? []
  if (line === undefined || stated === undefined) return { body, skipped: 0 }
  return { body: body.slice(line.length), stated, skipped: 1 }
}

/** The delimiter by which most of the first rows have as many cells as the header; null: none. */
function sniff(text: string): string | null {
  let best: { delimiter: string; share: number; width: number } | null = null
  for (const delimiter of delimiters) {
    const { share, width } = evenness(text, delimiter)
    if (width < 2) continue
    const isBetter = !best || share > best.share || (share === best.share && width > best.width)
    if (isBetter) best = { delimiter, share, width }
  }
  return best?.delimiter ?? null
}

/** The share of the first rows that are as wide as the header, which counts as one of them. */
function evenness(text: string, delimiter: string): { share: number; width: number } {
  const isWhole = text.length <= sniffedChars
  const scanner = new Scanner({
    text: isWhole ? text : text.slice(0, sniffedChars),
    ...{ delimiter, cellsMax: 10_000, cellCharsMax: sniffedChars },
    onProblem: () => {},
  })
  const widths: number[] = []
  for (let row = scanner.next(); row !== null; row = scanner.next()) {
    widths.push(row.cells.length)
    if (widths.length > sniffedRows) break
  }
  if (widths.length > 1 && !isWhole) widths.pop()
  const width = widths[0] ?? 0
  return { share: widths.filter((one) => one === width).length / widths.length, width }
}

/** The first problems, and how many more there were of the same kind. */
class Heard {
  readonly #problems: Problem[] = []
  readonly #unlisted = new Map<ProblemCode, { count: number; line: number; lost: boolean }>()

  add(code: ProblemCode, why: string, { line, lost }: Blame): void {
    if (this.#problems.length < problemsMax) {
      this.#problems.push({ code, why, line, lost })
      return
    }
    const before = this.#unlisted.get(code) ?? { count: 0, line, lost: false }
    this.#unlisted.set(code, { ...before, count: before.count + 1, lost: before.lost || lost })
  }

  all(): Problem[] {
    const rest = [...this.#unlisted].map(([code, { count, line, lost }]) => {
      const why = `${count} more rows from this line on are wrong in a like way`
      return { code, why, line, lost }
    })
    return [...this.#problems, ...rest]
  }
}
