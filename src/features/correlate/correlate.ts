import { createHash } from 'node:crypto'
import { isObject } from '#formats/json/reader.ts'
import type { Background } from './background.ts'
import { judge, type Prepared, prepare, type Stored } from './batch.ts'
import type { Evidence } from './evidence.ts'
import { explain, type Reason } from './explain.ts'
import { type Grouping, group, groupNumbers } from './groups.ts'
import type { Link } from './linkage.ts'
import type { Model } from './model.ts'

/** What correlation needs besides the reports. */
export type Knowledge = {
  readonly background: Background
  readonly model: Model
  /** How many reports of background the rarity starts from. */
  readonly backgroundWeight: number
}

export type CorrelateOptions = {
  /** Each source has removed its own duplicates: two reports of one source are never the same. */
  readonly sourcesAreDistinct: boolean
  /** Reports that look for candidates; all when absent. The others can only be found. */
  readonly searches?: (evidence: Evidence) => boolean
  /** The store that some of the batch come from. */
  readonly stored?: Stored
}

/** A batch with all pairs judged and grouped; reports are positions in `batch` as it was given. */
export type Correlation = {
  readonly grouping: Grouping
  /** All links worth naming, strongest first; calibrated probabilities. */
  readonly links: readonly Link[]
  readonly calibrated: (link: Link) => number
  readonly because: (link: Link) => Reason[]
}

/** Links weaker than this are forgotten. */
const linkMin = 0.02

/**
 * Finds which reports of a batch are one vulnerability. The result depends neither on the order of
 * the batch nor on anything but the evidence: reports are first put in the order of their content.
 */
export function correlate(
  batch: readonly Evidence[],
  knowledge: Knowledge,
  options: CorrelateOptions,
): Correlation {
  const order = canonicalOrder(batch)
  const sorted = order.map((report) => batch[report]).filter((found) => found !== undefined)
  const { parameters } = knowledge.model
  const prepared = prepare(sorted, {
    background: knowledge.background,
    backgroundWeight: knowledge.backgroundWeight,
    candidates: parameters.candidates,
    ...options,
  })
  const links = linksOf(prepared, withCopies(sorted, prepared, judge(prepared, knowledge.model)))
  const { sources } = prepared.reports
  const grouping = group(sorted.length, links, {
    ...parameters.thresholds,
    unjudged: parameters.unjudged,
    mayJoin: (x, y) =>
      !options.sourcesAreDistinct || !x.some((a) => y.some((b) => sources[a] === sources[b])),
  })
  const inner = new Map(order.map((given, position) => [given, position]))
  return {
    grouping: given(grouping, order),
    links: links.map((link) => renumbered(link, order)).sort(byStrength),
    calibrated: ({ probability }) => knowledge.model.calibrated(probability),
    because: ({ a, b }) => reasons(prepared, sorted, [inner.get(a) ?? 0, inner.get(b) ?? 0]),
  }
}

/** Positions in the order of a digest of the content, which no name and no arrival changes. */
export function canonicalOrder(batch: readonly Evidence[]): number[] {
  const keys = batch.map((evidence) =>
    createHash('sha256').update(JSON.stringify(evidence, byName)).digest('hex'),
  )
  return [...batch.keys()].sort((x, y) => {
    const [a = '', b = ''] = [keys[x], keys[y]]
    return a < b ? -1 : a > b ? 1 : x - y
  })
}

/** Members in the order of their names: a report that was stored comes back in another order. */
const byName = (_key: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(byFirst)) : value

const byFirst = ([x]: [string, unknown], [y]: [string, unknown]): number =>
  x < y ? -1 : x > y ? 1 : 0

/** What a word-for-word copy of a report is worth, and how long a text must be to tell. */
const copy = { probability: 0.98, charactersMin: 200 } as const

/**
 * Raises pairs of reports that say exactly the same at length: templates are shorter. Within one
 * source equal texts are twins that it tells apart by something else, so they are left alone.
 */
