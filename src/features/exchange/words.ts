import type { Relation, TriagedCase } from './triage.ts'

/** The words that every output uses for the codes of a triage; the page's script has them too. */
export type Outcome = {
  readonly word: string
  /** What whoever runs the affected software should do. */
  readonly means: string
  /** How full its mark is drawn: 3 most urgent, 0 least. */
  readonly level: 0 | 1 | 2 | 3
}

const outcomes: Readonly<Record<string, Outcome>> = {
  immediate: {
    word: 'Immediate',
    means: 'Act now, and put other work aside for it.',
    level: 3,
  },
  'out-of-cycle': {
    word: 'Out of cycle',
    means: 'Act at the next opportunity, before the regular maintenance.',
    level: 2,
  },
  scheduled: { word: 'Scheduled', means: 'Act in the regular maintenance.', level: 1 },
  defer: { word: 'Defer', means: 'No action is needed at present.', level: 0 },
}

/** The deployer outcomes of SSVC, most urgent first. */
export const outcomeOrder: readonly string[] = Object.keys(outcomes)

export const outcomeOf = (deployer: string): Outcome =>
  Object.hasOwn(outcomes, deployer) && outcomes[deployer]
    ? outcomes[deployer]
    : { word: deployer, means: '', level: 0 }

export const severityOrder: readonly string[] = [
  ...['critical', 'high', 'medium', 'low', 'info', 'unknown'],
]

export const evidenceOrder = ['E2', 'E1', 'E0'] as const

/** What each level of evidence says, in words for someone who has never seen the scale. */
export const evidenceWords: Readonly<
  Record<
    TriagedCase['evidence'],
    { readonly short: string; readonly word: string; readonly means: string }
  >
> = {
  E0: {
    short: 'claim',
    word: 'claim only',
    means: 'A claim: nothing is attached with which it can be reproduced.',
  },
  E1: {
    short: 'located',
    word: 'code located',
    means: 'Located: the code that a report names is there, at the version it names.',
  },
  E2: {
    short: 'artifacts',
    word: 'artifacts attached',
    means: 'Artifacts attached: a report carries a proof, a crash or steps that can be followed.',
  },
}

export const relationWords: Readonly<Record<Relation['kind'], string>> = {
  'same-root': 'Same root cause in another place',
  'same-fix': 'Fixed by the same patch',
  'regression-of': 'Came back after it was fixed',
  'already-public': 'Already public',
}

/** `1 report`, `2 reports`, `10,000 reports`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${count === 1 ? noun : pluralOf(noun)}`

const pluralOf = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`

/** Thousands apart, whatever the language of the machine: equal input gives equal output. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** A share from 0 to 1 as whole per cent; what is not certain is never rounded to certainty. */
export const percent = (share: number): string =>
  `${Math.min(share < 1 ? 99 : 100, Math.max(share > 0 ? 1 : 0, Math.round(share * 100)))} %`

/** The one sentence that every output ends or begins with. */
export function countSentence(counts: {
  readonly reports: number
  readonly files: number
  readonly cases: number
}): string {
  const { reports, files, cases } = counts
  if (reports === 0) {
    const hold = files === 1 ? 'holds' : 'hold'
    return `${counted(files, 'file')} ${hold} no finding that could be read.`
  }
  const verb = reports === 1 ? 'is' : 'are'
  const noun = cases === 1 ? 'vulnerability' : 'vulnerabilities'
  const many = `${grouped(cases)} distinct ${noun}`
  return `${counted(reports, 'report')} from ${counted(files, 'file')} ${verb} ${many}.`
}
