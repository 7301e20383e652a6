import { severityOf } from '#formats/advisory/severity.ts'
import type { Severity } from '#formats/finding/finding.ts'
import type { Reader } from '#formats/json/reader.ts'
import { type Bag, elementAt, numberIn, textIn } from './bag.ts'
import type { RuleFacts } from './rule.ts'

/** What a result is graded by. */
export type Graded = {
  readonly run: Reader
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

function levelOf(result: Reader, { run, rule }: Graded): string {
  const kind = result.text('kind') ?? 'fail'
  if (kind === 'informational') return 'none'
  const own = result.text('level')
  if (own !== undefined && own !== 'none') return own
  if (own === 'none' && kind === 'fail') return 'none'
  return overrideOf(result, run, rule) ?? rule?.level ?? 'warning'
}

/** Section 3.20.5: an invocation may have run the rule at another level than its default. */
function overrideOf(result: Reader, run: Reader, rule: RuleFacts | null): string | undefined {
  const index = result.object('provenance').number('invocationIndex') ?? 0
  const invocation = elementAt(run, 'invocations', index)
  if (!invocation || !rule) return undefined
  for (const override of invocation.objects('ruleConfigurationOverrides')) {
    const descriptor = override.object('descriptor')
    const id = descriptor.textish('id')
    const guid = descriptor.text('guid')
    const place = descriptor.number('index')
    const isThis =
      (id !== undefined && id === rule.id) ||
      (guid !== undefined && guid === rule.reader.text('guid')) ||
      (id === undefined && place !== undefined && rule.reader.pointer.endsWith(`/rules/${place}`))
    if (isThis) return override.object('configuration').text('level')
  }
  return undefined
}