function withCopies(
  batch: readonly Evidence[],
  { pairs }: Prepared,
  probabilities: Float32Array,
): Float32Array {
  const texts = batch.map(({ source: _, tool: __, references: ___, ...said }) =>
    said.body.length < copy.charactersMin ? null : JSON.stringify(said),
  )
  return probabilities.map((probability, pair) => {
    const [a, b] = [pairs.a[pair] ?? 0, pairs.b[pair] ?? 0]
    const isOneSource = batch[a]?.source !== undefined && batch[a].source === batch[b]?.source
    const isCopy = !isOneSource && typeof texts[a] === 'string' && texts[a] === texts[b]
    return isCopy ? Math.max(probability, copy.probability) : probability
  })
}

function linksOf({ pairs }: Prepared, probabilities: Float32Array): Link[] {
  const links: Link[] = []
  for (const [pair, probability] of probabilities.entries()) {
    if (probability < linkMin) continue
    links.push({ a: pairs.a[pair] ?? 0, b: pairs.b[pair] ?? 0, probability })
  }
  return links
}

const byStrength = (x: Link, y: Link): number =>
  y.probability - x.probability || x.a - y.a || x.b - y.b

function renumbered({ a, b, probability }: Link, order: readonly number[]): Link {
  return { a: order[a] ?? a, b: order[b] ?? b, probability }
}

function given(grouping: Grouping, order: readonly number[]): Grouping {
  const groups = (found: readonly (readonly number[])[]): number[][] =>
    found
      .map((members) => members.map((report) => order[report] ?? report).sort((x, y) => x - y))
      .sort(([x = 0], [y = 0]) => x - y)
  return {
    merged: groups(grouping.merged),
    suggested: groups(grouping.suggested),
    suggestions: grouping.suggestions.map((link) => renumbered(link, order)),
  }
}

function reasons(
  { reports, interner }: Prepared,
  batch: readonly Evidence[],
  [x, y]: readonly [number, number],
): Reason[] {
  const [a, b, mine, theirs] = [reports.sides[x], reports.sides[y], batch[x], batch[y]]
  if (!a || !b || !mine || !theirs) return []
  return explain({ a, b, evidence: [mine, theirs], rarity: reports.rarity, interner })
}

export type Decision = 'merged' | 'suggested' | 'alone'

/** What became of one report of a batch. */
export type Outcome = {
  readonly decision: Decision
  /** The report that it is most likely the same as; null when it stands alone. */
  readonly with: number | null
  /** Calibrated probability of the strongest link that decides; of the best rival when alone. */
  readonly probability: number
  readonly link: Link | null
}

/** What became of each report of a batch of `count`. */
export function outcomesOf(correlation: Correlation, count: number): Outcome[] {
  const merged = groupNumbers(correlation.grouping.merged)
  const suggested = groupNumbers(correlation.grouping.suggested)
  const best: (Link | undefined)[] = new Array(count)
  const bestMerged: (Link | undefined)[] = new Array(count)
  const bestSuggested: (Link | undefined)[] = new Array(count)
  for (const link of correlation.links) {
    const { a, b } = link
    for (const report of [a, b]) {
      best[report] ??= link
      if (merged.get(a) === merged.get(b)) bestMerged[report] ??= link
      else if (suggested.get(a) === suggested.get(b)) bestSuggested[report] ??= link
    }
  }
  return Array.from({ length: count }, (_, report) => {
    const inMerged = sizeOf(correlation.grouping.merged, merged.get(report)) > 1
    const inSuggested = sizeOf(correlation.grouping.suggested, suggested.get(report)) > 1
    const decision = inMerged ? 'merged' : inSuggested ? 'suggested' : 'alone'
    const link = (inMerged ? bestMerged : inSuggested ? bestSuggested : best)[report] ?? null
    const other = link ? (link.a === report ? link.b : link.a) : null
    return {
      decision,
      with: decision === 'alone' ? null : other,
      probability: link ? correlation.calibrated(link) : 0,
      link,
    }
  })
}

const sizeOf = (groups: readonly (readonly number[])[], number: number | undefined): number =>
  number === undefined ? 0 : (groups[number]?.length ?? 0)
