import type { Severity } from '#formats/finding/finding.ts'
import type { Ruling, Rulings, ShownInput } from './decision.ts'
import { scoredAmong } from './judgement.ts'
import type { RankInput } from './rank-input.ts'

/** What the rungs look at. */
export type Ranked = { readonly decision: Rulings; readonly input: RankInput }

/** One step of the order: cases are compared on the first rung on which they differ. */
export type Rung = {
  readonly title: string
  /** Higher stands above. What is unknown has a height below everything known. */
  readonly height: (ranked: Ranked) => number
  /** The value as a person reads it. */
  readonly show: (ranked: Ranked) => string
  /** What lies behind the difference, when the value alone does not say. */
  readonly why?: (upper: Ranked, lower: Ranked) => string
}

const ruled = (title: string, of: (decision: Rulings) => Ruling): Rung => ({
  title,
  height: ({ decision }) => of(decision).urgency,
  show: ({ decision }) => of(decision).outcome,
  why: (upper, lower) => differing(of(upper.decision), of(lower.decision)),
})

const worded = ({ value, from }: ShownInput): string =>
  from === 'default' ? `${value} (assumed)` : value

/** The inputs in which two rulings of one rule differ. */
function differing(upper: Ruling, lower: Ruling): string {
  const parts = upper.inputs.flatMap((input, at) => {
    const other = lower.inputs[at]
    if (other === undefined || other.value === input.value) return []
    return [`${input.name} is ${worded(input)} against ${worded(other)}`]
  })
  return parts.join(' and ')
}

/** A number that is not known, or is none, has a height below every known one. */
const known = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : -1

/** The lowest score of each word, so that a word never stands above a score it may belong to. */
const floors: Readonly<Record<Severity, number>> = {
  ...{ critical: 9, high: 7, medium: 4, low: 0.1, info: 0 },
}

/** The highest score that is stated, else the least that the severity's word stands for. */
function scoreOf({ input }: Ranked): { readonly score: number; readonly shown: string } {
  const { facts, cvss, score, severity, severityByPerson } = input
  if (severityByPerson !== undefined) {
    return { score: floors[severityByPerson], shown: `"${severityByPerson}", as a person judged` }
  }
  const vectors = scoredAmong([...cvss, ...(facts?.cvss ?? [])])
  const stated = Math.max(known(score), ...vectors.map((one) => one.cvss.score))
  if (stated >= 0) return { score: stated, shown: stated.toFixed(1) }
  if (severity === undefined) return { score: -1, shown: 'no score' }
  return { score: floors[severity], shown: `"${severity}" without a score` }
}

const epssOf = ({ input: { facts, epss } }: Ranked): number =>
  Math.max(known(facts?.epss), known(epss))

const isExploited = ({ input: { facts, exploited } }: Ranked): boolean =>
  Boolean(exploited) || Boolean(facts?.exploited) || facts?.kev === 'listed'

/** The flaw's own inputs that are assumed; those of the surroundings are the same for all. */
const assumedOf = ({ decision }: Ranked): number =>
  [...decision.deployer.inputs, ...decision.directive.inputs].filter(
    ({ name, from }) => from === 'default' && flawInputs.has(name),
  ).length

const flawInputs = new Set(['Exploitation', 'Automatable', 'Technical Impact', 'In KEV'])

const dayOf = ({ input: { published } }: Ranked): number => {
  const time = Date.parse(published ?? '')
  return Number.isNaN(time) ? Number.MIN_SAFE_INTEGER : -time
}

const isTouching = ({ input }: Ranked): boolean => input.touchesInventory === true

/** The order of the queue, from the rung that decides first. */
export const rungs: readonly Rung[] = [
  ruled('SSVC deployer decision', ({ deployer }) => deployer),
  ruled('BOD 26-04 deadline', ({ directive }) => directive),
  ruled('CISA level', ({ coordinator }) => coordinator),
  {
    title: 'known to be exploited',
    height: (one) => (isExploited(one) ? 1 : 0),
    show: (one) => (isExploited(one) ? 'yes' : 'not known to be'),
  },
  {
    title: 'your inventory',
    height: (one) => (isTouching(one) ? 1 : 0),
    show: (one) => (isTouching(one) ? 'touched' : 'not known to be touched'),
  },
  {
    title: 'EPSS',
    height: epssOf,
    show: (one) => (epssOf(one) < 0 ? 'not known' : `${epssOf(one)}`),
  },
  {
    title: 'CVSS score',
    height: (one) => scoreOf(one).score,
    show: (one) => scoreOf(one).shown,
  },
  {
    title: 'evidence level',
    height: ({ input }) => Number(input.evidence.slice(1)),
    show: ({ input }) => input.evidence,
  },
  {
    title: 'independent finders',
    height: ({ input }) => input.findersCount,
    show: ({ input }) => `${input.findersCount}`,
  },
  {
    title: 'inputs that had to be assumed',
    height: (one) => -assumedOf(one),
    show: (one) => `${assumedOf(one)}`,
  },
  {
    title: 'track record of the finders',
    height: ({ input }) => input.finderRecord ?? 0,
    show: ({ input }) =>
      input.finderRecord ? `${input.finderRecord} in 10 confirmed, at the least` : 'none yet',
  },
  {
    title: 'first reported',
    height: dayOf,
    show: ({ input }) => input.published ?? 'no date',
  },
]
