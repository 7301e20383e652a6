import { attachedDecoders, decoders } from '#features/exchange/decoders.ts'
import { exitCodeOf, type Import, type ImportedFile, importFrom } from '#features/exchange/read.ts'
import type { Decoder, Problem } from '#formats/finding/decoder.ts'
import { attachmentsOf } from '#formats/mail/attachments.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { documentsIn, documentsOf } from '#platform/files/documents.ts'
import { type Progress, progressOn, silent } from '#platform/terminal/progress.ts'
import { screenOf } from '#platform/terminal/screen.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import type { ExitCode } from './exit.ts'
import { tell } from './output.ts'

export type ReadingOptions = {
  /** Reads everything as this format. */
  readonly format?: string
  /** Formats that are tried before those of findings. */
  readonly also?: readonly Decoder[]
  readonly progress?: Progress
}

/** Tells that no format has this name; true when one has, or none was asked for. */
export function requireFormat(format: string | undefined): boolean {
  const names = decoders.map(({ name }) => name)
  if (format === undefined || names.includes(format)) return true
  tell([oneLine(`parley: no format is called "${format}" (formats: ${names.join(', ')})`)])
  return false
}

/** Everything that the named files, folders, patterns or `-` hold, and the code it earns. */
export async function readAll(
  names: readonly string[],
  { format, also = [], progress = silent }: ReadingOptions = {},
): Promise<{ found: Import; code: ExitCode }> {
  const found = await importFrom(documentsOf(names), {
    decoders: [...also, ...decoders],
    ...(format === undefined ? {} : { format }),
    inside: {
      of: (found, text) => (found === 'mail' ? attachmentsOf(text) : []),
      open: documentsIn,
      decoders: attachedDecoders,
    },
    onFile: ({ name }, { files, reports }) =>
      progress.tell(`Reading: ${reports} reports in ${files} files, ${name}`),
  })
  progress.end()
  return { found, code: exitCodeOf(found) }
}

/** Progress goes to standard error where that is a terminal, or where it is asked for. */
export function progressFor(isAsked: boolean): Progress {
  const { isTerminal, width } = screenOf(process.stderr, environmentOf())
  if (!isTerminal && !isAsked) return silent
  const write = (text: string): void => void process.stderr.write(text)
  return progressOn({ write, isTerminal, width, nowMs: () => performance.now() })
}

const problemsShownMax = 8

/** What was wrong with the input, a line each: file, place, reason; advice where it is new. */
export function tellProblems(files: readonly ImportedFile[]): void {
  const advised = new Set<string>()
  for (const { name, problems } of files) {
    // Losses first: a remark must not push one out of sight.
    const ordered = [...problems].sort((one, other) => Number(other.lost) - Number(one.lost))
    for (const problem of ordered.slice(0, problemsShownMax)) {
      const hint = problem.hint ?? ''
      const advice = hint === '' || advised.has(hint) ? '' : ` (${hint})`
      advised.add(hint)
      tell([oneLine(`parley: ${problemText(name, problem)}${advice}`)])
    }
    const left = ordered.length - problemsShownMax
    if (left > 0) tell([oneLine(`parley: ${name}: ${left} more problems`)])
  }
}

function problemText(name: string, { why, pointer, line, lost }: Problem): string {
  const place = [line === undefined ? '' : `:${line}`, pointer ? ` at ${pointer}` : ''].join('')
  return `${lost ? '' : 'note: '}${name}${place}: ${why}`
}
