import type { z } from 'zod'
import { CrossedVerdictWire } from '#features/evaluation/crossed-verdict.wire.ts'
import { manyLines, oneLine } from '#platform/terminal/visible.ts'
import { AskedInstance } from './asked-instance.ts'
import { refuseAll } from './eval-json.ts'
import { blockLines } from './eval-text.ts'
import type { ExitCode } from './exit.ts'
import { print } from './output.ts'
import { textOf } from './small-file.ts'

export type VerdictImportOptions = { readonly to?: string; readonly json?: boolean }

/** `parley verdict import FILE`: a lower instance takes a bundle, or says why it does not. */
export async function runVerdictImport(
  path: string,
  { to, json }: VerdictImportOptions,
): Promise<ExitCode> {
  const text = await textOf(path)
  if (!text.ok) return refuseAll([text.refusal])
  const client = AskedInstance.of(to)
  if (!client.ok) return refuseAll([client.refusal])
  const body = { bundle: text.value }
  const taken = await client.value.ask('POST /v1/crossed-verdicts', CrossedVerdictWire, body)
  if (!taken.ok) return refuseAll([taken.refusal])
  print(json ? [JSON.stringify(taken.value, null, 2)] : linesOf(path, taken.value).map(manyLines))
  return 0
}

const linesOf = (path: string, taken: z.infer<typeof CrossedVerdictWire>): readonly string[] =>
  blockLines(`${path}: ${taken.verdict}, taken as ${taken.id}`, [
    ['wording', taken.wording],
    ['engagement', `SHA-256 ${taken.engagement}`],
    ['number', `${taken.number}, ${taken.issued}`],
    ['signed by', taken.signers.map(({ holder }) => oneLine(holder)).join('; ')],
    ['effect', 'nothing here holds, delays or permits a release'],
  ])
