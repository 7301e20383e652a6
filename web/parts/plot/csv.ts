import { visibleLine } from '#features/exchange/page/visible.ts'

type Cell = string | number | null

/**
 * Rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe in
 * front; line ends and characters that cannot be seen are written out, so every row is one line.
 * An empty field is something that is not known.
 */
export const csvOf = (header: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')

function cellOf(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const line = visibleLine(value)
  const text = /^[=+\-@|%＝＋－＠]/.test(line) ? `'${line}` : line
  return /[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
