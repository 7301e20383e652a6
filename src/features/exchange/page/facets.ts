import { evidenceOrder, evidenceWords, outcomeOf, outcomeOrder, severityOrder } from '../words.ts'
import type { Row } from './document.ts'

/** One question that the queue can be narrowed by. */
export type Facet = {
  /** Its name in the address of the page. */
  readonly key: FacetKey
  readonly title: string
  readonly valuesOf: (row: Row) => readonly string[]
  readonly wordOf: (value: string) => string
  /** Values in the order in which they are shown; others follow, most frequent first. */
  readonly order: readonly string[]
}

export const facetKeys = [
  'decision',
  'severity',
  'evidence',
  'known',
  'inventory',
  'open',
  'merged',
  'format',
  'file',
] as const

export type FacetKey = (typeof facetKeys)[number]

/** The values that are switched on, by facet. */
export type Chosen = Readonly<Partial<Record<FacetKey, readonly string[]>>>

const same = (value: string): string => value
const words =
  (named: Readonly<Record<string, string>>) =>
  (value: string): string =>
    Object.hasOwn(named, value) ? (named[value] ?? value) : value

export const facets: readonly Facet[] = [
  {
    key: 'decision',
    title: 'Decision',
    valuesOf: (row) => [row.deployer],
    wordOf: (value) => outcomeOf(value).word,
    order: outcomeOrder,
  },
  {
    key: 'severity',
    title: 'Severity',
    valuesOf: (row) => [row.severity],
    wordOf: same,
    order: severityOrder,
  },
  {
    key: 'evidence',
    title: 'Evidence',
    valuesOf: (row) => [row.evidence],
    wordOf: (value) => {
      const level = evidenceOrder.find((known) => known === value)
      return level ? `${level} ${evidenceWords[level].word}` : value
    },
    order: evidenceOrder,
  },
  {
    key: 'known',
    title: 'Known',
    valuesOf: (row) => [
      ...(row.isExploited ? ['exploited'] : []),
      ...(row.isPublic ? ['public'] : []),
      ...(row.isExploited || row.isPublic ? [] : ['unknown']),
    ],
    wordOf: words({ exploited: 'exploited', public: 'public', unknown: 'not known' }),
    order: ['exploited', 'public', 'unknown'],
  },
  {
    key: 'inventory',
    title: 'Inventory',
    valuesOf: (row) => [row.isInInventory ? 'in' : 'out'],
    wordOf: words({ in: 'in the inventory', out: 'not in it' }),
    order: ['in', 'out'],
  },
  {
    key: 'open',
    title: 'Suggestions',
    valuesOf: (row) => (row.suggestions > 0 ? ['yes'] : ['no']),
    wordOf: words({ yes: 'has a suggestion', no: 'has none' }),
    order: ['yes', 'no'],
  },
  {
    key: 'merged',
    title: 'Reports',
    valuesOf: (row) => [row.reports > 1 ? 'several' : 'one'],
    wordOf: words({ several: 'several, merged', one: 'one' }),
    order: ['several', 'one'],
  },
  { key: 'format', title: 'Format', valuesOf: (row) => row.formats, wordOf: same, order: [] },
  { key: 'file', title: 'File', valuesOf: (row) => row.files, wordOf: same, order: [] },
]

export type Counted = { readonly value: string; readonly count: number }

/** What a narrowing of the queue shows: places of rows, and the counts that other choices give. */
export type Narrowed = {
  readonly shown: readonly number[]
  /** For each facet, in their order: how many rows each value would show, the others staying. */
  readonly counts: readonly (readonly Counted[])[]
}

/**
 * The rows that `isFound` and every facet let through. A row that only one facet keeps out still
 * counts for the values of that facet, so that the counts say what choosing another value gives.
 */
export function narrow(
  rows: readonly Row[],
  chosen: Chosen,
  isFound: (place: number) => boolean,
): Narrowed {
  const wanted = facets.map(({ key }) => new Set(chosen[key] ?? []))
  const counts = facets.map(() => new Map<string, number>())
  const shown: number[] = []
  rows.forEach((row, place) => {
    if (!isFound(place)) return
    const values = facets.map((facet) => facet.valuesOf(row))
    const out = values.flatMap((of, at) => (isKept(wanted[at], of) ? [] : [at]))
    if (out.length === 0) shown.push(place)
    if (out.length > 1) return
    values.forEach((of, at) => {
      const tally = counts[at]
      if (!tally || (out.length === 1 && out[0] !== at)) return
      for (const value of of) tally.set(value, (tally.get(value) ?? 0) + 1)
    })
  })
  return {
    shown,
    counts: facets.map((facet, at) => ordered(facet, counts[at] ?? new Map(), wanted[at])),
  }
}

const isKept = (wanted: ReadonlySet<string> | undefined, values: readonly string[]): boolean =>
  !wanted || wanted.size === 0 || values.some((value) => wanted.has(value))

/** A chosen value that no row has any more is still listed, so that it can be switched off. */
function ordered(
  { order }: Facet,
  tally: ReadonlyMap<string, number>,
  wanted: ReadonlySet<string> | undefined,
): Counted[] {
  const rankOf = (value: string): number => {
    const place = order.indexOf(value)
    return place < 0 ? order.length : place
  }
  return [...new Set([...tally.keys(), ...(wanted ?? [])])]
    .map((value) => ({ value, count: tally.get(value) ?? 0 }))
    .sort((a, b) => rankOf(a.value) - rankOf(b.value) || b.count - a.count || compare(a, b))
}

const compare = (a: Counted, b: Counted): number =>
  a.value < b.value ? -1 : a.value > b.value ? 1 : 0
