import { join } from 'node:path'
import { renderCsv } from '#features/exchange/csv.ts'
import { renderHtml } from '#features/exchange/html.ts'
import { jsonParts } from '#features/exchange/json.ts'
import { renderSarif } from '#features/exchange/sarif.ts'
import type { Triage } from '#features/exchange/triage.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { tell, writeWhole } from './output.ts'

/** Where results go; `-` is standard output. */
export type ResultOptions = {
  readonly json?: string
  readonly csv?: string
  readonly sarif?: string
  readonly html?: string
  /** A folder for all four. */
  readonly out?: string
}

type Result = {
  readonly name: keyof Omit<ResultOptions, 'out'>
  readonly render: (triage: Triage) => string | Iterable<string>
}

const results: readonly Result[] = [
  { name: 'json', render: jsonParts },
  { name: 'csv', render: renderCsv },
  { name: 'sarif', render: renderSarif },
  { name: 'html', render: (triage) => renderHtml(triage) },
]

/** Writes every result that is asked for; one that cannot be written costs itself only. */
export function writeResults(triage: Triage, options: ResultOptions): ExitCode {
  let code: ExitCode = 0
  for (const { name, render } of results) {
    const named = options[name]
    const inFolder = options.out === undefined ? [] : [join(options.out, `triage.${name}`)]
    for (const path of [...(named === undefined ? [] : [named]), ...inFolder]) {
      const written = writeWhole(path, render(triage))
      if (!written.ok) {
        tell([oneLine(`parley: ${path}: ${written.refusal.why}`)])
        code = exitCodeFor(written.refusal.code)
      } else if (path !== '-') tell([oneLine(`Wrote ${path}`)])
    }
  }
  return code
}

/** The results that go to standard output; with any, no table may be printed there. */
export const resultsOnOutput = (options: ResultOptions): string[] =>
  results.flatMap(({ name }) => (options[name] === '-' ? `--${name} -` : []))
