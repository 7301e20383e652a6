import { type KnownPolicy, parsePolicy } from '#features/evaluation/policy.ts'
import {
  type PolicyReading,
  type ReadingChange,
  type Reread,
  readingChanges,
  reread,
} from '#features/evaluation/policy-reading.ts'
import { parseRecord, type Recorded } from '#features/evaluation/result-record.ts'
import { readJson, refuseAll } from './eval-json.ts'
import { writeEval } from './eval-output.ts'
import { blockLines } from './eval-text.ts'
import { type ExitCode, worse } from './exit.ts'
import { print } from './output.ts'

export type PolicyDiffOptions = { readonly json?: string }

type Asked = {
  readonly old: string
  /** The changed policy, and records after it. */
  readonly files: readonly string[]
}

/** `parley eval policy diff OLD NEW RECORDS`: what a changed policy makes of past results. */
export async function runPolicyDiff(
  { old, files }: Asked,
  { json }: PolicyDiffOptions,
): Promise<ExitCode> {
  const [changed = '', ...records] = files
  if (records.length === 0) {
    const hint = 'parley eval policy diff OLD NEW RECORDS...'
    return refuseAll([{ code: 'bad-usage', why: 'no record is named', hint }])
  }
  const before = await readJson({ path: old, what: 'policy' }, parsePolicy)
  const after = await readJson({ path: changed, what: 'policy' }, parsePolicy)
  if (!before.ok || !after.ok) {
    return refuseAll([before, after].flatMap((one) => (one.ok ? [] : one.refusal)))
  }
  const results: Recorded[] = []
  let code: ExitCode = 0
  for (const path of records) {
    const read = await readJson({ path, what: 'record' }, parseRecord)
    if (read.ok) results.push(read.value)
    else code = worse(code, refuseAll(read.refusal))
  }
  // A list from which some are missing would hide what became of them.
  if (code !== 0) return code
  const policies = { before: before.value, after: after.value }
  const found = reread({ before: before.value.policy, after: after.value.policy }, results)
  if (!found.ok) return refuseAll([found.refusal])
  if (json !== '-') print(linesOf(policies, found.value))
  if (json === undefined) return 0
  const value = {
    before: before.value.digest,
    after: after.value.digest,
    results: found.value,
  }
  return writeEval({ json }, { value, plots: [] })
}

function linesOf(
  { before, after }: { readonly before: KnownPolicy; readonly after: KnownPolicy },
  found: readonly Reread[],
): string[] {
  const count = (change: ReadingChange): number =>
    found.filter((one) => one.change === change).length
  const sums = readingChanges
    .filter((change) => count(change) > 0)
    .map((change) => `${count(change)} ${changeTexts[change]}`)
  const head = blockLines(`policy ${before.policy.number} to ${after.policy.number}`, [
    ['old', `SHA-256 ${before.digest}`],
    ['changed', `SHA-256 ${after.digest}`],
    ['results', sums.join(', ') || 'none'],
  ])
  return [...head, ...found.flatMap(lineBlock)]
}

const changeTexts: Readonly<Record<ReadingChange, string>> = {
  same: 'the same',
  wording: 'said otherwise',
  verdict: 'with another verdict',
  'became-readable': 'that can be read now',
  'became-unreadable': 'that can no longer be read',
}

function lineBlock(one: Reread): string[] {
  const lines: [string, string][] = [
    ['record', `SHA-256 ${one.resultsSha256}`],
    ['before', readingText(one.before)],
    ['after', readingText(one.after)],
    ...one.why.map((why): [string, string] => ['because', why]),
  ]
  return blockLines(`${one.model}, ${one.capability}: ${changeTexts[one.change]}`, lines)
}

const readingText = (reading: PolicyReading): string =>
  reading.is === 'read'
    ? `${reading.verdict}: ${reading.wording}`
    : `cannot be read under it: ${reading.because.map(({ why }) => why).join('; ')}`
