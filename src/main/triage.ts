import { environmentOf } from '#platform/config/environment.ts'
import { painter, screenOf } from '#platform/terminal/screen.ts'
import { tableLines } from '#platform/terminal/table.ts'
import type { ExitCode } from './exit.ts'
import { print } from './output.ts'
import { progressFor, readAll, requireFormat, tellProblems } from './reading.ts'

export type TriageOptions = {
  readonly format?: string
  readonly progress?: boolean
}

/** Reads everything that was given and says what it holds. */
export async function runTriage(
  names: readonly string[],
  options: TriageOptions,
): Promise<ExitCode> {
  if (!requireFormat(options.format)) return 2
  const progress = progressFor(options.progress ?? false)
  const { format } = options
  const { found, code } = await readAll(names, {
    progress,
    ...(format === undefined ? {} : { format }),
  })
  tellProblems(found.files)
  const screen = screenOf(process.stdout, environmentOf())
  const columns = [
    { title: 'File', widthMin: 20 },
    { title: 'Format', widthMin: 8 },
    { title: 'Reports', widthMin: 7, align: 'right' },
    { title: 'Components', widthMin: 10, align: 'right', screenMin: 60 },
  ] as const
  const rows = found.files.map((file) => [
    ...[file.name, file.format ?? '-', `${file.findings}`, `${file.components}`],
  ])
  print(tableLines(columns, rows, { width: screen.width, paint: painter(screen) }))
  return code
}
