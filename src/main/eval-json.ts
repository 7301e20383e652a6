import { parseJson } from '#formats/json/parse.ts'
import { spansOf } from '#formats/json/span.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result } from '#kernel/result.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { tell } from './output.ts'

type Parse<T> = (value: unknown) => Result<T, readonly Refusal[]>

/** The one JSON document of a file; what is wrong in it is told with its line. */
export async function readJson<T>(
  { path, what }: { readonly path: string; readonly what: string },
  parse: Parse<T>,
): Promise<Result<T, readonly Refusal[]>> {
  for await (const input of documentsOf([path])) {
    if (input.is === 'refused') return no([{ at: path, ...input.refusal }])
    const { documents, problems } = parseJson(input.text)
    const [document] = documents
    const [problem] = problems.filter(({ lost }) => lost)
    if (problem || !document || documents.length > 1) {
      const why = problem?.why ?? `holds ${documents.length} JSON documents, not one ${what}`
      const line = problem?.line === undefined ? '' : `:${problem.line}`
      return no([{ code: 'malformed', why, at: `${path}${line}` }])
    }
    const read = parse(document.value)
    if (read.ok) return read
    const spanAt = spansOf(input.text, document.start)
    const lineAt = (pointer = ''): number =>
      input.text.slice(0, (spanAt(pointer) ?? document).start).split('\n').length
    const placed = (at = ''): string => `${path}:${lineAt(at)} ${at}`.trim()
    return no(read.refusal.map((one) => ({ ...one, at: placed(one.at) })))
  }
  return no([{ code: 'not-found', why: `holds no ${what}`, at: path }])
}

/** Everything that is wrong, a line each; the gravest names the exit code. */
export function refuseAll(refusals: readonly Refusal[]): ExitCode {
  for (const { why, at, hint } of refusals) {
    const place = at === undefined ? '' : `${at}: `
    tell([oneLine(`parley: ${place}${why}${hint === undefined ? '' : ` (${hint})`}`)])
  }
  return refusals.reduce<ExitCode>((code, refusal) => worse(code, exitCodeFor(refusal.code)), 0)
}
