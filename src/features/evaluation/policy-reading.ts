import { canonicalJson } from '#features/ledger/entry.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Capability } from './capability.ts'
import type { VerdictWord } from './fixed-look.ts'
import { type Parameter, type Policy, parameterFor } from './policy.ts'
import { type Recorded, verdictOfRecord } from './result-record.ts'
import { verdictOf } from './verdict.ts'

/** Why results say nothing under a policy. */
export type Misfit = {
  readonly what: 'capability' | 'pack' | 'budget' | 'results'
  readonly why: string
}

/**
 * What results say under a policy. Results of another pack or budget are never converted: they
 * cannot be read under it, and are not guessed.
 */
export type PolicyReading =
  | { readonly is: 'read'; readonly verdict: VerdictWord; readonly wording: string }
  | { readonly is: 'cannot-be-read'; readonly because: readonly Misfit[] }

/**
 * Applies threshold and error of a policy to results that were got with its pack and budget. Rule,
 * weights, protocol and missing outcomes stay as they were declared.
 */
export function readUnder(policy: Policy, result: Recorded): PolicyReading {
  const { record, declared, tasks } = result
  const parameter = parameterFor(policy, record.capability)
  if (parameter === null) {
    const why = `policy ${policy.number} has no parameters for ${record.capability}`
    return { is: 'cannot-be-read', because: [{ what: 'capability', why }] }
  }
  const because = misfitsOf(parameter, result)
  if (because.length > 0) return { is: 'cannot-be-read', because }
  const { threshold, alpha } = parameter
  const asked = { ...declared, declaration: { ...declared.declaration, threshold, alpha } }
  const found = verdictOf(asked, { tasks, earlierLooks: record.earlierLooks })
  if (found.ok) return { is: 'read', verdict: found.value.verdict, wording: found.value.wording }
  const refused = found.refusal.map(({ why }): Misfit => ({ what: 'results', why }))
  return { is: 'cannot-be-read', because: refused }
}

function misfitsOf({ packRoot, tokenBudget }: Parameter, { declared }: Recorded): Misfit[] {
  const { declaration } = declared
  const found: Misfit[] = []
  if (declaration.bankRoot !== packRoot) {
    const why = `the tasks are those of pack ${declaration.bankRoot}, not of ${packRoot}`
    found.push({ what: 'pack', why })
  }
  if (declaration.tokenBudget !== tokenBudget) {
    const why = `an attempt had ${declaration.tokenBudget} tokens, not ${tokenBudget}`
    found.push({ what: 'budget', why })
  }
  return found
}

/** What became of a reading when the policy changed. */
export const readingChanges = [
  ...(['same', 'wording', 'verdict', 'became-readable', 'became-unreadable'] as const),
] as const
export type ReadingChange = (typeof readingChanges)[number]

/** One result under the old and the new policy. */
export type Reread = {
  readonly model: string
  readonly capability: Capability
  readonly resultsSha256: string
  readonly before: PolicyReading
  readonly after: PolicyReading
  readonly change: ReadingChange
  /** What differs between the policies for this capability, a sentence each. */
  readonly why: readonly string[]
}

/**
 * Past results under two policies, every one of them listed, changed or not: nothing gets another
 * name without somebody reading it here. Only a later policy is read against an earlier one.
 */
export function reread(
  policies: { readonly before: Policy; readonly after: Policy },
  results: readonly Recorded[],
): Result<readonly Reread[]> {
  const { before, after } = policies
  if (after.number <= before.number) {
    const why = `policy ${after.number} is not later than policy ${before.number}`
    const hint = 'name the old policy first; a changed policy has a number of its own'
    return no({ code: 'bad-usage', why, hint })
  }
  return yes(results.map((result) => rereadOne({ before, after }, result)))
}

/** One of them. The first policy of all is read against what was declared. */
export function rereadOne(
  { before, after }: { readonly before: Policy | null; readonly after: Policy },
  result: Recorded,
): Reread {
  const { capability, model } = result.record
  const readings = {
    before: before === null ? asDeclared(result) : readUnder(before, result),
    after: readUnder(after, result),
  }
  const parameter = parameterFor(after, capability)
  return {
    ...{ model, capability, resultsSha256: result.digest, ...readings },
    change: changeOf(readings),
    why:
      before === null
        ? differencesOf(declaredParameter(result), parameter)
        : differencesOf(parameterFor(before, capability), parameter),
  }
}

function asDeclared(result: Recorded): PolicyReading {
  const found = verdictOfRecord(result)
  if (found.ok) return { is: 'read', verdict: found.value.verdict, wording: found.value.wording }
  const because = found.refusal.map(({ why }): Misfit => ({ what: 'results', why }))
  return { is: 'cannot-be-read', because }
}

function declaredParameter({ declared, record: { capability } }: Recorded): Parameter {
  const { threshold, alpha, bankRoot: packRoot, tokenBudget } = declared.declaration
  return { capability, threshold, alpha, packRoot, tokenBudget }
}

/** What became of a reading. */
export function changeOf({ before, after }: Pick<Reread, 'before' | 'after'>): ReadingChange {
  if (before.is !== after.is) return after.is === 'read' ? 'became-readable' : 'became-unreadable'
  if (before.is === 'read' && after.is === 'read' && before.verdict !== after.verdict) {
    return 'verdict'
  }
  return canonicalJson(before) === canonicalJson(after) ? 'same' : 'wording'
}

const parameterNames = {
  threshold: 'the threshold',
  alpha: 'the error that is allowed',
  packRoot: 'the pack',
  tokenBudget: 'the budget of tokens',
} as const

function differencesOf(before: Parameter | null, after: Parameter | null): string[] {
  if (before === null && after === null) return []
  if (before === null) return ['the capability was added']
  if (after === null) return ['the capability was left out']
  const names = ['threshold', 'alpha', 'packRoot', 'tokenBudget'] as const
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${parameterNames[name]} was ${before[name]} and is ${after[name]}`)
}
