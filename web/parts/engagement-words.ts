import type { Engagement, EngagementRow, Terms } from '../api/types.ts'

/** How engagements, their terms and their ends are called wherever they appear. */

type Access = EngagementRow['access']
export type Side = EngagementRow['side']
type Closing = NonNullable<Extract<Access, { readonly is: 'over' }>['why']>
type Model = Engagement['versions'][number]['proposal']['model']

type Mark = { readonly sign: string; readonly word: string; readonly tone: string }

/** None of them says anything of whether a model may be released. */
export const stateMarks: Readonly<Record<EngagementRow['state'], Mark>> = {
  offered: { sign: '○', word: 'Offered', tone: 'text-warn' },
  agreed: { sign: '●', word: 'Agreed', tone: 'text-good' },
  closed: { sign: '–', word: 'Access ended', tone: 'text-quiet' },
  settled: { sign: '✓', word: 'Settled', tone: 'text-quiet' },
  declined: { sign: '–', word: 'Declined', tone: 'text-quiet' },
  withdrawn: { sign: '–', word: 'Withdrawn', tone: 'text-quiet' },
}

/** Why access ended, as the rest of a sentence. */
export const closingWords: Readonly<Record<Closing, string>> = {
  'agreed-end': 'the agreed end came',
  'planned-release': 'the planned release came',
  release: 'the developer released the model',
  'day-30': 'thirty days were over',
  'developer-ended': 'the developer left',
  'evaluator-left': 'the evaluator left',
  withdrawn: 'the developer withdrew the model',
}

export const purposeWords: Readonly<Record<Terms['purposes'][number], string>> = {
  'capability-evaluation': 'Measure what it can do',
  'safeguard-testing': 'Try its safeguards',
  elicitation: 'Find the best ways to ask it',
  'defensive-flaw-finding': 'Find flaws in software, for defence',
  'infrastructure-checks': 'Check how it is served',
}

export const visibilityWords: Readonly<Record<Terms['promptsShownToDeveloper'], string>> = {
  sizes: 'Sizes only',
  digests: 'Sizes and digests, no content',
  content: 'Everything, with content',
}

export const audienceWords: Readonly<Record<Terms['audiences'][number], string>> = {
  authority: 'The authority',
  'trusted-partners': 'Trusted partners',
  'other-evaluators': 'Other evaluators',
  public: 'The public',
}

export const publicationWords: Readonly<Record<Terms['publication'], string>> = {
  nothing: 'Nothing',
  counts: 'Counts only',
  verdict: 'The verdict',
  statistics: 'The verdict and its statistics',
  everything: 'Everything',
}

export const disposalWords: Readonly<Record<Terms['disposal'], string>> = {
  return: 'Given back, with proof',
  destroy: 'Destroyed, with proof',
}

export const modalityWords: Readonly<Record<Model['modalities'][number], string>> = {
  text: 'Text',
  image: 'Images',
  audio: 'Audio',
  video: 'Video',
}

export const reachWords: Readonly<Record<Model['reach'], string>> = {
  endpoint: 'Through an endpoint of the developer',
  weights: 'Weights handed over into an enclave of the evaluator',
}

export const disclosureWords = {
  'training-summary': 'Summary of training data',
  'stress-test': 'Stress test',
  'safety-evaluation': 'Safety evaluation',
} as const

/** The entries of a record in its order, as choices; each key is one that its record names. */
export const choicesOf = <Key extends string>(
  words: Readonly<Record<Key, string>>,
): readonly (readonly [Key, string])[] => {
  const isKey = (text: string): text is Key => Object.hasOwn(words, text)
  return Object.keys(words)
    .filter(isKey)
    .map((key) => [key, words[key]])
}

/** `1,250.00 USD` of millionths of a dollar. */
export function moneyOf(microUsd: number): string {
  const [whole = '0', cents = '00'] = (microUsd / 1_000_000).toFixed(2).split('.')
  return `${whole.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',')}.${cents} USD`
}
