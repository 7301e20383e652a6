import type { Table } from '#formats/finding/decoder.ts'

/** One row of a table, whose cells are asked for by the names of their columns. */
export type CsvRecord = {
  readonly line: number
  /** The trimmed cell of the first column named (case does not count) that is not blank. */
  readonly cell: (...names: readonly string[]) => string | undefined
  /** Every cell by its column: a repeated or missing name gets its number, so none is lost. */
  readonly original: Readonly<Record<string, string>>
}

/** The rows of a table that hold anything at all. */
export function recordsOf({ header, rows }: Table): CsvRecord[] {
  const columns = new Map<string, number[]>()
  header.forEach((name, index) => {
    const key = keyOf(name)
    columns.set(key, [...(columns.get(key) ?? []), index])
  })
  const names = header.map((name, index) => {
    const isFirst = columns.get(keyOf(name))?.[0] === index
    return name !== '' && isFirst ? name : `${name || 'column'} ${index + 1}`
  })
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  return filled.map(({ line, cells }) => ({
    line,
    cell: (...wanted) => {
      for (const name of wanted) {
        for (const column of columns.get(keyOf(name)) ?? []) {
          const found = cells[column]?.trim()
          if (found) return found
        }
      }
      return undefined
    },
    original: Object.fromEntries(
      cells.map((cell, index) => [names[index] ?? `column ${index + 1}`, cell]),
    ),
  }))
}

/** How many of the columns asked for the table has. */
export function columnsIn({ header }: Table, names: readonly string[]): number {
  const known = new Set(header.map(keyOf))
  return names.filter((name) => known.has(keyOf(name))).length
}

const keyOf = (name: string): string => name.trim().toLowerCase()
