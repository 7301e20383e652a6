import {
  parseSettlementProof,
  type SettlementProof,
  settlementProblems,
} from '#features/engagement/settlement-proof.ts'
import { parseVerifier } from '#formats/tlog/note.ts'
import { no } from '#kernel/result.ts'
import { readJson, refuseAll } from './eval-json.ts'
import { blockLines } from './eval-text.ts'
import type { ExitCode } from './exit.ts'
import { print } from './output.ts'

export type SettlementOptions = { readonly key: string }

/** `parley ledger settlement FILE`: whether what was held is destroyed by the ledger's word. */
export async function runLedgerSettlement(
  path: string,
  { key: text }: SettlementOptions,
): Promise<ExitCode> {
  const key = parseVerifier(text)
  if (!key.ok) return refuseAll([{ ...key.refusal, code: 'bad-usage', at: '--key' }])
  const read = await readJson({ path, what: 'settlement proof' }, (value) => {
    const found = parseSettlementProof(value)
    return found.ok ? found : no([found.refusal])
  })
  if (!read.ok) return refuseAll(read.refusal)
  const problems = settlementProblems(read.value, key.value)
  if (problems.length > 0) {
    return refuseAll(
      problems.map(({ at, why }) => ({ code: 'malformed', why, at: `${path} ${at}` })),
    )
  }
  print(linesOf(path, read.value))
  return 0
}

function linesOf(path: string, proof: SettlementProof): string[] {
  const { engagement, how, closedAt, madeAt, held, viewers } = proof
  const ways = { return: 'returned, then destroyed', destroy: 'destroyed' }
  return blockLines(`${path}: ${held.length} runs, all of them ${ways[how]}`, [
    ['engagement', engagement],
    ['access ended', closedAt],
    ['proof made', madeAt],
    ...held.map(({ id, samples, entry }): [string, string] => [
      'run',
      `${id}, ${samples} samples: entry ${entry.index} of the ledger`,
    ]),
    ...viewers.map(({ person, organisation, firstAt, lastAt, times }): [string, string] => [
      'seen by',
      `${person} of ${organisation}, ${times} times, ${firstAt} to ${lastAt}`,
    ]),
  ])
}
