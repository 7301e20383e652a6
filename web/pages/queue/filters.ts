import type { CaseQuery, CaseSort, Person } from '../../api/types.ts'
import type { TextSearch } from '../../app/search.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import {
  bandOrder,
  bandWords,
  evidenceOrder,
  evidenceWords,
  severityOrder,
  severityWords,
  sortWords,
  statusOrder,
  statusWords,
  verdictOrder,
  verdictWords,
} from '../../parts/words.ts'

/** The filters of the queue as they stand in its address. All of this is pure. */

/** A filter with a list of values. */
export type Filter = {
  readonly name: FilterName
  readonly title: string
  /** In the order in which they are offered; missing where the values come from the data. */
  readonly values?: readonly string[]
  readonly wordOf: (value: string) => string
}

export type FilterName =
  | 'band'
  | 'severity'
  | 'status'
  | 'verdict'
  | 'evidence'
  | 'assignee'
  | 'package'
  | 'finder'
  | 'import'
  | 'seen'

const wordIn =
  (words: Readonly<Record<string, { readonly word: string } | string>>) =>
  (value: string): string => {
    const found = words[value]
    return found === undefined ? lineOf(value, 60) : typeof found === 'string' ? found : found.word
  }

const seenWords = { yes: 'In its newest import', gone: 'No longer seen' }

/** In the order in which the panel shows them. */
export const filters: readonly Filter[] = [
  { name: 'band', title: 'Priority', values: bandOrder, wordOf: wordIn(bandWords) },
  { name: 'severity', title: 'Severity', values: severityOrder, wordOf: wordIn(severityWords) },
  { name: 'status', title: 'Status', values: statusOrder, wordOf: wordIn(statusWords) },
  { name: 'verdict', title: 'Verdict', values: verdictOrder, wordOf: wordIn(verdictWords) },
  {
    name: 'evidence',
    title: 'Evidence',
    values: evidenceOrder,
    wordOf: (value) => `${value} ${wordIn(evidenceWords)(value)}`,
  },
  { name: 'assignee', title: 'Assigned to', wordOf: (value) => lineOf(value, 60) },
  { name: 'package', title: 'Package', wordOf: (value) => lineOf(value, 60) },
  { name: 'finder', title: 'Finder', wordOf: (value) => lineOf(value, 60) },
  { name: 'seen', title: 'Seen', values: ['yes', 'gone'], wordOf: wordIn(seenWords) },
  { name: 'import', title: 'Import', wordOf: (value) => lineOf(value, 60) },
]

/** These take one value; the others a list. */
const single: ReadonlySet<FilterName> = new Set(['assignee', 'package', 'finder', 'import', 'seen'])

export const isSort = (text: string | undefined): text is CaseSort =>
  text !== undefined && Object.hasOwn(sortWords, text)

const isSeen = (text: string | undefined): text is 'yes' | 'gone' =>
  text === 'yes' || text === 'gone'

/** What the server is asked; anything else in the address is ignored. */
export function queryOf(search: TextSearch): CaseQuery {
  const query: CaseQuery = {}
  if (search['q']?.trim()) query.q = search['q'].trim().slice(0, 400)
  for (const { name } of filters) {
    const value = search[name]
    if (!value) continue
    if (name === 'seen') {
      if (isSeen(value)) query.seen = value
    } else query[name] = value
  }
  if (isSort(search['sort'])) query.sort = search['sort']
  return query
}

export const valuesOf = (search: TextSearch, name: FilterName): readonly string[] =>
  (search[name] ?? '').split(',').filter((value) => value !== '')

/** The address with one value of a filter put in or taken out. */
export function flipped(search: TextSearch, name: FilterName, value: string): TextSearch {
  const now = valuesOf(search, name)
  const without = now.filter((one) => one !== value)
  const next = now.length > without.length ? without : single.has(name) ? [value] : [...now, value]
  return { ...search, [name]: next.join(',') }
}

export const without = (search: TextSearch, name: string): TextSearch => {
  const { [name]: _, ...rest } = search
  return rest
}

/** `Ada Okafor` for an id, `Me`, `Nobody`. */
export function personWord(value: string, people: readonly Person[]): string {
  if (value === 'me') return 'Me'
  if (value === 'nobody') return 'Nobody'
  return people.find(({ id }) => id === value)?.name ?? lineOf(value, 60)
}

export type Chip = { readonly name: FilterName; readonly title: string; readonly says: string }

/** One chip a filter that is on, with its values in words. */
export function chipsOf(search: TextSearch, people: readonly Person[]): readonly Chip[] {
  return filters.flatMap(({ name, title, wordOf }) => {
    const values = valuesOf(search, name)
    if (values.length === 0) return []
    const words = values.map((value) =>
      name === 'assignee' ? personWord(value, people) : wordOf(value),
    )
    return [{ name, title, says: words.join(' or ') }]
  })
}
