import { parseCsv } from '#formats/csv/parse.ts'
import type { Problem } from '#formats/finding/decoder.ts'
import type { Attempt } from './attempt.ts'
import { type AttemptMapping, columnOf } from './attempt-columns.ts'
import { type AttemptReading, attemptOfRow } from './attempt-row.ts'

/** Reads a table with a header, an attempt a row. A row that cannot be read costs itself only. */
export function attemptsOfCsv(
  { name, text }: { readonly name: string; readonly text: string },
  mapping: AttemptMapping,
): AttemptReading {
  const { table, problems: found } = parseCsv(text)
  const problems: Problem[] = [...found]
  if (table === null) return { attempts: [], problems }
  const attempts: Attempt[] = []
  const columns = new Map(table.header.map((column, index) => [column, index]))
  const wrong = missingColumns(columns, mapping)
  if (wrong.length > 0) return { attempts, problems: [...problems, ...wrong] }
  for (const { line, cells } of table.rows) {
    const textOf = (column: string): string | null => {
      const index = columns.get(column)
      return index === undefined ? null : (cells[index]?.trim() ?? null)
    }
    const read = attemptOfRow({ at: { name, line }, textOf }, mapping)
    if (read.ok) attempts.push(read.value)
    else problems.push(read.refusal)
  }
  return { attempts, problems }
}

/** Columns that were mapped but are not there, and a task without which nothing can be read. */
function missingColumns(columns: ReadonlyMap<string, number>, mapping: AttemptMapping): Problem[] {
  const asked = new Set([...mapping.columns.values(), columnOf(mapping, 'task')])
  const header = [...columns.keys()].join(', ')
  return [...asked]
    .filter((column) => !columns.has(column))
    .map((column) => ({
      code: 'missing-field',
      why: `there is no column "${column}" among ${header}`,
      hint: 'map the columns with --columns task=NAME,score=NAME',
      line: 1,
      lost: true,
    }))
}
