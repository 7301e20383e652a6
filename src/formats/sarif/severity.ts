import { severityOf } from '#formats/advisory/severity.ts'
import type { Severity } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'
import { type Bag, elementAt, numberIn, textIn } from './bag.ts'
import type { RuleFacts } from './rule.ts'

/** What a result is graded by. */
export type Graded = {
  readonly overrides: OverrideFinder
  readonly rule: RuleFacts | null
  readonly bag: Bag
}

/** Section 3.27.9: the rule was tried and found nothing, or could not be tried. */
const noFindings = new Set(['pass', 'notApplicable'])

/** Whether a result says that nothing is wrong; before SARIF 2.1 its level said so. */
export const isNoFinding = (result: Reader): boolean =>
  noFindings.has(result.text('kind') ?? '') || noFindings.has(result.text('level') ?? '')

/**
 * Severity and score of a result. Tools that know more than SARIF's three levels say so in a word
 * or in the `security-severity` property, a CVSS-like score (GitHub's convention); else the level
 * decides (section 3.27.10): its own, the invocation's override, the rule's default.
 */
export function gradeOf(result: Reader, graded: Graded): { severity: Severity; score?: number } {
  const score = scoreIn(graded.bag) ?? (graded.rule ? scoreIn(graded.rule.bag) : undefined)
  const severity =
    wordIn(graded.bag) ??
    severityOfScore(score) ??
    (result.has('level') ? undefined : graded.rule ? wordIn(graded.rule.bag) : undefined) ??
    severityOfLevel(levelOf(result, graded))
  return score === undefined ? { severity } : { severity, score }
}

const scoreNames = ['securityseverity', 'cvssscore', 'cvssbasescore', 'cvssv4score', 'cvssv31score']
const olderScores = ['cvssv3basescore', 'cvssv3score', 'cvssv2score', 'cvss']

function scoreIn(bag: Bag): number | undefined {
  const score = numberIn(bag, ...scoreNames, ...olderScores)
  return score !== undefined && score >= 0 && score <= 10 ? score : undefined
}

const severityNames = ['securityseverity', 'severity', 'issueseverity', 'securityrisk', 'risk']

const wordIn = (bag: Bag): Severity | undefined => {
  for (const name of severityNames) {
    const found = severityOf(textIn(bag, name))
    if (found !== undefined) return found
  }
  return undefined
}

/** The bands of CVSS 3.1 section 5. */
export function severityOfScore(score: number | undefined): Severity | undefined {
  if (score === undefined) return undefined
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  if (score >= 4) return 'medium'
  return score > 0 ? 'low' : 'info'
}

const levels: Readonly<Record<string, Severity>> = { error: 'high', warning: 'medium' }

const severityOfLevel = (level: string): Severity => levels[level] ?? 'info'

function levelOf(result: Reader, { overrides, rule }: Graded): string {
  const kind = result.text('kind') ?? 'fail'
  if (kind === 'informational') return 'none'
  const own = result.text('level')
  if (own !== undefined && own !== 'none') return own
  if (own === 'none' && kind === 'fail') return 'none'
  return (rule && overrides(result, rule)) ?? rule?.level ?? 'warning'
}

/** The level at which an invocation ran a rule, where it was not the rule's default. */
export type OverrideFinder = (result: Reader, rule: RuleFacts) => string | undefined

/** Reads the overrides (section 3.20.5) of each invocation once. */
export function overridesOf(run: Reader): OverrideFinder {
  const known = new Map<number, ReadonlyMap<string, string>>()
  return (result, rule) => {
    const index = result.object('provenance').number('invocationIndex') ?? 0
    const levels = known.get(index) ?? levelsOf(elementAt(run, 'invocations', index))
    known.set(index, levels)
    if (levels.size === 0) return undefined
    const place = /\/rules\/(\d+)$/.exec(rule.reader.pointer)?.[1]
    const names = [rule.id, rule.reader.text('guid'), place && `#${place}`]
    return names.flatMap((name) => levels.get(name ?? '') ?? [])[0]
  }
}

/** Levels by the id, the guid or, after a `#`, the number of the rule. */
function levelsOf(invocation: Reader | null): ReadonlyMap<string, string> {
  const levels = new Map<string, string>()
  for (const override of invocation?.objects('ruleConfigurationOverrides') ?? []) {
    const level = override.object('configuration').text('level')
    const descriptor = override.object('descriptor')
    const [id, guid] = [descriptor.textish('id'), descriptor.text('guid')]
    const name = id ?? guid ?? `#${descriptor.number('index')}`
    if (level !== undefined) levels.set(name, level)
  }
  return levels
}
