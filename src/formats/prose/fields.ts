import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { type Outline, plainTitle } from './outline.ts'

const raw = String.raw

/** A labelled value: `Severity: High`, `**CWE:** 79`, `| Package | left-pad |`. */
export type Field = {
  /** Lower case, without marks: `cve id`, `affected versions`. */
  readonly key: string
  readonly value: string
  /** Zero-based. */
  readonly line: number
}

/** Labels behind so many others are rows of data. */
const fieldsMax = 5000

const labelled = pattern(
  raw`^[\s>]{0,12}(?:[-*+]\s+|\d{1,2}[.)]\s+)?(\*\*|__|\x60)?([A-Za-z][\w /()'#.-]{0,44}?)`,
  raw`(?:\*\*|__|\x60)?\s{0,3}[:=]\s*(?:\*\*|__|\x60)?\s*(\S.{0,2000})$`,
)

/**
 * The labelled values of a text: at the start of a line, in a table of two columns, or in a table
 * with a heading row and one row of values. Code blocks are left out.
 */
export function fieldsOf({ lines, fenced }: Outline): Field[] {
  const found: Field[] = []
  for (const [at, line] of lines.entries()) {
    if (found.length >= fieldsMax) break
    if (fenced[at] || line.length > 4000) continue
    const cells = line.includes('|') ? cellsOf(line) : null
    if (cells) pushCells(found, { cells, at, lines })
    else {
      const match = line.includes(':') || line.includes('=') ? labelled.exec(line) : null
      if (match) push(found, [match[2] ?? '', match[3] ?? ''], at)
    }
  }
  return found
}

/** The value of the first field whose key is one of these, or undefined. */
export function fieldOf(fields: readonly Field[], keys: readonly string[]): string | undefined {
  return fields.find(({ key }) => keys.includes(key))?.value
}

function push(found: Field[], [key, value]: readonly [string, string], line: number): void {
  const name = plainTitle(key)
    .toLowerCase()
    .replace(/[^a-z0-9#/ -]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const text = value
    .trim()
    .replace(/^(?:\*\*|__|`)\s?/, '')
    .replace(/(?:\*\*|__|`|\\)$/, '')
    .trim()
  if (name === '' || text === '' || /^\/\//.test(text)) return
  found.push({ key: name, value: text, line })
}

/** The cells of a table row, or null where the bars are no table. */
function cellsOf(line: string): string[] | null {
  const text = line.trim()
  if (!text.startsWith('|') || !text.endsWith('|') || text.length < 5) return null
  return text
    .slice(1, -1)
    .split('|')
    .map((cell) => plainTitle(cell))
}

type Row = {
  readonly cells: readonly string[]
  readonly at: number
  readonly lines: readonly string[]
}

const rule = /^[\s|:-]+$/

const isRule = (line = ''): boolean => line.includes('-') && line.includes('|') && rule.test(line)

/** Words that head a column rather than fill a cell. */
const label = patternAnyCase(
  raw`^(?:severity|status|score|cvss.*|cwe.*|cve.*|packages?|components?|versions?|files?`,
  raw`|location|type|id|date|risk|impact|likelihood|author|title|field|value|name`,
  raw`|description|key|property|details?)$`,
)

/**
 * A table of two columns holds a label and its value in each row; any other with one row of
 * values has its labels above. A heading row is a row of the first kind unless it names columns.
 */
function pushCells(found: Field[], { cells, at, lines }: Row): void {
  if (isRule(lines[at])) return
  const isHeader = isRule(lines[at + 1])
  const header = isRule(lines[at - 1]) ? cellsOf(lines[at - 2] ?? '') : null
  const namesColumns = (row: readonly string[]): boolean =>
    row.length !== 2 || row.every((cell) => label.test(cell))
  if (header && namesColumns(header)) {
    const isOnly = !(lines[at + 1] ?? '').trim().startsWith('|')
    if (header.length > 2 || isOnly) {
      for (const [column, cell] of cells.entries()) push(found, [header[column] ?? '', cell], at)
      return
    }
  }
  const [first = '', second = ''] = cells
  if (cells.length !== 2 || first.length > 44 || !/[A-Za-z]/.test(first)) return
  if (!isHeader || !namesColumns(cells)) push(found, [first, second], at)
}
