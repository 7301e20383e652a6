import type { z } from 'zod'
import { isObject } from '#formats/json/reader.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  BandWire,
  type CaseQueryWire,
  EvidenceWire,
  SeverityWire,
  StatusWire,
  VerdictWire,
} from './case.wire.ts'
import { rankBytes } from './rank-bytes.ts'
import { searchQuery } from './search-words.ts'

export type CaseQuery = z.infer<typeof CaseQueryWire>

/** A query of the queue with every word known: the filters that are absent filter nothing. */
export type Wanted = {
  readonly status?: readonly string[]
  readonly severity?: readonly string[]
  readonly band?: readonly string[]
  readonly verdict?: readonly string[]
  readonly evidence?: readonly string[]
  /** A person's id; '' for nobody. */
  readonly assignee?: string
  readonly finder?: string
  readonly package?: string
  readonly import?: string
  readonly seen?: 'yes' | 'gone'
  /** What is searched for, as a `tsquery`. */
  readonly words?: string
  readonly sort: Sort
  readonly after: Place | null
  readonly limit: number
}

export type Sort = 'relevance' | 'priority' | 'newest' | 'oldest' | 'reports' | 'severity'

/** Where a page ended: what its order compares, of the last row. */
export type Place = {
  readonly sort: Sort
  readonly no: string
  readonly rank?: string
  readonly severity?: string
  readonly reports?: string
  readonly score?: string
}

/** What is wrong with a query, and in which member. */
export type Wrong = { readonly field: string; readonly why: string }

const limitDefault = 50

const vocabularies = {
  status: StatusWire,
  severity: SeverityWire,
  band: BandWire,
  verdict: VerdictWire,
  evidence: EvidenceWire,
} as const

/** Who asks, whom `me` stands for, and how the places that they were given are opened. */
export type Asking = {
  readonly person: string
  readonly opened: (after: string) => string | null
}

/** Reads a query. */
export function parseQuery(query: CaseQuery, { person, opened }: Asking): Result<Wanted, Wrong> {
  const lists: Record<string, readonly string[]> = {}
  for (const [field, words] of Object.entries(vocabularies)) {
    const found = listOf(query, field, words.options)
    if (!found.ok) return found
    if (found.value) lists[field] = found.value
  }
  const words = query.q?.trim() ? searchQuery(query.q) : null
  const sort = query.sort ?? (words === null ? 'priority' : 'relevance')
  if (sort === 'relevance' && words === null) {
    return no({ field: 'sort', why: 'Only what is searched for has a relevance.' })
  }
  const after = query.after === undefined ? null : placeOf(opened(query.after))
  if (query.after !== undefined && after === null) {
    return no({ field: 'after', why: 'Give back what the list before named as `next`.' })
  }
  const { assignee, finder, package: name, import: from, seen, limit = limitDefault } = query
  return yes({
    ...lists,
    ...(assignee && { assignee: assigneeOf(assignee, person) }),
    ...(finder && { finder }),
    ...(name && { package: name }),
    ...(from && { import: from }),
    ...(seen && { seen }),
    ...(words !== null && { words }),
    ...{ sort: after?.sort ?? sort, after, limit },
  })
}

const assigneeOf = (asked: string, person: string): string =>
  asked === 'me' ? person : asked === 'nobody' ? '' : asked

function listOf(
  query: CaseQuery,
  field: string,
  options: readonly string[],
): Result<readonly string[] | undefined, Wrong> {
  const text: unknown = new Map<string, unknown>(Object.entries(query)).get(field)
  if (typeof text !== 'string' || text === '') return yes(undefined)
  const asked = [...new Set(text.split(',').map((word) => word.trim()))]
  const unknown = asked.find((word) => !options.includes(word))
  if (unknown === undefined) return yes(asked)
  return no({ field, why: `Choose among ${options.join(', ')}.` })
}

const sorts = ['relevance', 'priority', 'newest', 'oldest', 'reports', 'severity'] as const

const noDigits = 15

/** Each member of a place has a form of its own, so that nothing else reaches a query. */
const forms: Readonly<Record<string, RegExp>> = {
  no: /^\d{1,15}$/,
  rank: /^[0-9a-f]{0,512}$/,
  severity: /^(critical|high|medium|low|info|unknown)$/,
  reports: /^\d{1,9}$/,
  score: /^\d{1,3}(\.\d{1,12})?(e-?\d{1,2})?$/,
}

const needed: Readonly<Record<Sort, readonly string[]>> = {
  relevance: ['no', 'score'],
  priority: ['no', 'rank'],
  newest: ['no'],
  oldest: ['no'],
  reports: ['no', 'reports'],
  severity: ['no', 'rank', 'severity'],
}

/** A place as a text that is to be sealed; its length tells nothing of the number. */
export const placeText = (place: Place): string =>
  JSON.stringify({ ...place, no: place.no.padStart(noDigits, '0') })

/** The place that a text stands for; null for any other text. */
export function placeOf(text: string | null): Place | null {
  const value = text === null ? null : jsonOf(text)
  if (!isObject(value)) return null
  const sort = sorts.find((one) => one === value['sort'])
  if (sort === undefined) return null
  const parts = new Map<string, string>()
  for (const name of needed[sort]) {
    const part = value[name]
    if (typeof part !== 'string' || !forms[name]?.test(part)) return null
    parts.set(name, part)
  }
  return { sort, no: parts.get('no') ?? '', ...Object.fromEntries(parts) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const urgencies = ['later', 'planned', 'soon', 'now']

/** The query as the functions of the database take it. */
export function askedOf(wanted: Wanted): Readonly<Record<string, unknown>> {
  const { after, band, limit: _limit, ...rest } = wanted
  // Bands are the first rung of the rank, so that an index finds them.
  const heights = band?.map((name) => urgencies.indexOf(name)) ?? []
  return {
    ...rest,
    ...(band && {
      band,
      rank_from: rankBytes([Math.min(...heights)]).toString('hex'),
      rank_below: rankBytes([Math.max(...heights) + 1]).toString('hex'),
    }),
    ...(after && { after }),
  }
}
