import type { Stored } from './batch.ts'
import { type Correlation, correlate, type Knowledge } from './correlate.ts'
import type { Evidence } from './evidence.ts'
import type { Link } from './linkage.ts'
import { type ScanLink, scanLinks, scanMergeMin, scanSuggestMin } from './scan.ts'
import { scanReasons } from './scan-reason.ts'
import { askAtMost, onScale, type Strength, scale } from './strength.ts'

/** The parameter sets that a mixture needs. */
export type MixedKnowledge = { readonly advisory: Knowledge; readonly prose: Knowledge }

/** What one public identifier in two advisories is worth, with and without any likeness. */
const named = { probability: 0.97, likenessMin: 0.05, claimed: 0.4 } as const

/**
 * Judges a mixture: advisories among each other, results by their places, and prose against
 * everything. Of several judgements of a pair the strongest counts. Prose merges by itself only
 * with prose, and results only with results: a text that merely copies what a case says must not
 * join it unseen.
 */
export function judgeAll(
  batch: readonly Evidence[],
  knowledge: MixedKnowledge,
  stored?: Stored,
): Strength[] {
  const found = new Map<string, Strength>()
  const from = stored === undefined ? {} : { stored }
  const judges = [
    judgeAdvisories(batch, knowledge.advisory, from),
    judgeProse(batch, knowledge.prose, from),
    scanLinks(batch).map((link) => judgedResult(link, batch)),
  ]
  for (const strength of judges.flat()) {
    const [a, b] = [Math.min(strength.a, strength.b), Math.max(strength.a, strength.b)]
    const before = found.get(`${a} ${b}`)?.strength ?? 0
    if (strength.strength > before) found.set(`${a} ${b}`, { ...strength, a, b })
  }
  return [...found.values()].sort((x, y) => x.a - y.a || x.b - y.b)
}

type From = { readonly stored?: Stored }

function judgeAdvisories(batch: readonly Evidence[], knowledge: Knowledge, from: From): Strength[] {
  const own = numbersOf(batch, ({ domain }) => domain === 'advisory')
  if (own.length < 2) return []
  const evidence = own.flatMap((report) => batch[report] ?? [])
  const correlation = correlate(evidence, knowledge, { sourcesAreDistinct: false, ...from })
  const judged = correlation.links.map((link) => {
    const found = strengthOf(link, correlation, knowledge)
    if (!contradict(evidence[link.a], evidence[link.b])) return found
    return { ...found, strength: found.strength < scale.merge ? 0 : askAtMost }
  })
  return [...judged, ...namedAlike(evidence, correlation)].map((link) => outer(link, own))
}

const cvesOf = (evidence: Evidence | undefined): readonly string[] =>
  evidence?.aliases.filter((alias) => alias.startsWith('CVE-')) ?? []

/** Two records with CVE numbers of their own, none of them shared, say that they are two flaws. */
function contradict(x: Evidence | undefined, y: Evidence | undefined): boolean {
  const [mine, theirs] = [cvesOf(x), cvesOf(y)]
  return mine.length > 0 && theirs.length > 0 && !mine.some((id) => theirs.includes(id))
}

function judgeProse(batch: readonly Evidence[], knowledge: Knowledge, from: From): Strength[] {
  const isProse = ({ domain }: Evidence): boolean => domain === 'prose'
  if (!batch.some(isProse)) return []
  const options = { sourcesAreDistinct: false, searches: isProse, ...from }
  const correlation = correlate(batch, knowledge, options)
  return correlation.links.map((link) => {
    const judged = strengthOf(link, correlation, knowledge)
    const isWithinProse = [batch[link.a], batch[link.b]].every((one) => one && isProse(one))
    return isWithinProse ? judged : { ...judged, strength: Math.min(judged.strength, askAtMost) }
  })
}

function strengthOf(link: Link, correlation: Correlation, { model }: Knowledge): Strength {
  return {
    a: link.a,
    b: link.b,
    strength: onScale(link.probability, model.parameters.thresholds),
    probability: correlation.calibrated(link),
    because: () => correlation.because(link),
  }
}

/**
 * Advisories that carry one identifier: the databases themselves say that they are one, unless
 * nothing else agrees, which a person should see.
 */
function namedAlike(evidence: readonly Evidence[], correlation: Correlation): Strength[] {
  const likeness = new Map(
    correlation.links.map(({ a, b, probability }) => [keyOf(a, b), probability]),
  )
  return aliasPairs(evidence).map(({ a, b }) => {
    const isAlike = (likeness.get(keyOf(a, b)) ?? 0) >= named.likenessMin
    const probability = isAlike ? named.probability : named.claimed
    const strength = onScale(probability, { merge: scanMergeMin, suggest: scanSuggestMin })
    return {
      a,
      b,
      strength,
      probability,
      because: () => correlation.because({ a, b, probability }),
    }
  })
}

/** Of reports that carry an identifier, each is paired with at most this many others. */
const pairedMax = 30

function aliasPairs(evidence: readonly Evidence[]): { a: number; b: number }[] {
  const byAlias = new Map<string, number[]>()
  for (const [report, { aliases }] of evidence.entries()) {
    for (const alias of aliases) byAlias.set(alias, [...(byAlias.get(alias) ?? []), report])
  }
  return [...byAlias.values()].flatMap((reports) =>
    reports.flatMap((a, at) => reports.slice(at + 1, at + 1 + pairedMax).map((b) => ({ a, b }))),
  )
}

function judgedResult(link: ScanLink, batch: readonly Evidence[]): Strength {
  const [x, y] = [batch[link.a], batch[link.b]]
  const strength = onScale(link.probability, { merge: scanMergeMin, suggest: scanSuggestMin })
  const areResults = x?.domain === 'scan' && y?.domain === 'scan'
  return {
    a: link.a,
    b: link.b,
    strength: areResults ? strength : Math.min(strength, askAtMost),
    probability: link.probability,
    because: () => (x && y ? scanReasons(x, y) : []),
  }
}

const keyOf = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`

const numbersOf = (batch: readonly Evidence[], is: (one: Evidence) => boolean): number[] =>
  [...batch.entries()].flatMap(([report, evidence]) => (is(evidence) ? [report] : []))

/** The numbers that the reports of a part have in the whole. */
const outer = (link: Strength, own: readonly number[]): Strength => ({
  ...link,
  a: own[link.a] ?? link.a,
  b: own[link.b] ?? link.b,
})
