import { parseCsv } from '#formats/csv/parse.ts'
import { parseJson } from '#formats/json/parse.ts'
import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { spansOf } from '#formats/json/span.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** Something that stands in the way of a data set, with its line and key; '' is the whole line. */
export type DatasetRemark = { readonly line: number; readonly key: string; readonly why: string }

/** A sample as it was written. Members of a table that hold JSON are read as that. */
export type DatasetRow = { readonly line: number; readonly sample: JsonObject }

export const datasetKinds = ['json', 'jsonl', 'csv'] as const
export type DatasetKind = (typeof datasetKinds)[number]

type Rows = Result<readonly DatasetRow[], readonly DatasetRemark[]>

/**
 * The samples of a data set of Inspect: a list in JSON, JSON Lines, or a table with a header. All
 * of it has to be read: what is cut off or damaged is refused, since nobody would see which
 * samples are missing.
 */
export function rowsOf(kind: DatasetKind, text: string): Rows {
  const read = kind === 'csv' ? fromTable(text) : kind === 'json' ? fromList(text) : fromLines(text)
  if (!read.ok || read.value.length > 0) return read
  return no([{ line: 1, key: '', why: 'holds no samples' }])
}

function fromLines(text: string): Rows {
  const rows: DatasetRow[] = []
  const remarks: DatasetRemark[] = []
  for (const [index, each] of text.split('\n').entries()) {
    if (each.trim() === '') continue
    const sample = parsed(each)
    const line = index + 1
    if (isObject(sample)) rows.push({ line, sample })
    else remarks.push({ line, key: '', why: 'is no JSON object' })
  }
  return remarks.length > 0 ? no(remarks) : yes(rows)
}

function fromList(text: string): Rows {
  const list = parsed(text)
  if (list === undefined) {
    const [problem] = parseJson(text).problems
    return no([{ line: problem?.line ?? 1, key: '', why: 'is no JSON' }])
  }
  if (!isArray(list)) return no([{ line: 1, key: '', why: 'is no list of samples' }])
  const spanAt = spansOf(text, Math.max(0, text.search(/\S/)))
  const starts = newlinesIn(text)
  const rows: DatasetRow[] = []
  const remarks: DatasetRemark[] = []
  for (const [index, sample] of list.entries()) {
    const line = starts(spanAt(`/${index}`)?.start ?? 0)
    if (isObject(sample)) rows.push({ line, sample })
    else remarks.push({ line, key: `/${index}`, why: 'is no object' })
  }
  return remarks.length > 0 ? no(remarks) : yes(rows)
}

/** Answers lines of offsets that only grow. */
function newlinesIn(text: string): (offset: number) => number {
  let [line, at] = [1, 0]
  return (offset) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < offset; ) {
      line++
      at = next + 1
      next = text.indexOf('\n', at)
    }
    return line
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Columns that hold JSON, and where they hold none a text. */
const mayBeJson = ['input', 'target', 'choices'] as const
const areJson = ['metadata', 'files'] as const

function fromTable(text: string): Rows {
  const { table, problems } = parseCsv(text)
  const lost = problems.map(({ line = 1, why }) => ({ line, key: '', why }))
  if (table === null || lost.length > 0) {
    return no(lost.length > 0 ? lost : [{ line: 1, key: '', why: 'is no table with a header' }])
  }
  const rows: DatasetRow[] = []
  const remarks: DatasetRemark[] = []
  for (const { line, cells } of table.rows) {
    const sample: Record<string, unknown> = {}
    for (const [index, name] of table.header.entries()) {
      const cell = cells[index] ?? ''
      if (cell.trim() !== '') sample[name] = cellOf(name, cell)
      if (sample[name] !== undefined || cell.trim() === '') continue
      remarks.push({ line, key: name, why: 'is no JSON object' })
    }
    if (Object.keys(sample).length > 0) rows.push({ line, sample })
  }
  return remarks.length > 0 ? no(remarks) : yes(rows)
}

function cellOf(name: string, cell: string): unknown {
  const [plain, object] = [mayBeJson, areJson].map((names) => names.some((each) => each === name))
  if (object) {
    const value = parsed(cell)
    return isObject(value) ? value : undefined
  }
  const value = plain && cell.trim().startsWith('[') ? parsed(cell) : undefined
  if (isArray(value)) return value
  return name === 'choices' ? cell.split(',').map((choice) => choice.trim()) : cell
}
